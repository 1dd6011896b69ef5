//! The database of `Insights`. Statements take whole batches as JSON, which the database takes apart itself.

mod remembered;
mod sums;
mod tallies;

pub use sums::Grouping;
use worker::SqlStorage;

use crate::{
    core::{envelope::ApiError, schema},
    edge::sql::Database,
};

/// The object's tables.
pub struct Store {
    database: Database,
}

impl Store {
    /// Opens them.
    pub fn open(sql: SqlStorage) -> Result<Self, ApiError> {
        Ok(Self { database: Database::open(sql, schema::INSIGHTS)? })
    }
}
