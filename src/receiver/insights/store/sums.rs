//! Sums of rows, as they are asked for.

use serde::Deserialize;

use super::Store;
use crate::{
    core::{
        envelope::ApiError,
        insights::{Key, Kind, Latency, Name, Place, Query, Spend, Tokens, Usage, Window},
    },
    edge::sql::read,
};

#[derive(Deserialize)]
struct Sum {
    hour: f64,
    name: String,
    sums: String,
}

#[derive(Deserialize)]
struct Row {
    hour: f64,
    name: String,
    body: String,
}

/// A part of the rows that is summed, and what its sums are ordered by.
struct Part {
    name: &'static str,
    members: &'static [&'static str],
    order: &'static str,
}

const SPEND: Part = Part { name: "spend", members: &["requests", "unknown", "nanos"], order: "nanos" };
const TOKENS: Part = Part {
    name: "tokens",
    members: &["requests", "unknown", "prompt", "completion", "cached"],
    order: "requests",
};
const USAGE: Part =
    Part { name: "usage", members: &["requests", "failed", "tokens", "nanos", "unknown"], order: "requests" };

/// What rows are grouped by.
#[derive(Clone, Copy)]
pub enum Grouping {
    /// All are one.
    All,
    /// By windows, in their order.
    Time(Window),
    /// By name, the largest sum first.
    Name,
}

/// A group's window or name, and its sums.
pub type Group<T> = (i64, Name, T);

impl Store {
    /// What rows cost.
    pub fn spend(
        &self,
        kind: &Kind,
        query: &Query,
        by: Grouping,
        limit: usize,
    ) -> Result<Vec<Group<Spend>>, ApiError> {
        self.sums(&SPEND, kind, query, by, limit)
    }

    /// The tokens of rows.
    pub fn tokens(&self, query: &Query, by: Grouping, limit: usize) -> Result<Vec<Group<Tokens>>, ApiError> {
        self.sums(&TOKENS, &Kind::Model, query, by, limit)
    }

    /// Users, those with the most requests first.
    pub fn users(&self, query: &Query, limit: usize) -> Result<Vec<Group<Usage>>, ApiError> {
        self.sums(&USAGE, &Kind::User, query, Grouping::Name, limit)
    }

    /// How long requests took, hour by hour: handed over one row after another.
    pub fn latency(&self, query: &Query, mut take: impl FnMut(Key, Latency)) -> Result<(), ApiError> {
        #[derive(Deserialize)]
        struct Body {
            latency: Latency,
        }
        let statement = "SELECT hour, name, body FROM tallies WHERE kind = ? AND hour >= ? AND hour < ?
                         AND (? IS NULL OR name = ?) ORDER BY hour, name";
        let name = query.model.as_deref().map(|model| Name::of(Some(model)).to_string());
        let values = vec![
            Kind::Latency.to_string().into(),
            (query.since as f64).into(),
            (query.until as f64).into(),
            name.clone().into(),
            name.into(),
        ];
        self.database.try_each(statement, values, |row: Row| {
            let Body { latency } = read(&row.body)?;
            take(
                Key { kind: Kind::Latency, hour: row.hour as i64, name: Name::from_key(&row.name) },
                latency,
            );
            Ok(())
        })
    }

    /// Counters, by window or over all, in the order of time and name.
    pub fn counters(&self, query: &Query, by: Option<Window>) -> Result<Vec<Group<u64>>, ApiError> {
        let statement = format!(
            "SELECT {} AS hour, name, CAST(sum(body->>'$.count') AS TEXT) AS sums FROM tallies
             WHERE kind = ? AND hour >= ? AND hour < ? GROUP BY 1, 2 ORDER BY 1, 2",
            by.map_or("0", window)
        );
        let values =
            vec![Kind::Counter.to_string().into(), (query.since as f64).into(), (query.until as f64).into()];
        self.groups(&statement, values)
    }

    fn sums<T: serde::de::DeserializeOwned>(
        &self,
        part: &Part,
        kind: &Kind,
        query: &Query,
        by: Grouping,
        limit: usize,
    ) -> Result<Vec<Group<T>>, ApiError> {
        let path = |member: &str| format!("body->>'$.{}.{member}'", part.name);
        let members: Vec<String> =
            part.members.iter().map(|member| format!("'{member}', sum({})", path(member))).collect();
        let order = format!("sum({})", path(part.order));
        let (hour, name, group, order_by) = match by {
            Grouping::All => ("0", "'-'", "", String::new()),
            Grouping::Time(by) => (window(by), "'-'", "GROUP BY 1", "ORDER BY 1".to_owned()),
            Grouping::Name => ("0", "name", "GROUP BY 2", format!("ORDER BY {order} DESC, 2")),
        };
        let mut values =
            vec![kind.to_string().into(), (query.since as f64).into(), (query.until as f64).into()];
        let mut filter = "";
        if let Some(model) = &query.model {
            filter = "AND name = ?";
            values.push(Name::of(Some(model)).to_string().into());
        }
        let mut having = "HAVING count(*) > 0".to_owned();
        if let Some(Place { requests, name }) = &query.after {
            having = format!("HAVING {order} < ? OR ({order} = ? AND name > ?)");
            values.extend([(*requests as f64).into(), (*requests as f64).into(), name.as_str().into()]);
        }
        values.push((limit as f64).into());
        let statement = format!(
            "SELECT {hour} AS hour, {name} AS name, json_object({}) AS sums FROM tallies
             WHERE kind = ? AND hour >= ? AND hour < ? {filter} AND body->'$.{}' IS NOT NULL
             {group} {having} {order_by} LIMIT CAST(? AS INTEGER)",
            members.join(", "),
            part.name,
        );
        self.groups(&statement, values)
    }

    fn groups<T: serde::de::DeserializeOwned>(
        &self,
        statement: &str,
        values: Vec<worker::SqlStorageValue>,
    ) -> Result<Vec<Group<T>>, ApiError> {
        let rows: Vec<Sum> = self.database.rows(statement, values)?;
        rows.iter().map(|row| Ok((row.hour as i64, Name::from_key(&row.name), read(&row.sums)?))).collect()
    }
}

/// The first hour of a row's window, in SQL; of rows that are kept by the hour or the day.
fn window(window: Window) -> &'static str {
    match window {
        Window::Hour => "hour",
        Window::Day | Window::Month => "hour / 24 * 24",
    }
}
