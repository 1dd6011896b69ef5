//! Structured output: the schema that an answer was asked to follow.

use serde_json::Value;

use super::member::{list, text};

/// How a schema is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SchemaForm {
    /// JSON Schema.
    JsonSchema,
    /// Gemini's `responseSchema`: a part of OpenAPI's, with types in capitals (`OBJECT`) and `nullable`.
    OpenApi,
}

/// A schema, and where what follows it is to be found.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RequestedSchema<'a> {
    /// The schema as it was sent.
    pub schema: &'a Value,
    /// How it is written.
    pub form: SchemaForm,
    /// The tool that has to be called, whose arguments follow the schema; `None` where the text does.
    pub tool: Option<&'a str>,
}

/// Where the formats keep it, Gemini's aside.
const PLACES: [&str; 4] = [
    "/response_format/json_schema/schema",
    "/text/format/schema",
    "/output_config/format/schema",
    "/output_format/schema",
];

pub(super) fn requested(request: &Value) -> Option<RequestedSchema<'_>> {
    let schema = PLACES.iter().find_map(|place| request.pointer(place)).filter(|schema| schema.is_object());
    schema.map(of_text).or_else(|| of_gemini(request)).or_else(|| of_forced_tool(request))
}

fn of_text(schema: &Value) -> RequestedSchema<'_> {
    RequestedSchema { schema, form: SchemaForm::JsonSchema, tool: None }
}

/// Gemini takes names of either spelling, also mixed.
fn of_gemini(request: &Value) -> Option<RequestedSchema<'_>> {
    let config = request.get("generationConfig").or_else(|| request.get("generation_config"))?;
    let either = |camel: &str, snake: &str| {
        config.get(camel).or_else(|| config.get(snake)).filter(|schema| schema.is_object())
    };
    either("responseJsonSchema", "response_json_schema").map(of_text).or_else(|| {
        let schema = either("responseSchema", "response_schema")?;
        Some(RequestedSchema { form: SchemaForm::OpenApi, ..of_text(schema) })
    })
}

/// A tool that the model has to call is the older way to ask for structure.
fn of_forced_tool(request: &Value) -> Option<RequestedSchema<'_>> {
    let choice = request.get("tool_choice")?;
    // Anthropic and responses name it in the choice, chat completions one level below.
    let forced = text(choice, "name").or_else(|| text(choice.get("function")?, "name"))?;
    list(request, "tools").iter().find_map(|tool| {
        let tool = tool.get("function").unwrap_or(tool);
        let name = text(tool, "name").filter(|name| *name == forced)?;
        let schema = tool
            .get("input_schema")
            .or_else(|| tool.get("parameters"))
            .filter(|schema| schema.is_object())?;
        Some(RequestedSchema { schema, form: SchemaForm::JsonSchema, tool: Some(name) })
    })
}
