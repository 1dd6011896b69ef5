//! The handlers: what is done with each verified delivery. One file each; `mine.rs` is **the one that a fork edits**.
//!
//! A handler's failure is its own: it is run again alone, later and later, while the others are done with the delivery. It may
//! see a delivery twice all the same (a consumer can end between the handler's work and its record), so what it does should
//! be safe to do twice with the same `delivery.id`.

mod archive;
mod forward;
mod log;
mod mine;

use async_trait::async_trait;
use worker::Env;

use super::delivery::Delivery;
use crate::core::inbox::Outcome;

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
}

type Make = fn(&Context<'_>) -> Result<Kind, String>;

/// Every handler: its name, and how it is made from the settings. They are switched on by `HANDLERS`, but for the fork's own,
/// which is always on.
const ALL: [(&str, Make); 4] = [
    ("log", |_| Ok(Kind::Each(Box::new(log::Log)))),
    ("archive", archive::make),
    ("forward", forward::make),
    (OWN, |_| Ok(Kind::Each(Box::new(mine::Mine)))),
];

/// On where `HANDLERS` is not set.
const DEFAULT: &str = "log";
/// On in any case.
const OWN: &str = "mine";

/// Reads `HANDLERS`: names with commas between, or `none`.
pub fn parse_names(setting: Option<&str>) -> Result<Vec<&'static str>, String> {
    let wanted: Vec<&str> = setting
        .unwrap_or(DEFAULT)
        .split(',')
        .map(str::trim)
        .filter(|name| !name.is_empty() && *name != "none")
        .collect();
    let known = || ALL.iter().map(|(name, _)| *name).filter(|name| *name != OWN);
    if let Some(unknown) = wanted.iter().find(|name| !known().any(|known| known == **name)) {
        let known: Vec<&str> = known().collect();
        return Err(format!("HANDLERS: \"{unknown}\" is no handler; allowed: {}, none", known.join(", ")));
    }
    let is_on = |name: &&'static str| *name == OWN || wanted.contains(name);
    Ok(ALL.iter().map(|(name, _)| *name).filter(is_on).collect())
}

/// A handler, set up; an error names the setting that is wrong.
pub fn make(name: &str, context: &Context<'_>) -> Result<Kind, String> {
    let (_, make) = ALL.iter().find(|(known, _)| *known == name).ok_or("there is no such handler")?;
    make(context)
}
