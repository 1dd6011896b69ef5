//! A webhook of the deployment for as long as somebody listens.

use serde_json::{Value, json};

use crate::{
    cli::{
        client::{Client, segment},
        exit::Failure,
        secrets::texts,
    },
    core::signature::SecretText,
};

/// The webhook.
pub struct Registration {
    pub client: Client,
    pub id: String,
    /// What its deliveries are signed with.
    pub secrets: Vec<SecretText>,
}

impl Registration {
    /// Creates it.
    pub fn create(client: Client, destination: &str, event_types: &[String]) -> Result<Self, Failure> {
        let fields = json!({
            "destination": destination,
            "description": "heliograph listen",
            "eventTypes": event_types,
        });
        let webhook = client.post("/v1/webhooks", &fields)?;
        let text = |name: &str| webhook.get(name).and_then(Value::as_str).map(str::to_owned);
        let keys: Vec<String> = [text("signing_secret"), text("hmac_key")].into_iter().flatten().collect();
        Ok(Self { client, id: text("id").unwrap_or_default(), secrets: texts(&keys) })
    }

    /// Deletes it.
    pub fn remove(self) -> Result<(), Failure> {
        let path = format!("/v1/webhooks/{}", segment(&self.id));
        self.client.call("DELETE", &path, None).map(|_| ())
    }
}
