//! Types of events.

use serde::Deserialize;
use serde_json::Value;

/// A type, as it looks in a version and a format.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EventType {
    /// Its name.
    pub name: String,
    /// When it is raised.
    pub description: Option<String>,
    /// Whether the org describes it itself.
    pub custom: bool,
    /// Whether it has to be named by whoever wants it.
    pub operational: bool,
    /// The version that is shown.
    pub api_version: String,
    /// All that there are, oldest first.
    pub versions: Vec<String>,
    /// The format that is shown.
    pub format: String,
    /// What a delivered body follows.
    pub schema: Value,
    /// What the `data` that is sent in has to follow.
    pub data_schema: Option<Value>,
    /// A delivered body.
    pub example: Value,
}
