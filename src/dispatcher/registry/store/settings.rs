//! The org's settings: one row, once they were changed.

use super::Store;
use crate::{
    core::{envelope::ApiError, org::OrgSettings},
    edge::sql::write,
};

impl Store {
    /// The settings; the default ones where they were never changed.
    pub fn org_settings(&self) -> Result<OrgSettings, ApiError> {
        Ok(self.database.one("SELECT body FROM settings WHERE id = 1", vec![])?.unwrap_or_default())
    }

    /// Puts settings in place of those before.
    pub fn set_org_settings(&self, settings: &OrgSettings) -> Result<(), ApiError> {
        let statement = "INSERT OR REPLACE INTO settings (id, body) VALUES (1, ?)";
        self.database.run(statement, vec![write(settings)?.into()])?;
        self.changed()
    }
}
