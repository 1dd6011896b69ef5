//! What the fields of a subscription are bounded by, for the API's description.

use crate::core::subscription::criteria;

/// Every field that can be set.
pub const FIELDS: &[&str] = &super::FIELDS;

/// Those of them that decide which events a subscription gets.
pub const CRITERIA: &[&str] = &criteria::FIELDS;

/// How many property filters it may have.
pub const MAX_FILTERS: usize = criteria::MAX_FILTERS;

/// The longest key or value of a property filter, in bytes.
pub const MAX_FILTER_TEXT: usize = criteria::MAX_FILTER_TEXT;

/// The longest description, in characters.
pub const MAX_DESCRIPTION: usize = super::MAX_DESCRIPTION;

/// How many members its metadata may have.
pub const MAX_METADATA: usize = super::MAX_METADATA;

/// The longest name of one, in characters.
pub const MAX_METADATA_KEY: usize = super::MAX_METADATA_KEY;

/// The longest value of one, in characters.
pub const MAX_METADATA_VALUE: usize = super::MAX_METADATA_VALUE;

/// The shortest and the longest deadline of an attempt, in milliseconds.
pub const TIMEOUT_MS: std::ops::RangeInclusive<u64> = super::TIMEOUT_MS;

/// The fewest and the most attempts in a second.
pub const RATE_LIMIT: std::ops::RangeInclusive<u64> = super::RATE_LIMIT;
