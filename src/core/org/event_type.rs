//! Event types that an org describes itself.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::core::{
    event::{catalogue, is_event_type},
    field::{self, FieldError},
    json_schema::Judge,
};

/// How many types an org may describe.
pub const MAX_TYPES: usize = 100;
/// The longest description, in characters.
pub const MAX_DESCRIPTION: usize = 1000;
/// The largest schema, as compact JSON, in bytes.
pub const MAX_SCHEMA: usize = 8 * 1024;

/// One type.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OwnType {
    /// Its name.
    pub name: String,
    /// When it is raised, for people.
    pub description: Option<String>,
    /// What the `data` of its events has to follow, where that is said: a JSON Schema.
    pub schema: Option<Value>,
}

impl OwnType {
    /// Reads a description of the type of this name.
    pub fn read(name: &str, fields: &Map<String, Value>) -> Result<Self, FieldError> {
        if !is_event_type(name) {
            let rule =
                "must be dot-separated parts of letters, digits and underscores, at most 128 characters";
            return Err(FieldError::new("name", rule));
        }
        if catalogue::find(name).is_some() {
            return Err(FieldError::new("name", "is one of Heliograph's own types, which are described"));
        }
        field::only(fields, &["description", "schema"])?;
        Ok(Self {
            name: name.to_owned(),
            description: description(fields.get("description"))?,
            schema: schema(fields.get("schema"))?,
        })
    }
}

fn description(value: Option<&Value>) -> Result<Option<String>, FieldError> {
    match value {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) if text.chars().count() <= MAX_DESCRIPTION => Ok(Some(text.clone())),
        Some(_) => {
            let rule = format!("must be a string of at most {MAX_DESCRIPTION} characters");
            Err(FieldError::new("description", rule))
        }
    }
}

fn schema(value: Option<&Value>) -> Result<Option<Value>, FieldError> {
    match value {
        None | Some(Value::Null) => Ok(None),
        Some(schema) if !schema.is_object() => {
            Err(FieldError::new("schema", "must be a JSON Schema: an object"))
        }
        Some(schema) if schema.to_string().len() > MAX_SCHEMA => {
            Err(FieldError::new("schema", format!("must be at most {MAX_SCHEMA} bytes of compact JSON")))
        }
        Some(schema) => match Judge::new(schema) {
            Some(_) => Ok(Some(schema.clone())),
            None => {
                let rule = "must be a JSON Schema of draft 6, 7, 2019-09 or 2020-12 that refers to nothing outside of itself";
                Err(FieldError::new("schema", rule))
            }
        },
    }
}
