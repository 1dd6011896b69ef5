//! What is said of a request later: scores, a property, feedback.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{
    name::{FEEDBACK, check_name},
    test::MAX_TEXT,
};
use crate::core::field::{FieldError, only};

/// The most scores that one request has.
pub const MAX_SCORES: usize = 100;

/// What stands behind the name of a score that is yes or no.
const BOOLEAN: &str = "-hcone-bool";

/// The largest whole number that is exact in JavaScript.
const LARGEST: f64 = 9_007_199_254_740_991.0;

/// Something that is noted of a request.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Note {
    /// Scores by their names as they are kept; those of other names stay.
    Scores(Map<String, Value>),
    /// A property; another value of the same name goes.
    Property {
        /// Its name.
        key: String,
        /// Its value.
        value: String,
    },
}

/// Reads `{"scores": {name: whole number or boolean}}`. A boolean is kept as 1 or 0 under a name that says so.
pub fn read_scores(fields: &Map<String, Value>) -> Result<Note, FieldError> {
    only(fields, &["scores"])?;
    let problem = || FieldError::new("scores", "must be an object of at least one and at most 100 scores");
    let given = fields.get("scores").and_then(Value::as_object).ok_or_else(problem)?;
    if given.is_empty() || given.len() > MAX_SCORES {
        return Err(problem());
    }
    let mut scores = Map::new();
    for (name, value) in given {
        let (name, value) = score(name, value).map_err(|error| error.under(name).under("scores"))?;
        scores.insert(name, value);
    }
    Ok(Note::Scores(scores))
}

fn score(name: &str, value: &Value) -> Result<(String, Value), FieldError> {
    check_name(name)?;
    match value {
        Value::Bool(flag) => {
            let name = if name == FEEDBACK { name.to_owned() } else { format!("{name}{BOOLEAN}") };
            Ok((name, Value::from(u8::from(*flag))))
        }
        other => {
            let whole = other.as_f64().filter(|number| number.fract() == 0.0 && number.abs() <= LARGEST);
            let whole = whole.ok_or_else(|| {
                FieldError::new(
                    "",
                    "must be a whole number or a boolean: multiply a fraction, such as 0.95 to 95",
                )
            })?;
            Ok((name.to_owned(), Value::from(whole as i64)))
        }
    }
}

/// Reads `{"key", "value"}`.
pub fn read_property(fields: &Map<String, Value>) -> Result<Note, FieldError> {
    only(fields, &["key", "value"])?;
    let text = |name: &str| {
        let text = fields.get(name).and_then(Value::as_str);
        text.ok_or_else(|| FieldError::new(name, "is required: a string"))
    };
    let (key, value) = (text("key")?, text("value")?);
    check_name(key).map_err(|error| error.under("key"))?;
    if value.chars().count() > MAX_TEXT {
        return Err(FieldError::new("value", format!("must be at most {MAX_TEXT} characters long")));
    }
    Ok(Note::Property { key: key.to_owned(), value: value.to_owned() })
}

/// Reads `{"rating": boolean}`.
pub fn read_feedback(fields: &Map<String, Value>) -> Result<Note, FieldError> {
    only(fields, &["rating"])?;
    let rating = fields.get("rating").and_then(Value::as_bool);
    let rating = rating.ok_or_else(|| FieldError::new("rating", "is required: true or false"))?;
    Ok(Note::Scores(Map::from_iter([(FEEDBACK.to_owned(), Value::from(u8::from(rating)))])))
}

/// The scores that were given, each under every name that a rule may call it by: one that is yes or no also without what says so.
pub fn by_name(scores: &Map<String, Value>) -> Vec<(String, f64)> {
    let mut all = Vec::new();
    for (name, value) in scores {
        let Some(number) = value.as_f64() else { continue };
        all.push((name.clone(), number));
        all.extend(name.strip_suffix(BOOLEAN).map(|name| (name.to_owned(), number)));
    }
    all
}
