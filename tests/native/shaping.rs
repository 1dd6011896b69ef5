//! Shaping: the setting `fields`, what it leaves of an event, and that nothing else gets past it.

mod properties;
mod settings;
mod url;

use heliograph::core::{
    event::{Event, read_event},
    json::Canonical,
    payload::{self, Place, Rendered, Shape},
    shaping::{self, FieldRules, Reader},
    subscription::Subscription,
};
use serde_json::{Value, json, value::RawValue};

use crate::support::{now, subscription, user_ids};

const BASE: &str = "https://hooks.example.com";
const PLACE: Place<'static> = Place { org: "default", base_url: BASE };

fn event(value: &Value) -> Event {
    let text = value.to_string();
    let raw: &RawValue = serde_json::from_str(&text).unwrap();
    read_event(raw, now()).unwrap()
}

fn with(fields: Value, more: Value) -> Subscription {
    let mut settings = more;
    settings["fields"] = fields;
    subscription("sub_1", settings)
}

fn rendered(value: &Value, subscription: &Subscription) -> Rendered {
    let user_ids = user_ids();
    shaping::render(&event(value), subscription, Reader::of(subscription, "default", &user_ids), BASE)
}

/// The delivered body, which must survive a JavaScript round trip.
fn body(value: &Value, subscription: &Subscription) -> Value {
    let text = rendered(value, subscription).body;
    assert_eq!(Canonical::from_text(&text).unwrap().as_str(), text);
    serde_json::from_str(&text).unwrap()
}

fn standard(value: &Value, fields: Value) -> Value {
    body(value, &with(fields, json!({"format": "standard", "eventTypes": ["*"]})))["data"].take()
}

fn flat(value: &Value, fields: Value) -> Value {
    body(value, &with(fields, json!({})))
}

fn exchange(value: &Value, fields: Value) -> Option<Value> {
    let (rules, user_ids) = (FieldRules::parse(&fields).unwrap(), user_ids());
    let reader = Reader { org: "default", subscription: "sub_1", user_ids: &user_ids };
    let text = shaping::exchange(&event(value), Some(&rules), reader)?;
    assert_eq!(Canonical::from_text(&text).unwrap().as_str(), text);
    Some(serde_json::from_str(&text).unwrap())
}

fn completed() -> Value {
    json!({
        "request_id": "r-1", "user_id": "u-1", "model": "gpt-4o", "provider": "OPENAI", "cost": 0.0015, "latency_ms": 1200,
        "usage": {"prompt_tokens": 10, "completion_tokens": 15, "details": {"cached": 3}}, "status": 200,
        "properties": {"environment": "production", "user.mail": "x"}, "session": "s", "trace_id": "t",
        "request": {"model": "gpt-4o", "user": "u-1", "messages": [{"role": "user", "content": "hi"}, {"role": "tool", "content": "x"}]},
        "response": {"id": "x", "choices": [{"index": 0, "message": {"role": "assistant", "content": "hello"}}]}
    })
}

#[test]
fn rules_that_say_nothing_change_nothing() {
    let plain = subscription("sub_1", json!({}));
    for fields in [
        json!({}),
        json!({"bodies": "truncated"}),
        json!({"hashUserId": false, "redact": null, "exclude": null}),
    ] {
        for settings in [json!({}), json!({"format": "standard"}), json!({"includeData": false})] {
            let mut same = with(fields.clone(), settings.clone());
            let shaped = rendered(&completed(), &same);
            same.settings.fields = None;
            assert_eq!(shaped, rendered(&completed(), &same), "{fields} {settings}");
            assert_eq!(
                shaped,
                payload::render(&event(&completed()), Shape::of(&same, "request.completed"), PLACE)
            );
        }
        let rules = FieldRules::parse(&fields).unwrap();
        assert!(!rules.shape_the_exchange() && rules.give_url() && rules.give_trace());
    }
    assert!(plain.settings.fields.is_none());
    let stored = serde_json::to_string(&plain.settings).unwrap();
    assert!(!stored.contains("fields"), "what is stored of others is as it was: {stored}");
}

