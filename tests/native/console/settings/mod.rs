//! The pages of the settings: what they say, what they hide, and nothing that runs.

mod event_types;
mod org;
mod rules;

use heliograph::{
    console::{
        frame::Page,
        viewer::{Theme, Viewer},
    },
    core::{
        auth::{Principal, Scope},
        roles::Roles,
    },
};

use crate::support::now;

/// What would run, or break out, if it were not text.
const EVIL: &str = "\"><script>alert(1)</script>'\u{202e}\u{0}";

fn viewer(scopes: &[Scope]) -> Viewer {
    Viewer {
        principal: Principal { org: "acme".into(), is_root: false, scopes: scopes.to_vec() },
        form_token: "the-token".into(),
        theme: Theme::System,
        roles: Roles { dispatcher: true, receiver: true },
        origin: "https://hooks.example.com".into(),
        now: now(),
    }
}

fn reader() -> Viewer {
    viewer(&[Scope::WebhooksRead])
}

fn editor() -> Viewer {
    viewer(&[Scope::WebhooksRead, Scope::WebhooksWrite])
}

fn root() -> Viewer {
    Viewer { principal: Principal::root(), ..viewer(&[]) }
}

fn text(viewer: &Viewer, page: &Page) -> String {
    let text = page.render(viewer, None).into_string();
    assert!(!text.contains("<script>alert") && !text.contains(EVIL), "{text}");
    let mut ids: Vec<&str> = text.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    let all = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), all, "an id stands twice: {text}");
    text
}
