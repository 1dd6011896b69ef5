//! What requests cost, how long they took, their tokens and who made them.

use maud::{Markup, html};

use super::{doings, part};
use crate::{
    console::{
        form::query,
        models::insights::{
            Counters, Latency, LatencyRow, Spend, SpendRow, Tokens, TokensRow, UserPage, UserRow,
        },
        parts::{
            chart::{self, Line, Unit},
            list::stat,
            number::{self, UNKNOWN, count, dollars, millis},
            text::short,
        },
    },
    core::{
        time::Timestamp,
        window::{DAY, hour_of, moment},
    },
};

/// How far back the page can look.
pub const RANGES: [Range; 3] = [
    Range { name: "today", title: "Today", days: 1 },
    Range { name: "7d", title: "7 days", days: 7 },
    Range { name: "30d", title: "30 days", days: 30 },
];

/// How far back it looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range {
    /// As it stands in the query string.
    pub name: &'static str,
    /// For people.
    pub title: &'static str,
    /// In days, today's included.
    pub days: i64,
}

impl Range {
    /// Of this name; whatever else it is, it is a week.
    pub fn parse(name: &str) -> Self {
        let week = Self { name: "7d", title: "7 days", days: 7 };
        RANGES.into_iter().find(|range| range.name == name).unwrap_or(week)
    }

    /// The first day: `2026-11-21`.
    pub fn since(self, now: Timestamp) -> String {
        now.plus_seconds(self.days.saturating_sub(1).saturating_mul(-86_400)).date_and_hour().0
    }

    /// What latencies are grouped by, so that a chart has neither two points nor a thousand.
    pub fn latency_by(self) -> &'static str {
        if self.days > 7 { "day" } else { "hour" }
    }
}

/// What was counted.
pub struct Insights {
    /// When it is.
    pub now: Timestamp,
    /// Costs by day.
    pub days: Spend,
    /// Costs by model.
    pub models: Spend,
    /// Costs by day of the models that cost most.
    pub lines: Vec<DayLine>,
    /// Durations by hour or day.
    pub hours: Latency,
    /// Durations by model.
    pub latency: Latency,
    /// Tokens by model.
    pub tokens: Tokens,
    /// Who made requests.
    pub users: UserPage,
    /// Where this page of users is not the first.
    pub is_later: bool,
    /// What the receiver did.
    pub counters: Counters,
}

/// A model's cost by day.
pub struct DayLine {
    /// The model.
    pub model: String,
    /// By day.
    pub days: Vec<SpendRow>,
}

/// All of it.
pub fn all(range: Range, insights: &Insights) -> Markup {
    html! {
        nav.ranges aria-label="Range" {
            @for one in RANGES {
                a.button href={ "/console/receiver?range=" (one.name) } aria-current=[(one == range).then_some("true")] { (one.title) }
            }
        }
        (totals(insights))
        @if insights.days.total.requests == 0 {
            p.muted { "No requests were counted in this time. The handlers " code { "spend" } ", " code { "latency" } ", " code { "tokens" } " and "
                code { "usage" } " count them, where " code { "HANDLERS" } " names them." }
        } @else {
            (spend(range, insights))
            (latency(range, insights))
            (part("tokens", "Tokens by model", &tokens(&insights.tokens)))
            (part("users", "Top users", &users(range, insights)))
        }
        (doings::all(&insights.counters))
    }
}

fn totals(insights: &Insights) -> Markup {
    let total = &insights.days.total;
    let numbers = doings::Doings::read(&insights.counters);
    html! {
        dl.stats {
            (stat("Spend", &dollars(total.known()), &html! { @if total.unknown > 0 { (count(total.unknown)) " of unknown cost" } }))
            (stat("Requests", &count(total.requests), &html! {}))
            (stat("Deliveries taken", &count(numbers.accepted), &html! { @if numbers.duplicates > 0 { (count(numbers.duplicates)) " duplicates" } }))
            (stat("Signatures refused", &count(numbers.refused()), &html! {}))
            (stat("Given up by handlers", &count(numbers.dead()), &html! {}))
        }
    }
}

