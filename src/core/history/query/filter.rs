//! The tree of conditions: `"all"`, `{}`, a leaf, or `{left, operator, right}`.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{
    column::{Column, Kind, LEGACY_TABLES, MAIN_TABLE, REFUSED, columns_of},
    name::{FEEDBACK, check_name},
    sql::Statement,
    test::Test,
};
use crate::core::field::FieldError;

/// How deep branches may be nested.
pub const MAX_DEPTH: usize = 10;

/// How many values a filter may compare with; a property's or a score's comparison counts twice, as its name is one. The
/// platform binds a hundred to a statement.
pub const MAX_VALUES: usize = 90;

/// Which requests.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub enum Filter {
    /// All of them.
    #[default]
    All,
    /// Those of which this holds.
    Leaf(Leaf),
    /// Those of which each of these holds.
    And(Vec<Filter>),
    /// Those of which any of these holds.
    Or(Vec<Filter>),
}

/// One condition.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Leaf {
    /// What it is about.
    pub subject: Subject,
    /// What that is compared with.
    pub test: Test,
}

/// What a condition is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Subject {
    /// A column.
    Column(Column),
    /// A property by its name.
    Property(String),
    /// A score by its name.
    Score(String),
}

impl Filter {
    /// Reads a filter.
    pub fn read(value: &Value) -> Result<Self, FieldError> {
        let filter = node(value, 0)?;
        match filter.values() {
            0..=MAX_VALUES => Ok(filter),
            _ => Err(FieldError::new(
                "",
                format!("must compare with at most {MAX_VALUES} values; a property or a score counts twice"),
            )),
        }
    }

    /// Both this and another one.
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::All, other) | (other, Self::All) => other,
            (one, other) => Self::And(vec![one, other]),
        }
    }

    /// Of a column.
    pub fn of(column: Column, test: Test) -> Self {
        Self::Leaf(Leaf { subject: Subject::Column(column), test })
    }

    /// Appends the condition.
    pub(super) fn compile(&self, statement: &mut Statement) {
        match self {
            Self::All => statement.push("1"),
            Self::Leaf(leaf) => leaf.compile(statement),
            Self::And(all) => join(all, " AND ", "1", statement),
            Self::Or(all) => join(all, " OR ", "0", statement),
        }
    }

    fn values(&self) -> usize {
        match self {
            Self::All => 0,
            Self::Leaf(Leaf { subject: Subject::Column(_), .. }) => 1,
            Self::Leaf(_) => 2,
            Self::And(all) | Self::Or(all) => {
                all.iter().fold(0, |sum, filter| sum.saturating_add(filter.values()))
            }
        }
    }
}

/// Halves in brackets: SQLite bounds how deep an expression is, and a chain is as deep as it is long.
fn join(all: &[Filter], operator: &str, none: &str, statement: &mut Statement) {
    match all {
        [] => statement.push(none),
        [one] => one.compile(statement),
        more => {
            let (left, right) = more.split_at(more.len().div_euclid(2));
            statement.push("(");
            join(left, operator, none, statement);
            statement.push(operator);
            join(right, operator, none, statement);
            statement.push(")");
        }
    }
}

impl Leaf {
    fn compile(&self, statement: &mut Statement) {
        let mut member = |object: &str, name: &str| {
            let path = statement.bind(format!("$.\"{name}\""));
            format!("json_extract({object}, {path})")
        };
        let expression = match &self.subject {
            Subject::Column(column) => column.sql().to_owned(),
            Subject::Property(name) => member("properties", name),
            Subject::Score(name) => member("scores", name),
        };
        self.test.compile(&expression, statement);
    }
}

fn node(value: &Value, depth: usize) -> Result<Filter, FieldError> {
    let fields = match value {
        Value::String(all) if all == "all" => return Ok(Filter::All),
        Value::Object(fields) => fields,
        _ => return Err(FieldError::new("", "must be \"all\" or an object")),
    };
    if fields.keys().any(|name| matches!(name.as_str(), "left" | "right" | "operator")) {
        return branch(fields, depth);
    }
    let mut leaves = Vec::new();
    for (table, value) in fields {
        leaves.extend(columns(table, value).map_err(|error| error.under(table))?);
    }
    Ok(all_of(leaves))
}

