//! What of a delivery becomes a span and points of metrics.

use heliograph::core::{
    hash::MacKey,
    inbox::Payload,
    otel::{
        Call, Resource, Source, headers, metrics_request, names::helicone_provider, provider, rejected,
        traces_request,
    },
    time::Timestamp,
};
use serde_json::{Value, json};

use crate::support::now;

const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
const SPAN: &str = "00f067aa0ba902b7";

fn data() -> Value {
    json!({
        "request_id": "r-1", "user_id": "u-1", "model": "gpt-4o-2024-08-06", "provider": "AZURE", "status": 200,
        "cost": 0.0002025, "usage": {"prompt_tokens": 13, "completion_tokens": 17}, "latency_ms": 930,
        "request_body": {"model": "gpt-4o", "messages": [{"role": "user", "content": "a secret"}]},
        "response_body": {"choices": [{"message": {"content": "another"}}]},
    })
}

fn call_of(id: &str, event_type: &str, data: &Value, key: Option<&MacKey>) -> Option<Call> {
    let body = json!({"type": event_type, "timestamp": "2026-11-21T08:59:00.5Z", "data": data});
    let payload = Payload::read(&body.to_string()).unwrap();
    Call::of(Source { id, event_type, received_at: now(), payload: &payload, user_key: key })
}

fn completed(data: &Value) -> Call {
    call_of("msg_1", "request.completed", data, None).unwrap()
}

fn resource() -> Resource {
    Resource::read(None, None).unwrap()
}

fn span(call: &Call) -> Value {
    let body: Value = serde_json::from_str(&traces_request(&resource(), std::slice::from_ref(call))).unwrap();
    body["resourceSpans"][0]["scopeSpans"][0]["spans"][0].clone()
}

/// Attributes by name, each value as it is typed.
fn attributes(of: &Value) -> Value {
    let list = of["attributes"].as_array().unwrap();
    list.iter().map(|one| (one["key"].as_str().unwrap().to_owned(), one["value"].clone())).collect()
}

#[test]
fn a_span_tells_what_the_delivery_told() {
    let key = MacKey::new(b"a key for user ids");
    let call = call_of("msg_1", "request.completed", &data(), Some(&key)).unwrap();
    let span = span(&call);
    assert_eq!(span["name"], "chat gpt-4o");
    assert_eq!(span["kind"], 3);
    assert_eq!(span["endTimeUnixNano"], "1795251540500000000");
    assert_eq!(span["startTimeUnixNano"], "1795251539570000000");
    assert!(span.get("status").is_none() && span.get("parentSpanId").is_none());
    let attributes = attributes(&span);
    let user = attributes["user.id"]["stringValue"].as_str().unwrap();
    assert!(user.len() == 32 && user.bytes().all(|byte| byte.is_ascii_hexdigit()), "{user}");
    assert_eq!(
        attributes,
        json!({
            "gen_ai.operation.name": {"stringValue": "chat"},
            "gen_ai.provider.name": {"stringValue": "azure.ai.openai"},
            "gen_ai.request.model": {"stringValue": "gpt-4o"},
            "gen_ai.response.model": {"stringValue": "gpt-4o-2024-08-06"},
            "gen_ai.usage.input_tokens": {"intValue": "13"},
            "gen_ai.usage.output_tokens": {"intValue": "17"},
            "gen_ai.usage.cost": {"doubleValue": 0.0002025},
            "helicone.request_id": {"stringValue": "r-1"},
            "user.id": {"stringValue": user},
            "http.response.status_code": {"intValue": "200"},
        })
    );
}

#[test]
fn no_body_and_no_plain_user_id_is_in_what_is_sent() {
    let calls = [completed(&data()), call_of("msg_2", "request.failed", &data(), None).unwrap()];
    let spans = traces_request(&resource(), &calls);
    let points = metrics_request(&resource(), &calls, 1, 2).unwrap();
    for text in ["a secret", "another", "u-1", "user.id"] {
        assert!(!spans.contains(text) && !points.contains(text), "{text}");
    }
}

