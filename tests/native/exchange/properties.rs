//! Bodies that nobody foresaw.

use heliograph::core::exchange::{Body, Exchange, assemble};
use proptest::prelude::*;
use serde_json::Value;

use super::{
    generator::{self, Dice, sse},
    summary, table,
};

/// Names that mean something in a body, so that made-up ones are looked into.
const NAMES: [&str; 60] = [
    "object",
    "choices",
    "index",
    "delta",
    "message",
    "role",
    "content",
    "parts",
    "text",
    "tool_calls",
    "function",
    "function_call",
    "name",
    "arguments",
    "input",
    "refusal",
    "logprobs",
    "finish_reason",
    "usage",
    "prompt_tokens",
    "completion_tokens",
    "total_tokens",
    "type",
    "response",
    "output",
    "item",
    "part",
    "output_index",
    "content_index",
    "summary",
    "annotation",
    "status",
    "error",
    "code",
    "content_block",
    "partial_json",
    "citation",
    "stop_reason",
    "input_tokens",
    "output_tokens",
    "candidates",
    "usageMetadata",
    "promptTokenCount",
    "totalTokenCount",
    "functionCall",
    "args",
    "thought",
    "citationMetadata",
    "promptFeedback",
    "streamed_data",
    "chunks",
    "event",
    "data",
    "messages",
    "contents",
    "system",
    "tools",
    "tool_choice",
    "response_format",
    "audio",
];

/// Texts that mean something in one.
const TEXTS: [&str; 24] = [
    "chat.completion.chunk",
    "text_completion",
    "response",
    "message",
    "message_start",
    "content_block_start",
    "content_block_delta",
    "message_delta",
    "response.created",
    "response.completed",
    "response.output_item.added",
    "response.output_text.delta",
    "response.output_text.done",
    "response.content_part.added",
    "error",
    "tool_use",
    "function_call",
    "input_json_delta",
    "user",
    "tool",
    "{\"a\":1}",
    "data: {\"candidates\":[]}",
    "data: [",
    "[1,",
];

fn json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_filter("finite", |number| number.is_finite()).prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
        prop::sample::select(&TEXTS[..]).prop_map(Value::from),
    ];
    leaf.prop_recursive(7, 96, 8, |inner| {
        let key = prop_oneof![8 => prop::sample::select(&NAMES[..]).prop_map(str::to_owned), 1 => ".{0,4}"];
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::vec((key, inner), 0..8)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

/// A piece of a stream, real, with one member of it replaced.
fn damaged_stream() -> impl Strategy<Value = Vec<Value>> {
    let pieces = || {
        let tables = ["openai_chat", "openai_responses", "anthropic", "gemini"];
        tables.into_iter().flat_map(|name| table(name).streams).map(|case| case.pieces).collect::<Vec<_>>()
    };
    let paths = prop::collection::vec((any::<usize>(), any::<usize>(), json()), 1..6);
    (prop::sample::select(pieces()), paths).prop_map(|(mut pieces, damages)| {
        for (at, step, value) in damages {
            let count = pieces.len();
            let mut place = &mut pieces[at % count];
            let mut step = step;
            while step % 4 != 0
                && (place.as_object().is_some_and(|map| !map.is_empty())
                    || place.as_array().is_some_and(|list| !list.is_empty()))
            {
                step /= 4;
                place = match place {
                    Value::Object(map) => {
                        let count = map.len();
                        map.values_mut().nth(step % count).unwrap()
                    }
                    Value::Array(list) => {
                        let count = list.len();
                        &mut list[step % count]
                    }
                    _ => break,
                };
            }
            *place = value;
        }
        pieces
    })
}

proptest! {
    #[test]
    fn no_body_makes_it_panic(request in json(), response in json()) {
        summary(&Exchange::new(Body::from_value(request), Body::from_value(response)));
    }

    #[test]
    fn no_stream_makes_it_panic(pieces in damaged_stream()) {
        let list = Exchange::new(Body::Absent, Body::from_value(pieces.clone().into()));
        summary(&list);
        // Pieces in a list and pieces in events are one and the same.
        let text = sse(&pieces, &mut Dice::new(2));
        prop_assert_eq!(assemble::from_text(&text), assemble::from_pieces(pieces).ok());
    }

    #[test]
    fn no_text_makes_it_panic(text in r#"(data: ?|event: ?|[\[\]{}",:0-9e\\u\n\rda]){0,40}"#) {
        summary(&Exchange::new(Body::from_text(text.clone()), Body::from_text(text.clone())));
        summary(&Exchange::read(&text));
    }

    /// Text is in pieces of any size, as a connection brings them.
    #[test]
    fn a_stream_that_is_stored_in_bits_of_text_is_the_same(seed in any::<u64>(), cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..12)) {
        let case = table("anthropic").exchanges.remove(1);
        let mut dice = Dice::new(seed);
        let text = sse(&generator::anthropic(&case.response, &mut dice), &mut dice);
        let mut places: Vec<usize> = cuts.iter().map(|cut| cut.index(text.len())).filter(|at| text.is_char_boundary(*at)).collect();
        places.extend([0, text.len()]);
        places.sort_unstable();
        let bits: Vec<Value> = places.windows(2).map(|place| text[place[0]..place[1]].into()).collect();
        let exchange = Exchange::new(Body::Absent, Body::from_value(bits.into()));
        prop_assert_eq!(exchange.response(), &Body::Json(case.response));
    }
}
