//! One operation, put together from what it takes and what it answers.

use serde_json::{Map, Value, json};

use super::errors;

/// An operation that is being described.
pub struct Operation(Map<String, Value>);

impl Operation {
    /// An operation with its id, the tag that it is listed under, and what it does in a few words.
    pub fn new(id: &str, tag: &str, summary: &str) -> Self {
        Self(Map::new()).with("operationId", id).with("tags", json!([tag])).with("summary", summary)
    }

    /// What it does in full.
    pub fn about(self, text: &str) -> Self {
        self.with("description", text)
    }

    /// Behind a key with this scope; `root` stands for the root key.
    pub fn for_scope(self, scope: &str) -> Self {
        let needs = match scope {
            "root" => "Needs the root key.".to_owned(),
            scope => format!("Needs the scope `{scope}`."),
        };
        let about = match self.0.get("description").and_then(Value::as_str) {
            Some(about) => format!("{about}\n\n{needs}"),
            None => needs,
        };
        self.about(&about).with("security", json!([{"bearer": []}])).refuses(&[401, 403, 500, 503])
    }

    /// Behind any of these other schemes.
    pub fn secured_by(self, schemes: &[&str]) -> Self {
        let schemes: Vec<Value> = schemes.iter().map(|name| json!({*name: []})).collect();
        self.with("security", Value::Array(schemes))
    }

    /// Parameters by the names of their components.
    pub fn takes(self, names: &[&str]) -> Self {
        let parameters: Vec<Value> =
            names.iter().map(|name| json!({"$ref": format!("#/components/parameters/{name}")})).collect();
        self.with("parameters", Value::Array(parameters))
    }

    /// A JSON body of a schema, with named examples.
    pub fn body(self, schema: &str, examples: &[(&str, Value)]) -> Self {
        self.content(json!({"application/json": content(schema_ref(schema), examples)}), true)
    }

    /// The same, which may be left out.
    pub fn optional_body(self, schema: &str, examples: &[(&str, Value)]) -> Self {
        self.content(json!({"application/json": content(schema_ref(schema), examples)}), false)
    }

    /// A body by its media types.
    pub fn content(self, content: Value, required: bool) -> Self {
        self.with("requestBody", json!({"required": required, "content": content})).refuses(&[400, 413, 415])
    }

    /// What it answers when all is well: this in the envelope.
    pub fn answers(self, status: u16, text: &str, data: Value, example: Value) -> Self {
        let schema = json!({
            "type": "object",
            "required": ["data", "error"],
            "properties": {"data": data, "error": {"type": "null"}},
        });
        let example = json!({"data": example, "error": null});
        self.responds(
            status,
            json!({
                "description": text,
                "content": {"application/json": {"schema": schema, "example": example}},
            }),
        )
    }

    /// Any answer.
    pub fn responds(mut self, status: u16, response: Value) -> Self {
        let responses = self.0.entry("responses").or_insert_with(|| json!({}));
        if let Some(responses) = responses.as_object_mut() {
            responses.insert(status.to_string(), response);
        }
        self
    }

    /// A header of the answer with this status.
    pub fn sends(mut self, status: u16, header: &str) -> Self {
        let response = self.0.get_mut("responses").and_then(|all| all.get_mut(status.to_string()));
        if let Some(Value::Object(response)) = response {
            let reference = json!({"$ref": format!("#/components/headers/{header}")});
            let headers = response.entry("headers").or_insert_with(|| json!({}));
            if let Some(headers) = headers.as_object_mut() {
                headers.insert(header.to_owned(), reference);
            }
        }
        self
    }

    /// Refusals, each in the envelope.
    pub fn refuses(self, statuses: &[u16]) -> Self {
        statuses.iter().fold(self, |operation, status| {
            let name = errors::name(*status);
            operation.responds(*status, json!({"$ref": format!("#/components/responses/{name}")}))
        })
    }

    /// The finished object, its answers in the order of their statuses.
    pub fn done(mut self) -> Value {
        if let Some(Value::Object(responses)) = self.0.get_mut("responses") {
            responses.sort_keys();
        }
        Value::Object(self.0)
    }

    fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.0.insert(name.to_owned(), value.into());
        self
    }
}

/// A reference to a schema of the components.
pub fn schema_ref(name: &str) -> Value {
    json!({"$ref": format!("#/components/schemas/{name}")})
}

/// A list of one.
pub fn list_of(name: &str) -> Value {
    json!({"type": "array", "items": schema_ref(name)})
}

/// A media type's content with named examples.
pub fn content(schema: Value, examples: &[(&str, Value)]) -> Value {
    let examples: Map<String, Value> =
        examples.iter().map(|(name, value)| ((*name).to_owned(), json!({"value": value}))).collect();
    json!({"schema": schema, "examples": examples})
}

/// An object that takes no field beside these.
pub(super) fn object(text: &str, required: &[&str], properties: Map<String, Value>) -> Value {
    json!({
        "type": "object",
        "description": text,
        "required": required,
        "additionalProperties": false,
        "properties": properties,
    })
}

/// The members of an object.
pub fn into_map(value: Value) -> Option<Map<String, Value>> {
    match value {
        Value::Object(members) => Some(members),
        _ => None,
    }
}

/// The members of an object; none of anything else.
pub fn members(value: Value) -> Map<String, Value> {
    into_map(value).unwrap_or_default()
}
