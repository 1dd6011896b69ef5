//! Logs: one JSON object a line. Ids, sizes, outcomes and durations go in; bodies, secrets and URL queries never do.

use std::cell::Cell;

use serde_json::{Map, Value};
use worker::{console_error, console_log, console_warn};

use crate::core::log_text;

/// How much a line matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// The normal course.
    Info,
    /// An endpoint's failure, or a refusal: expected, and worth seeing.
    Warn,
    /// Our own failure.
    Error,
}

thread_local! {
    static THRESHOLD: Cell<Level> = const { Cell::new(Level::Info) };
}

/// Keeps lines below this level from being written. Set from `LOG_LEVEL` when an isolate reads its settings.
pub fn set_threshold(level: Level) {
    THRESHOLD.set(level);
}

/// A line being put together. `emit` writes it.
#[must_use]
pub struct Line {
    level: Level,
    fields: Option<Map<String, Value>>,
}

impl Line {
    /// A line at [`Level::Info`].
    pub fn info(event: &str) -> Self {
        Self::new(Level::Info, "info", event)
    }

    /// A line at [`Level::Warn`].
    pub fn warn(event: &str) -> Self {
        Self::new(Level::Warn, "warn", event)
    }

    /// A line at [`Level::Error`].
    pub fn error(event: &str) -> Self {
        Self::new(Level::Error, "error", event)
    }

    fn new(level: Level, name: &str, event: &str) -> Self {
        let fields = (level >= THRESHOLD.get()).then(|| {
            let mut fields = Map::new();
            fields.insert("level".to_owned(), name.into());
            fields.insert("event".to_owned(), event.into());
            fields
        });
        Self { level, fields }
    }

    /// Adds a text: an id, a code, a host. Cut where it is longer than any of these.
    pub fn text(self, name: &str, value: &str) -> Self {
        self.value(name, || log_text::cut(value).into())
    }

    /// Adds a text where there is one.
    pub fn maybe(self, name: &str, value: Option<&str>) -> Self {
        match value {
            Some(value) => self.text(name, value),
            None => self,
        }
    }

    /// Adds a count, a size or a duration in milliseconds.
    pub fn number(self, name: &str, value: impl Into<i64>) -> Self {
        let value = value.into();
        self.value(name, || value.into())
    }

    /// Adds a size in bytes or a number of things.
    pub fn size(self, name: &str, value: usize) -> Self {
        self.value(name, || value.into())
    }

    /// Adds an amount.
    pub fn amount(self, name: &str, value: Option<f64>) -> Self {
        match value {
            Some(value) => self.value(name, || value.into()),
            None => self,
        }
    }

    fn value(mut self, name: &str, value: impl FnOnce() -> Value) -> Self {
        if let Some(fields) = &mut self.fields {
            fields.insert(name.to_owned(), value());
        }
        self
    }

    /// Writes the line.
    pub fn emit(self) {
        let Some(fields) = self.fields else { return };
        let line = log_text::inert(Value::Object(fields).to_string());
        match self.level {
            Level::Info => console_log!("{line}"),
            Level::Warn => console_warn!("{line}"),
            Level::Error => console_error!("{line}"),
        }
    }
}