#[test]
fn excluded_fields_are_not_there() {
    let data = standard(
        &completed(),
        json!({"exclude": [
            "user_id", "cost", "usage.details", "properties[\"user.mail\"]", "session", "$.request_body.messages[*].content",
            "data.response_body.choices[0].message.content", "response_body.nothing.here"
        ]}),
    );
    assert_eq!(
        data,
        json!({
            "request_id": "r-1", "model": "gpt-4o", "provider": "OPENAI", "status": 200, "outcome": "success", "latency_ms": 1200,
            "usage": {"prompt_tokens": 10, "completion_tokens": 15, "total_tokens": 25}, "trace_id": "t",
            "properties": {"environment": "production"},
            "request_body": {"model": "gpt-4o", "user": "u-1", "messages": [{"role": "user"}, {"role": "tool"}]},
            "response_body": {"id": "x", "choices": [{"index": 0, "message": {"role": "assistant"}}]}
        })
    );
}

#[test]
fn one_name_serves_both_shapes() {
    for exclude in [json!(["metadata.cost", "metadata.promptTokens"]), json!(["cost", "usage.prompt_tokens"])]
    {
        let metadata = flat(&completed(), json!({"exclude": exclude}))["metadata"].take();
        assert_eq!(
            metadata,
            json!({"completionTokens": 15, "totalTokens": 25, "latencyMs": 1200}),
            "{exclude}"
        );
        let data = standard(&completed(), json!({"exclude": exclude}));
        assert_eq!(data.get("cost"), None);
        assert_eq!(
            data["usage"],
            json!({"completion_tokens": 15, "total_tokens": 25, "details": {"cached": 3}})
        );
    }
    let without = flat(&completed(), json!({"exclude": ["metadata"]}));
    assert_eq!(without.get("metadata"), None);
    let all_but_model = flat(&completed(), json!({"exclude": ["model"]}));
    assert_eq!((all_but_model.get("model"), &all_but_model["metadata"]["cost"]), (None, &json!(0.0015)));
}

#[test]
fn included_fields_alone_are_there() {
    let fields = json!({"include": ["request_id", "model", "metadata.cost"]});
    assert_eq!(
        flat(&completed(), fields.clone()),
        json!({"request_id": "r-1", "request_body": {}, "response_body": {}, "model": "gpt-4o", "metadata": {"cost": 0.0015}})
    );
    assert_eq!(
        standard(&completed(), fields),
        json!({"request_id": "r-1", "model": "gpt-4o", "cost": 0.0015})
    );
    let parts = json!({"include": ["request_body.messages[*].role", "response_body.choices.0.index", "properties.*"]});
    assert_eq!(
        standard(&completed(), parts),
        json!({
            "request_id": "r-1", "properties": {"environment": "production", "user.mail": "x"},
            "request_body": {"messages": [{"role": "user"}, {"role": "tool"}]}, "response_body": {"choices": [{"index": 0}]}
        })
    );
    let nothing = standard(&completed(), json!({"include": ["request_body.model.name"]}));
    assert_eq!(nothing, json!({"request_id": "r-1"}), "a path into a text leads nowhere");
}

#[test]
fn own_data_and_everything_by_a_star() {
    let own = json!({"type": "eval.failed", "request_id": "r", "data": {"eval": "x", "score": 1, "request": {"a": 1}}, "note": "n"});
    assert_eq!(
        standard(&own, json!({"exclude": ["score", "data.request", "note"]})),
        json!({"request_id": "r", "eval": "x"})
    );
    assert_eq!(standard(&own, json!({"exclude": ["data"]})), json!({"request_id": "r", "note": "n"}));
    assert_eq!(standard(&own, json!({"include": ["data.eval"]})), json!({"request_id": "r", "eval": "x"}));
    assert_eq!(standard(&own, json!({"exclude": ["*"]})), json!({"request_id": "r"}));
    let text = json!({"type": "eval.failed", "request_id": "r", "data": "write to jane@example.com"});
    assert_eq!(standard(&text, json!({"redact": {"detectors": "all"}}))["data"], "write to [email]");
    assert_eq!(standard(&text, json!({"exclude": ["data"]})), json!({"request_id": "r"}));
}

