//! The catalogue, and one type.

use heliograph::{
    console::{
        models::event_type::EventType,
        pages::settings::{
            event_type::{self, Shown},
            event_types,
        },
        parts::errors::Errors,
        viewer::Viewer,
    },
    core::{event_types::ShownAs, org::OwnType, payload::Place},
};
use serde_json::json;

use super::{EVIL, editor, reader, text};

/// As the API answers them.
fn types(format: Option<&'static str>) -> Vec<EventType> {
    let own = OwnType {
        name: "refund.proposed".into(),
        description: Some(EVIL.into()),
        schema: Some(json!({ "title": EVIL })),
    };
    let shown = ShownAs::read(|name| format.filter(|_| name == "format").map(str::to_owned)).unwrap();
    let views = shown.all(&[own], Place { org: "acme", base_url: "https://hooks.example.com" });
    serde_json::from_value(serde_json::to_value(views).unwrap()).unwrap()
}

#[test]
fn the_catalogue_stands_by_family() {
    let all = types(None);
    let page = text(&editor(), &event_types::render(&editor(), &all));
    let families =
        ["Requests", "Guardrails", "Fallbacks", "Evaluations", "Crossed rules", "Endpoints", "Deliveries"];
    for family in families {
        assert_eq!(page.matches(&format!(">{family}</h2>")).count(), 1, "{family}");
    }
    assert!(page.contains("Described by this org</h2>") && !page.contains("None yet"), "{page}");
    for one in &all {
        assert!(page.contains(&format!("/event-types/{}\"", one.name)), "{}", one.name);
    }
    assert!(page.contains("2026-11-01") && page.contains("only when named"), "{page}");
    let ours: Vec<EventType> = all.into_iter().filter(|one| !one.custom).collect();
    let page = text(&reader(), &event_types::render(&reader(), &ours));
    assert!(page.contains("None yet") && !page.contains("new-type"), "{page}");
}

#[test]
fn a_type_is_shown_in_each_format() {
    let shown = |name: &str| -> Vec<Shown> {
        let of = |format| types(Some(format)).into_iter().find(|one| one.name == name).unwrap();
        let one = |(title, format)| Shown { title, shown: of(format) };
        [("Standard Webhooks", "standard"), ("CloudEvents", "cloudevents")].into_iter().map(one).collect()
    };
    let render = |viewer: &Viewer, name: &str| {
        let shown = shown(name);
        let typed = event_type::typed(&shown[0].shown);
        text(viewer, &event_type::show(viewer, &shown, &typed, Errors::default()).unwrap())
    };
    let ours = render(&editor(), "request.completed");
    assert!(
        ours.contains("/schemas/2026-11-21/request.completed.json") && ours.contains("specversion"),
        "{ours}"
    );
    assert!(!ours.contains("Forget") && ours.contains("?version=2026-11-01"), "{ours}");
    let own = render(&editor(), "refund.proposed");
    assert!(own.contains("Forget this description") && own.contains(r#"id="schema""#), "{own}");
    assert!(!render(&reader(), "refund.proposed").contains("Forget"));
    assert!(event_type::show(&reader(), &[], &Default::default(), Errors::default()).is_none());
}
