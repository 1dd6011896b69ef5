//! Scores: what can be said of an exchange by rules alone. One file a scorer, each pure and listed in [`ALL`].

mod response;
mod schema;

use std::collections::BTreeMap;

use serde::Serialize;

use super::{exchange::Exchange, inbox::Payload};
use crate::core::event::is_request;

/// A score's value. Helicone takes no other: a fraction is refused with all the scores beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Score {
    /// A count.
    Integer(i64),
    /// A yes or no.
    Boolean(bool),
}

impl Score {
    /// A count of things; what is beyond an `i64` is the largest.
    pub fn count(things: impl TryInto<i64>) -> Self {
        Self::Integer(things.try_into().unwrap_or(i64::MAX))
    }
}

/// What is known of a delivery.
#[derive(Clone, Copy)]
pub struct Known<'a> {
    /// What was asked and answered.
    pub exchange: &'a Exchange,
    /// What else the delivery tells: model, cost, tokens, latency, status, properties.
    pub payload: &'a Payload,
}

/// A rule that scores exchanges.
pub trait Scorer: Sync {
    /// The scores by name; none where there is nothing to say. What can't be told is left out, never guessed.
    fn scores(&self, known: &Known<'_>) -> Vec<(String, Score)>;
}

/// Every scorer and its name in `SCORERS`. **A fork adds its own here.**
pub static ALL: [(&str, &dyn Scorer); 2] = [("schema", &schema::Schema), ("response", &response::Response)];

/// Reads `SCORERS`: names with commas between; all of them where it is not set.
pub fn parse_names(setting: Option<&str>) -> Result<Vec<&'static dyn Scorer>, String> {
    let Some(setting) = setting else { return Ok(ALL.iter().map(|(_, scorer)| *scorer).collect()) };
    let named = |name: &str| {
        let found = ALL.iter().find(|(known, _)| *known == name).map(|(_, scorer)| *scorer);
        found.ok_or_else(|| {
            let known: Vec<&str> = ALL.iter().map(|(known, _)| *known).collect();
            format!("SCORERS: \"{name}\" is no scorer; allowed: {}", known.join(", "))
        })
    };
    let scorers: Result<Vec<_>, _> =
        setting.split(',').map(str::trim).filter(|name| !name.is_empty()).map(named).collect();
    match scorers {
        Ok(none) if none.is_empty() => Err("SCORERS: names no scorer".to_owned()),
        scorers => scorers,
    }
}

/// The id of the request that a delivery can be scored for: events of requests have one, the delivery of Helicone's Test button
/// is about none.
pub fn request_of<'a>(event_type: &str, payload: &'a Payload) -> Option<&'a str> {
    let is_scored = is_request(event_type) && !payload.is_rehearsal();
    payload.request_id.as_deref().filter(|id| is_scored && !id.is_empty())
}

/// The body that says it all, `{"scores":{…}}`; `None` where no scorer has anything to say.
pub fn body(scorers: &[&dyn Scorer], known: &Known<'_>) -> Option<String> {
    #[derive(Serialize)]
    struct Body {
        scores: BTreeMap<String, Score>,
    }
    let scores: BTreeMap<_, _> = scorers.iter().flat_map(|scorer| scorer.scores(known)).collect();
    if scores.is_empty() { None } else { serde_json::to_string(&Body { scores }).ok() }
}