#[test]
fn bodies_are_cut_after_they_are_redacted_or_not_cut_or_not_sent() {
    let text = format!("{} jane@example.com {}", "x".repeat(10_230), "y".repeat(200_000));
    let long = json!({"request_id": "r", "request": text, "response": {"t": "z".repeat(20_000)}});
    let cut = with(json!({"redact": {"detectors": ["email"]}}), json!({}));
    let rendered = rendered(&long, &cut);
    assert_eq!(rendered.truncated, ["request_body", "response_body"]);
    assert!(
        !rendered.body.contains("jane") && rendered.body.contains("[email]"),
        "cut in the middle of what was found"
    );
    let full = flat(&long, json!({"bodies": "full"}));
    assert_eq!(
        (full["request_body"].as_str().map(str::len), full["response_body"]["t"].as_str().map(str::len)),
        (Some(text.len()), Some(20_000))
    );
    let none = with(json!({"bodies": "none"}), json!({}));
    let sent = self::rendered(&completed(), &none);
    assert_eq!(sent.url_at, None);
    assert!(!sent.body.contains("hello") && !sent.body.contains("messages"));
    assert_eq!(exchange(&completed(), json!({"bodies": "none"})), None);
}

#[test]
fn the_url_leads_to_what_is_left_or_is_not_there() {
    let url = |fields: Value| rendered(&completed(), &with(fields, json!({}))).url_at.is_some();
    assert!(url(json!({"exclude": ["request_body"]})));
    assert!(!url(json!({"exclude": ["request_body", "response_body"]})));
    assert!(!url(json!({"exclude": ["request_response_url"]})));
    assert!(!url(json!({"include": ["request_body"]})), "what is not named does not leave");
    assert!(url(json!({"include": ["request_body", "request_response_url"]})));
    assert_eq!(
        exchange(&completed(), json!({"exclude": ["request_body", "response_body.choices"]})),
        Some(json!({"response": {"id": "x"}}))
    );
    let shapes = |fields: Value| FieldRules::parse(&fields).unwrap().shape_the_exchange();
    assert!(shapes(json!({"exclude": ["response_body.id"]})) && shapes(json!({"exclude": ["*.id"]})));
    assert!(shapes(json!({"redact": {"paths": ["request_body"]}})) && shapes(json!({"hashUserId": true})));
    assert!(
        !shapes(json!({"exclude": ["user_id"]})) && !shapes(json!({"redact": {"paths": ["properties"]}}))
    );
}

#[test]
fn paths_replace_whole_values() {
    let fields = json!({"redact": {"paths": ["request_body.messages[1]", "user_id", "properties", "cost", "response_body"]}});
    let data = standard(&completed(), fields);
    assert_eq!(data["request_body"]["messages"], json!([{"role": "user", "content": "hi"}, "[redacted]"]));
    assert_eq!(
        (&data["user_id"], &data["properties"], &data["response_body"]),
        (&json!("[redacted]"), &json!("[redacted]"), &json!("[redacted]"))
    );
    assert_eq!(data.get("cost"), None, "in the place of a number stands nothing");
    let own = standard(&completed(), json!({"redact": {"paths": ["user_id"], "replacement": "<gone>"}}));
    assert_eq!(own["user_id"], "<gone>");
}

