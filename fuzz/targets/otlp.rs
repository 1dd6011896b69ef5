//! Traces of OpenTelemetry: any bytes are read or refused within bounds, spans that an exporter might send are the same in both
//! encodings, and what becomes of them can be archived.
#![no_main]

#[path = "../../tests/native/otlp_intake/otlp.rs"]
mod exporter;

use arbitrary::{Result, Unstructured};
use heliograph::core::{
    adapter::otlp::{Encoding, Events, MAX_ENTRIES},
    event::{Event, MAX_EVENTS},
};
use heliograph_fuzz::{archive, json::Words, now};
use libfuzzer_sys::fuzz_target;
use serde_json::{Value, json};

const NAMES: [&str; 40] = [
    "gen_ai.input.messages",
    "gen_ai.output.messages",
    "gen_ai.system_instructions",
    "gen_ai.prompt",
    "gen_ai.prompt.0.content",
    "gen_ai.prompt.0.tool_calls.1.name",
    "gen_ai.completion.1",
    "gen_ai.completion.0.finish_reason",
    "gen_ai.request.model",
    "gen_ai.response.model",
    "gen_ai.provider.name",
    "gen_ai.system",
    "gen_ai.usage.input_tokens",
    "gen_ai.usage.output_tokens",
    "gen_ai.usage.cost",
    "gen_ai.response.finish_reasons",
    "gen_ai.response.id",
    "gen_ai.response.time_to_first_chunk",
    "gen_ai.conversation.id",
    "gen_ai.request.max_tokens",
    "gen_ai.tool.definitions",
    "llm.input_messages.0.message.role",
    "llm.output_messages.3.message.tool_calls.0.tool_call.id",
    "llm.tools.0.tool.json_schema",
    "llm.model_name",
    "llm.provider",
    "llm.token_count.prompt",
    "llm.invocation_parameters",
    "openinference.span.kind",
    "input.value",
    "output.value",
    "metadata",
    "tag.tags",
    "user.id",
    "session.id",
    "error.type",
    "ai.prompt.messages",
    "ai.response.text",
    "ai.model.id",
    "operation.name",
];
const TEXTS: [&str; 14] = [
    "chat",
    "LLM",
    "gpt-4o",
    "openai",
    "[]",
    "{}",
    "[{\"role\":\"user\",\"content\":\"a\"}]",
    "[{\"role\":\"assistant\",\"parts\":[{\"type\":\"text\",\"content\":\"b\"},{\"type\":\"tool_call\",\"id\":\"1\",\"name\":\"f\",\"arguments\":{}}]}]",
    "ai.generateText.doGenerate",
    "text_completion",
    "embeddings",
    "\u{0}",
    "é",
    "1",
];
const EVENTS: [&str; 6] = [
    "gen_ai.choice",
    "gen_ai.user.message",
    "gen_ai.system.message",
    "gen_ai.client.inference.operation.details",
    "exception",
    "x",
];

fuzz_target!(|data: &[u8]| {
    let Some((mode, rest)) = data.split_first() else { return };
    match mode % 4 {
        0 => drop(read(rest, Encoding::Json)),
        1 => drop(read(rest, Encoding::Protobuf)),
        // Where spans stand: what is in one is what is worth looking for.
        2 => {
            let mut body = rest.to_vec();
            for field in [2, 2, 1] {
                let inner = std::mem::take(&mut body);
                exporter::bytes(field, &inner, &mut body);
            }
            drop(read(&body, Encoding::Protobuf));
        }
        _ => {
            if let Ok(call) = made_up(&mut Unstructured::new(rest)) {
                let json = read(call.to_string().as_bytes(), Encoding::Json);
                assert_eq!(json, read(&exporter::protobuf(&call), Encoding::Protobuf), "{call}");
                let (events, ignored) = json.expect("what an exporter sends is taken apart");
                let spans = call["resourceSpans"][0]["scopeSpans"][0]["spans"].as_array().map_or(0, Vec::len);
                assert_eq!(events.len() + ignored, spans, "{call}");
            }
        }
    }
});

fn made_up(from: &mut Unstructured<'_>) -> Result<Value> {
    let (outer, inner) = (
        Words { names: &NAMES, texts: &TEXTS },
        Words { names: &["role", "content", "parts", "type"], texts: &TEXTS },
    );
    let attributes = |from: &mut Unstructured<'_>| -> Result<Value> {
        let mut all = serde_json::Map::new();
        for _ in 0..from.int_in_range(0..=8)? {
            let value = inner.value(from, 3)?;
            let value = if from.arbitrary()? { value } else { value.to_string().into() };
            all.insert(outer.name(from)?, value);
        }
        Ok(all.into())
    };
    let mut spans = Vec::new();
    for _ in 0..from.int_in_range(1..=2)? {
        let mut all = attributes(from)?;
        if !from.ratio(1_u8, 8_u8)? {
            all["gen_ai.operation.name"] = "chat".into();
        }
        let mut events = Vec::new();
        for _ in 0..from.int_in_range(0..=2)? {
            events.push(json!({"name": from.choose(&EVENTS)?, "attributes": attributes(from)?}));
        }
        spans.push(exporter::span(
            &all,
            &events,
            &json!({"code": from.int_in_range(0..=3)?, "message": "m"}),
        ));
    }
    Ok(exporter::call(&attributes(from)?, &spans))
}

type Read = std::result::Result<(Vec<std::result::Result<Event, String>>, usize), String>;

fn read(body: &[u8], encoding: Encoding) -> Read {
    let mut events = Events::new(body, encoding, now()).map_err(|refusal| format!("{refusal:?}"))?;
    let read: Vec<_> = events.by_ref().collect();
    assert!(read.len() + events.ignored() <= MAX_ENTRIES);
    assert!(read.iter().flatten().count() <= MAX_EVENTS);
    read.iter().flatten().for_each(archive);
    Ok((read, events.ignored()))
}
