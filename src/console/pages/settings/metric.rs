//! What rules and alerts have in common: a metric, on which it depends what else there is to say.

use maud::{Markup, html};

use crate::console::parts::fields::Field;

/// The metric. Where scripts run, the fields below it follow what is chosen, asked for at `fields`; each choice is a name and
/// what it means.
pub fn select(field: &Field<'_>, choices: &[(&str, &str)], chosen: &str, fields: &str) -> Markup {
    html! {
        div.field {
            label for=(field.name) { (field.label) }
            select id=(field.name) name=(field.name) aria-invalid=[field.error.map(|_| "true")]
                aria-describedby=[field.error.map(|_| "metric-error")]
                hx-get=(fields) hx-include="#fields" hx-target="#fields" hx-swap="outerHTML" {
                @for (value, text) in choices { option value=(value) selected[*value == chosen] { (text) } }
            }
            @if let Some(error) = field.error { p.error id="metric-error" { (error) } }
        }
    }
}

/// The fields below it.
pub fn fields(content: &Markup) -> Markup {
    html! { div.stack id="fields" { (content) } }
}

/// A field that does not fit every metric: one that does not is hidden where scripts can bring it back.
pub fn fits(is_fit: bool, field: &Markup) -> Markup {
    html! { @if is_fit { (field) } @else { div.no-js-only { (field) } } }
}

/// A number as somebody would type it.
pub fn plain(value: f64) -> String {
    format!("{}", (value * 1000.0).round() / 1000.0)
}

/// How far a value is on its way to the threshold.
pub fn gauge(label: &str, value: f64, threshold: f64) -> Markup {
    html! { progress.gauge aria-label=(label) max=(threshold) value=(value.clamp(0.0, threshold.max(0.0))) {} }
}