#[test]
fn what_is_unknown_is_left_out_and_never_zero() {
    let call = completed(&json!({"request_id": "r-1"}));
    let span = span(&call);
    assert_eq!(span["name"], "chat");
    assert_eq!(span["startTimeUnixNano"], span["endTimeUnixNano"]);
    assert_eq!(
        attributes(&span),
        json!({"gen_ai.operation.name": {"stringValue": "chat"}, "helicone.request_id": {"stringValue": "r-1"}})
    );
    assert_eq!(metrics_request(&resource(), &[call], 1, 2), None);
    // Without a time of its own the event happened when it was taken.
    let payload = Payload::read(r#"{"request_id":"r-1"}"#).unwrap();
    let source = Source {
        id: "m",
        event_type: "request.completed",
        received_at: now(),
        payload: &payload,
        user_key: None,
    };
    assert_eq!(Call::of(source).unwrap().ended, now().millis());
}

#[test]
fn a_zero_that_was_told_is_told() {
    let call =
        completed(&json!({"request_id": "r", "cost": 0, "usage": {"prompt_tokens": 0}, "latency_ms": 0}));
    let attributes = attributes(&span(&call));
    assert_eq!(attributes["gen_ai.usage.cost"], json!({"doubleValue": 0.0}));
    assert_eq!(attributes["gen_ai.usage.input_tokens"], json!({"intValue": "0"}));
    assert!(attributes.get("gen_ai.usage.output_tokens").is_none());
    assert!(metrics_request(&resource(), &[call], 1, 2).is_some());
}

#[test]
fn ids_follow_from_the_delivery_or_from_the_gateways_trace() {
    let mut data = data();
    let own = completed(&data);
    assert_eq!(own, completed(&data));
    assert_eq!((own.trace_id.len(), own.span_id.len()), (32, 16));
    let other = call_of("msg_2", "request.completed", &data, None).unwrap();
    assert!(own.trace_id != other.trace_id && own.span_id != other.span_id);

    data["trace_id"] = TRACE.into();
    let traced = completed(&data);
    assert_eq!((traced.trace_id.as_str(), traced.parent_id.as_deref()), (TRACE, None));
    assert_eq!(traced.span_id, own.span_id);
    data["span_id"] = SPAN.into();
    assert_eq!(span(&completed(&data))["parentSpanId"], SPAN);
    let parent = "a".repeat(16);
    data["traceparent"] = format!("00-{}-{parent}-01", "b".repeat(32)).into();
    let parented = completed(&data);
    assert_eq!((parented.trace_id, parented.parent_id), ("b".repeat(32), Some(parent)));
    // What has not W3C's form is no id.
    for (trace, traceparent) in
        [("0".repeat(32), "00-x-y-01"), (TRACE.to_uppercase(), ""), ("abc".into(), "00")]
    {
        data["trace_id"] = trace.into();
        data["traceparent"] = traceparent.into();
        assert_eq!(completed(&data).trace_id, own.trace_id);
    }
}

#[test]
fn an_error_has_a_type_and_no_model_that_answered() {
    let mut failed = data();
    failed["status"] = 429.into();
    failed["request_body"] = Value::Null;
    let call = completed(&failed);
    assert_eq!(span(&call)["status"], json!({"code": 2}));
    assert_eq!(call.error.as_deref(), Some("429"));
    assert_eq!((call.request_model.as_deref(), call.response_model), (Some("gpt-4o-2024-08-06"), None));
    failed["status"] = Value::Null;
    let unnamed = call_of("msg_1", "request.failed", &failed, None).unwrap();
    assert_eq!((unnamed.error.as_deref(), unnamed.status), (Some("_OTHER"), None));
    assert_eq!(completed(&failed).error, None);
}

#[test]
fn only_requests_have_spans() {
    for other in ["guardrail.blocked", "eval.failed", "budget.exceeded", "requests.completed"] {
        assert_eq!(call_of("msg_1", other, &data(), None), None, "{other}");
    }
}

#[test]
fn the_operation_shows_in_the_bodies() {
    let cases = [
        (json!({"messages": [], "prompt": ""}), json!({}), "chat"),
        (json!({"prompt": "x"}), json!({}), "text_completion"),
        (json!({"contents": []}), json!({}), "generate_content"),
        (json!({"input": "x"}), json!({"data": []}), "embeddings"),
        (json!({"input": "x"}), json!({"output": []}), "chat"),
        (json!(r#"{"prompt":"as text"}"#), json!(null), "text_completion"),
        (json!("{\"prompt\": cut"), json!(null), "chat"),
    ];
    for (request, response, operation) in cases {
        let call = completed(&json!({"request_id": "r", "request_body": request, "response_body": response}));
        assert_eq!(call.operation, operation, "{request}");
    }
}

#[test]
fn providers_get_the_conventions_names() {
    let cases = [
        ("OPENAI", "openai"),
        ("ANTHROPIC", "anthropic"),
        ("AZURE", "azure.ai.openai"),
        ("BEDROCK", "aws.bedrock"),
        ("GROQ", "groq"),
        ("MISTRAL", "mistral_ai"),
        ("DEEPSEEK", "deepseek"),
        ("PERPLEXITY", "perplexity"),
        ("X", "x_ai"),
        ("XAI", "x_ai"),
        ("GOOGLE", "gcp.gemini"),
        ("Google Vertex AI", "gcp.vertex_ai"),
        ("azure.ai.inference", "azure.ai.inference"),
        ("gcp.vertex_ai", "gcp.vertex_ai"),
        ("Our-Own", "our-own"),
    ];
    for (given, name) in cases {
        assert_eq!(provider(given), name);
    }
    assert_eq!(completed(&json!({"request_id": "r", "provider": " "})).provider, None);
}

#[test]
fn the_conventions_names_become_helicones_again() {
    let names = [
        "OPENAI",
        "ANTHROPIC",
        "AZURE",
        "BEDROCK",
        "GROQ",
        "MISTRAL",
        "DEEPSEEK",
        "PERPLEXITY",
        "XAI",
        "GOOGLE",
        "VERTEX",
        "COHERE",
    ];
    for name in names {
        assert_eq!(helicone_provider(&provider(name)), name);
    }
    let others = [
        ("OpenAI", "OPENAI"),
        ("az.ai.inference", "AZURE"),
        ("gcp.gen_ai", "GOOGLE"),
        ("openai.responses", "OPENAI"),
        ("google.generative-ai", "GOOGLE"),
        ("mistral.chat", "MISTRAL"),
        (" Our-Own ", "Our-Own"),
        ("our.own", "our.own"),
        ("gcp.other", "gcp.other"),
    ];
    for (given, name) in others {
        assert_eq!(helicone_provider(given), name);
    }
}

fn metrics(calls: &[Call]) -> Value {
    let body = metrics_request(&resource(), calls, 1000, 2000).unwrap();
    let body: Value = serde_json::from_str(&body).unwrap();
    body["resourceMetrics"][0]["scopeMetrics"][0]["metrics"].clone()
}

#[test]
fn histograms_add_up_what_is_alike() {
    let with = |prompt: u64, latency: u64| {
        let mut data = data();
        data["usage"]["prompt_tokens"] = prompt.into();
        data["latency_ms"] = latency.into();
        completed(&data)
    };
    let metrics = metrics(&[with(4, 640), with(5, 641), with(70_000_000, 100_000)]);
    let [tokens, durations] = metrics.as_array().unwrap().as_slice() else { panic!("{metrics}") };
    assert_eq!((&tokens["name"], &tokens["unit"]), (&json!("gen_ai.client.token.usage"), &json!("{token}")));
    assert_eq!(tokens["histogram"]["aggregationTemporality"], 1);
    let points = tokens["histogram"]["dataPoints"].as_array().unwrap();
    assert_eq!(points.len(), 2);
    let input = &points[0];
    assert_eq!(
        attributes(input),
        json!({
            "gen_ai.operation.name": {"stringValue": "chat"},
            "gen_ai.provider.name": {"stringValue": "azure.ai.openai"},
            "gen_ai.request.model": {"stringValue": "gpt-4o"},
            "gen_ai.response.model": {"stringValue": "gpt-4o-2024-08-06"},
            "gen_ai.token.type": {"stringValue": "input"},
        })
    );
    // A bound is within the bucket below it; 4 and 5 are apart, and the last is beyond all bounds.
    let counts = ["0", "1", "1", "0", "0", "0", "0", "0", "0", "0", "0", "0", "0", "0", "1"];
    assert_eq!(input["bucketCounts"], json!(counts));
    assert_eq!(input["explicitBounds"].as_array().unwrap().len(), counts.len() - 1);
    assert_eq!((&input["count"], &input["sum"]), (&json!("3"), &json!(70_000_009.0)));
    assert_eq!((&input["min"], &input["max"]), (&json!(4.0), &json!(70_000_000.0)));
    assert_eq!(
        (&input["startTimeUnixNano"], &input["timeUnixNano"]),
        (&json!("1000000000"), &json!("2000000000"))
    );
    let duration = &durations["histogram"]["dataPoints"][0];
    assert_eq!(
        (&durations["name"], &durations["unit"]),
        (&json!("gen_ai.client.operation.duration"), &json!("s"))
    );
    let seconds = ["0", "0", "0", "0", "0", "0", "1", "1", "0", "0", "0", "0", "0", "0", "1"];
    assert_eq!(duration["bucketCounts"], json!(seconds));
    assert!(attributes(duration).get("gen_ai.token.type").is_none());
}

#[test]
fn errors_and_models_are_series_of_their_own() {
    let mut failed = data();
    failed["status"] = 500.into();
    let metrics = metrics(&[completed(&data()), completed(&failed)]);
    let points = metrics[1]["histogram"]["dataPoints"].as_array().unwrap();
    let types: Vec<Value> = points.iter().map(|point| attributes(point)["error.type"].clone()).collect();
    assert_eq!(types.len(), 2);
    assert!(types.contains(&json!({"stringValue": "500"})) && types.contains(&Value::Null), "{types:?}");
}

#[test]
fn a_resource_is_named_by_the_usual_variables() {
    let of = |service: Option<&str>, attributes: Option<&str>| {
        let resource = Resource::read(service, attributes).unwrap();
        let body: Value = serde_json::from_str(&traces_request(&resource, &[])).unwrap();
        attributes_of(&body["resourceSpans"][0]["resource"])
    };
    assert_eq!(of(None, None), [("service.name".into(), "heliograph".into())]);
    assert_eq!(of(None, Some("service.name=mine")), [("service.name".into(), "mine".into())]);
    assert_eq!(
        of(Some("hooks"), Some(" team = a%20b ,service.name=mine,,x=1=2")),
        [("service.name", "hooks"), ("team", "a b"), ("x", "1=2")].map(|(a, b)| (a.to_owned(), b.to_owned()))
    );
    for wrong in ["a", "=b", "a=%ff", "a=1,b"] {
        assert!(Resource::read(None, Some(wrong)).is_err(), "{wrong}");
    }
}

fn attributes_of(of: &Value) -> Vec<(String, String)> {
    let list = of["attributes"].as_array().unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    list.iter().map(|one| (text(&one["key"]), text(&one["value"]["stringValue"]))).collect()
}

#[test]
fn headers_are_read_as_the_specification_says() {
    let read = headers("Authorization=Basic%20dTpw,api-key=a%2Cb%3Dc, x-empty =").unwrap();
    let expected = [("authorization", "Basic dTpw"), ("api-key", "a,b=c"), ("x-empty", "")];
    assert_eq!(read, expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
    assert_eq!(headers(""), Ok(vec![]));
    // A plus sign is a plus sign.
    assert_eq!(headers("k=a+b").unwrap()[0].1, "a+b");
    for wrong in
        ["secret", "a b=secret", "k=secret%0d%0aX: y", "k=secr%C3%A9t", "Content-Type=secret", "k=%ffsecret"]
    {
        let error = headers(wrong).unwrap_err();
        assert!(!error.contains("secr"), "{error}");
    }
}

#[test]
fn what_was_not_taken_is_counted() {
    for (answer, count) in [
        (r#"{"partialSuccess":{"rejectedSpans":"3","errorMessage":"m"}}"#, 3),
        (r#"{"partialSuccess":{"rejectedSpans":4}}"#, 4),
        (r#"{"partialSuccess":{"errorMessage":"a warning"}}"#, 0),
        ("{}", 0),
        ("", 0),
        ("<html>", 0),
    ] {
        assert_eq!(rejected(answer.as_bytes(), "rejectedSpans"), count, "{answer}");
    }
}

#[test]
fn times_beyond_what_nanoseconds_can_say_stop_there() {
    let mut call = completed(&data());
    call.ended = Timestamp::from_millis(i64::MAX).millis();
    call.latency_ms = Some(u64::MAX);
    let span = span(&call);
    assert_eq!(span["startTimeUnixNano"], "0");
    assert_eq!(span["endTimeUnixNano"], u64::MAX.to_string());
}
