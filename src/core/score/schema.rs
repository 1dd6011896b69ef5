//! `schema`: whether structured output follows the schema that was asked for.

use std::borrow::Cow;

use serde_json::Value;

use super::{Known, Score, Scorer};
use crate::core::{
    exchange::{Exchange, RequestedSchema, SchemaForm},
    json::Canonical,
    json_schema,
};

/// The longest output that is judged, in bytes.
const MAX_OUTPUT: usize = 512 * 1024;

/// The scorer.
pub(super) struct Schema;

impl Scorer for Schema {
    fn scores(&self, known: &Known<'_>) -> Vec<(String, Score)> {
        let Some(errors) = errors(known.exchange) else { return Vec::new() };
        vec![
            ("structured_output_valid".to_owned(), Score::Boolean(errors == 0)),
            ("structured_output_errors".to_owned(), Score::count(errors)),
        ]
    }
}

/// In how many ways the output departs from the schema: one where it is no JSON, or not there. `None` where no schema was asked
/// for or it can't be judged by, and where nothing was answered or something else in place of it.
fn errors(exchange: &Exchange) -> Option<u64> {
    let asked = exchange.requested_schema()?;
    let text = output(exchange, &asked)?;
    if text.len() > MAX_OUTPUT {
        return None;
    }
    let schema = match asked.form {
        SchemaForm::JsonSchema => Cow::Borrowed(asked.schema),
        SchemaForm::OpenApi => Cow::Owned(json_schema::to_json_schema(asked.schema)),
    };
    // Escaped halves of characters are no reason to call it invalid: JavaScript reads them.
    let output = Canonical::from_text(&text).ok();
    match output.and_then(|output| serde_json::from_str::<Value>(output.as_str()).ok()) {
        Some(output) => json_schema::errors(&schema, &output),
        None => Some(1),
    }
}

/// What has to follow the schema; empty where the answer lacks it. `None` where it is not due: no answer is known, or the model
/// declined, or it called another tool first.
fn output<'a>(exchange: &'a Exchange, asked: &RequestedSchema<'_>) -> Option<Cow<'a, str>> {
    let answers = exchange.answers();
    let first = answers.first()?;
    let calls = exchange.tool_calls();
    let given = match asked.tool {
        Some(tool) => calls.iter().find(|call| call.name == tool).map(|call| call.arguments.clone()),
        None => first.text(),
    };
    let is_due = exchange.refusal().is_none() && (asked.tool.is_some() || calls.is_empty());
    given.or_else(|| is_due.then(Cow::default))
}
