//! The org: its settings, its rules, its types of events; and for the root key all keys and orgs.

pub mod alert;
pub mod event_type;
pub mod event_types;
pub mod keys;
mod metric;
pub mod org;
pub mod orgs;
pub mod rule;
pub mod rules;

use maud::{Markup, html};

use crate::console::{
    frame::{Page, Place},
    parts::tabs::tabs,
    viewer::Viewer,
};

/// The paths of the pages that stand side by side.
pub const ORG: &str = "/console/settings";
/// Likewise.
pub const KEYS: &str = "/console/settings/keys";
/// Likewise.
pub const ORGS: &str = "/console/settings/orgs";
/// Likewise.
pub const RULES: &str = "/console/settings/rules";
/// Likewise.
pub const EVENT_TYPES: &str = "/console/settings/event-types";
/// Where alerts are: their list stands beside the rules.
pub const ALERTS: &str = "/console/settings/alerts";

/// A page below the one at `path`.
fn page(viewer: &Viewer, path: &str, title: impl Into<String>, content: &Markup) -> Page {
    let mut links = vec![(ORG, "Org")];
    if viewer.roles.dispatcher {
        links.push((KEYS, "Keys"));
        if viewer.principal.is_root {
            links.push((ORGS, "Orgs"));
        }
        if viewer.sees_webhooks() {
            links.extend([(RULES, "Rules and alerts"), (EVENT_TYPES, "Event types")]);
        }
    }
    Page::new(Place::Settings, title, html! { (tabs("Settings", &links, path)) (content) })
}
