//! How the API shows items.

use serde::Serialize;
use serde_json::value::RawValue;

use super::item::{Item, Label, State};
use crate::core::{inbox::Place, time::Timestamp};

/// Some of the reviews.
#[derive(Debug, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(utoipa::ToSchema))]
pub struct ReviewPage<'a> {
    /// Oldest first; those with labels in the order in which they got them.
    pub reviews: Vec<ReviewView<'a>>,
    /// The `cursor` of the next page; null at the end.
    #[cfg_attr(not(target_arch = "wasm32"), schema(required))]
    pub next_cursor: Option<String>,
}

/// A delivery that people are to look at.
#[derive(Debug, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(utoipa::ToSchema), schema(as = Review))]
pub struct ReviewView<'a> {
    /// The delivery's id.
    pub id: &'a str,
    /// `open`, `claimed` while somebody has it, or `labelled`.
    pub state: &'static str,
    /// When it was put in the queue.
    #[cfg_attr(not(target_arch = "wasm32"), schema(format = DateTime))]
    pub created_at: String,
    /// Why: `flagged` (its property `flagged` or `review` is true), `feedback` (somebody did not like an answer), `event` (its type),
    /// or `sample`.
    pub reason: &'static str,
    /// The event's type.
    pub event_type: &'a str,
    /// The gateway's id of the request.
    #[cfg_attr(not(target_arch = "wasm32"), schema(required))]
    pub request_id: Option<&'a str>,
    /// The end user.
    #[cfg_attr(not(target_arch = "wasm32"), schema(required))]
    pub user_id: Option<&'a str>,
    /// The model.
    #[cfg_attr(not(target_arch = "wasm32"), schema(required))]
    pub model: Option<&'a str>,
    /// The provider, in the gateway's spelling.
    #[cfg_attr(not(target_arch = "wasm32"), schema(required))]
    pub provider: Option<&'a str>,
    /// Where the bodies are from: `full` and `api` are whole, anything else is what the delivery itself held of them.
    pub data: &'a str,
    /// Who has it; null where nobody has.
    #[cfg_attr(not(target_arch = "wasm32"), schema(required))]
    pub claimed_by: Option<&'a str>,
    /// Until when.
    #[cfg_attr(not(target_arch = "wasm32"), schema(required, format = DateTime))]
    pub claimed_until: Option<String>,
    /// What was said of it; null where nothing was.
    #[cfg_attr(not(target_arch = "wasm32"), schema(required))]
    pub label: Option<LabelView<'a>>,
    /// What was asked and answered, as `{"event","request","response"}`; null where it is not kept any more. Not in lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(not(target_arch = "wasm32"), schema(value_type = Option<Object>))]
    pub exchange: Option<&'a RawValue>,
}

/// What was said of a delivery.
#[derive(Debug, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(utoipa::ToSchema), schema(as = ReviewVerdict))]
pub struct LabelView<'a> {
    /// In a word.
    pub label: &'a str,
    /// In more words; null where there are none.
    #[cfg_attr(not(target_arch = "wasm32"), schema(required))]
    pub comment: Option<&'a str>,
    /// By whom; null where nobody was named and nobody had it.
    #[cfg_attr(not(target_arch = "wasm32"), schema(required))]
    pub reviewer: Option<&'a str>,
    /// When.
    #[cfg_attr(not(target_arch = "wasm32"), schema(format = DateTime))]
    pub at: String,
}

impl<'a> ReviewPage<'a> {
    /// A page of up to so many, as they stand at a moment.
    pub fn new(items: &'a [Item], limit: usize, state: State, now: i64) -> Self {
        let last = items.last().filter(|_| items.len() >= limit);
        Self {
            reviews: items.iter().map(|item| ReviewView::new(item, now)).collect(),
            next_cursor: last.map(|item| item.place(state).to_string()),
        }
    }
}

impl Item {
    /// Where it stands in the list of those in a state.
    pub fn place(&self, state: State) -> Place {
        let labelled = self.label.as_ref().filter(|_| state == State::Labelled).map(|label| label.at);
        Place { at: labelled.unwrap_or(self.at), id: self.id.clone() }
    }
}

impl<'a> ReviewView<'a> {
    /// An item as it stands at a moment, without its exchange.
    pub fn new(item: &'a Item, now: i64) -> Self {
        let moment = |millis: i64| Timestamp::from_millis(millis).to_string();
        let claim = item.holder(now).filter(|_| item.label.is_none());
        Self {
            id: &item.id,
            state: item.state(now).name(),
            created_at: moment(item.at),
            reason: item.reason.name(),
            event_type: &item.event_type,
            request_id: item.request_id.as_deref(),
            user_id: item.user_id.as_deref(),
            model: item.model.as_deref(),
            provider: item.provider.as_deref(),
            data: &item.data,
            claimed_by: claim.map(|claim| claim.reviewer.as_str()),
            claimed_until: claim.map(|claim| moment(claim.until)),
            label: item.label.as_ref().map(LabelView::new),
            exchange: None,
        }
    }

    /// The same with its exchange, as text; with null where that is not JSON or not there.
    pub fn with_exchange(self, exchange: Option<&'a str>) -> Self {
        let read = exchange.and_then(|text| serde_json::from_str(text).ok());
        Self { exchange: Some(read.unwrap_or(RawValue::NULL)), ..self }
    }
}

impl<'a> LabelView<'a> {
    fn new(label: &'a Label) -> Self {
        Self {
            label: &label.label,
            comment: label.comment.as_deref(),
            reviewer: label.reviewer.as_deref(),
            at: Timestamp::from_millis(label.at).to_string(),
        }
    }
}
