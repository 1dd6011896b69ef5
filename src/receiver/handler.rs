//! What a handler is: what it gets, and what it answers.

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
