//! What an LLM request costs, by the table of genai-prices (`table/`, made by `npm run prices:update`).
//!
//! The table is text that is searched where it lies: nothing of it is read at the start, and a look-up reads a few lines. Amounts are whole
//! numbers from the table to the sum, and become a double once, at the end.

mod amount;
mod cost;
mod find;
mod pattern;
mod rates;
mod reported;
mod status;
mod table;
mod unit;

pub use amount::Amount;
pub use status::{CostNote, Status};
pub use table::version;
pub use unit::{Counts, Unit};

use super::time::Timestamp;
use find::{Found, Missing};

/// What is to be priced.
#[derive(Clone, Copy, Debug)]
pub struct Question<'a> {
    /// The provider, in any gateway's spelling.
    pub provider: Option<&'a str>,
    /// The model that answered.
    pub model: Option<&'a str>,
    /// What was used. Details are parts of the totals.
    pub counts: &'a Counts,
    /// What else the price depends on, such as `service_tier` and `flex`: names and values as the table has them.
    pub context: &'a [(&'a str, &'a str)],
    /// When the request was made: prices have dates, and some a time of day.
    pub at: Timestamp,
}

/// What a request costs, and how far that can be relied on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Answer {
    /// How the cost came about, or why there is none.
    pub status: Status,
    /// Absent is unknown, which is not zero.
    pub cost: Option<Amount>,
}

/// Prices a request.
pub fn price(question: &Question<'_>) -> Answer {
    let unknown = |status| Answer { status, cost: None };
    if question.counts.is_empty() {
        return unknown(Status::NoUsage);
    }
    let found = match find::find(question.provider, question.model) {
        Ok(found) => found,
        Err(Missing::Provider) => return unknown(Status::UnknownProvider),
        Err(Missing::Model) => return unknown(Status::UnknownModel),
    };
    let Found { prices, is_own, is_inferred } = found;
    // Another provider's model that is sold here has one price, whatever its own provider makes of the context.
    let context = if is_own { question.context } else { &[] };
    let input = question.counts.get(Unit::Input).unwrap_or(0);
    let rates = rates::read(prices, context, question.at, input);
    match rates.and_then(|rates| cost::cost(&rates, question.counts)) {
        Some(cost) if is_inferred => Answer { status: Status::Estimated, cost: Some(cost) },
        Some(cost) => Answer { status: Status::Exact, cost: Some(cost) },
        None => unknown(Status::NoUsage),
    }
}
