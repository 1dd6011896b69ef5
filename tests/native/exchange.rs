//! Exchanges: bodies in every form, every format, whole and streamed. The tables were written by hand after the providers'
//! descriptions of their formats.

mod generator;
mod intake;
mod properties;
mod streams;

use heliograph::core::exchange::{Body, Dialect, Exchange, Part, Provider};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::support::vectors;

/// A table of one format.
#[derive(Deserialize)]
struct Table {
    exchanges: Vec<Case>,
    streams: Vec<StreamCase>,
}

#[derive(Deserialize)]
struct Case {
    name: String,
    request: Value,
    response: Value,
    expect: Value,
    /// Whether the response could have been streamed.
    #[serde(default = "yes")]
    streams: bool,
}

#[derive(Deserialize)]
struct StreamCase {
    name: String,
    pieces: Vec<Value>,
    response: Value,
    expect: Option<Value>,
}

fn yes() -> bool {
    true
}

const TABLES: [&str; 5] = ["openai_chat", "openai_responses", "anthropic", "gemini", "other"];

fn table(name: &str) -> Table {
    vectors(&format!("exchange/{name}.json"))
}

fn exchange(request: &Value, response: &Value) -> Exchange {
    Exchange::new(Body::from_value(request.clone()), Body::from_value(response.clone()))
}

/// All that an exchange says, without what it says nothing about.
fn summary(exchange: &Exchange) -> Value {
    let mut all = Map::new();
    let mut say = |name: &str, value: Value| {
        let is_empty =
            value.as_array().is_some_and(Vec::is_empty) || value.as_object().is_some_and(Map::is_empty);
        if !value.is_null() && !is_empty && value != false {
            all.insert(name.to_owned(), value);
        }
    };
    let answers = exchange.answers();
    let texts: Vec<_> = answers.iter().map(|answer| answer.text()).collect();
    assert_eq!(exchange.completion_text(), texts.first().cloned().flatten());
    say("dialect", format!("{:?}", exchange.dialect()).into());
    say("is_streamed", exchange.is_streamed().into());
    say("model_asked", exchange.model_asked().into());
    say("model_served", exchange.model_served().into());
    let messages = exchange.messages();
    say(
        "messages",
        messages
            .iter()
            .map(|said| json!([format!("{:?}", said.role), said.text(), kinds(&said.parts)]))
            .collect(),
    );
    say("completions", json!(texts));
    // Said only where it is more than one text.
    let parts: Vec<_> = answers.iter().map(|answer| kinds(&answer.parts)).collect();
    if parts.iter().flatten().any(|kind| !matches!(*kind, "text" | "tool_call" | "refusal")) {
        say("answer_parts", json!(parts));
    }
    say(
        "tool_calls",
        exchange.tool_calls().iter().map(|call| json!([call.id, call.name, call.arguments])).collect(),
    );
    say("finish_reasons", json!(exchange.finish_reasons()));
    say("refusal", exchange.refusal().map(|refusal| json!([refusal.reason, refusal.text])).into());
    say("error", exchange.error().map(|error| json!([error.kind, error.code])).into());
    let schema = exchange.requested_schema();
    say(
        "schema",
        schema.map(|schema| json!([format!("{:?}", schema.form), schema.tool, schema.schema])).into(),
    );
    let usage = exchange.usage();
    let counts = [
        ("prompt", usage.prompt),
        ("completion", usage.completion),
        ("total", usage.total),
        ("cache_read", usage.cache_read),
        ("cache_write", usage.cache_write),
        ("reasoning", usage.reasoning),
    ];
    let counts = counts.into_iter().filter_map(|(name, count)| Some((name.to_owned(), count?.into())));
    say("usage", Value::Object(counts.collect()));
    Value::Object(all)
}

