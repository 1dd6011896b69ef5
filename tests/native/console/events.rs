//! The history of requests: what is asked of the API, and that whatever others wrote stays text.

use heliograph::{
    console::{
        form::Form,
        models::request::{Bodies, Kept, LlmRequest, Verdicts, Watcher},
        pages::events::{
            self, Listed, Said, Shown,
            conversation::{Texts, conversation},
            search::Search,
        },
        parts::text::{short, visible},
        viewer::{Theme, Viewer},
    },
    core::{
        auth::{Principal, Scope},
        envelope::ApiError,
        history::query::{Filter, read_query},
        roles::Roles,
    },
};
use serde_json::{Value, json};

use crate::support::now;

pub(super) const EVIL: &str = "\"><script>alert(1)</script>'";

pub(super) fn viewer(scopes: &[Scope]) -> Viewer {
    Viewer {
        principal: Principal { org: "default".into(), is_root: false, scopes: scopes.to_vec() },
        form_token: "the-token".into(),
        theme: Theme::System,
        roles: Roles { dispatcher: true, receiver: true },
        origin: "https://hooks.example.com".into(),
        now: now(),
    }
}

fn body(query: &str) -> Result<Value, (&'static str, String)> {
    Search(&Form::read(query.as_bytes())).body()
}

#[test]
fn a_search_is_what_the_api_takes() {
    let leaf = |query: &str| body(query).unwrap()["filter"]["request_response_rmt"].clone();
    assert_eq!(leaf(""), json!({}));
    assert_eq!(
        leaf("model=gpt+4&user=a%40b.c&provider=open&id=x"),
        json!({"model": {"contains": "gpt 4"}, "provider": {"contains": "open"}, "user_id": {"equals": "a@b.c"}, "request_id": {"equals": "x"}})
    );
    assert_eq!(leaf("status=429"), json!({"status": {"equals": 429}}));
    assert_eq!(leaf("status=5xx"), json!({"status": {"gte": 500, "lt": 600}}));
    assert_eq!(leaf("cost=0.5&latency=100"), json!({"cost": {"gte": 0.5}, "latency": {"gte": 100.0}}));
    assert_eq!(
        leaf("since=2026-11-21T09:30&until=2026-11-22"),
        json!({"request_created_at": {"gte": "2026-11-21T09:30:00.000Z", "lt": "2026-11-22T00:00:00.000Z"}})
    );
    assert_eq!(leaf("property=team"), json!({"properties": {"team": {"like": "%"}}}));
    assert_eq!(leaf("property=team&value=a"), json!({"properties": {"team": {"equals": "a"}}}));
    let all = "model=a&user=b&status=2xx&since=2026-11-21T09:30&until=2026-11-22T00:00:00&provider=c&id=d&property=e&value=f&cost=1&latency=2&scored=no&cached=on";
    let query = read_query(body(all).unwrap().as_object().unwrap()).unwrap();
    assert_ne!(query.filter, Filter::All);
    assert_eq!(query.limit, 50);
    let form = Form::read(all.as_bytes());
    assert_eq!(
        Form::read(Search(&form).path(Some("1.2")).split_once('?').unwrap().1.as_bytes()).raw("cursor"),
        "1.2"
    );
    assert!(Search(&form).is_special() && !Search(&Form::read(b"model=a")).is_special());
}

