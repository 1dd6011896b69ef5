//! Reading what is asked, from the body of a call or from the parameters of a URL.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{
    column::Column,
    filter::Filter,
    key::Place,
    test::{Comparison, Test, TextTest},
};
use crate::core::{
    field::{self, FieldError},
    history::{begin_of, number_of},
    json::whole,
    time::Timestamp,
};

/// How many rows a query has unless it says otherwise, as Helicone's.
pub const DEFAULT_LIMIT: usize = 10;

/// How many rows it has at most.
pub const MAX_LIMIT: usize = 1000;

/// How many rows it may skip: each is read. Cursors go further.
pub const MAX_OFFSET: usize = 100_000;

/// How many requests can be asked for by their ids at once.
pub const MAX_IDS: usize = 1000;

/// How many requests one export has at most.
pub const MAX_EXPORT: usize = 10_000;

/// The same with bodies, each of which is read out of the archive.
pub const MAX_EXPORT_BODIES: usize = 400;

/// The fields of a query.
pub const QUERY_FIELDS: [&str; 9] = [
    "filter",
    "offset",
    "limit",
    "sort",
    "cursor",
    "isCached",
    "includeInputs",
    "isPartOfExperiment",
    "isScored",
];

/// The parameters of a list.
pub const LIST_PARAMETERS: [&str; 5] = ["userId", "startDate", "endDate", "limit", "cursor"];

/// In which order requests are listed: by their creation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Order {
    /// The last one first.
    #[default]
    Newest,
    /// The first one first.
    Oldest,
}

/// What is asked.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Query {
    /// Which requests.
    pub filter: Filter,
    /// In which order.
    pub order: Order,
    /// At most so many.
    pub limit: usize,
    /// Behind so many of them.
    pub offset: usize,
    /// Behind this place.
    pub after: Option<Place>,
}

/// Reads the body of a query.
pub fn read_query(fields: &Map<String, Value>) -> Result<Query, FieldError> {
    field::only(fields, &QUERY_FIELDS)?;
    let flag = |name: &str| match fields.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Bool(flag)) => Ok(Some(*flag)),
        Some(_) => Err(FieldError::new(name, "must be true or false")),
    };
    let mut filter = match fields.get("filter") {
        None | Some(Value::Null) => Filter::All,
        Some(filter) => Filter::read(filter).map_err(|error| error.under("filter"))?,
    };
    // There are no inputs to include. Whether something is not cached was never asked for by Helicone's clients, which always
    // send false.
    flag("includeInputs")?;
    if flag("isCached")? == Some(true) {
        filter = filter.and(is(Column::Cached, true));
    }
    if let Some(is_scored) = flag("isScored")? {
        filter = filter.and(is(Column::Scored, is_scored));
    }
    if flag("isPartOfExperiment")? == Some(true) {
        filter = filter.and(Filter::Or(Vec::new()));
    }
    let after = match fields.get("cursor") {
        None | Some(Value::Null) => None,
        Some(cursor) => Some(cursor.as_str().and_then(Place::parse).ok_or_else(wrong_cursor)?),
    };
    Ok(Query {
        filter,
        order: order(fields.get("sort"))?,
        limit: number(fields, "limit", DEFAULT_LIMIT, 1..=MAX_LIMIT)?,
        offset: number(fields, "offset", 0, 0..=MAX_OFFSET)?,
        after,
    })
}

/// Reads the parameters of a list, each by its name and value; `others` are read elsewhere.
pub fn read_list<N: AsRef<str>, V: AsRef<str>>(
    pairs: impl Iterator<Item = (N, V)>,
    limit: impl Fn(&str) -> Result<usize, FieldError>,
    default_limit: usize,
    others: &[&str],
) -> Result<Query, FieldError> {
    let mut query = Query { limit: default_limit, ..Query::default() };
    for (name, value) in pairs {
        let (name, value) = (name.as_ref(), value.as_ref());
        let filter = match name {
            "limit" => {
                query.limit = limit(value)?;
                continue;
            }
            "cursor" => {
                query.after = Some(Place::parse(value).ok_or_else(wrong_cursor)?);
                continue;
            }
            "userId" => Filter::of(Column::UserId, Test::Text(TextTest::Equals, value.to_owned())),
            "startDate" => created(Comparison::AtLeast, begin(name, value)?),
            "endDate" => created(Comparison::Less, end(name, value)?),
            other if others.contains(&other) => continue,
            unknown => {
                let allowed: Vec<&str> = LIST_PARAMETERS.iter().chain(others).copied().collect();
                let problem = format!("is not a parameter; allowed: {}", allowed.join(", "));
                return Err(FieldError::new(unknown, problem));
            }
        };
        query.filter = query.filter.and(filter);
    }
    Ok(query)
}

