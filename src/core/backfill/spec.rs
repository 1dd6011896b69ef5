//! What is to be read.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::core::{
    field::{self, FieldError},
    time::Timestamp,
};

const FIELDS: [&str; 3] = ["since", "until", "filter"];

/// How large a filter may be as text, in bytes.
const MAX_FILTER: usize = 16 * 1024;

/// Which requests a backfill is about.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Spec {
    /// Those made at this moment or later, in milliseconds since 1970.
    pub since: i64,
    /// And before this one.
    pub until: i64,
    /// A filter in the API's own language, handed on as it is.
    pub filter: Option<Value>,
}

impl Spec {
    /// Reads the body of `POST /v1/backfill`.
    pub fn read(fields: &Map<String, Value>, now: Timestamp) -> Result<Self, FieldError> {
        field::only(fields, &FIELDS)?;
        let since = Timestamp::read(fields.get("since"), "since")?
            .ok_or_else(|| FieldError::new("since", format!("is required: it {}", Timestamp::RULE)))?;
        // What is made from now on comes by its own delivery.
        let until = Timestamp::read(fields.get("until"), "until")?.unwrap_or(now).min(now);
        if until <= since {
            return Err(FieldError::new("until", "must be later than since, which must be past"));
        }
        let filter = match fields.get("filter") {
            None | Some(Value::Null) => None,
            Some(Value::String(all)) if all == "all" => None,
            Some(filter @ Value::Object(members)) => {
                if filter.to_string().len() > MAX_FILTER {
                    return Err(FieldError::new(
                        "filter",
                        format!("must be at most {MAX_FILTER} bytes long"),
                    ));
                }
                (!members.is_empty()).then(|| filter.clone())
            }
            Some(_) => {
                return Err(FieldError::new(
                    "filter",
                    "must be \"all\" or a filter object of the request API",
                ));
            }
        };
        Ok(Self { since: since.millis(), until: until.millis(), filter })
    }
}
