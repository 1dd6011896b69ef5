//! One event type: what it means, how it looks in each format, and the form that describes one of the org's own.

use maud::{Markup, html};

use super::{EVENT_TYPES, event_types::since, page};
use crate::{
    console::{
        form::{Form, query},
        frame::{Page, token},
        models::event_type::EventType,
        parts::{code, errors::Errors, fields::Field},
        viewer::Viewer,
    },
    core::org::{MAX_DESCRIPTION, MAX_SCHEMA},
};

/// The fields of the form.
pub const FIELDS: [&str; 3] = ["name", "description", "schema"];

/// A type as one format has it.
pub struct Shown {
    /// What people call the format.
    pub title: &'static str,
    /// The type in it.
    pub shown: EventType,
}

/// The page of one; `shown` holds it once for each format.
pub fn show(viewer: &Viewer, shown: &[Shown], typed: &Form, errors: Errors<'_>) -> Option<Page> {
    let one = &shown.first()?.shown;
    let path = format!("{EVENT_TYPES}/{}", one.name);
    let content = html! {
        p { (one.description.as_deref().unwrap_or("Nobody has said when it is raised.")) }
        (facts(one, &path))
        section aria-labelledby="examples" {
            h2 id="examples" { "As it is delivered" }
            @for (at, Shown { title, shown }) in shown.iter().enumerate() { (in_format(at, title, shown)) }
        }
        @if one.custom && viewer.changes_webhooks() {
            section aria-labelledby="change" {
                h2 id="change" { "Describe it anew" }
                (errors.above(&FIELDS))
                form.stack method="post" action=(path) {
                    (token(viewer))
                    (description(typed, errors))
                    div.actions { button.primary type="submit" { "Save" } }
                }
            }
            details {
                summary { "Forget this description" }
                form.stack method="post" action={ (path) "/forget" } {
                    (token(viewer))
                    p { "Events of the type are taken all the same, and held to no schema any more." }
                    div.actions { button.danger type="submit" { "Forget it" } }
                }
            }
        }
    };
    Some(page(viewer, EVENT_TYPES, one.name.clone(), &content))
}

fn facts(one: &EventType, path: &str) -> Markup {
    html! {
        div.card {
            dl.facts {
                dt { "Chosen by" }
                dd {
                    @if one.operational { "subscriptions that name it, or its family: a wildcard for all does not bring it" }
                    @else { "subscriptions that name it, its family, or all" }
                }
                dt { "Since version" } dd { (since(one)) }
                dt { "Shown as of" }
                dd {
                    span.links {
                        @for version in &one.versions {
                            @if *version == one.api_version { strong { (version) } } @else {
                                a href={ (path) (query(&[("version", Some(version))])) } { (version) }
                            }
                        }
                    }
                }
                @if one.custom {
                    dt { "Schema of its data" }
                    dd {
                        @match &one.data_schema {
                            Some(schema) => (code::json("data-schema", schema)),
                            None => span.muted { "none: any data is taken" },
                        }
                    }
                } @else {
                    dt { "Schema of its data" }
                    dd { a href={ "/schemas/" (one.api_version) "/" (one.name) ".json" } { (one.name) ".json" } }
                }
            }
        }
    }
}

fn in_format(at: usize, title: &str, shown: &EventType) -> Markup {
    html! {
        h3 { (title) }
        (code::json(&format!("example-{at}"), &shown.example))
        details {
            summary { "JSON Schema of this body" }
            (code::json(&format!("schema-{at}"), &shown.schema))
        }
    }
}

/// The form as it is before anybody types.
pub fn typed(one: &EventType) -> Form {
    let schema = one.data_schema.as_ref().and_then(|schema| serde_json::to_string_pretty(schema).ok());
    Form::of([
        ("description", one.description.clone().unwrap_or_default()),
        ("schema", schema.unwrap_or_default()),
    ])
}

/// The page that describes another one.
pub fn new(viewer: &Viewer, typed: &Form, errors: Errors<'_>) -> Page {
    let name = Field {
        name: "name",
        label: "Type",
        hint: "As events carry it: parts of letters, digits and underscores with dots between them, such as refund.proposed.",
        error: errors.at("name"),
    };
    let content = html! {
        (errors.above(&FIELDS))
        form.stack method="post" action={ (EVENT_TYPES) "/new-type" } {
            (token(viewer))
            (name.input("text", typed.raw("name"), true))
            (description(typed, errors))
            div.actions { button.primary type="submit" { "Describe it" } a href=(EVENT_TYPES) { "Cancel" } }
        }
    };
    page(viewer, EVENT_TYPES, "Describe a type", &content)
}

fn description(typed: &Form, errors: Errors<'_>) -> Markup {
    let bound = format!("For people; at most {MAX_DESCRIPTION} characters.");
    let about = Field {
        name: "description",
        label: "When is it raised?",
        hint: &bound,
        error: errors.at("description"),
    };
    let bound = format!(
        "A JSON Schema, at most {} kB. Events whose data departs from it are refused. Empty to take any data.",
        MAX_SCHEMA.div_euclid(1024)
    );
    let schema =
        Field { name: "schema", label: "Schema of its data", hint: &bound, error: errors.at("schema") };
    html! { (about.area(typed.raw("description"), 3)) (schema.area(typed.raw("schema"), 10)) }
}
