//! The orgs of the deployment, for the root key.

use maud::{Markup, html};

use super::{KEYS, ORGS, page};
use crate::console::{
    form::{Form, query},
    frame::{Page, token},
    models::settings::Org,
    parts::{errors::Errors, fields::Field, time},
    viewer::Viewer,
};

/// The fields of the form.
pub const FIELDS: [&str; 2] = ["id", "name"];

/// All of them, and the form for another one.
pub fn render(viewer: &Viewer, orgs: &[Org], typed: &Form, errors: Errors<'_>) -> Page {
    let content = html! {
        p { "Each org has its own subscriptions, deliveries, history and keys, and sees nothing of another's. The root key acts for the first one: to see what another has, log in with a key of it." }
        (table(viewer, orgs))
        section aria-labelledby="add" {
            h2 id="add" { "Add an org" }
            (form(viewer, typed, errors))
        }
    };
    page(viewer, ORGS, "Orgs", &content)
}

fn table(viewer: &Viewer, orgs: &[Org]) -> Markup {
    html! {
        div.wide tabindex="0" role="region" aria-label="Orgs" {
            table {
                thead { tr { th scope="col" { "Org" } th scope="col" { "Name" } th scope="col" { "Added" } th scope="col" { "Keys" } } }
                tbody {
                    @for org in orgs {
                        tr {
                            th scope="row" { code { (org.id) } }
                            td { (org.name) }
                            td {
                                @match &org.created_at {
                                    Some(at) => (time::ago(at, viewer.now)),
                                    None => span.muted { "always there" },
                                }
                            }
                            td { a href={ (KEYS) (query(&[("org", Some(&org.id))])) } { "Its keys" } }
                        }
                    }
                }
            }
        }
    }
}

fn form(viewer: &Viewer, typed: &Form, errors: Errors<'_>) -> Markup {
    let id = Field {
        name: "id",
        label: "Id",
        hint: "Up to 40 lower-case letters, digits and hyphens. Its keys carry it, and it stays as it is.",
        error: errors.at("id"),
    };
    let name = Field {
        name: "name",
        label: "Name",
        hint: "For people. Empty for the id.",
        error: errors.at("name"),
    };
    html! {
        (errors.above(&FIELDS))
        form.stack method="post" action=(ORGS) {
            (token(viewer))
            (id.input("text", typed.raw("id"), true))
            (name.input("text", typed.raw("name"), false))
            div.actions { button.primary type="submit" { "Add" } }
        }
    }
}
