//! The pages of subscriptions: what a form is read as, what is wrong with it, and what is changed by it.

use heliograph::{
    console::{
        form::Form,
        models::{
            subscription::{Issued, Previewed, Subscription},
            webhook::Webhook,
        },
        pages::webhooks::{
            check,
            draft::{Draft, NAMES},
            filled::{Before, FormPage},
            form, remove, secrets, snippets, tested,
        },
        viewer::{Theme, Viewer},
    },
    core::{auth::Principal, destination::Policy, roles::Roles, subscription::bounds},
};
use serde_json::{Value, json};

use crate::support::now;

const EVIL: &str = "\"><script>alert(1)</script>'\u{202e}\u{0}";

fn viewer() -> Viewer {
    Viewer {
        principal: Principal::root(),
        form_token: "token".to_owned(),
        theme: Theme::System,
        roles: Roles { dispatcher: true, receiver: true },
        origin: "https://hooks.example.com".to_owned(),
        now: now(),
    }
}

fn answered(more: Value) -> Value {
    let mut webhook = json!({
        "id": "sub_1", "created_at": "2026-11-21T09:00:00.000Z", "updated_at": "2026-11-21T09:00:00.000Z",
        "destination": "https://hooks.example.org/in", "description": "Billing", "status": "active",
        "disabledReason": null, "disabledAt": null, "eventTypes": ["request.completed", "refund.*"], "sampleRate": 12.5,
        "propertyFilters": [{"key": "environment", "value": "production"}], "filter": {"cost": {"$gt": 0.5}},
        "includeData": true, "format": "standard", "contentMode": "structured", "oversize": "truncate",
        "fields": null, "apiVersion": "2026-11-01", "retrySchedule": [], "timeoutMs": 5000, "rateLimit": null, "handshake": true, "permission": {"origin": "hooks.example.com", "perMinute": 600},
        "signatures": ["v1"], "headers": ["X-Api-Key"],
        "keys": [{"fingerprint": "01234567", "publicKey": "whpk_x", "createdAt": "2026-11-21T09:00:00.000Z", "expiresAt": null}],
        "hmac_key": "an-hmac-key", "signing_secret": "whsec_c2VjcmV0",
    });
    let (members, more) = (webhook.as_object_mut().unwrap(), more.as_object().cloned().unwrap());
    members.extend(more);
    webhook
}

fn subscription(more: Value) -> Subscription {
    serde_json::from_value(answered(more)).unwrap()
}

fn typed(fields: &[(&str, &str)]) -> Draft {
    let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    Draft::read(&Form::read(body.as_bytes()))
}

/// The form of a draft, as a browser would send it back.
fn sent_back(draft: Draft, before: Option<Before>) -> Draft {
    let page = FormPage::new(draft, Vec::new(), before, "once".to_owned());
    let html = form::render(&viewer(), &page).content.into_string();
    let mut pairs = Vec::new();
    for input in html.split("<input ").skip(1).map(|rest| rest.split_once('>').unwrap().0) {
        let attribute = |name: &str| {
            let (_, rest) = input.split_once(&format!("{name}=\""))?;
            Some(text_of(rest.split_once('"')?.0))
        };
        if attribute("type").as_deref() != Some("checkbox")
            || input.ends_with(" checked")
            || input.contains(" checked ")
        {
            pairs.push((attribute("name").unwrap(), attribute("value").unwrap_or_default()));
        }
    }
    for area in html.split("<textarea ").skip(1) {
        let (tag, rest) = area.split_once('>').unwrap();
        let name = tag.split_once("name=\"").unwrap().1.split_once('"').unwrap().0;
        // Browsers send lines that end in two characters.
        pairs.push((
            name.to_owned(),
            text_of(rest.split_once("</textarea>").unwrap().0).replace('\n', "\r\n"),
        ));
    }
    for select in html.split("<select ").skip(1) {
        let name = select.split_once("name=\"").unwrap().1.split_once('"').unwrap().0;
        let chosen = select
            .split("<option ")
            .skip(1)
            .find(|option| option.split_once('>').unwrap().0.contains("selected"))
            .unwrap();
        let value = chosen.split_once("value=\"").unwrap().1.split_once('"').unwrap().0;
        pairs.push((name.to_owned(), text_of(value)));
    }
    let pairs: Vec<(&str, &str)> =
        pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    typed(&pairs)
}

