//! The API's description: current, complete, and true to what the code takes.

use std::{collections::BTreeSet, path::Path};

use heliograph::{
    core::{
        destination::Policy,
        event::{Batch, BodyFormat, KNOWN, read_event},
        subscription::{PreviewRequest, Settings, bounds},
    },
    description::{ALIASES, document, text},
};
use serde_json::Value;

use crate::support::now;

#[test]
fn the_file_is_current() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/dispatcher/api/openapi.json");
    let kept = std::fs::read_to_string(file).unwrap();
    assert!(
        kept == text(),
        "the API's description has changed: `cargo run --example openapi` writes it again"
    );
}

fn names(schema: &str) -> BTreeSet<String> {
    let document = document();
    let properties = &document["components"]["schemas"][schema]["properties"];
    properties.as_object().unwrap().keys().cloned().collect()
}

fn set(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

#[test]
fn every_field_that_is_read_is_described() {
    let fields = set(bounds::FIELDS);
    let mut change = names("WebhookChange");
    assert!(change.remove("headers"));
    assert_eq!(change, fields, "src/description/settings.rs lacks a field, or has one too many");
    let mut creation = names("NewWebhook");
    assert!(creation.remove("signing_secret") && creation.remove("headers"));
    assert_eq!(creation, fields);
    let mut preview = names("Preview");
    assert!(preview.remove("last") && preview.remove("events"));
    assert_eq!(preview, set(bounds::CRITERIA));
    let mut event = names("Event");
    event.extend(ALIASES.iter().map(|(alias, _)| (*alias).to_owned()));
    assert_eq!(event, set(&KNOWN), "src/description/event.rs lacks a field, or has one too many");
}

#[test]
fn every_reference_leads_somewhere_and_every_component_is_used() {
    let document = document();
    let mut referenced = BTreeSet::new();
    collect(&document, &mut referenced);
    for reference in &referenced {
        let pointer = reference.strip_prefix('#').unwrap();
        assert!(document.pointer(pointer).is_some(), "{reference} leads nowhere");
    }
    for kind in ["schemas", "responses", "parameters", "headers"] {
        for name in document["components"][kind].as_object().unwrap().keys() {
            let reference = format!("#/components/{kind}/{name}");
            assert!(referenced.contains(&reference), "{reference} is used nowhere");
        }
    }
}

fn collect(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => {
            if let Some(Value::String(reference)) = members.get("$ref") {
                found.insert(reference.clone());
            }
            members.values().for_each(|value| collect(value, found));
        }
        Value::Array(items) => items.iter().for_each(|value| collect(value, found)),
        _ => {}
    }
}

#[test]
fn every_operation_has_an_id_examples_and_refusals() {
    let document = document();
    let mut ids = BTreeSet::new();
    for (path, operations) in document["paths"].as_object().unwrap() {
        for (method, operation) in operations.as_object().unwrap() {
            let place = format!("{method} {path}");
            assert!(ids.insert(operation["operationId"].as_str().unwrap().to_owned()), "{place}");
            assert!(operation["summary"].is_string(), "{place}");
            let responses = operation["responses"].as_object().unwrap();
            if let Some(body) = operation.get("requestBody") {
                for (media_type, content) in body["content"].as_object().unwrap() {
                    assert!(!content["examples"].as_object().unwrap().is_empty(), "{place} {media_type}");
                }
                for status in ["400", "413", "415"] {
                    assert!(responses.contains_key(status), "{place} {status}");
                }
            }
            if path.starts_with("/v1/") {
                for status in ["401", "403", "500", "503"] {
                    assert!(responses.contains_key(status), "{place} {status}");
                }
            }
        }
    }
}

#[test]
fn the_examples_of_creations_previews_and_events_are_taken() {
    let document = document();
    let example = |path: &str, name: &str| {
        document["paths"][path]["post"]["requestBody"]["content"]["application/json"]["examples"][name]["value"]
            .clone()
    };
    for name in ["ours", "helicone"] {
        let creation = example("/v1/webhooks", name);
        Settings::read(creation.as_object().unwrap(), &["signing_secret"], &Policy::default()).unwrap();
    }
    for name in ["archived", "given"] {
        let body = example("/v1/webhooks/preview", name).to_string();
        PreviewRequest::read(body.as_bytes(), now()).unwrap();
    }
    for name in ["one", "several"] {
        let body = example("/v1/events", name).to_string();
        let batch = Batch::split(body.as_bytes(), BodyFormat::Json).unwrap();
        assert!(
            batch.events.iter().all(|event| read_event(event.as_ref().unwrap(), now()).is_ok()),
            "{name}"
        );
    }
}
