//! What shaping did to an event, for those who try settings out. Where nobody asks, nothing is noted.

use std::collections::BTreeMap;

use serde::Serialize;

use super::detect::Detector;

/// How many places of each kind are named.
pub const MAX_NAMED: usize = 100;
/// The longest name of a place, in bytes.
const MAX_NAME: usize = 512;

/// What was done, and where. Places are named by the names that they had before.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(utoipa::ToSchema), schema(as = Shaped))]
pub struct Report {
    #[serde(skip)]
    is_wanted: bool,
    /// Where the walk stands.
    #[serde(skip)]
    place: String,
    /// What was left out: the first 100 places.
    pub removed: Vec<String>,
    /// Where something was replaced: the first 100 places.
    pub redacted: Vec<Redacted>,
    /// How often each detector found something, and how often a path (`path`) or the user's id (`user_id`) was replaced.
    pub counts: BTreeMap<&'static str, usize>,
}

/// One place where something was replaced.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(utoipa::ToSchema))]
pub struct Redacted {
    /// Where.
    pub path: String,
    /// By what: a detector's name, `path`, or `user_id`.
    pub by: &'static str,
}

impl Report {
    /// One that is written.
    pub fn wanted() -> Self {
        Self { is_wanted: true, ..Self::default() }
    }

    /// Where the walk stands, for [`Self::leave`].
    pub(super) fn place(&self) -> usize {
        self.place.len()
    }

    /// Goes into a member.
    pub(super) fn enter(&mut self, name: &str) {
        if self.is_wanted && self.place.len() < MAX_NAME {
            if !self.place.is_empty() {
                self.place.push('.');
            }
            self.place.extend(name.chars().take(64));
        }
    }

    /// Goes into an element.
    pub(super) fn enter_index(&mut self, index: usize) {
        if self.is_wanted && self.place.len() < MAX_NAME {
            self.place.push_str(&format!("[{index}]"));
        }
    }

    /// Comes back to where it was.
    pub(super) fn leave(&mut self, before: usize) {
        self.place.truncate(before);
    }

    /// Something was left out here.
    pub(super) fn note_removed(&mut self) {
        if self.is_wanted && self.removed.len() < MAX_NAMED {
            self.removed.push(self.place.clone());
        }
    }

    /// Something was replaced here.
    pub(super) fn note(&mut self, by: &'static str) {
        if !self.is_wanted {
            return;
        }
        let count = self.counts.entry(by).or_default();
        *count = count.saturating_add(1);
        let here = Redacted { path: self.place.clone(), by };
        if self.redacted.len() < MAX_NAMED && self.redacted.last() != Some(&here) {
            self.redacted.push(here);
        }
    }

    /// A detector found something here.
    pub(super) fn note_found(&mut self, detector: Detector) {
        self.note(detector.name());
    }
}
