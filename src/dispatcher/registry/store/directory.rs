//! The table of orgs, which the default org's registry keeps.

use super::Store;
use crate::{
    core::{envelope::ApiError, org::Org},
    edge::sql::write,
};

impl Store {
    /// All orgs in the order of their creation, without the default one, which is always there.
    pub fn orgs(&self) -> Result<Vec<Org>, ApiError> {
        self.database.all("SELECT body FROM orgs ORDER BY rowid", vec![])
    }

    /// Adds an org; 409 where there is one of that id.
    pub fn insert_org(&self, org: &Org) -> Result<(), ApiError> {
        let existing: Option<Org> =
            self.database.one("SELECT body FROM orgs WHERE id = ?", vec![org.id.as_str().into()])?;
        if existing.is_some() {
            return Err(ApiError::exists("id: there is an org of that id already"));
        }
        let values = vec![org.id.as_str().into(), write(org)?.into()];
        self.database.run("INSERT INTO orgs (id, body) VALUES (?, ?)", values)
    }
}