fn model(group: Option<&str>, is_rest: bool) -> Markup {
    html! {
        @match (group, is_rest) {
            (Some(name), _) => (short(name)),
            (None, true) => span.muted { "All others" },
            (None, false) => span.muted { "Not named" },
        }
    }
}

fn spend(range: Range, insights: &Insights) -> Markup {
    let table = html! {
        div.wide tabindex="0" role="region" aria-label="Spend by model" {
            table {
                thead {
                    tr {
                        th scope="col" { "Model" } th.number scope="col" { "Cost" } th.number scope="col" { "Share" }
                        th.number scope="col" { "Requests" } th.number scope="col" { "Of unknown cost" }
                    }
                }
                tbody { @for row in &insights.models.groups { (spend_row(row, insights.models.total.cost)) } }
            }
        }
    };
    html! {
        (part("spend", "Spend", &html! {
            @if range.days > 1 {
                @let moments = moments(&insights.days.since, insights.now, DAY);
                (chart::lines("Spend by day and model", Unit::Dollars, &moments, &spend_lines(insights, &moments)))
            }
            (table)
        }))
    }
}

/// All of it, and the models that cost most where there are several.
fn spend_lines(insights: &Insights, moments: &[Timestamp]) -> Vec<Line> {
    let line = |name: &str, rows: &[SpendRow]| {
        let cost = |moment: &Timestamp| {
            let row = rows.iter().find(|row| at(row.group.as_deref()) == Some(*moment));
            // A day without requests has cost nothing.
            row.map_or(Some(0.0), SpendRow::known)
        };
        Line { name: name.to_owned(), values: moments.iter().map(cost).collect() }
    };
    let all = line("All", &insights.days.groups);
    let models = insights.lines.iter().map(|one| line(&short(&one.model), &one.days));
    if insights.lines.len() < 2 { vec![all] } else { std::iter::once(all).chain(models).collect() }
}

fn spend_row(row: &SpendRow, all: f64) -> Markup {
    let share = row.known().filter(|_| all > 0.0).map(|cost| cost / all);
    html! {
        tr {
            th scope="row" { (model(row.group.as_deref(), row.is_rest)) }
            td.number { (dollars(row.known())) } td.number { (number::percent(share)) }
            td.number { (count(row.requests)) } td.number { (count(row.unknown)) }
        }
    }
}

fn latency(range: Range, insights: &Insights) -> Markup {
    let by = range.latency_by();
    let moments = moments(&insights.days.since, insights.now, if by == "day" { DAY } else { 1 });
    let line = |name: &str, of: fn(&LatencyRow) -> u64| {
        let value = |moment: &Timestamp| {
            let row = insights.hours.groups.iter().find(|row| at(row.group.as_deref()) == Some(*moment))?;
            Some(of(row) as f64)
        };
        Line { name: name.to_owned(), values: moments.iter().map(value).collect() }
    };
    let lines = [
        line("p50", |row| row.p50_ms),
        line("p90", |row| row.p90_ms),
        line("p95", |row| row.p95_ms),
        line("p99", |row| row.p99_ms),
    ];
    let content = html! {
        (chart::lines(&format!("Latency by {by}"), Unit::Millis, &moments, &lines))
        div.wide tabindex="0" role="region" aria-label="Latency by model" {
            table {
                thead {
                    tr {
                        th scope="col" { "Model" }
                        @for name in ["p50", "p90", "p95", "p99", "Requests"] { th.number scope="col" { (name) } }
                    }
                }
                tbody {
                    @for row in &insights.latency.groups {
                        tr {
                            th scope="row" { (model(row.group.as_deref(), row.is_rest)) }
                            @for duration in [row.p50_ms, row.p90_ms, row.p95_ms, row.p99_ms] { td.number { (millis(Some(duration))) } }
                            td.number { (count(row.requests)) }
                        }
                    }
                }
            }
        }
    };
    part("latency", "Latency", &content)
}

