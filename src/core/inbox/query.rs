//! Asking for a list of deliveries.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::entry::State;
use crate::core::{field::FieldError, ids::is_webhook_id, limits};

/// A place in the list: deliveries are in the order they were taken, then by id.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Place {
    /// When the delivery was taken, in milliseconds since 1970.
    pub at: i64,
    /// Its id.
    pub id: String,
}

impl Place {
    /// Reads the `cursor` that [`fmt::Display`] writes.
    pub fn parse(text: &str) -> Option<Self> {
        let (at, id) = text.split_once('.')?;
        let is_plain = at.len() <= 15 && at.bytes().all(|byte| byte.is_ascii_digit());
        let at = if is_plain { at.parse().ok()? } else { return None };
        is_webhook_id(id).then(|| Self { at, id: id.to_owned() })
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.at, self.id)
    }
}

/// Which deliveries are asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Query {
    /// Their state.
    pub state: State,
    /// Only those before this one.
    pub before: Option<Place>,
    /// At most so many.
    pub limit: usize,
}

impl Query {
    /// Reads the parameters of a request: `state` (`dead` where absent), `limit` and `cursor`.
    pub fn read<'a>(
        parameters: impl Iterator<Item = (impl AsRef<str> + 'a, impl AsRef<str> + 'a)>,
    ) -> Result<Self, FieldError> {
        let mut query = Self { state: State::Dead, before: None, limit: limits::PAGE };
        for (name, value) in parameters {
            let (name, value) = (name.as_ref(), value.as_ref());
            match name {
                "state" => {
                    let named = State::ALL.into_iter().find(|state| state.name() == value);
                    query.state =
                        named.ok_or_else(|| FieldError::new(name, "must be one of dead, open, done"))?;
                }
                "limit" => query.limit = limits::page(value)?,
                "cursor" => {
                    let wrong = || FieldError::new(name, "must be the next_cursor of an answer");
                    query.before = Some(Place::parse(value).ok_or_else(wrong)?);
                }
                _ => {
                    let rule = "is not a parameter; allowed: state, limit, cursor";
                    return Err(FieldError::new(name, rule));
                }
            }
        }
        Ok(query)
    }
}
