//! The handlers: what is done with each verified delivery. One file each; `mine.rs` is **the one that a fork edits**.
//!
//! A handler's failure is its own: it is run again alone, later and later, while the others are done with the delivery. It may
//! see a delivery twice all the same (a consumer can end between the handler's work and its record), so what it does should
//! be safe to do twice with the same `delivery.id`.

mod alert;
mod archive;
mod forward;
mod log;
pub mod measures;
mod mine;
mod otel;
mod review;
mod score;

use super::handler::{Context, Kind};
use crate::core::insights::Measure;

type Make = fn(&Context<'_>) -> Result<Kind, String>;

/// Every handler: its name, and how it is made from the settings. They are switched on by `HANDLERS`, but for the fork's own,
/// which is always on.
const ALL: [(&str, Make); 14] = [
    ("log", |_| Ok(Kind::Each(Box::new(log::Log)))),
    ("archive", archive::make),
    ("forward", forward::make),
    ("score", score::make),
    ("otel", otel::make),
    ("review", review::make),
    ("spend", |_| Ok(Kind::Measure(Measure::Spend))),
    ("latency", |_| Ok(Kind::Measure(Measure::Latency))),
    ("tokens", |_| Ok(Kind::Measure(Measure::Tokens))),
    ("usage", |_| Ok(Kind::Measure(Measure::Usage))),
    ("alert.slack", alert::slack),
    ("alert.webhook", alert::webhook),
    ("alert.email", alert::email),
    (OWN, |_| Ok(Kind::Each(Box::new(mine::Mine)))),
];

/// On where `HANDLERS` is not set.
const DEFAULT: &str = "log";
/// On in any case.
const OWN: &str = "mine";

/// The ways that `alert` stands for, each with the setting that it needs.
const ALERTS: [(&str, &str); 3] =
    [("alert.slack", "ALERT_SLACK_URL"), ("alert.webhook", "ALERT_URL"), ("alert.email", "ALERT_EMAIL_TO")];

/// Reads `HANDLERS`: names with commas between, or `none`. `alert` stands for every way of telling that is set up, which
/// `is_set` says of a setting.
pub fn parse_names(
    handlers: Option<&str>,
    is_set: impl Fn(&str) -> bool,
) -> Result<Vec<&'static str>, String> {
    let mut wanted = Vec::new();
    for name in handlers.unwrap_or(DEFAULT).split(',').map(str::trim) {
        match name {
            "" | "none" => {}
            "alert" => {
                let before = wanted.len();
                wanted.extend(ALERTS.iter().filter(|(_, needs)| is_set(needs)).map(|(way, _)| *way));
                if wanted.len() == before {
                    let needs: Vec<&str> = ALERTS.iter().map(|(_, needs)| *needs).collect();
                    return Err(format!("HANDLERS: alert needs one of {}", needs.join(", ")));
                }
            }
            name => wanted.push(name),
        }
    }
    let known = || ALL.iter().map(|(name, _)| *name).filter(|name| *name != OWN);
    if let Some(unknown) = wanted.iter().find(|name| !known().any(|known| known == **name)) {
        let known: Vec<&str> = known().filter(|name| !name.starts_with("alert.")).collect();
        let known = known.join(", ");
        return Err(format!("HANDLERS: \"{unknown}\" is no handler; allowed: {known}, alert, none"));
    }
    let is_on = |name: &&'static str| *name == OWN || wanted.contains(name);
    Ok(ALL.iter().map(|(name, _)| *name).filter(is_on).collect())
}

/// A handler, set up; an error names the setting that is wrong.
pub fn make(name: &str, context: &Context<'_>) -> Result<Kind, String> {
    let (_, make) = ALL.iter().find(|(known, _)| *known == name).ok_or("there is no such handler")?;
    make(context)
}