fn tokens(tokens: &Tokens) -> Markup {
    html! {
        div.wide tabindex="0" role="region" aria-label="Tokens by model" {
            table {
                thead {
                    tr {
                        th scope="col" { "Model" } th.number scope="col" { "Prompt" } th.number scope="col" { "From a cache" }
                        th.number scope="col" { "Completion" } th.number scope="col" { "Completion per prompt token" }
                        th.number scope="col" { "Usually" } th.number scope="col" { "Of unknown counts" }
                    }
                }
                tbody { @for row in &tokens.groups { (tokens_row(row)) } }
            }
        }
    }
}

fn tokens_row(row: &TokensRow) -> Markup {
    let is_known = row.requests > row.unknown;
    let sum = |tokens: u64| if is_known { count(tokens) } else { UNKNOWN.to_owned() };
    let ratio = |ratio: Option<f64>| ratio.map_or_else(|| UNKNOWN.to_owned(), |ratio| format!("{ratio:.2}"));
    html! {
        tr {
            th scope="row" { (model(row.group.as_deref(), row.is_rest)) }
            td.number { (sum(row.prompt_tokens)) } td.number { (sum(row.cached_tokens)) } td.number { (sum(row.completion_tokens)) }
            td.number { (ratio(row.ratio())) } td.number { (ratio(row.usual_ratio)) } td.number { (count(row.unknown)) }
        }
    }
}

fn users(range: Range, insights: &Insights) -> Markup {
    let page = |cursor: Option<&str>| {
        format!("/console/receiver{}#users", query(&[("range", Some(range.name)), ("users", cursor)]))
    };
    html! {
        @if insights.users.users.is_empty() { p.muted { "No more users." } }
        @else {
            div.wide tabindex="0" role="region" aria-label="Users" {
                table {
                    thead {
                        tr {
                            th scope="col" { "User" } th scope="col" { "In alerts" }
                            @for name in ["Requests", "Failed", "Tokens", "Cost", "Of unknown cost"] { th.number scope="col" { (name) } }
                        }
                    }
                    tbody { @for row in &insights.users.users { (user(row)) } }
                }
            }
        }
        @if insights.is_later || insights.users.next_cursor.is_some() {
            nav.pager aria-label="Pages of users" {
                @if insights.is_later { a.button href=(page(None)) { "First" } }
                @if let Some(cursor) = &insights.users.next_cursor { a.button href=(page(Some(cursor))) rel="next" { "Next" } }
            }
        }
    }
}

fn user(row: &UserRow) -> Markup {
    let cost = (row.requests > row.unknown).then_some(row.cost);
    html! {
        tr {
            th scope="row" {
                @match &row.user {
                    Some(user) => a href={ "/console/events" (query(&[("user", Some(user))])) } { (short(user)) },
                    None => (model(None, row.is_rest)),
                }
            }
            td { @match &row.alias { Some(alias) => span.mono { (alias) }, None => (UNKNOWN) } }
            td.number { (count(row.requests)) } td.number { (count(row.failed)) } td.number { (count(row.tokens)) }
            td.number { (dollars(cost)) } td.number { (count(row.unknown)) }
        }
    }
}

/// Each hour or day (`step` hours) from a moment until now.
fn moments(since: &str, now: Timestamp, step: i64) -> Vec<Timestamp> {
    /// A chart has room for no more.
    const MOST: usize = 800;
    let Some(since) = Timestamp::parse(since) else { return Vec::new() };
    let (first, last) = (hour_of(since.millis()), hour_of(now.millis()));
    let hours = std::iter::successors(Some(first), |hour| Some(hour.saturating_add(step)));
    hours.take_while(|hour| *hour <= last).take(MOST).map(moment).collect()
}

/// When a group begins: `2026-11-21`, or `2026-11-21T09`.
fn at(group: Option<&str>) -> Option<Timestamp> {
    let group = group?;
    match group.contains('T') {
        true => Timestamp::parse(&format!("{group}:00:00Z")),
        false => Timestamp::parse_or_date(group),
    }
}
