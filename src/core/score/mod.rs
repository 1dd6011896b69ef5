//! Scores: what can be said of an exchange by rules alone. One file a scorer, each pure and listed in [`ALL`].

mod response;
mod schema;
mod scorer;

pub use scorer::{Known, Score, Scorer};

use std::collections::BTreeMap;

use serde::Serialize;

use super::inbox::Payload;
use crate::core::event::is_request;

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
