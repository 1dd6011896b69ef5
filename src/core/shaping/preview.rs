//! Trying shaping out: one event as it would be delivered without `fields` and with them, and what that holds back.

use serde::Serialize;
use serde_json::{Map, Value, value::RawValue};

use super::{
    render::{Reader, exchange, render_by},
    report::Report,
    rules::FieldRules,
    user_id::UserIdKey,
};
use crate::core::{
    destination::Policy,
    event::{Event, read_event},
    field::FieldError,
    json::{Fields, JsonError},
    payload::{self, Place, Rendered, Shape},
    subscription::{Settings, Subscription},
    time::Timestamp,
};

/// The settings that decide what is sent.
pub const SETTINGS: [&str; 6] = ["fields", "format", "contentMode", "includeData", "oversize", "apiVersion"];

/// A destination that is never called, where one has to be.
const NOWHERE: &str = "https://example.com/";

/// What ids of users are hashed for, since there is no subscription.
const DRAWN_BY: &str = "preview";

const NOTE: &str = "Ids of users are hashed for each webhook anew: as long, but others.";

/// What a preview of shaping is asked for.
#[derive(Debug)]
pub struct ShapeRequest {
    subscription: Subscription,
    rules: FieldRules,
    /// Which event.
    pub event: ShapeEvent,
}

/// The event of a preview.
#[derive(Debug)]
pub enum ShapeEvent {
    /// The newest archived one.
    Newest,
    /// This one.
    Given(Box<Event>),
}

impl ShapeRequest {
    /// Reads a call's body. The event is read as intake reads it; `now` stands in for a missing `created_at`.
    pub fn read(body: &[u8], now: Timestamp) -> Result<Self, FieldError> {
        let raw: &RawValue = serde_json::from_slice(body)
            .map_err(|error| FieldError::new("", format!("body: {}", JsonError::from(error))))?;
        let given: Fields<'_> = serde_json::from_str(raw.get())
            .map_err(|_| FieldError::new("", "body: must be a JSON object"))?;
        let mut fields = Map::new();
        for (name, raw) in given.iter().filter(|(name, _)| *name != "event") {
            if !SETTINGS.contains(&name) {
                let all = SETTINGS.join(", ");
                let shown: String = name.chars().take(64).collect();
                return Err(FieldError::new(shown, format!("is not a field; allowed: {all}, event")));
            }
            let value = serde_json::from_str(raw.get())
                .map_err(|error| FieldError::new(name, JsonError::from(error).to_string()))?;
            fields.insert(name.to_owned(), value);
        }
        fields.insert("destination".to_owned(), Value::from(NOWHERE));
        let settings = Settings::read(&fields, &[], &Policy::default())?;
        let rules = settings.fields.clone().ok_or_else(|| FieldError::new("fields", "is required"))?;
        let event = match given.get("event").filter(|raw| raw.get() != "null") {
            None => ShapeEvent::Newest,
            Some(raw) => {
                ShapeEvent::Given(Box::new(read_event(raw, now).map_err(|error| error.under("event"))?))
            }
        };
        let subscription = Subscription::new(DRAWN_BY.to_owned(), settings, now.millis());
        Ok(Self { subscription, rules, event })
    }

    /// What becomes of an event of this org, at the address of this deployment.
    pub fn try_out(&self, event: &Event, place: Place<'_>, user_ids: &UserIdKey) -> ShapePreview {
        let reader = Reader::of(&self.subscription, place.org, user_ids);
        let shape = Shape::of(&self.subscription, &event.event_type);
        let mut report = Report::wanted();
        let after = render_by(event, &self.rules, shape, (reader, place.base_url), &mut report);
        ShapePreview {
            before: Rendering::of(&payload::render(event, shape, place), exchange(event, None, reader)),
            after: Rendering::of(&after, exchange(event, Some(&self.rules), reader)),
            report,
            note: NOTE,
        }
    }
}

/// One event before and after.
#[derive(Debug, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(utoipa::ToSchema), schema(as = ShapePreviewed))]
pub struct ShapePreview {
    /// As it would be delivered without `fields`.
    pub before: Rendering,
    /// As it would be with them.
    pub after: Rendering,
    /// What they hold back.
    #[serde(flatten)]
    pub report: Report,
    /// What to bear in mind.
    pub note: &'static str,
}

/// What would leave.
#[derive(Debug, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(utoipa::ToSchema))]
pub struct Rendering {
    /// The delivery's body, without the signed URL.
    #[cfg_attr(not(target_arch = "wasm32"), schema(value_type = Object))]
    pub body: Box<RawValue>,
    /// The fields of it that were cut.
    pub truncated: Vec<&'static str>,
    /// What the signed URL would give; null where there is none.
    #[cfg_attr(not(target_arch = "wasm32"), schema(required, value_type = Option<Object>))]
    pub exchange: Option<Box<RawValue>>,
}

impl Rendering {
    fn of(rendered: &Rendered, exchange: Option<String>) -> Self {
        let exchange = exchange.filter(|_| rendered.url_at.is_some());
        Self {
            body: RawValue::from_string(rendered.body.clone()).unwrap_or_else(|_| RawValue::NULL.to_owned()),
            truncated: rendered.truncated.clone(),
            exchange: exchange.and_then(|text| RawValue::from_string(text).ok()),
        }
    }
}
