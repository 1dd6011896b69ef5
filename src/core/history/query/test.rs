//! What a value is compared with: Helicone's operators.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{column::Kind, pattern, sql::Statement};
use crate::core::{field::FieldError, time::Timestamp};

/// The longest text that a value is compared with, in characters.
pub const MAX_TEXT: usize = 1000;

/// One comparison. A value that is not there passes none of them but those that begin with `Not`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Test {
    /// Of text.
    Text(TextTest, String),
    /// Of a number; of a moment in milliseconds since 1970; of yes and no as 1 and 0.
    Number(Comparison, f64),
}

/// How texts are compared. Case is that of ASCII letters wherever it does not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum TextTest {
    /// The same, with case.
    Equals,
    /// Not the same, or not there.
    NotEquals,
    /// Fits a pattern, with case.
    Like,
    /// Fits a pattern, without case.
    Ilike,
    /// Has it in it, without case.
    Contains,
    /// Has it not in it, or is not there.
    NotContains,
}

/// How numbers are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Comparison {
    /// The same.
    Equals,
    /// Not the same, or not there.
    NotEquals,
    /// Greater.
    Greater,
    /// Greater or the same.
    AtLeast,
    /// Less.
    Less,
    /// Less or the same.
    AtMost,
}

const TEXT: [(&str, TextTest); 6] = [
    ("equals", TextTest::Equals),
    ("not-equals", TextTest::NotEquals),
    ("like", TextTest::Like),
    ("ilike", TextTest::Ilike),
    ("contains", TextTest::Contains),
    ("not-contains", TextTest::NotContains),
];

const NUMBER: [(&str, Comparison); 6] = [
    ("equals", Comparison::Equals),
    ("not-equals", Comparison::NotEquals),
    ("gt", Comparison::Greater),
    ("gte", Comparison::AtLeast),
    ("lt", Comparison::Less),
    ("lte", Comparison::AtMost),
];

impl Test {
    /// Reads one operator and its value.
    pub(super) fn read(kind: Kind, operator: &str, value: &Value) -> Result<Self, FieldError> {
        let wrong = |rule: &str| FieldError::new(operator, rule);
        match kind {
            Kind::Text => {
                let test = named(&TEXT, operator)?;
                let text = value.as_str().filter(|text| is_text(text));
                let text =
                    text.ok_or_else(|| wrong("must be a string of at most 1000 characters without NUL"))?;
                let is_pattern = matches!(test, TextTest::Like | TextTest::Ilike);
                if is_pattern && !pattern::is_possible(text) {
                    return Err(wrong(
                        "must be a shorter pattern: at most 50 bytes, unless its only wildcards are % at the begin and the end",
                    ));
                }
                Ok(Self::Text(test, text.to_owned()))
            }
            Kind::Number => {
                let test = named(&NUMBER, operator)?;
                let number = value.as_f64().ok_or_else(|| wrong("must be a number"))?;
                Ok(Self::Number(test, number))
            }
            Kind::Time => {
                let test = named(&NUMBER, operator)?;
                let moment = value.as_str().and_then(Timestamp::parse);
                let moment = moment.ok_or_else(|| wrong(Timestamp::RULE))?;
                Ok(Self::Number(test, moment.millis() as f64))
            }
            Kind::Flag => {
                if operator != "equals" {
                    return Err(wrong("is not an operator of it; allowed: equals"));
                }
                let flag = value.as_bool().ok_or_else(|| wrong("must be true or false"))?;
                Ok(Self::Number(Comparison::Equals, f64::from(u8::from(flag))))
            }
        }
    }

    /// Appends the condition that an expression passes it.
    pub(super) fn compile(&self, expression: &str, statement: &mut Statement) {
        match self {
            Self::Number(test, number) => {
                let value = statement.bind(*number);
                statement.push(&format!("{expression} {} {value}", test.sql()));
            }
            Self::Text(TextTest::Equals, text) => {
                let value = statement.bind(text.as_str());
                statement.push(&format!("{expression} = {value}"));
            }
            Self::Text(TextTest::NotEquals, text) => {
                let value = statement.bind(text.as_str());
                statement.push(&format!("{expression} IS NOT {value}"));
            }
            Self::Text(TextTest::Contains, text) => {
                let value = statement.bind(text.to_ascii_lowercase());
                statement.push(&format!("instr(lower({expression}), {value}) > 0"));
            }
            Self::Text(TextTest::NotContains, text) => {
                let value = statement.bind(text.to_ascii_lowercase());
                statement.push(&format!("coalesce(instr(lower({expression}), {value}), 0) = 0"));
            }
            // Patterns that can't be compiled were refused when they were read.
            Self::Text(TextTest::Like, text) => {
                if pattern::compile(expression, text, statement).is_none() {
                    statement.push("0");
                }
            }
            Self::Text(TextTest::Ilike, text) => {
                let lower = format!("lower({expression})");
                if pattern::compile(&lower, &text.to_ascii_lowercase(), statement).is_none() {
                    statement.push("0");
                }
            }
        }
    }
}

impl Comparison {
    fn sql(self) -> &'static str {
        match self {
            Self::Equals => "=",
            Self::NotEquals => "IS NOT",
            Self::Greater => ">",
            Self::AtLeast => ">=",
            Self::Less => "<",
            Self::AtMost => "<=",
        }
    }
}

/// A text that SQLite compares as it is.
fn is_text(text: &str) -> bool {
    text.chars().count() <= MAX_TEXT && !text.contains('\0')
}

fn named<T: Copy>(known: &[(&str, T)], operator: &str) -> Result<T, FieldError> {
    let found = known.iter().find(|(name, _)| *name == operator).map(|(_, test)| *test);
    found.ok_or_else(|| {
        let names: Vec<&str> = known.iter().map(|(name, _)| *name).collect();
        FieldError::new(operator, format!("is not an operator of it; allowed: {}", names.join(", ")))
    })
}
