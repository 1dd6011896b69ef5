//! The format itself.

use std::fmt::Write;

use crate::core::ledger::Histogram;

/// The `Content-Type` of the text.
pub const CONTENT_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

/// How a family's samples are to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Counter,
    Gauge,
    Histogram,
    Summary,
}

/// A metric with all its samples.
#[derive(Clone, Debug)]
pub struct Family {
    name: &'static str,
    help: &'static str,
    kind: Kind,
    samples: Vec<Sample>,
}

/// Names and values of labels.
pub type Labels<'a> = [(&'a str, &'a str)];

/// A line: what is behind the family's name, the labels in braces, the value.
type Sample = (&'static str, String, f64);

impl Family {
    /// What only grows until it begins anew; the name ends in `_total`.
    pub fn counter(name: &'static str, help: &'static str) -> Self {
        Self::new(name, help, Kind::Counter)
    }

    /// What is as it is now.
    pub fn gauge(name: &'static str, help: &'static str) -> Self {
        Self::new(name, help, Kind::Gauge)
    }

    /// Durations in buckets; the name ends in `_seconds`.
    pub fn histogram(name: &'static str, help: &'static str) -> Self {
        Self::new(name, help, Kind::Histogram)
    }

    /// Durations as their sum and their number; the name ends in `_seconds`.
    pub fn summary(name: &'static str, help: &'static str) -> Self {
        Self::new(name, help, Kind::Summary)
    }

    fn new(name: &'static str, help: &'static str, kind: Kind) -> Self {
        Self { name, help, kind, samples: Vec::new() }
    }

    /// Adds a sample.
    pub fn add(&mut self, labels: &Labels<'_>, value: f64) {
        self.samples.push(("", braces(labels), value));
    }

    /// Adds durations: their buckets with bounds at 2 to each of these powers of milliseconds, where those of a [`Histogram`]
    /// end too, and their sum in milliseconds.
    pub fn add_durations(&mut self, labels: &Labels<'_>, each: &Histogram, powers: &[u16], millis: u64) {
        for power in powers {
            let bound = f64::from(*power).exp2() / 1000.0;
            self.add_bucket(labels, &bound.to_string(), each.up_to(*power));
        }
        self.add_bucket(labels, "+Inf", each.count());
        self.add_sum(labels, millis, each.count());
    }

    /// Adds the sum of durations in milliseconds, and how many there were.
    pub fn add_sum(&mut self, labels: &Labels<'_>, millis: u64, count: u64) {
        self.samples.push(("_sum", braces(labels), millis as f64 / 1000.0));
        self.samples.push(("_count", braces(labels), count as f64));
    }

    fn add_bucket(&mut self, labels: &Labels<'_>, bound: &str, count: u64) {
        let mut all = labels.to_vec();
        all.push(("le", bound));
        self.samples.push(("_bucket", braces(&all), count as f64));
    }
}

/// The text of some families; those without a sample are left out.
pub fn render(families: &[Family]) -> String {
    let mut text = String::new();
    for family in families.iter().filter(|family| !family.samples.is_empty()) {
        let kind = match family.kind {
            Kind::Counter => "counter",
            Kind::Gauge => "gauge",
            Kind::Histogram => "histogram",
            Kind::Summary => "summary",
        };
        // Writing to a string has no way to fail.
        let _ = writeln!(text, "# HELP {} {}", family.name, escaped(family.help, false));
        let _ = writeln!(text, "# TYPE {} {kind}", family.name);
        for (suffix, labels, value) in &family.samples {
            let _ = writeln!(text, "{}{suffix}{labels} {value}", family.name);
        }
    }
    text
}

fn braces(labels: &Labels<'_>) -> String {
    if labels.is_empty() {
        return String::new();
    }
    let labels: Vec<String> =
        labels.iter().map(|(name, value)| format!("{name}=\"{}\"", escaped(value, true))).collect();
    format!("{{{}}}", labels.join(","))
}

fn escaped(text: &str, is_label: bool) -> String {
    let text = text.replace('\\', "\\\\").replace('\n', "\\n");
    if is_label { text.replace('"', "\\\"") } else { text }
}
