//! The setting `fields`: what is refused, how it is kept, and how it is tried out.

use heliograph::core::{
    shaping::{FieldRules, Report, ShapeEvent, ShapeRequest},
    subscription::Subscription,
};
use serde_json::{Value, json};

use super::{PLACE, completed, with};
use crate::support::{now, user_ids};

#[test]
fn what_is_wrong_with_the_setting_is_said_with_its_path() {
    for (fields, expected) in [
        (json!([]), "fields: must be an object"),
        (json!({"includes": []}), "fields.includes: is not a field; allowed: include, exclude"),
        (
            json!({"include": ["model"], "exclude": ["cost"]}),
            "fields.include: must be absent where there is exclude",
        ),
        (json!({"include": []}), "fields.include: must be a list of 1 to 100 paths"),
        (json!({"exclude": vec!["a"; 101]}), "fields.exclude: must be a list of 1 to 100 paths"),
        (json!({"exclude": ["a", 7]}), "fields.exclude[1]: must be a string"),
        (json!({"exclude": ["a..b"]}), "fields.exclude[0]: must be a path such as"),
        (json!({"exclude": [""]}), "fields.exclude[0]: must be a path such as"),
        (json!({"exclude": ["$"]}), "fields.exclude[0]: must be a path such as"),
        (json!({"exclude": ["a[x]"]}), "fields.exclude[0]: must be a path such as"),
        (json!({"exclude": ["a[1"]}), "fields.exclude[0]: must be a path such as"),
        (json!({"exclude": ["a."]}), "fields.exclude[0]: must be a path such as"),
        (json!({"exclude": ["[0].a"]}), "fields.exclude[0]: must be a path such as"),
        (json!({"exclude": ["a*"]}), "fields.exclude[0]: must be a path such as"),
        (json!({"exclude": ["a.".repeat(300)]}), "fields.exclude[0]: must be at most 512 bytes long"),
        (json!({"exclude": [vec!["a"; 21].join(".")]}), "fields.exclude[0]: must lead at most 20 steps deep"),
        (json!({"exclude": ["request_id"]}), "fields.exclude[0]: can't be left out or replaced"),
        (json!({"exclude": ["data.request_id"]}), "fields.exclude[0]: can't be left out or replaced"),
        (json!({"exclude": ["$.type"]}), "fields.exclude[0]: can't be left out or replaced"),
        (json!({"exclude": ["timestamp"]}), "fields.exclude[0]: can't be left out or replaced"),
        (
            json!({"exclude": ["request.messages"]}),
            "fields.exclude[0]: must be the name that is delivered: request_body",
        ),
        (json!({"include": ["data.data"]}), "fields.include[0]: must name what stands in data.data"),
        (json!({"bodies": "some"}), "fields.bodies: must be one of: truncated, full, none"),
        (json!({"hashUserId": "yes"}), "fields.hashUserId: must be true or false"),
        (json!({"redact": {}}), "fields.redact: must have paths, or detectors, or both"),
        (
            json!({"redact": {"paths": ["request_id"]}}),
            "fields.redact.paths[0]: can't be left out or replaced",
        ),
        (
            json!({"redact": {"detectors": "some"}}),
            "fields.redact.detectors: must be \"all\" or a list of some of: email",
        ),
        (
            json!({"redact": {"detectors": ["email", "dna"]}}),
            "fields.redact.detectors[1]: must be one of: email",
        ),
        (
            json!({"redact": {"detectors": "all", "replacement": "XXX"}}),
            "fields.redact.replacement: must be 1 to 64 characters",
        ),
        (
            json!({"redact": {"detectors": "all", "replacement": "[a@b.co]"}}),
            "fields.redact.replacement: must be 1 to 64",
        ),
        (
            json!({"redact": {"detectors": "all", "shape": 1}}),
            "fields.redact.shape: is not a field; allowed: paths",
        ),
    ] {
        let error = FieldRules::parse(&fields).unwrap_err().to_string();
        assert!(error.starts_with(expected), "{fields}: {error}");
    }
}

#[test]
fn settings_survive_storage_and_a_change_replaces_them_as_a_whole() {
    let one = with(json!({"exclude": ["cost"], "redact": {"detectors": ["email"]}}), json!({}));
    let again: Subscription = serde_json::from_str(&serde_json::to_string(&one).unwrap()).unwrap();
    assert_eq!(again, one);
    let policy = Default::default();
    let patch = |patch: Value| one.settings.patched(patch.as_object().unwrap(), &[], &policy).unwrap().fields;
    assert_eq!(
        patch(json!({"fields": {"include": ["model"]}})),
        Some(FieldRules::parse(&json!({"include": ["model"]})).unwrap())
    );
    assert_eq!(patch(json!({"fields": null})), None);
    assert_eq!(patch(json!({"status": "paused"})), one.settings.fields);
}

#[test]
fn a_preview_shows_before_and_after_and_what_was_done() {
    let mut value = completed();
    value["request"]["messages"][0]["content"] = json!("jane@example.com, bob@example.com, 10.0.0.1");
    let asked = json!({"fields": {"exclude": ["response_body"], "redact": {"detectors": ["email", "ip"], "paths": ["session"]}, "hashUserId": true}, "format": "standard", "event": value});
    let asked = ShapeRequest::read(asked.to_string().as_bytes(), now()).unwrap();
    let ShapeEvent::Given(given) = &asked.event else { panic!("an event was given") };
    let shown = serde_json::to_value(asked.try_out(given, PLACE, &user_ids())).unwrap();
    assert_eq!(shown["before"]["body"]["data"]["session"], "s");
    assert_eq!(shown["before"]["exchange"]["response"]["id"], "x");
    assert_eq!(shown["after"]["body"]["data"]["session"], "[redacted]");
    assert_eq!(shown["after"]["exchange"]["request"]["messages"][0]["content"], "[email], [email], [ip]");
    assert_eq!(shown["removed"], json!(["response_body"]));
    assert_eq!(shown["counts"], json!({"email": 2, "ip": 1, "path": 1, "user_id": 2}));
    assert!(
        shown["redacted"]
            .as_array()
            .unwrap()
            .contains(&json!({"path": "request_body.messages[0].content", "by": "email"}))
    );
    for (body, expected) in [
        (json!({"event": completed()}), "fields: is required"),
        (json!({"fields": {}, "sampleRate": 1}), "sampleRate: is not a field; allowed: fields, format"),
        (json!({"fields": {"bodies": 1}}), "fields.bodies: must be one of"),
        (json!({"fields": {}, "event": {}}), "event.request_id: is required"),
    ] {
        let error = ShapeRequest::read(body.to_string().as_bytes(), now()).unwrap_err().to_string();
        assert!(error.starts_with(expected), "{error}");
    }
    assert!(Report::default().counts.is_empty());
}
