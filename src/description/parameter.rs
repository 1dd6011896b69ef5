//! How one parameter is written.

use serde_json::{Map, Value};

/// A part of the path.
pub fn path(name: &str, schema: Value, example: &str, text: &str) -> Value {
    parameter("path", name, schema, Some(example.into()), text)
}

/// A parameter.
pub fn parameter(place: &str, name: &str, schema: Value, example: Option<Value>, text: &str) -> Value {
    // A signed URL lacks nothing; every other query parameter and header may be left out.
    let required = place == "path" || ["offset", "length", "expires"].contains(&name);
    let mut fields = Map::new();
    fields.insert("name".to_owned(), name.into());
    fields.insert("in".to_owned(), place.into());
    fields.insert("required".to_owned(), required.into());
    fields.insert("description".to_owned(), text.into());
    fields.insert("schema".to_owned(), schema);
    if let Some(example) = example {
        fields.insert("example".to_owned(), example);
    }
    fields.into()
}
