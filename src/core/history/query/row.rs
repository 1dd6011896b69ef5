//! A request as its day keeps it.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{
    name::check_name,
    note::{MAX_SCORES, Note},
};
use crate::core::{event::RecordPlace, field::FieldError, history::PROPERTIES_BYTES, signed_url::Locator};

/// One row of `requests`. Its numbers are those of JavaScript, as the platform hands them out.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Row {
    /// Its key in its day.
    pub key: f64,
    /// The gateway's id of the request.
    pub request_id: String,
    /// When it was made, in milliseconds since 1970.
    pub created_at: f64,
    /// The type of the event that the facts are from.
    pub event_type: String,
    /// The end user.
    pub user_id: Option<String>,
    /// The model.
    pub model: Option<String>,
    /// The provider.
    pub provider: Option<String>,
    /// The HTTP status.
    pub status: Option<f64>,
    /// US dollars.
    pub cost: Option<f64>,
    /// How the cost came about, where it did not come with the event.
    pub cost_status: Option<String>,
    /// Milliseconds.
    pub latency_ms: Option<f64>,
    /// Milliseconds.
    pub first_token_ms: Option<f64>,
    /// Whether the gateway answered from its cache: 1 or 0.
    pub cached: Option<f64>,
    /// Tokens.
    pub prompt_tokens: Option<f64>,
    /// Tokens.
    pub completion_tokens: Option<f64>,
    /// Tokens.
    pub total_tokens: Option<f64>,
    /// Tokens.
    pub cache_read_tokens: Option<f64>,
    /// Tokens.
    pub cache_write_tokens: Option<f64>,
    /// Tokens.
    pub reasoning_tokens: Option<f64>,
    /// All properties, as a JSON object of texts.
    pub properties: String,
    /// Whether some of them did not fit: 1 or 0.
    pub is_cut: f64,
    /// The segment's key in the archive.
    pub segment: String,
    /// Its record's place in it, as JSON.
    pub place: String,
    /// The properties that were added later, as a JSON object.
    pub added: Option<String>,
    /// The scores, as a JSON object of numbers.
    pub scores: Option<String>,
}

impl Row {
    /// Where its record stands; `None` where that can't be read.
    pub fn place(&self) -> Option<RecordPlace> {
        serde_json::from_str(&self.place).ok()
    }

    /// What its exchange's signed URL hands out; `None` where that can't be read.
    pub fn exchange(&self) -> Option<Locator> {
        let place = self.place()?;
        Some(Locator {
            key: self.segment.clone(),
            offset: place.exchange_offset,
            length: place.exchange_length,
            unpacked: place.unpacked.map(|unpacked| unpacked.exchange),
        })
    }

    /// All its properties.
    pub fn properties(&self) -> Map<String, Value> {
        object(&self.properties)
    }

    /// All its scores.
    pub fn scores(&self) -> Map<String, Value> {
        self.scores.as_deref().map(object).unwrap_or_default()
    }

    /// Takes a score or a property in; an error says why there is no room for it.
    pub fn take(&mut self, note: &Note) -> Result<(), FieldError> {
        match note {
            Note::Scores(scores) => {
                let mut all = self.scores();
                all.extend(scores.clone());
                if all.len() > MAX_SCORES {
                    let problem = format!("must be at most {MAX_SCORES}, with those that it has");
                    return Err(FieldError::new("scores", problem));
                }
                self.scores = Some(Value::Object(all).to_string());
            }
            Note::Property { key, value } => {
                check_name(key).map_err(|error| error.under("key"))?;
                let mut all = self.properties();
                all.insert(key.clone(), value.as_str().into());
                let length = |(name, value): (&String, &Value)| {
                    name.len().saturating_add(value.as_str().map_or(0, str::len))
                };
                if all.iter().map(length).fold(0, usize::saturating_add) > PROPERTIES_BYTES {
                    let problem = format!("must fit into {PROPERTIES_BYTES} bytes with the other properties");
                    return Err(FieldError::new("value", problem));
                }
                let mut added = self.added.as_deref().map(object).unwrap_or_default();
                added.insert(key.clone(), value.as_str().into());
                self.properties = Value::Object(all).to_string();
                self.added = Some(Value::Object(added).to_string());
            }
        }
        Ok(())
    }
}

fn object(text: &str) -> Map<String, Value> {
    serde_json::from_str(text).unwrap_or_default()
}
