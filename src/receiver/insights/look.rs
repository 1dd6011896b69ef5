//! Answers what is asked of the sums.

use std::collections::BTreeMap;

use super::store::{Grouping, Store};
use crate::{
    core::insights::{
        About, CounterRow, CountersView, GroupBy, Kind, Latency, LatencyRow, LatencyView, Name, Query, Spend,
        SpendRow, SpendView, TokensRow, TokensView, UsersView,
    },
    edge::http::{self, Answer},
};

/// Of windows there are never so many.
const ALL: usize = 10_000;

/// Answers a query.
pub fn answer(store: &Store, query: &Query) -> Answer {
    match query.about {
        About::Spend => spend(store, query),
        About::Latency => latency(store, query),
        About::Tokens => tokens(store, query),
        About::Users => users(store, query),
        About::Counters => counters(store, query),
    }
}

fn grouping(query: &Query) -> (Grouping, usize) {
    match query.group_by.window() {
        Some(window) => (Grouping::Time(window), ALL),
        None => (Grouping::Name, query.limit),
    }
}

fn spend(store: &Store, query: &Query) -> Answer {
    let kind = match (query.group_by, &query.property) {
        (GroupBy::User, _) => Kind::User,
        (_, Some(property)) => Kind::Property(property.clone()),
        _ => Kind::Model,
    };
    let total = store.spend(&Kind::Model, query, Grouping::All, 1)?;
    let total = total.first().map_or(Spend::default(), |(_, _, spend)| *spend);
    let (by, limit) = grouping(query);
    let groups = store.spend(&kind, query, by, limit)?;
    http::ok(
        200,
        &SpendView {
            since: query.begins().to_string(),
            until: query.ends().to_string(),
            total: SpendRow::total(&total),
            groups: groups
                .iter()
                .map(|(hour, name, spend)| SpendRow::new(query, *hour, name, spend))
                .collect(),
        },
    )
}

fn latency(store: &Store, query: &Query) -> Answer {
    let mut groups = BTreeMap::<(i64, Name), Latency>::new();
    store.latency(query, |key, latency| {
        let group = match query.group_by.window() {
            Some(window) => (window.of(key.hour), Name::Unknown),
            None => (0, key.name),
        };
        groups.entry(group).or_default().merge(&latency);
    })?;
    let mut groups: Vec<LatencyRow> =
        groups.iter().map(|((hour, name), latency)| LatencyRow::new(query, *hour, name, latency)).collect();
    if query.group_by.window().is_none() {
        groups.sort_by_key(|group| std::cmp::Reverse(group.requests));
        groups.truncate(query.limit);
    }
    let (since, until) = (query.begins().to_string(), query.ends().to_string());
    http::ok(200, &LatencyView { since, until, groups })
}

fn tokens(store: &Store, query: &Query) -> Answer {
    let (by, limit) = grouping(query);
    let groups = store.tokens(query, by, limit)?;
    let usual = match by {
        Grouping::Name => store.ratios(groups.iter().map(|(_, name, _)| name))?,
        Grouping::All | Grouping::Time(_) => BTreeMap::new(),
    };
    let row = |hour: i64, name: &Name, tokens: &_| {
        let usual = usual.get(name).and_then(|ratios| ratios.usual());
        TokensRow::new(query, hour, name, tokens, usual)
    };
    let groups = groups.iter().map(|(hour, name, tokens)| row(*hour, name, tokens)).collect();
    let (since, until) = (query.begins().to_string(), query.ends().to_string());
    http::ok(200, &TokensView { since, until, groups })
}

fn users(store: &Store, query: &Query) -> Answer {
    let users: Vec<_> = store
        .users(query, query.limit.saturating_add(1))?
        .into_iter()
        .map(|(_, name, usage)| (name, usage))
        .collect();
    http::ok(200, &UsersView::new(query, &users))
}

fn counters(store: &Store, query: &Query) -> Answer {
    let counters = store.counters(query, query.group_by.window())?;
    let counters =
        counters.iter().map(|(hour, name, count)| CounterRow::new(query, *hour, name, *count)).collect();
    let (since, until) = (query.begins().to_string(), query.ends().to_string());
    http::ok(200, &CountersView { since, until, counters })
}
