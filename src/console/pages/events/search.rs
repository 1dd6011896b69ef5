//! What requests are looked for by: as it was typed, and as the API takes it.

use serde_json::{Map, Value, json};

use crate::{
    console::form::{self, Form},
    core::{envelope::ApiError, time::Timestamp},
};

/// How many requests a page has.
pub const PAGE: usize = 50;

/// The fields of the form; those after the first five are folded away where they are not used.
pub const FIELDS: [&str; 13] = [
    "model", "user", "status", "since", "until", "provider", "id", "property", "value", "cost", "latency",
    "scored", "cached",
];
/// How many stand in the open.
const OPEN: usize = 5;

/// Where times were typed.
const TIME: &str = "must be a date and time in UTC, such as 2026-11-21T09:30";

/// A field, and what is wrong with what was typed there.
pub type Wrong = (&'static str, String);

/// A search.
#[derive(Clone, Copy, Debug)]
pub struct Search<'a>(pub &'a Form);

impl<'a> Search<'a> {
    /// What was typed in a field.
    pub fn typed(self, name: &'a str) -> &'a str {
        self.0.raw(name)
    }

    /// Whether anything is looked for.
    pub fn is_any(self) -> bool {
        FIELDS.iter().any(|name| self.0.text(name).is_some())
    }

    /// Whether anything is looked for by the fields that are folded away.
    pub fn is_special(self) -> bool {
        FIELDS.iter().skip(OPEN).any(|name| self.0.text(name).is_some())
    }

    /// The path of the page that begins behind a place; of the first page without one.
    pub fn path(self, cursor: Option<&str>) -> String {
        let mut fields: Vec<(&str, Option<&str>)> =
            FIELDS.iter().map(|name| (*name, self.0.text(name))).collect();
        fields.push(("cursor", cursor));
        format!("/console/events{}", form::query(&fields))
    }

    /// The body of `POST /v1/request/query`.
    pub fn body(self) -> Result<Value, Wrong> {
        let mut leaf = Map::new();
        let text = |name: &str| self.0.text(name);
        for (name, column, operator) in [
            ("model", "model", "contains"),
            ("provider", "provider", "contains"),
            ("user", "user_id", "equals"),
            ("id", "request_id", "equals"),
        ] {
            if let Some(text) = text(name) {
                leaf.insert(column.to_owned(), json!({ operator: text }));
            }
        }
        for (name, column) in [("cost", "cost"), ("latency", "latency")] {
            if let Some(typed) = text(name) {
                let least = typed.parse::<f64>().ok().filter(|number| number.is_finite());
                let least = least.ok_or_else(|| (name, "must be a number".to_owned()))?;
                leaf.insert(column.to_owned(), json!({ "gte": least }));
            }
        }
        if let Some(typed) = text("status") {
            leaf.insert("status".to_owned(), status(typed)?);
        }
        let mut time = Map::new();
        for (name, operator) in [("since", "gte"), ("until", "lt")] {
            if let Some(typed) = text(name) {
                let moment = moment(typed).ok_or_else(|| (name, TIME.to_owned()))?;
                time.insert(operator.to_owned(), moment.to_string().into());
            }
        }
        if !time.is_empty() {
            leaf.insert("request_created_at".to_owned(), time.into());
        }
        match (text("property"), text("value")) {
            (None, None) => {}
            (None, Some(_)) => return Err(("property", "must say which property has this value".to_owned())),
            (Some(name), value) => {
                // Without a value: whatever it is.
                let test = value.map_or_else(|| json!({"like": "%"}), |value| json!({ "equals": value }));
                leaf.insert("properties".to_owned(), json!({ name: test }));
            }
        }
        let mut body = Map::from_iter([
            ("filter".to_owned(), json!({ "request_response_rmt": leaf })),
            ("limit".to_owned(), PAGE.into()),
        ]);
        if let Some(scored) = text("scored") {
            body.insert("isScored".to_owned(), (scored == "yes").into());
        }
        if self.0.is_on("cached") {
            body.insert("isCached".to_owned(), true.into());
        }
        if let Some(cursor) = text("cursor") {
            body.insert("cursor".to_owned(), cursor.into());
        }
        Ok(body.into())
    }

    /// The field that a refusal of the API is about; `None` where it is about none of them.
    pub fn refused(error: &ApiError) -> Option<Wrong> {
        const COLUMNS: [(&str, &str); 10] = [
            (".model", "model"),
            (".provider", "provider"),
            (".user_id", "user"),
            (".request_id", "id"),
            (".cost", "cost"),
            (".latency", "latency"),
            (".status", "status"),
            (".request_created_at.gte", "since"),
            (".request_created_at", "until"),
            (".properties", "property"),
        ];
        let path = error.field.as_deref()?.strip_prefix("filter.request_response_rmt")?;
        let (_, field) = COLUMNS.into_iter().find(|(column, _)| path.starts_with(column))?;
        Some((field, error.message.clone()))
    }
}

/// `200`, or all of a kind: `4xx`.
fn status(typed: &str) -> Result<Value, Wrong> {
    if let Some(hundreds) = typed.to_ascii_lowercase().strip_suffix("xx")
        && let Ok(hundreds) = hundreds.parse::<u16>()
        && (1..=9).contains(&hundreds)
    {
        let from = hundreds.saturating_mul(100);
        return Ok(json!({ "gte": from, "lt": from.saturating_add(100) }));
    }
    let exact = typed.parse::<u16>().ok().filter(|status| (100..=999).contains(status));
    let exact =
        exact.ok_or_else(|| ("status", "must be a status such as 200, or a kind such as 5xx".to_owned()))?;
    Ok(json!({ "equals": exact }))
}

/// What browsers send of a time has no seconds, and no zone.
fn moment(typed: &str) -> Option<Timestamp> {
    let whole = match typed.len() {
        16 => format!("{typed}:00Z"),
        19 => format!("{typed}Z"),
        _ => typed.to_owned(),
    };
    Timestamp::parse_or_date(&whole)
}
