//! The list of deliveries that are due again: what is on it long after its time was lost on the way.

use serde::Deserialize;

use super::Store;
use crate::{core::envelope::ApiError, edge::sql::write};

#[derive(Deserialize)]
struct First {
    due: Option<f64>,
}

#[derive(Deserialize)]
struct All {
    count: f64,
    accepted: Option<f64>,
}

impl Store {
    /// Notes when a delivery is due again, and when its event was accepted.
    pub fn set_due(&self, id: &str, due: i64, accepted_at: i64) -> Result<(), ApiError> {
        let values = vec![id.into(), (due as f64).into(), (accepted_at as f64).into()];
        self.database.run("INSERT OR REPLACE INTO open (id, due, accepted) VALUES (?, ?, ?)", values)
    }

    /// How many there are, and when the oldest event of them was accepted.
    pub fn due_again(&self) -> Result<(u64, Option<i64>), ApiError> {
        let query = "SELECT count(*) AS count, min(accepted) AS accepted FROM open";
        let rows: Vec<All> = self.database.rows(query, vec![])?;
        let all = rows.first();
        Ok((
            all.map_or(0, |all| all.count as u64),
            all.and_then(|all| all.accepted).map(|accepted| accepted as i64),
        ))
    }

    /// Strikes deliveries off.
    pub fn strike_off(&self, ids: &[&str]) -> Result<(), ApiError> {
        let statement = "DELETE FROM open WHERE id IN (SELECT value FROM json_each(?))";
        self.database.run(statement, vec![write(&ids)?.into()])
    }

    /// Some of those that were due before a moment.
    pub fn overdue(&self, before: i64, limit: usize) -> Result<Vec<String>, ApiError> {
        let values = vec![(before as f64).into(), (limit as f64).into()];
        self.ids("SELECT id FROM open WHERE due < ? LIMIT CAST(? AS INTEGER)", values)
    }

    /// The first moment at which one of them is due.
    pub fn first_due(&self) -> Result<Option<i64>, ApiError> {
        let rows: Vec<First> = self.database.rows("SELECT min(due) AS due FROM open", vec![])?;
        Ok(rows.first().and_then(|row| row.due).map(|due| due as i64))
    }
}
