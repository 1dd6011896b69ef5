//! What the receiver did with what came: taken, refused, fetched and handled.

use std::collections::BTreeMap;

use maud::{Markup, html};

use super::part;
use crate::{
    console::{
        models::insights::Counters,
        parts::{
            badge::{Tone, badge},
            number::{count, millis},
            text::short,
        },
    },
    core::insights::counters::{Counter, parse},
};

/// The counters, by what they count.
#[derive(Default)]
pub struct Doings<'a> {
    /// Deliveries that were taken.
    pub accepted: u64,
    /// Those that were handled before.
    pub duplicates: u64,
    signatures: Vec<(&'a str, u64)>,
    fetches: Vec<(&'a str, u64)>,
    handlers: BTreeMap<&'a str, Handled>,
}

/// What came of a handler's work.
#[derive(Default)]
struct Handled {
    ok: u64,
    failed: u64,
    dead: u64,
    millis: u64,
}

impl<'a> Doings<'a> {
    /// Sorts the counters.
    pub fn read(counters: &'a Counters) -> Self {
        let mut all = Self::default();
        for row in &counters.counters {
            let more = row.count;
            match row.name.as_deref().and_then(parse) {
                Some(Counter::Accepted) => all.accepted = more,
                Some(Counter::Duplicates) => all.duplicates = more,
                Some(Counter::Signature(code)) => all.signatures.push((code, more)),
                Some(Counter::Fetch(outcome)) => all.fetches.push((outcome, more)),
                Some(Counter::HandlerMillis(name)) => all.handlers.entry(name).or_default().millis = more,
                Some(Counter::Handler(name, outcome)) => {
                    let handled = all.handlers.entry(name).or_default();
                    match outcome {
                        "ok" => handled.ok = more,
                        "failed" => handled.failed = more,
                        _ => handled.dead = more,
                    }
                }
                None => {}
            }
        }
        all
    }

    /// How many signatures were refused.
    pub fn refused(&self) -> u64 {
        self.signatures.iter().fold(0, |sum, (_, more)| sum.saturating_add(*more))
    }

    /// How often a handler gave up.
    pub fn dead(&self) -> u64 {
        self.handlers.values().fold(0, |sum, handled| sum.saturating_add(handled.dead))
    }
}

/// All of it.
pub fn all(counters: &Counters) -> Markup {
    let doings = Doings::read(counters);
    html! {
        div.columns {
            (part("signatures", "Refused signatures", &pairs("Reason", &doings.signatures, "None")))
            (part("fetches", "Where exchanges came from", &pairs("Outcome", &doings.fetches, "No exchange was fetched")))
        }
        (part("handlers", "Handlers", &handlers(&doings.handlers)))
    }
}

fn pairs(name: &str, rows: &[(&str, u64)], none: &str) -> Markup {
    html! {
        @if rows.is_empty() { p.muted { (none) } }
        @else {
            div.wide tabindex="0" role="region" aria-label=(name) {
                table {
                    thead { tr { th scope="col" { (name) } th.number scope="col" { "Count" } } }
                    tbody { @for (name, times) in rows { tr { th scope="row" { (meaning(name)) } td.number { (count(*times)) } } } }
                }
            }
        }
    }
}

/// The code, and what it means where that does not go without saying.
fn meaning(code: &str) -> Markup {
    let text = match code {
        "full" => "by its URL, whole",
        "api" => "asked for by its id",
        "inline" => "the delivery had no URL: what it held itself",
        "expired" => "the URL was good no more",
        "refused" => "the URL may not be asked",
        "oversized" => "larger than is read",
        "unreadable" => "no JSON",
        "failed" => "did not work, and was tried again",
        _ => "",
    };
    html! { code { (short(code)) } @if !text.is_empty() { span.under { (text) } } }
}

fn handlers(handlers: &BTreeMap<&str, Handled>) -> Markup {
    html! {
        @if handlers.is_empty() { p.muted { "No handler has run in this time." } }
        @else {
            div.wide tabindex="0" role="region" aria-label="Handlers" {
                table {
                    thead {
                        tr {
                            th scope="col" { "Handler" }
                            @for name in ["Done", "Failed, tried again", "Given up", "Mean time"] { th.number scope="col" { (name) } }
                        }
                    }
                    tbody { @for (name, handled) in handlers { (handler(name, handled)) } }
                }
            }
        }
    }
}

fn handler(name: &str, handled: &Handled) -> Markup {
    let runs = handled.ok.saturating_add(handled.failed).saturating_add(handled.dead);
    html! {
        tr {
            th scope="row" { (short(name)) }
            td.number { (count(handled.ok)) }
            td.number { (count(handled.failed)) }
            td.number { @if handled.dead > 0 { (badge(Tone::Bad, &count(handled.dead))) } @else { "0" } }
            td.number { (millis(handled.millis.checked_div(runs))) }
        }
    }
}
