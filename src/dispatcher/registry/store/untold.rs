//! Which subscriptions changed without their ledger knowing yet.

use serde::Deserialize;

use super::Store;
use crate::{
    core::{
        envelope::ApiError,
        ledger::{Sending, Standing},
    },
    edge::sql::write,
};

#[derive(Deserialize)]
struct Untold {
    id: String,
    revision: f64,
}

impl Store {
    /// Notes that a subscription's ledger has to be told of a revision.
    pub fn set_untold(&self, id: &str, revision: u64) -> Result<(), ApiError> {
        let values = vec![id.into(), (revision as f64).into()];
        self.database.run("INSERT OR REPLACE INTO untold (id, revision) VALUES (?, ?)", values)
    }

    /// Every subscription whose ledger has to be told, and what.
    pub fn untold(&self) -> Result<Vec<(String, Standing)>, ApiError> {
        let rows: Vec<Untold> = self.database.rows("SELECT id, revision FROM untold", vec![])?;
        let standing = |untold: &Untold| match self.find(&untold.id) {
            Ok(subscription) => Ok(Standing::of(&subscription)),
            Err(error) if error.status == 404 => {
                Ok(Standing { revision: untold.revision as u64, sending: Sending::Deleted })
            }
            Err(error) => Err(error),
        };
        rows.into_iter().map(|untold| Ok((untold.id.clone(), standing(&untold)?))).collect()
    }

    /// Their ledgers know these revisions now; where there is a newer one by then, it stays to be told.
    pub fn set_told(&self, told: &[(String, u64)]) -> Result<(), ApiError> {
        let statement = "DELETE FROM untold WHERE EXISTS (SELECT 1 FROM json_each(?)
            WHERE value->>0 = untold.id AND value->>1 = untold.revision)";
        self.database.run(statement, vec![write(&told)?.into()])
    }
}
