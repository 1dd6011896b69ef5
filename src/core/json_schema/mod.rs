//! Judging a value by a JSON Schema that somebody else wrote, in bounded time and memory.
//!
//! The judging itself is the `boon` crate's: drafts 6, 7, 2019-09 and 2020-12, regular expressions that take linear time, and no
//! reference followed out of the schema. What it does not do is set limits, so a schema is looked through first: `plain` bounds
//! its size and refuses what leads out of it, `pattern` bounds its regular expressions, and `effort` walks schema and value
//! together, counting the steps that judging would take, since a schema of a few lines can ask for exponentially many.
//! What is beyond a bound is not judged, neither way. `open_api` writes Gemini's schemas as JSON Schema.

mod effort;
mod open_api;
mod pattern;
mod plain;

use std::error::Error;

use boon::{
    Compiler, ErrorKind, InstanceLocation, InstanceToken, SchemaIndex, Schemas, UrlLoader, ValidationError,
};
use serde_json::Value;

pub use open_api::to_json_schema;

/// Where the schema is filed for the compiler; nothing is fetched from there.
const PLACE: &str = "urn:schema";

/// A schema, ready to judge by.
pub struct Judge {
    schema: plain::Plain,
    schemas: Schemas,
    index: SchemaIndex,
}

/// Where a value departs from a schema first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Departure {
    /// Where in the value, such as `items[2].price`; empty for the value itself.
    pub path: String,
    /// The names that are missing there, where it is that.
    pub missing: Vec<String>,
}

impl Judge {
    /// Prepares a schema; `None` where it is invalid, leads elsewhere by a reference, or is beyond the bounds.
    pub fn new(schema: &Value) -> Option<Self> {
        let schema = plain::read(schema)?;
        let mut compiler = Compiler::new();
        compiler.use_loader(Box::new(Nowhere));
        compiler.add_resource(PLACE, schema.json().clone()).ok()?;
        let mut schemas = Schemas::new();
        let index = compiler.compile(PLACE, &mut schemas).ok()?;
        Some(Self { schema, schemas, index })
    }

    /// In how many ways a value departs from the schema, 0 where it follows it. A list of alternatives that all fail counts once,
    /// each missing or unexpected property by itself. `None` where judging asks for more than is done for it.
    pub fn errors(&self, value: &Value) -> Option<u64> {
        effort::is_bounded(&self.schema, value).then_some(())?;
        Some(self.schemas.validate(value, self.index).err().map_or(0, |error| count(&error)))
    }

    /// Where a value departs from the schema first; `None` where it follows it, or judging asks for more than is done for it.
    pub fn departure(&self, value: &Value) -> Option<Departure> {
        effort::is_bounded(&self.schema, value).then_some(())?;
        let error = self.schemas.validate(value, self.index).err()?;
        let mut innermost = &error;
        while let Some(cause) = innermost.causes.first() {
            innermost = cause;
        }
        let missing = match &innermost.kind {
            ErrorKind::Required { want } => want.iter().map(|&name| name.to_owned()).collect(),
            _ => Vec::new(),
        };
        Some(Departure { path: path(&innermost.instance_location), missing })
    }
}

/// In how many ways a value departs from a schema, as [`Judge::errors`]; `None` also where the schema can't be judged by.
pub fn errors(schema: &Value, value: &Value) -> Option<u64> {
    Judge::new(schema)?.errors(value)
}

fn path(location: &InstanceLocation<'_>) -> String {
    let mut path = String::new();
    for token in &location.tokens {
        match token {
            InstanceToken::Prop(name) if path.is_empty() => path.push_str(name),
            InstanceToken::Prop(name) => path.extend([".", name.as_ref()]),
            InstanceToken::Item(at) => path.push_str(&format!("[{at}]")),
        }
    }
    path
}

/// Refuses what the schema does not hold itself.
struct Nowhere;

impl UrlLoader for Nowhere {
    fn load(&self, _url: &str) -> Result<Value, Box<dyn Error>> {
        Err("schemas are not fetched".into())
    }
}

fn count(error: &ValidationError<'_, '_>) -> u64 {
    let many = |names: usize| u64::try_from(names).unwrap_or(u64::MAX);
    match &error.kind {
        ErrorKind::Group | ErrorKind::Schema { .. } | ErrorKind::Reference { .. } | ErrorKind::AllOf => {
            error.causes.iter().map(count).fold(0, u64::saturating_add).max(1)
        }
        ErrorKind::AdditionalProperties { got } => many(got.len()),
        ErrorKind::Required { want } => many(want.len()),
        _ => 1,
    }
}