fn text_of(html: &str) -> String {
    html.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&")
}

#[test]
fn every_setting_has_its_place_in_the_form_or_is_left_alone() {
    // Set elsewhere: the status by buttons, `config` is Helicone's place for what stands here too.
    let elsewhere = ["config", "metadata", "status"];
    let here: Vec<&str> = NAMES.iter().map(|(name, _)| *name).collect();
    let missing = bounds::FIELDS.iter().filter(|name| !here.contains(name) && !elsewhere.contains(name));
    assert_eq!(missing.collect::<Vec<_>>(), Vec::<&&str>::new());
}

#[test]
fn a_form_that_is_sent_back_as_it_was_changes_nothing() {
    let hostile = json!({
        "description": EVIL.replace('\0', ""), "filter": {"$or": [{"a": "<b>&\"'\n"}, {"c": null}]}, "fields": {"exclude": ["a.b"]},
        "retrySchedule": [5, 300], "eventTypes": ["*", "request.failed"], "includeData": false, "sampleRate": 100,
        "format": "cloudevents", "contentMode": "binary", "oversize": "marker", "signatures": ["helicone", "v1a"], "rateLimit": 7,
    });
    for settings in [json!({}), hostile] {
        let subscription = subscription(settings);
        let draft = Draft::of(&subscription);
        let before = Before {
            id: "sub_1".to_owned(),
            name: "x".to_owned(),
            tag: "\"1\"".to_owned(),
            headers: subscription.headers.clone(),
        };
        let back = sent_back(draft.clone(), Some(before));
        assert_eq!(Value::Object(back.changes(&draft)), json!({}));
        assert!(back.check(&Policy::default()).1.is_empty(), "{:?}", back.check(&Policy::default()).1);
    }
}

#[test]
fn only_what_is_changed_is_sent() {
    let before = Draft::of(&subscription(json!({})));
    let mut draft = before.clone();
    draft.description = String::new();
    draft.retry_schedule = "5, 300s".to_owned();
    draft.types.reverse();
    draft.patterns = "guardrail.*,\n request.completed".to_owned();
    draft.removed_headers = vec!["X-Api-Key".to_owned(), "X-Old".to_owned()];
    draft.headers = vec![("x-api-key".to_owned(), "new".to_owned())];
    assert_eq!(
        Value::Object(draft.changes(&before)),
        json!({
            "description": null, "retrySchedule": [5, 300], "eventTypes": ["guardrail.*", "refund.*", "request.completed"],
            "headers": {"X-Old": null, "x-api-key": "new"},
        })
    );
}

#[test]
fn a_new_one_is_made_with_what_was_given() {
    let draft = sent_back(
        Draft {
            destination: "https://a.example.org/".to_owned(),
            types: Vec::new(),
            patterns: "request.*".to_owned(),
            ..Draft::default()
        },
        None,
    );
    assert_eq!(
        Value::Object(draft.creation()),
        json!({"destination": "https://a.example.org/", "eventTypes": ["request.*"]})
    );
    let paused = Draft { is_paused: true, ..draft };
    assert_eq!(paused.creation()["status"], "paused");
}

