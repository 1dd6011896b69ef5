//! Properties: who paid, by which key and for which group of models, the tags, and what the caller put into the metadata.

use serde_json::value::RawValue;

use super::fields::{part, present};
use crate::core::{
    adapter::object::Object,
    event::canonical,
    field::FieldError,
    json::{Canonical, Fields},
};

/// How many there are at most, and how long each may be, in characters; what is beyond is left out.
const MAX: usize = 64;
const MAX_NAME: usize = 256;
const MAX_VALUE: usize = 1024;

/// Members of the payload that are properties.
const OWN: [&str; 3] = ["model_group", "call_type", "session_id"];

/// Members of the metadata that are. The owner's e-mail address, the caller's network address and the budgets are left out.
const OF_METADATA: [&str; 10] = [
    "user_api_key_alias",
    "user_api_key_hash",
    "user_api_key_user_id",
    "user_api_key_team_id",
    "user_api_key_team_alias",
    "user_api_key_org_id",
    "user_api_key_org_alias",
    "user_api_key_project_id",
    "user_api_key_project_alias",
    "user_api_key_request_route",
];

/// What LiteLLM writes into the caller's metadata, and what stands elsewhere.
const NOT_THE_CALLERS: [&str; 5] = ["headers", "used_client_oauth_token", "tags", "trace_id", "session_id"];

/// How the tags begin that LiteLLM adds.
const ADDED_TAG: &str = "User-Agent:";

pub(super) struct Properties(Vec<(String, Canonical)>);

impl Properties {
    pub(super) fn read(fields: &Fields<'_>, metadata: &Fields<'_>) -> Result<Self, FieldError> {
        let mut properties = Self(Vec::new());
        OWN.iter().for_each(|name| properties.add(name, present(fields, name)));
        OF_METADATA.iter().for_each(|name| properties.add(name, present(metadata, name)));
        let tags: Vec<String> = present(fields, "request_tags")
            .and_then(|raw| serde_json::from_str(raw.get()).ok())
            .unwrap_or_default();
        let tags: Vec<&str> =
            tags.iter().map(String::as_str).filter(|tag| !tag.starts_with(ADDED_TAG)).collect();
        if !tags.is_empty() {
            properties.push("tags", Canonical::from_str_value(&tags.join(",")));
        }
        for name in ["requester_metadata", "spend_logs_metadata"] {
            let callers = part(metadata, name).map_err(|error| error.under("metadata"))?;
            for (name, raw) in callers.iter().filter(|(name, _)| !NOT_THE_CALLERS.contains(name)) {
                properties.add(name, Some(raw));
            }
        }
        Ok(properties)
    }

    /// Text, numbers and booleans alone: the rest is no property that a filter could compare.
    fn add(&mut self, name: &str, raw: Option<&RawValue>) {
        let scalar = raw.filter(|raw| !raw.get().starts_with(['{', '[', 'n']) && raw.get() != r#""""#);
        if let Some(value) = scalar.and_then(|raw| canonical(raw, name).ok()) {
            self.push(name, value);
        }
    }

    fn push(&mut self, name: &str, value: Canonical) {
        let fits = self.0.len() < MAX
            && name.chars().count() <= MAX_NAME
            && value.as_str().chars().count() <= MAX_VALUE;
        if fits && !self.0.iter().any(|(known, _)| known == name) {
            self.0.push((name.to_owned(), value));
        }
    }

    pub(super) fn json(&self) -> Result<Option<Canonical>, FieldError> {
        if self.0.is_empty() {
            return Ok(None);
        }
        let mut object = Object::new();
        self.0.iter().for_each(|(name, value)| object.json(name, value.as_str()));
        object.finish("metadata").map(Some)
    }

    pub(super) fn into_texts(self) -> Vec<(String, String)> {
        let text = |value: Canonical| value.string_value().unwrap_or_else(|| value.as_str().to_owned());
        self.0.into_iter().map(|(name, value)| (name, text(value))).collect()
    }
}
