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

use async_trait::async_trait;
use worker::Env;

use super::delivery::Delivery;
use crate::core::{inbox::Outcome, insights::Measure};

/// What a handler has at hand, beside the delivery.
pub struct Context<'a> {
    /// The bindings, vars and secrets.
    pub env: &'a Env,
}

/// Why a handler could not do its work. The text goes into the log and into the delivery's record: it holds nothing of the
/// delivery.
#[derive(Clone, Debug)]
pub struct Failure {
    why: String,
    is_final: bool,
    after_seconds: Option<u32>,
}

impl Failure {
    /// It may work later: the handler is run again, 16 times over seven hours.
    pub fn later(why: impl Into<String>) -> Self {
        Self { why: why.into(), is_final: false, after_seconds: None }
    }

    /// It will not work later either: the handler gives the delivery up.
    pub fn never(why: impl Into<String>) -> Self {
        Self { why: why.into(), is_final: true, after_seconds: None }
    }

    /// Not before so many seconds.
    pub fn after(self, seconds: Option<u32>) -> Self {
        Self { after_seconds: seconds, ..self }
    }
}

impl From<Result<(), Failure>> for Outcome {
    fn from(result: Result<(), Failure>) -> Self {
        match result {
            Ok(()) => Self::Done,
            Err(Failure { why, is_final: true, .. }) => Self::Never { why },
            Err(Failure { why, after_seconds, .. }) => Self::Later { why, after_seconds },
        }
    }
}

/// Something that is done with each delivery by itself.
#[async_trait(?Send)]
pub trait Handler {
    /// Does it.
    async fn handle(&self, delivery: &Delivery, context: &Context<'_>) -> Result<(), Failure>;
}

/// Something that is done with several deliveries at once, as many as one batch of the queue brings.
#[async_trait(?Send)]
pub trait BatchHandler {
    /// Does it, and says what came of each, in their order.
    async fn handle(&self, deliveries: &[&Delivery], context: &Context<'_>) -> Vec<Result<(), Failure>>;
}

/// A handler of either kind.
pub enum Kind {
    /// One delivery at a time.
    Each(Box<dyn Handler>),
    /// Several at once.
    Batch(Box<dyn BatchHandler>),
    /// A count in the insights, made for several at once and together with the other counts.
    Measure(Measure),
}

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
