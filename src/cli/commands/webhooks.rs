//! `heliograph webhooks`.

use clap::{Args, Subcommand};
use serde_json::{Map, Value, json};

use crate::cli::{
    client::{Client, segment},
    config::Config,
    exit::Failure,
    output::Output,
    set::{put, set_all},
};

/// Subscriptions.
#[derive(Debug, Subcommand)]
pub enum Webhooks {
    /// List them
    List,
    /// Show one
    Show {
        /// The webhook's id, sub_…
        id: String,
    },
    /// Create one; its secrets are shown
    Create {
        /// The endpoint's URL
        destination: String,
        #[command(flatten)]
        settings: Settings,
    },
    /// Change one
    Update {
        /// The webhook's id, sub_…
        id: String,
        #[command(flatten)]
        settings: Settings,
    },
    /// Send it nothing until it is resumed; what it matches is held
    Pause {
        /// The webhook's id, sub_…
        id: String,
    },
    /// Send to it again; `recover` sends what was held
    Resume {
        /// The webhook's id, sub_…
        id: String,
    },
    /// Send it one example event, and show what it answers
    Test {
        /// The webhook's id, sub_…
        id: String,
        /// The example's type [default: request.completed]
        #[arg(long)]
        event_type: Option<String>,
    },
    /// Give it new keys
    Rotate {
        /// The webhook's id, sub_…
        id: String,
        /// How long the old ones sign beside them [default: 86400]
        #[arg(long, value_name = "SECONDS")]
        overlap: Option<u32>,
    },
    /// Show its newest keys
    Secret {
        /// The webhook's id, sub_…
        id: String,
    },
    /// Delete one
    Delete {
        /// The webhook's id, sub_…
        id: String,
    },
}

/// Settings of a webhook.
#[derive(Debug, Args)]
pub struct Settings {
    /// A type that it gets, such as request.*; may be repeated
    #[arg(long = "event-type", value_name = "TYPE")]
    event_types: Vec<String>,
    /// How a body is laid out
    #[arg(long, value_parser = ["helicone", "standard", "cloudevents"])]
    format: Option<String>,
    /// What it is for
    #[arg(long)]
    description: Option<String>,
    /// Any field of the API, such as sampleRate=10; may be repeated
    #[arg(long, value_name = "PATH=VALUE")]
    set: Vec<String>,
}

impl Settings {
    fn fields(&self) -> Result<Value, Failure> {
        let mut fields = Map::new();
        if !self.event_types.is_empty() {
            fields.insert("eventTypes".to_owned(), json!(self.event_types));
        }
        if let Some(format) = &self.format {
            fields.insert("format".to_owned(), json!(format));
        }
        if let Some(description) = &self.description {
            fields.insert("description".to_owned(), json!(description));
        }
        let mut fields = Value::Object(fields);
        set_all(&mut fields, &self.set).map_err(Failure::usage)?;
        Ok(fields)
    }
}

impl Webhooks {
    pub(super) fn run(self, config: &Config, output: &mut Output<'_>) -> Result<(), Failure> {
        let client = Client::new(config);
        let path = |id: &str| format!("/v1/webhooks/{}", segment(id));
        let patch = |id: &str, fields: &Value| {
            client.call("PATCH", &path(id), Some(("application/json", fields.to_string().into_bytes())))
        };
        match self {
            Self::List => {
                let webhooks = client.get("/v1/webhooks")?;
                let columns = [
                    ("id", "/id"),
                    ("status", "/status"),
                    ("types", "/eventTypes"),
                    ("format", "/format"),
                    ("destination", "/destination"),
                    ("description", "/description"),
                ];
                let webhooks: Vec<Value> =
                    webhooks.as_array().into_iter().flatten().map(without_keys).collect();
                output.list(&webhooks, &columns)?;
            }
            Self::Show { id } => output.thing(&without_keys(&client.get(&path(&id))?))?,
            Self::Create { destination, settings } => {
                let mut fields = settings.fields()?;
                put(&mut fields, "destination", Value::String(destination));
                output.thing(&client.post("/v1/webhooks", &fields)?)?;
            }
            Self::Update { id, settings } => {
                let fields = settings.fields()?;
                if fields.as_object().is_none_or(Map::is_empty) {
                    return Err(Failure::usage(
                        "there is nothing to change: give --set, --event-type or another",
                    ));
                }
                output.thing(&without_keys(&patch(&id, &fields)?))?;
            }
            Self::Pause { id } => {
                output.thing(&without_keys(&patch(&id, &json!({"status": "paused"}))?))?;
            }
            Self::Resume { id } => {
                output.thing(&without_keys(&patch(&id, &json!({"status": "active"}))?))?;
            }
            Self::Test { id, event_type } => {
                let body =
                    event_type.map_or_else(|| json!({}), |event_type| json!({"eventType": event_type}));
                let tested = client.post(&format!("{}/test", path(&id)), &body)?;
                output.thing(&tested)?;
                if tested.get("success") != Some(&Value::Bool(true)) {
                    return Err(Failure::no());
                }
            }
            Self::Rotate { id, overlap } => {
                let body = overlap.map_or_else(|| json!({}), |overlap| json!({"overlapSeconds": overlap}));
                output.thing(&client.post(&format!("{}/rotate", path(&id)), &body)?)?;
            }
            Self::Secret { id } => output.thing(&client.get(&format!("{}/secret", path(&id)))?)?,
            Self::Delete { id } => output.thing(&client.call("DELETE", &path(&id), None)?)?,
        }
        Ok(())
    }
}

/// The API shows the key of Helicone's scheme in every answer; who only looks has no use for it on a screen.
fn without_keys(webhook: &Value) -> Value {
    let mut webhook = webhook.clone();
    if let Some(members) = webhook.as_object_mut() {
        members.retain(|name, _| name != "hmac_key" && name != "signing_secret");
    }
    webhook
}