#[test]
fn everything_that_is_wrong_is_said_at_its_field_at_once() {
    let draft = typed(&[
        ("destination", "http://127.0.0.1/"),
        ("patterns", "request.*, no..type"),
        ("sampleRate", "101"),
        ("filterKey", ""),
        ("filterValue", "x"),
        ("filter", "{\"cost\": {\"$gt\": true}}"),
        ("format", "xml"),
        ("fields", "{"),
        ("headerName", "Host"),
        ("headerValue", "x"),
        ("timeoutMs", "soon"),
        ("rateLimit", "0"),
        ("retrySchedule", "5; 300"),
    ]);
    let (_, errors) = draft.check(&Policy::default());
    let said: Vec<(&str, &str)> = errors.iter().map(|(name, _, error)| (name, error)).collect();
    let names: Vec<&str> = said.iter().map(|(name, _)| *name).collect();
    assert_eq!(
        names,
        [
            "destination",
            "eventTypes",
            "sampleRate",
            "propertyFilters",
            "filter",
            "format",
            "fields",
            "signatures",
            "headers",
            "timeoutMs",
            "rateLimit",
            "retrySchedule"
        ],
        "{said:?}"
    );
    assert!(errors.at("eventTypes").unwrap().starts_with("no..type must be"), "{said:?}");
    assert!(errors.at("filter").unwrap().starts_with("cost.$gt: "), "{said:?}");
    assert!(errors.at("fields").unwrap().contains("not valid JSON"), "{said:?}");
    assert!(errors.at("timeoutMs").unwrap().contains("milliseconds"), "{said:?}");
    // What was typed is in the form that says so.
    let page = FormPage { errors, ..FormPage::new(draft.clone(), Vec::new(), None, "once".to_owned()) };
    let html = form::render(&viewer(), &page).content.into_string();
    assert!(html.contains("soon") && html.contains("5; 300") && html.contains("no..type"));
    assert_eq!(html.matches(r#"aria-invalid="true""#).count(), 8, "those that are single inputs");
    assert!(draft.criteria().is_none());
    assert_eq!(
        typed(&[("patterns", "*")]).check(&Policy::default()).1.at("destination"),
        Some("is required: the https:// URL of the endpoint")
    );
    assert_eq!(typed(&[]).check(&Policy::default()).1.at("eventTypes"), Some("choose one at least"));
    let twins = Draft {
        headers: vec![("X-A".to_owned(), "1".to_owned()), ("x-a".to_owned(), "2".to_owned())],
        ..Draft::default()
    };
    assert_eq!(twins.check(&Policy::default()).1.at("headers"), Some("must not name a header twice"));
}

#[test]
fn a_preview_is_asked_with_what_picks_events_alone() {
    let draft = typed(&[
        ("type", "request.failed"),
        ("sampleRate", ""),
        ("filter", "{\"model\": \"x\"}"),
        ("timeoutMs", "soon"),
    ]);
    assert_eq!(
        Value::Object(draft.criteria().unwrap()),
        json!({"eventTypes": ["request.failed"], "propertyFilters": [], "filter": {"model": "x"}})
    );
}

#[test]
fn a_preview_says_how_many_and_why_not() {
    let preview: Previewed = serde_json::from_value(json!({
        "considered": 1000, "matched": 412, "matches": ["request.completed:1"], "note": "a note",
        "unmatched": [{"event": "request.completed:2", "why": {"path": "filter.cost.$gt", "reason": "wrong_value"}}],
    }))
    .unwrap();
    let html = check::previewed(&Ok(preview)).into_string();
    assert!(html.contains("Would have matched 412 of the last 1,000."), "{html}");
    assert!(html.contains("filter.cost.$gt</code> does not hold"), "{html}");
    let none: Previewed = serde_json::from_value(
        json!({"considered": 0, "matched": 0, "matches": [], "unmatched": [], "note": ""}),
    )
    .unwrap();
    assert!(!check::previewed(&Ok(none)).into_string().contains("0 of"));
}

#[test]
fn what_is_checked_reaches_every_field() {
    let html = check::checked(&Draft::default().check(&Policy::default()).1).into_string();
    for (name, _) in NAMES {
        assert!(html.contains(&format!("innerHTML:#{name}-error")), "{name}");
    }
    let page = FormPage::new(Draft::default(), Vec::new(), None, "once".to_owned());
    let form = form::render(&viewer(), &page).content.into_string();
    for (name, _) in NAMES {
        assert_eq!(form.matches(&format!(r#" id="{name}-error""#)).count(), 1, "{name}");
        assert_eq!(form.matches(&format!(r#" id="{name}""#)).count(), 1, "{name}");
    }
    // Enter in a field saves, and adds no rows.
    let first = form.split("<button ").nth(1).unwrap();
    assert!(first.contains(r#"value="save""#), "{first}");
}

#[test]
fn code_holds_the_key_and_nothing_to_be_filled_in() {
    let all = snippets::standard("whsec_c2VjcmV0").into_iter().chain(snippets::helicone("whsec_c2VjcmV0"));
    for snippet in all {
        assert_eq!(snippet.code.matches("\"whsec_c2VjcmV0\"").count(), 1, "{}", snippet.language);
        assert!(!snippet.code.contains("KEY_HERE"));
    }
}

#[test]
fn keys_are_shown_with_code_for_the_signatures_that_are_sent() {
    let shown = |signatures: Value| {
        let issued: Issued = serde_json::from_value(answered(json!({ "signatures": signatures }))).unwrap();
        secrets::created(&issued).content.into_string()
    };
    let both = shown(json!(["helicone", "v1"]));
    assert!(both.contains("whsec_c2VjcmV0") && both.contains("an-hmac-key"));
    assert!(both.contains(r#"id="standard-node""#) && both.contains(r#"id="helicone-go""#));
    let asymmetric = shown(json!(["v1a"]));
    assert!(
        asymmetric.contains("whpk_x")
            && !asymmetric.contains(r#"id="standard-node""#)
            && !asymmetric.contains(r#"id="helicone-go""#)
    );
}

#[test]
fn is_deleted_by_its_host_or_its_id_and_by_nothing_else() {
    let webhook: Webhook =
        serde_json::from_value(answered(json!({"destination": "https://hooks.example.org:8443/in?x=1"})))
            .unwrap();
    for (typed, is_confirmed) in [
        ("hooks.example.org:8443", true),
        ("HOOKS.example.org:8443", true),
        ("sub_1", true),
        ("", false),
        ("hooks.example.org:8443/in", false),
        ("example.org", false),
        ("Billing", false),
    ] {
        assert_eq!(remove::is_confirmed(&webhook, typed), is_confirmed, "{typed}");
    }
}

#[test]
fn whatever_somebody_typed_is_text() {
    let texts = json!({
        "id": EVIL, "destination": EVIL, "description": EVIL, "eventTypes": [EVIL], "headers": [EVIL],
        "propertyFilters": [{"key": EVIL, "value": EVIL}], "filter": {EVIL: EVIL}, "signatures": ["v1", "helicone"],
    });
    let subscription = subscription(texts.clone());
    let issued = |texts: &Value| serde_json::from_value::<Issued>(answered(texts.clone())).unwrap();
    let tested = serde_json::from_value(json!({
        "success": false, "message": EVIL, "eventType": EVIL, "deliveryId": EVIL, "status": null, "failure": EVIL,
        "latencyMs": 3, "reply": EVIL, "advice": EVIL,
    }))
    .unwrap();
    let preview = serde_json::from_value(json!({
        "considered": 1, "matched": 1, "matches": [EVIL], "note": EVIL,
        "unmatched": [{"event": EVIL, "why": {"path": EVIL, "reason": EVIL}}],
    }))
    .unwrap();
    let draft = Draft {
        headers: vec![(EVIL.to_owned(), EVIL.to_owned())],
        patterns: EVIL.to_owned(),
        timeout_ms: EVIL.to_owned(),
        ..Draft::of(&subscription)
    };
    let errors = draft.check(&Policy::default()).1;
    let page = FormPage {
        errors: errors.clone(),
        preview: Some(Ok(preview)),
        ..FormPage::new(draft, Vec::new(), None, EVIL.to_owned())
    };
    let shown = [
        form::render(&viewer(), &page).render(&viewer(), None),
        check::checked(&errors),
        secrets::created(&issued(&texts)).render(&viewer(), None),
        secrets::rotated(&issued(&texts)).render(&viewer(), None),
        remove::render(&viewer(), &subscription.webhook, Some(EVIL)).render(&viewer(), None),
        tested::part(&tested),
    ];
    for markup in shown {
        let html = markup.into_string();
        assert!(html.contains("&lt;script&gt;"), "{html}");
        assert!(!html.contains("<script>") && !html.contains(EVIL), "{html}");
    }
}