/// The same data in every place of an event, and in every disguise.
#[test]
fn detectors_look_everywhere() {
    let secret = "jane@example.com";
    let arguments = json!({"to": secret, "card": 4_111_111_111_111_111_u64}).to_string();
    let value = json!({
        "request_id": "r", "user_id": secret, "model": format!("m {secret}"), "provider": secret, "status": "sent to jane@example.com",
        "usage": {"prompt_tokens": 1, "note": secret}, "properties": {"mail": secret, secret: "key"}, "own": {"deep": [secret]}, secret: 1,
        "trace_id": secret,
        "request": {
            "messages": [{"content": secret}], secret: {"a": 1}, "bob@example.com": {"a": 2}, "pan": 4_111_111_111_111_111_u64,
            "tool_calls": [{"arguments": arguments}], "cut": "{\"to\":\"jane\\u0040example.com", "line": "data: {\"t\":\"jane\\u0040example.com\"}"
        },
        "response": json!({"text": secret, "list": ["4111 1111 1111 1111"], "in": json!({"again": secret}).to_string()}).to_string()
    });
    // Escaped on the wire, as some gateways send all of it.
    let text = value.to_string().replace('@', "\\u0040");
    let raw: &RawValue = serde_json::from_str(&text).unwrap();
    let event = read_event(raw, now()).unwrap();
    for settings in [json!({}), json!({"format": "standard"})] {
        let one = with(json!({"redact": {"detectors": "all"}}), settings);
        let user_ids = user_ids();
        let reader = Reader::of(&one, "default", &user_ids);
        let left = shaping::render(&event, &one, reader, BASE).body;
        let exchange = shaping::exchange(&event, one.settings.fields.as_ref(), reader).unwrap();
        for text in [&left, &exchange] {
            assert!(!text.contains("jane") && !text.contains("bob") && !text.contains("4111"), "{text}");
            assert_eq!(Canonical::from_text(text).unwrap().as_str(), text);
        }
        assert!(exchange.contains(r#""[email]":{"a":1},"[email]#2":{"a":2}"#), "{exchange}");
        assert!(exchange.contains(r#"\"card\":\"[card]\""#), "{exchange}");
    }
}

#[test]
fn a_cloud_events_attributes_hold_back_the_trace() {
    let mut value = completed();
    value["traceparent"] = json!("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
    let names = |fields: Value| -> Vec<String> {
        let binary = with(fields, json!({"format": "cloudevents", "contentMode": "binary"}));
        rendered(&value, &binary).headers.into_iter().map(|(name, _)| name).collect()
    };
    assert!(names(json!({})).contains(&"ce-traceparent".to_owned()));
    for path in ["traceparent", "trace_id", "*"] {
        assert!(!names(json!({"exclude": [path]})).contains(&"ce-traceparent".to_owned()), "{path}");
    }
    assert!(!names(json!({"include": ["model"]})).contains(&"ce-traceparent".to_owned()));
}

#[test]
fn a_stream_is_put_together_before_it_is_looked_at() {
    let chunk = |text: &str| {
        format!(
            "data: {}\n\n",
            json!({"object": "chat.completion.chunk", "choices": [{"index": 0, "delta": {"content": text}}]})
        )
    };
    let stream = format!("{}{}data: [DONE]\n\n", chunk("write to jane@exa"), chunk("mple.com now"));
    let value = json!({"request_id": "r", "response": stream});
    let redacted = exchange(&value, json!({"redact": {"detectors": "all"}})).unwrap();
    assert_eq!(redacted["response"]["choices"][0]["message"]["content"], "write to [email] now");
    let excluded =
        exchange(&value, json!({"exclude": ["response_body.choices[*].message.content"]})).unwrap();
    assert!(!excluded.to_string().contains("write"), "{excluded}");
}

#[test]
fn what_paths_cannot_be_followed_into_is_held_back() {
    let value = json!({"request_id": "r", "request": "a prompt as it is", "response": "{\"a\": {\"b\": 1, \"c\": 2}}"});
    let left = exchange(&value, json!({"exclude": ["request_body.messages", "response_body.a.b"]})).unwrap();
    assert_eq!(left, json!({"request": "[redacted]", "response": "{\"a\":{\"c\":2}}"}));
    let only = exchange(
        &value,
        json!({"include": ["request_body.messages", "response_body.a.c", "request_response_url"]}),
    )
    .unwrap();
    assert_eq!(only, json!({"response": "{\"a\":{\"c\":2}}"}));
}

#[test]
fn ids_of_users_are_hashed_for_each_subscription_anew() {
    let key = user_ids();
    let hash = key.hash("default", "sub_1", "u-1");
    assert!(hash.starts_with("usr_") && hash.len() == 28);
    assert_eq!(hash, user_ids().hash("default", "sub_1", "u-1"));
    for (org, one, user) in
        [("other", "sub_1", "u-1"), ("default", "sub_2", "u-1"), ("default", "sub_1", "u-2")]
    {
        assert_ne!(hash, key.hash(org, one, user));
    }
    let data = standard(&completed(), json!({"hashUserId": true, "redact": {"detectors": "all"}}));
    assert_eq!(data["user_id"], json!(hash));
    assert_eq!(data["request_body"]["user"], json!(hash), "where it stands as a user's in a body, too");
    let role = json!({"request_id": "r", "user_id": "assistant", "response": {"role": "assistant", "end_user": "assistant"}});
    let left = exchange(&role, json!({"hashUserId": true})).unwrap()["response"].take();
    assert_eq!(left, json!({"role": "assistant", "end_user": key.hash("default", "sub_1", "assistant")}));
    assert_eq!(
        standard(&completed(), json!({"hashUserId": true, "exclude": ["user_id"]})).get("user_id"),
        None
    );
}