#[test]
fn what_is_wrong_is_told_at_its_field() {
    for (query, field) in [
        ("status=ok", "status"),
        ("status=0xx", "status"),
        ("cost=much", "cost"),
        ("latency=inf", "latency"),
        ("since=yesterday", "since"),
        ("until=2026-13-01T00:00", "until"),
        ("value=a", "property"),
    ] {
        assert_eq!(body(query).map_err(|(name, _)| name), Err(field), "{query}");
    }
    let refused = |field: &str| {
        let error = ApiError {
            field: Some(format!("filter.request_response_rmt.{field}")),
            ..ApiError::new(400, "no")
        };
        Search::refused(&error).map(|(field, _)| field)
    };
    assert_eq!(refused("user_id.equals"), Some("user"));
    assert_eq!(refused("request_created_at.gte"), Some("since"));
    assert_eq!(refused("properties.x.equals"), Some("property"));
    assert_eq!(refused("other"), None);
    assert_eq!(Search::refused(&ApiError::new(503, "later")), None);
    let form = Form::read(b"status=%22%3E%3Cscript%3E");
    let listed = Listed { wrong: Some(("status", "is no status".into())), ..Listed::default() };
    let page = events::list(&viewer(&[Scope::RequestsRead]), Search(&form), &listed).content.into_string();
    assert!(page.contains(r#"value="&quot;&gt;&lt;script&gt;""#), "what was typed stays: {page}");
    assert!(page.contains(r#"id="status-error">is no status<"#), "{page}");
}

#[test]
fn nothing_in_a_text_hides_or_turns_the_line() {
    assert_eq!(visible("a\0b\u{1b}[31m\u{7f}\r\n\tc"), "a␀b␛[31m␡\n\tc");
    assert_eq!(visible("\u{202e}txt.exe\u{2066}\u{feff}\u{ad}"), "⟨U+202E⟩txt.exe⟨U+2066⟩⟨U+FEFF⟩⟨U+00AD⟩");
    let written = "ünïcödé 👩‍👩‍👧 שלום नमस्ते";
    assert_eq!(visible(written), written);
    assert_eq!(short("one\ntwo"), "one two");
    assert_eq!(short(&"x".repeat(81)), format!("{}…", "x".repeat(80)));
    assert_eq!(short(&"é".repeat(80)), "é".repeat(80));
}

fn request(more: Value) -> LlmRequest {
    let mut request = json!({
        "request_id": EVIL, "request_created_at": "2026-11-21T08:59:00.000Z", "event_type": "request.completed",
        "request_user_id": "\u{202e}u", "model": EVIL, "provider": EVIL, "response_status": 200, "delay_ms": 930.0,
        "time_to_first_token": null, "prompt_tokens": null, "completion_tokens": null, "total_tokens": null,
        "prompt_cache_read_tokens": null, "reasoning_tokens": null, "cost": null, "cost_status": "unknown_model", "cached": null,
        "properties": { EVIL: EVIL }, "properties_truncated": true,
        "scores": { "polite-hcone-bool": 1, "accuracy": 95, "helicone-score-feedback": 0, EVIL: 1 }, "cursor": "1.2",
    });
    request.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    serde_json::from_value(request).unwrap()
}

#[test]
fn a_request_is_shown_as_it_is_known() {
    let listed = Listed { requests: vec![request(json!({}))], next: Some("1.2".into()), ..Listed::default() };
    let page = events::list(&viewer(&[Scope::RequestsRead]), Search(&Form::default()), &listed)
        .content
        .into_string();
    assert!(
        !page.contains("<script") && page.contains("&lt;script&gt;") && page.contains("⟨U+202E⟩u"),
        "{page}"
    );
    assert!(page.contains("/console/events/%22%3E%3Cscript%3E") && page.contains("cursor=1.2"), "{page}");
    assert!(
        page.contains(r#"<td class="number">–</td><td class="number">–</td>"#),
        "unknown is no 0: {page}"
    );
    let shown = Shown { request: request(json!({})), verdicts: None, bodies: None, said: Said::default() };
    let reads = events::show(&viewer(&[Scope::RequestsRead]), &shown).content.into_string();
    assert!(
        !reads.contains("<script") && !reads.contains("<form") && !reads.contains("Subscriptions"),
        "{reads}"
    );
    for text in [
        "<dt>polite</dt><dd>yes</dd>",
        "<dt>accuracy</dt><dd>95</dd>",
        "Not liked",
        "did not fit",
        "Show the exchange",
    ] {
        assert!(reads.contains(text), "{text}: {reads}");
    }
    let said = Said { name: EVIL.into(), value: "x".into(), problem: Some("must be whole".into()) };
    let writes =
        events::show(&viewer(&[Scope::RequestsRead, Scope::ScoresWrite]), &Shown { said, ..shown }).content;
    let writes = writes.into_string();
    assert!(
        writes.contains("/score") && writes.contains("must be whole") && !writes.contains("<script"),
        "{writes}"
    );
}

#[test]
fn an_empty_history_says_what_is_kept() {
    let page = |retain: &str, query: &str| {
        let kept = Some(Kept { retain: retain.into() });
        let form = Form::read(query.as_bytes());
        let listed = Listed { kept, ..Listed::default() };
        events::list(&viewer(&[Scope::RequestsRead]), Search(&form), &listed).content.into_string()
    };
    assert!(page("none", "").contains("keeps no requests"));
    assert!(page("matched", "").contains("at least one subscription matches"));
    assert!(page("all", "").contains("none has come yet"));
    assert!(page("all", "model=x").contains("No request is like that"));
}

#[test]
fn each_subscription_says_why() {
    let why = |path: &str, reason: &str| json!({ "path": path, "reason": reason });
    let delivery = json!({
        "id": "msg_1", "webhook_id": "sub_sent", "event_id": "e", "event_type": "request.completed", "state": "delivered", "reason": null,
        "accepted_at": "2026-11-21T09:00:00Z", "updated_at": "2026-11-21T09:00:00Z", "next_attempt_at": null, "attempt_count": 1,
        "last_status": 200, "last_failure": null,
    });
    let webhook = |id: &str, status: &str| {
        json!({
            "id": id, "destination": "https://a.example/in", "description": format!("{id} {EVIL}"), "status": status, "disabledReason": null,
            "disabledAt": null, "eventTypes": ["guardrail.*"], "sampleRate": 12.5,
            "propertyFilters": [{ "key": "environment", "value": "staging" }],
        })
    };
    let verdict =
        |id: &str, why: Value, delivery: Value| json!({ "webhook_id": id, "why": why, "delivery": delivery });
    let ids = ["sub_sent", "sub_was", "sub_type", "sub_sample", "sub_property", "sub_absent", "sub_filter"];
    let watchers: Vec<Value> =
        ids.iter().map(|id| webhook(id, "active")).chain([webhook("sub_paused", "paused")]).collect();
    let watchers: Vec<Watcher> = serde_json::from_value(watchers.into()).unwrap();
    let verdicts: Verdicts = serde_json::from_value(json!({
        "trace_id": "the-trace",
        "webhooks": [
            verdict("sub_sent", Value::Null, delivery.clone()),
            verdict("sub_was", why("sampleRate", "not_in_sample"), delivery),
            verdict("sub_type", why("eventTypes", "wrong_value"), Value::Null),
            verdict("sub_sample", why("sampleRate", "not_in_sample"), Value::Null),
            verdict("sub_property", why("propertyFilters[0]", "wrong_value"), Value::Null),
            verdict("sub_absent", why("propertyFilters[0]", "absent"), Value::Null),
            verdict("sub_filter", why("filter.cost.$gt", "wrong_value"), Value::Null),
            verdict("sub_paused", Value::Null, Value::Null),
            verdict("sub_unknown", why("propertyFilters[7]", "absent"), Value::Null),
        ],
    }))
    .unwrap();
    let verdicts = Some(Ok((verdicts, watchers)));
    let shown = Shown { request: request(json!({})), verdicts, bodies: None, said: Said::default() };
    let page = events::show(&viewer(&[Scope::RequestsRead]), &shown).content.into_string();
    assert!(
        page.contains("the-trace") && page.contains("/console/deliveries/msg_1") && !page.contains("<script")
    );
    for text in [
        "Matched when the event came. Now: Not in the sample of 12.5 %",
        "Type not wanted: <code>request.completed</code> is none of <code>guardrail.*</code>",
        "<td>Not in the sample of 12.5 %</td>",
        "Property <code>environment</code> is not <code>staging</code>",
        "Property <code>environment</code> is not there",
        "<code>filter.cost.$gt</code>: it has another value",
        "The subscription is paused, so the delivery is held",
        "<code>propertyFilters[7]</code>: it is not there",
    ] {
        assert!(page.contains(text), "{text}: {page}");
    }
}

fn talk(request: &Value, response: &Value) -> String {
    let (request, response) = (request.to_string(), response.to_string());
    conversation(Texts { request: Some(&request), response: Some(&response), url: None }).into_string()
}

#[test]
fn an_exchange_is_a_conversation() {
    let page = talk(
        &json!({"model": "gpt-4o", "messages": [
            {"role": "system", "content": "Be kind"},
            {"role": "user", "content": [{"type": "text", "text": EVIL}, {"type": "image_url", "image_url": {"url": "https://evil.example/pixel.png"}}]},
            {"role": "assistant", "tool_calls": [{"id": "call_1", "function": {"name": "stock", "arguments": "{\"article\":\"lamp\"}"}}]},
            {"role": "tool", "tool_call_id": "call_1", "content": "12\u{202e}\u{0}"},
        ]}),
        &json!({"model": "gpt-4o-2024", "choices": [
            {"finish_reason": "stop", "message": {"role": "assistant", "content": "One"}},
            {"finish_reason": "length", "message": {"role": "assistant", "content": "Two"}},
        ]}),
    );
    for text in [
        "System",
        "Be kind",
        "Image (not loaded)",
        "Calls <code>stock</code>",
        "&quot;article&quot;",
        "12⟨U+202E⟩␀",
        "Answer 2 of 2",
        "length",
        "answered by gpt-4o-2024",
    ] {
        assert!(page.contains(text), "{text}: {page}");
    }
    // The address stands in the JSON as text, and is loaded by nothing.
    assert!(
        !page.contains("<img")
            && !page.contains("src=")
            && !page.contains("href=")
            && !page.contains("<script"),
        "{page}"
    );
}

#[test]
fn a_stream_is_put_together() {
    let piece = |text: &str| {
        let chunk =
            json!({"object": "chat.completion.chunk", "choices": [{"index": 0, "delta": {"content": text}}]});
        format!("data: {chunk}\n\n")
    };
    let stream = format!("{}{}data: [DONE]\n\n", piece("Hel"), piece("lo there"));
    let page = talk(&json!({"messages": [{"role": "user", "content": "Hi"}]}), &json!(stream));
    assert!(page.contains("Hello there") && page.contains("streamed"), "{page}");
}

#[test]
fn what_is_long_is_folded_and_what_is_too_long_is_cut() {
    let page =
        |text: &str| talk(&json!({"messages": [{"role": "user", "content": text}]}), &json!({"choices": []}));
    assert!(!page(&"x ".repeat(700)).contains("The whole text"));
    let folded = page(&"x ".repeat(800));
    assert!(folded.contains("The whole text") && folded.contains("1.6 kB"), "{folded}");
    let cut = page(&"é".repeat(600_000));
    assert!(cut.contains("This is the first 200.0 kB of 1.2 MB."), "cut by characters, told in bytes");
    assert!(cut.len() < 1_300_000, "{}", cut.len());
    let huge = format!("\"{}\"", "x".repeat(5 << 20));
    let page = conversation(Texts { request: Some(&huge), response: None, url: Some("/payloads/x?a=1&b=2") })
        .into_string();
    assert!(
        page.len() < 1000 && page.contains("5.2 MB") && page.contains("/payloads/x?a=1&amp;b=2"),
        "{page}"
    );
}

#[test]
fn what_is_no_conversation_is_said_to_be_none() {
    let none = conversation(Texts::default()).into_string();
    assert!(none.contains("not kept any more"), "{none}");
    let cut = conversation(Texts {
        request: Some(r#""{\"messages\": [{\"role\"""#),
        response: Some("null"),
        url: None,
    });
    let cut = cut.into_string();
    assert!(cut.contains("cut off") && cut.contains("The response is not there"), "{cut}");
    let error = talk(
        &json!({"messages": []}),
        &json!({"error": {"type": "rate_limit", "code": "429", "message": EVIL}}),
    );
    assert!(
        error.contains("An error in place of an answer: rate_limit (429)") && !error.contains("<script"),
        "{error}"
    );
    let bodies: Bodies =
        serde_json::from_value(json!({"request_body": null, "response_body": null, "signed_body_url": ""}))
            .unwrap();
    assert!(events::exchange(&bodies).into_string().contains("not kept any more"));
}