fn branch(fields: &Map<String, Value>, depth: usize) -> Result<Filter, FieldError> {
    if depth >= MAX_DEPTH {
        return Err(FieldError::new("", format!("must not be nested more than {MAX_DEPTH} deep")));
    }
    if let Some(unknown) = fields.keys().find(|name| !["left", "operator", "right"].contains(&name.as_str()))
    {
        return Err(FieldError::new(unknown, "is not a part of a branch; allowed: left, operator, right"));
    }
    let side = |name: &str| {
        let value = fields.get(name).ok_or_else(|| FieldError::new(name, "is required in a branch"))?;
        node(value, depth.saturating_add(1)).map_err(|error| error.under(name))
    };
    let sides = vec![side("left")?, side("right")?];
    match fields.get("operator").and_then(Value::as_str) {
        Some("and") => Ok(Filter::And(sides)),
        Some("or") => Ok(Filter::Or(sides)),
        _ => Err(FieldError::new("operator", "must be one of: and, or")),
    }
}

fn all_of(mut leaves: Vec<Filter>) -> Filter {
    match leaves.len() {
        0 => Filter::All,
        1 => leaves.pop().unwrap_or_default(),
        _ => Filter::And(leaves),
    }
}

/// What one table's columns have to be.
fn columns(table: &str, value: &Value) -> Result<Vec<Filter>, FieldError> {
    let columns = members(value)?;
    let mut leaves = Vec::new();
    for (name, value) in columns {
        let known = columns_of(table).iter().find(|(known, _)| known == name).map(|(_, column)| *column);
        let found = match (table, name.as_str(), known) {
            (_, _, Some(column)) => tests(column.kind(), value, || Subject::Column(column)),
            ("properties", name, _) => property(name, value),
            (MAIN_TABLE, "properties", _) => named(value, property),
            (MAIN_TABLE, "scores", _) => named(value, score),
            (MAIN_TABLE, FEEDBACK, _) | ("feedback", "rating", _) => {
                tests(Kind::Flag, value, || Subject::Score(FEEDBACK.to_owned()))
            }
            _ => Err(FieldError::new("", unknown(table))),
        };
        leaves.extend(found.map_err(|error| error.under(name))?);
    }
    if columns.is_empty() && unknown_table(table) {
        return Err(FieldError::new("", unknown(table)));
    }
    Ok(leaves)
}

fn unknown_table(table: &str) -> bool {
    table != MAIN_TABLE && table != "properties" && !LEGACY_TABLES.contains(&table)
}

/// What is wrong with a column that there is not.
fn unknown(table: &str) -> String {
    let mut allowed: Vec<&str> = columns_of(table).iter().map(|(name, _)| *name).collect();
    match table {
        MAIN_TABLE => allowed.extend(["properties", "scores", FEEDBACK]),
        "feedback" => allowed.push("rating"),
        _ if unknown_table(table) => {
            return format!(
                "is of a table that {REFUSED}; allowed: {MAIN_TABLE}, properties, {}",
                LEGACY_TABLES.join(", ")
            );
        }
        _ => {}
    }
    format!("{REFUSED}; allowed: {}", allowed.join(", "))
}

/// The members of an object whose names are a client's own.
fn named(
    value: &Value,
    read: fn(&str, &Value) -> Result<Vec<Filter>, FieldError>,
) -> Result<Vec<Filter>, FieldError> {
    let mut leaves = Vec::new();
    for (name, value) in members(value)? {
        leaves.extend(read(name, value).map_err(|error| error.under(name))?);
    }
    Ok(leaves)
}

fn property(name: &str, value: &Value) -> Result<Vec<Filter>, FieldError> {
    check_name(name)?;
    tests(Kind::Text, value, || Subject::Property(name.to_owned()))
}

/// A score is a number; Helicone's clients send it as text.
fn score(name: &str, value: &Value) -> Result<Vec<Filter>, FieldError> {
    check_name(name)?;
    let numbers: Map<String, Value> = members(value)?
        .iter()
        .map(|(operator, value)| {
            let number = match value {
                Value::String(text) => text.parse::<f64>().ok().filter(|number| number.is_finite()),
                Value::Bool(flag) => Some(f64::from(u8::from(*flag))),
                other => other.as_f64(),
            };
            (operator.clone(), number.map_or_else(|| value.clone(), Value::from))
        })
        .collect();
    tests(Kind::Number, &Value::Object(numbers), || Subject::Score(name.to_owned()))
}

fn tests(kind: Kind, value: &Value, subject: impl Fn() -> Subject) -> Result<Vec<Filter>, FieldError> {
    let tests = members(value)?.iter();
    tests
        .map(|(operator, value)| {
            Ok(Filter::Leaf(Leaf { subject: subject(), test: Test::read(kind, operator, value)? }))
        })
        .collect()
}

fn members(value: &Value) -> Result<&Map<String, Value>, FieldError> {
    value.as_object().ok_or_else(|| FieldError::new("", "must be an object"))
}
