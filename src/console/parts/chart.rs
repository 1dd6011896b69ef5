//! Charts: small ones drawn on the server, large ones by the browser, with their numbers as a table beside them.

use maud::{Markup, html};
use serde::Serialize;
use serde_json::json;

use super::number::count;
use crate::core::time::Timestamp;

/// How wide a bar of a sparkline is, gap included, and how high all of it.
const BAR: f64 = 5.0;
const HEIGHT: f64 = 28.0;
/// What is there is seen, however little it is beside the largest.
const LEAST: f64 = 1.5;

/// One bar of a sparkline: how many were well, and how many were not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Bar {
    /// Below, in the colour of what is well.
    pub good: u64,
    /// Above it, in the colour of what is not.
    pub bad: u64,
}

/// Bars over time, oldest first. `label` says in words what is seen.
pub fn sparkline(label: &str, bars: &[Bar]) -> Markup {
    let most =
        bars.iter().map(|bar| bar.good.saturating_add(bar.bad)).max().unwrap_or_default().max(1) as f64;
    let width = bars.len() as f64 * BAR;
    let high = |count: u64| if count == 0 { 0.0 } else { (count as f64 / most * HEIGHT).max(LEAST) };
    html! {
        svg.spark role="img" aria-label=(label) viewBox={ "0 0 " (width) " " (HEIGHT) } width=(width) height=(HEIGHT)
            preserveAspectRatio="none" {
            @for (at, bar) in bars.iter().enumerate() {
                @let (good, bad) = (high(bar.good), high(bar.bad).min(HEIGHT - LEAST));
                @let good = good.min(HEIGHT - bad);
                @let x = at as f64 * BAR;
                @if bar.good > 0 {
                    rect.good x=(x) y={ (round(HEIGHT - good)) } width=(BAR - 1.0) height=(round(good)) {}
                }
                @if bar.bad > 0 {
                    rect.bad x=(x) y={ (round(HEIGHT - good - bad)) } width=(BAR - 1.0) height=(round(bad)) {}
                }
            }
        }
    }
}

fn round(number: f64) -> f64 {
    (number * 10.0).round() / 10.0
}

/// How the numbers of a chart are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Unit {
    /// How many.
    Count,
    /// Milliseconds.
    Millis,
    /// US dollars.
    Dollars,
    /// Of a hundred.
    Percent,
}

/// A line of a chart.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Line {
    /// Its name.
    pub name: String,
    /// A value for each moment; none where nothing is known.
    pub values: Vec<Option<f64>>,
}

/// Lines over time. Drawn by the browser; the table says the same to whoever has no script or no eyes for it.
pub fn lines(title: &str, unit: Unit, moments: &[Timestamp], lines: &[Line]) -> Markup {
    let seconds: Vec<i64> = moments.iter().map(|moment| moment.seconds()).collect();
    let data = json!({ "unit": unit, "times": seconds, "lines": lines });
    html! {
        figure.chart {
            figcaption { (title) }
            div.plot.js-only data-chart=(data.to_string()) aria-hidden="true" {}
            details {
                summary { "As a table" }
                div.wide tabindex="0" {
                    table {
                        thead { tr { th scope="col" { "Time" } @for line in lines { th.number scope="col" { (line.name) } } } }
                        tbody {
                            @for (at, moment) in moments.iter().enumerate() {
                                tr {
                                    th scope="row" { (super::time::at(&moment.to_string())) }
                                    @for line in lines {
                                        td.number { (written(unit, line.values.get(at).copied().flatten())) }
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn written(unit: Unit, value: Option<f64>) -> String {
    match (unit, value) {
        (_, None) => super::number::UNKNOWN.to_owned(),
        (Unit::Count, Some(value)) => count(value.max(0.0) as u64),
        (Unit::Millis, Some(value)) => super::number::millis(Some(value.max(0.0) as u64)),
        (Unit::Dollars, value) => super::number::dollars(value),
        (Unit::Percent, Some(value)) => super::number::percent(Some(value / 100.0)),
    }
}
