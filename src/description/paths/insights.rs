//! `/v1/insights`.

use serde::Serialize;
use serde_json::{Value, json};

use crate::{
    core::{
        insights::{
            About, CounterRow, CountersView, GroupBy, Latency, LatencyRow, LatencyView, Name, Nanos, Query,
            Spend, SpendRow, SpendView, Tokens, TokensRow, TokensView, Usage, UsersView, counters,
        },
        ledger::Histogram,
        limits,
    },
    description::operation::{Operation, schema_ref},
};

const TAG: &str = "Insights";

/// 2026-11-21T00:00:00Z, in hours since 1970.
const TODAY: i64 = 498_672;

/// All calls about what the receiver has counted.
pub fn paths() -> Value {
    json!({
        "/v1/insights/spend": {"get": spend()},
        "/v1/insights/latency": {"get": latency()},
        "/v1/insights/tokens": {"get": tokens()},
        "/v1/insights/users": {"get": users()},
        "/v1/insights/counters": {"get": counted()},
    })
}

fn operation(id: &str, summary: &str, about: &str, parameters: &[&str]) -> Operation {
    let about =
        format!("{about} Where the role `receiver` is on; for the root key and keys of the default org.");
    Operation::new(id, TAG, summary)
        .about(&about)
        .for_scope("requests:read")
        .takes(parameters)
        .refuses(&[400])
}

fn spend() -> Value {
    let about = "The cost of the requests that the receiver's deliveries tell of, by the UTC day on which they were made. \
                 By user and by property at most 31 days at once, those that cost most.";
    let query = query(About::Spend, GroupBy::Model);
    let cost = Spend { requests: 1200, unknown: 3, nanos: Nanos(41_250_700_000) };
    let view = SpendView {
        since: query.begins().to_string(),
        until: query.ends().to_string(),
        total: SpendRow::total(&cost),
        groups: vec![SpendRow::new(&query, TODAY, &model(), &cost)],
    };
    let parameters = ["RangeSince", "RangeUntil", "Model", "SpendGroupBy", "Property", "Limit"];
    operation("getSpend", "What requests cost", about, &parameters)
        .answers(200, "The costs.", schema_ref("Spend"), value(&view))
        .done()
}

fn latency() -> Value {
    let about = "How long requests took, by the hour in which they were made; at most 31 days at once. Percentiles are at most 9 % \
                 above the true ones, and never below.";
    let query = query(About::Latency, GroupBy::Model);
    let mut each = Histogram::default();
    [640, 930, 1210].into_iter().for_each(|millis| each.add(millis));
    let row = LatencyRow::new(&query, TODAY, &model(), &Latency { millis: 2780, each });
    let view =
        LatencyView { since: query.begins().to_string(), until: query.ends().to_string(), groups: vec![row] };
    let parameters = ["RangeSince", "RangeUntil", "Model", "LatencyGroupBy", "Limit"];
    operation("getLatency", "How long requests take", about, &parameters)
        .answers(200, "The durations.", schema_ref("Latency"), value(&view))
        .done()
}

fn tokens() -> Value {
    let query = query(About::Tokens, GroupBy::Model);
    let counts = Tokens { requests: 1200, unknown: 0, prompt: 960_000, completion: 240_000, cached: 12_000 };
    let row = TokensRow::new(&query, TODAY, &model(), &counts, Some(0.25));
    let view =
        TokensView { since: query.begins().to_string(), until: query.ends().to_string(), groups: vec![row] };
    let parameters = ["RangeSince", "RangeUntil", "Model", "TokensGroupBy", "Limit"];
    let about = "Tokens of prompts and completions, by the UTC day on which requests were made.";
    operation("getTokens", "How many tokens requests use", about, &parameters)
        .answers(200, "The tokens.", schema_ref("TokenCounts"), value(&view))
        .done()
}

fn users() -> Value {
    let query = query(About::Users, GroupBy::User);
    let usage = Usage { requests: 40, failed: 1, tokens: 31_000, nanos: Nanos(1_402_000_000), unknown: 0 };
    let view = UsersView::new(&query, &[(Name::Known("u-1".to_owned()), usage)]);
    let about = "Those with the most requests first. A day tells 10,000 users apart; the others share one row. At most 31 days at once.";
    operation("listUsers", "Who makes requests", about, &["RangeSince", "RangeUntil", "Limit", "UsersCursor"])
        .answers(200, "The users.", schema_ref("UserPage"), value(&view))
        .done()
}

fn counted() -> Value {
    let query = query(About::Counters, GroupBy::Name);
    let row = |name: &str, count| CounterRow::new(&query, TODAY, &Name::of(Some(name)), count);
    let view = CountersView {
        since: query.begins().to_string(),
        until: query.ends().to_string(),
        counters: vec![
            row(counters::ACCEPTED, 1200),
            row(&counters::handler("spend", counters::Outcome::Ok), 1200),
        ],
    };
    let about = "Deliveries taken, refused, handled. At most 31 days at once.";
    operation(
        "getCounters",
        "What the receiver does",
        about,
        &["RangeSince", "RangeUntil", "CountersGroupBy"],
    )
    .answers(200, "The counters.", schema_ref("Counters"), value(&view))
    .done()
}

fn query(about: About, group_by: GroupBy) -> Query {
    Query {
        about,
        since: TODAY,
        until: TODAY.saturating_add(24),
        model: None,
        group_by,
        property: None,
        limit: limits::PAGE,
        after: None,
    }
}

fn model() -> Name {
    Name::Known("gpt-4o".to_owned())
}

fn value(view: &impl Serialize) -> Value {
    serde_json::to_value(view).unwrap_or_default()
}