/// Reads the parameter `limit` of an export: digits alone, from 1 to so many.
pub fn export_limit(value: &str, most: usize) -> Result<usize, FieldError> {
    let digits = value.bytes().all(|byte| byte.is_ascii_digit()).then(|| value.parse().ok());
    let within = digits.flatten().filter(|limit| (1..=most).contains(limit));
    within.ok_or_else(|| FieldError::new("limit", format!("must be a whole number from 1 to {most}")))
}

/// Reads the ids of requests.
pub fn read_ids(fields: &Map<String, Value>) -> Result<Vec<String>, FieldError> {
    field::only(fields, &["requestIds"])?;
    let ids = fields.get("requestIds").and_then(Value::as_array).filter(|ids| ids.len() <= MAX_IDS);
    let ids: Option<Vec<String>> =
        ids.and_then(|ids| ids.iter().map(|id| id.as_str().map(str::to_owned)).collect());
    ids.ok_or_else(|| FieldError::new("requestIds", format!("must be an array of at most {MAX_IDS} strings")))
}

fn is(column: Column, flag: bool) -> Filter {
    Filter::of(column, Test::Number(Comparison::Equals, f64::from(u8::from(flag))))
}

fn created(comparison: Comparison, at: Timestamp) -> Filter {
    Filter::of(Column::CreatedAt, Test::Number(comparison, at.millis() as f64))
}

/// A date stands for all of its day.
fn begin(name: &str, value: &str) -> Result<Timestamp, FieldError> {
    number_of(value).map(begin_of).or_else(|| Timestamp::parse(value)).ok_or_else(|| wrong_date(name))
}

fn end(name: &str, value: &str) -> Result<Timestamp, FieldError> {
    let next = number_of(value).map(|day| begin_of(day.saturating_add(1)));
    next.or_else(|| Timestamp::parse(value)).ok_or_else(|| wrong_date(name))
}

fn wrong_date(name: &str) -> FieldError {
    FieldError::new(name, format!("{}, or a date such as 2026-11-21", Timestamp::RULE))
}

fn wrong_cursor() -> FieldError {
    FieldError::new("cursor", "must be the cursor of an earlier answer")
}

fn order(sort: Option<&Value>) -> Result<Order, FieldError> {
    let fields = match sort {
        None | Some(Value::Null) => return Ok(Order::default()),
        Some(Value::Object(fields)) => fields,
        Some(_) => {
            return Err(FieldError::new("sort", "must be an object such as {\"created_at\":\"desc\"}"));
        }
    };
    if let Some(other) = fields.keys().find(|name| *name != "created_at") {
        return Err(FieldError::new(
            format!("sort.{other}"),
            "is not what requests are kept in order of; allowed: created_at",
        ));
    }
    match fields.get("created_at").map(Value::as_str) {
        None | Some(Some("desc")) => Ok(Order::Newest),
        Some(Some("asc")) => Ok(Order::Oldest),
        Some(_) => Err(FieldError::new("sort.created_at", "must be one of: asc, desc")),
    }
}

fn number(
    fields: &Map<String, Value>,
    name: &str,
    default: usize,
    allowed: std::ops::RangeInclusive<usize>,
) -> Result<usize, FieldError> {
    let value = match fields.get(name) {
        None | Some(Value::Null) => return Ok(default),
        Some(value) => value,
    };
    let number = whole(value).and_then(|number| usize::try_from(number).ok());
    number.filter(|number| allowed.contains(number)).ok_or_else(|| {
        let (least, most) = (allowed.start(), allowed.end());
        FieldError::new(name, format!("must be a whole number from {least} to {most}"))
    })
}