fn kinds(parts: &[Part<'_>]) -> Vec<&'static str> {
    let kind = |part: &Part<'_>| match part {
        Part::Text(_) => "text",
        Part::Thinking(_) => "thinking",
        Part::Refusal(_) => "refusal",
        Part::ToolCall(_) => "tool_call",
        Part::ToolResult(_) => "tool_result",
        Part::Image => "image",
        Part::Audio => "audio",
        Part::Video => "video",
        Part::File => "file",
        Part::Other => "other",
    };
    parts.iter().map(kind).collect()
}

#[test]
fn exchanges_say_what_is_in_them() {
    for name in TABLES {
        for case in table(name).exchanges {
            let summary = summary(&exchange(&case.request, &case.response));
            assert_eq!(summary, case.expect, "{name}: {}", case.name);
        }
    }
}

#[test]
fn the_fetched_text_reads_like_the_delivered_bodies() {
    for case in TABLES.into_iter().flat_map(|name| table(name).exchanges) {
        let text = json!({"request": case.request, "response": case.response}).to_string();
        assert_eq!(Exchange::read(&text), exchange(&case.request, &case.response), "{}", case.name);
        let as_text = |body: &Value| if body.is_object() { body.to_string().into() } else { body.clone() };
        let wrapped = exchange(&as_text(&case.request), &as_text(&case.response));
        assert_eq!(wrapped, exchange(&case.request, &case.response), "{}", case.name);
    }
}

#[test]
fn bodies_in_every_form() {
    #[derive(Deserialize)]
    struct Form {
        name: String,
        json: String,
        #[serde(default)]
        repeat: usize,
        #[serde(default)]
        close: String,
        is: String,
    }
    for form in vectors::<Vec<Form>>("exchange/bodies.json") {
        let times = form.repeat.max(1);
        let body = Body::from_json(&(form.json.repeat(times) + &form.close.repeat(times)));
        let is = match body {
            Body::Json(_) => "Json",
            Body::Text(_) => "Text",
            Body::Cut(_) => "Cut",
            Body::TooLarge => "TooLarge",
            Body::Absent => "Absent",
        };
        assert_eq!(is, form.is, "{}", form.name);
    }
}

#[test]
fn an_object_that_is_cut_anywhere_is_cut() {
    let text = json!({"a": [1.5e-7, -20, true, null, "tëxt\n\"\u{1}"], "b": {"c": {}}}).to_string();
    for at in (1..text.len()).filter(|at| text.is_char_boundary(*at)) {
        let body = Body::from_value(text[..at].into());
        assert_eq!(body, Body::Cut(text[..at].to_owned()), "{}", &text[..at]);
    }
}

#[test]
fn a_body_that_can_not_be_read_leaves_the_other_one() {
    let deep = "[".repeat(5000) + &"]".repeat(5000);
    let exchange = Exchange::read(&format!(r#"{{"request":{deep},"response":{{"model":"m"}}}}"#));
    assert_eq!(exchange.request(), &Body::Text(deep));
    assert_eq!(exchange.model_served(), Some("m"));
    for text in ["", "[]", "null", "{", "<Error/>", "{}"] {
        assert_eq!(Exchange::read(text), Exchange::new(Body::Absent, Body::Absent), "{text}");
    }
}

#[test]
fn a_response_that_is_no_stream_stays_as_it_is() {
    for case in TABLES.into_iter().flat_map(|name| table(name).exchanges) {
        if case.expect.get("is_streamed").is_none() {
            let exchange = exchange(&case.request, &case.response);
            assert_eq!(exchange.response(), &Body::from_value(case.response), "{}", case.name);
        }
    }
}

#[test]
fn requests_tell_the_format_where_responses_do_not() {
    let cases = [
        (json!({"messages": []}), Dialect::OpenAiChat),
        (json!({"messages": [], "max_tokens": 5}), Dialect::OpenAiChat),
        (json!({"messages": [], "system": "s"}), Dialect::Anthropic),
        (json!({"messages": [], "tools": [{"name": "t", "input_schema": {}}]}), Dialect::Anthropic),
        (json!({"messages": [], "tools": [{"type": "function"}]}), Dialect::OpenAiChat),
        (json!({"contents": []}), Dialect::Gemini),
        (json!({"model": "gpt-4o", "input": "x"}), Dialect::OpenAiResponses),
        (json!({"model": "text-embedding-3-small", "input": "x"}), Dialect::Embeddings),
        (json!({"model": "m", "input": "x", "dimensions": 8}), Dialect::Embeddings),
        (json!({"prompt": "x"}), Dialect::TextCompletion),
        (json!({"model": "m"}), Dialect::Unknown),
        (json!([]), Dialect::Unknown),
    ];
    for (request, dialect) in cases {
        assert_eq!(exchange(&request, &Value::Null).dialect(), dialect, "{request}");
    }
}

#[test]
fn responses_tell_the_format_before_requests_and_with_members_left_out() {
    let cases = [
        (json!({"choices": [{"message": {}}]}), Dialect::OpenAiChat),
        (json!({"choices": []}), Dialect::OpenAiChat),
        (json!({"choices": [{"text": "x"}]}), Dialect::TextCompletion),
        (json!({"output": []}), Dialect::OpenAiResponses),
        (json!({"object": "response"}), Dialect::OpenAiResponses),
        (json!({"content": [], "stop_reason": null}), Dialect::Anthropic),
        (json!({"type": "message", "content": []}), Dialect::Anthropic),
        (json!({"usageMetadata": {}}), Dialect::Gemini),
        (json!({"data": [{"embedding": "AAAA"}]}), Dialect::Embeddings),
        (json!({"output": "x", "content": [], "error": {}}), Dialect::TextCompletion),
    ];
    for (response, dialect) in cases {
        assert_eq!(exchange(&json!({"prompt": "x"}), &response).dialect(), dialect, "{response}");
    }
}

#[test]
fn providers_are_known_in_any_spelling() {
    let cases = [
        ("OPENAI", Provider::OpenAi),
        ("openai", Provider::OpenAi),
        ("Azure-OpenAI", Provider::Azure),
        ("azure.ai.openai", Provider::Azure),
        ("ANTHROPIC", Provider::Anthropic),
        ("aws.bedrock", Provider::Bedrock),
        ("GOOGLE", Provider::Gemini),
        ("gcp.vertex_ai", Provider::Vertex),
        ("Groq", Provider::Groq),
        ("mistral_ai", Provider::Mistral),
        ("DEEPSEEK", Provider::DeepSeek),
        ("perplexity", Provider::Perplexity),
        ("X", Provider::XAi),
        ("x_ai", Provider::XAi),
        ("cohere", Provider::Cohere),
        ("OpenRouter", Provider::OpenRouter),
        ("", Provider::Other),
        ("openai-but-not-quite", Provider::Other),
    ];
    for (name, provider) in cases {
        assert_eq!(Provider::of(name), provider, "{name}");
    }
}
