//! Asking for a list of items, oldest first: nobody waits behind what came later.

use serde::{Deserialize, Serialize};

use super::item::State;
use crate::core::{field::FieldError, inbox::Place, limits};

/// The cursor before everything.
pub const FIRST: &str = "0.0";

/// Which items are asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Query {
    /// Their state.
    pub state: State,
    /// Only those after this one: in the order they were put in the queue, or where they have labels, in the order of those.
    pub after: Option<Place>,
    /// At most so many.
    pub limit: usize,
}

impl Query {
    /// Reads the parameters of a list: `state` (`open` where absent), `limit` and `cursor`.
    pub fn list<'a>(
        parameters: impl Iterator<Item = (impl AsRef<str> + 'a, impl AsRef<str> + 'a)>,
    ) -> Result<Self, FieldError> {
        let mut query = Self::of(State::Open);
        for (name, value) in parameters {
            match (name.as_ref(), value.as_ref()) {
                ("state", value) => {
                    let named = State::ALL.into_iter().find(|state| state.name() == value);
                    let rule = "must be one of open, claimed, labelled";
                    query.state = named.ok_or_else(|| FieldError::new("state", rule))?;
                }
                (name, value) => {
                    query.page(name, value, "is not a parameter; allowed: state, limit, cursor")?
                }
            }
        }
        Ok(query)
    }

    /// Reads the parameters of an export, which is of labelled items: `limit` and `cursor`.
    pub fn export<'a>(
        parameters: impl Iterator<Item = (impl AsRef<str> + 'a, impl AsRef<str> + 'a)>,
    ) -> Result<Self, FieldError> {
        let mut query = Self::of(State::Labelled);
        for (name, value) in parameters {
            query.page(name.as_ref(), value.as_ref(), "is not a parameter; allowed: limit, cursor")?;
        }
        Ok(query)
    }

    fn of(state: State) -> Self {
        Self { state, after: None, limit: limits::PAGE }
    }

    fn page(&mut self, name: &str, value: &str, unknown: &str) -> Result<(), FieldError> {
        match name {
            "limit" => self.limit = limits::page(value)?,
            "cursor" => {
                let wrong = || FieldError::new("cursor", "must be the cursor of an answer");
                self.after = Some(Place::parse(value).ok_or_else(wrong)?);
            }
            _ => return Err(FieldError::new(name, unknown)),
        }
        Ok(())
    }
}
