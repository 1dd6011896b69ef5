//! Streams amount to the whole response, however they were cut and stored.

use heliograph::core::exchange::{Body, Exchange, assemble};
use serde_json::{Value, json};

use super::{
    Table,
    generator::{self, Dice, sse},
    summary, table,
};

/// How often each response of the tables is cut anew.
pub const SEEDS: u64 = 4;

pub type Cut = fn(&Value, &mut Dice) -> Vec<Value>;

pub const FORMATS: [(&str, Cut); 5] = [
    ("openai_chat", generator::chat),
    ("openai_responses", |response, dice| generator::responses(response, true, dice)),
    ("anthropic", generator::anthropic),
    ("gemini", generator::gemini),
    ("other", generator::text_completion),
];

/// The ways in which gateways store a stream.
pub fn stored(pieces: &[Value], dice: &mut Dice) -> Vec<(&'static str, Value)> {
    let text = sse(pieces, dice);
    let lines: Vec<&str> = text.lines().collect();
    let named: Vec<Value> =
        pieces.iter().map(|piece| json!({"event": piece["type"], "data": piece})).collect();
    let as_text: Vec<String> = pieces.iter().map(Value::to_string).collect();
    let mut forms = vec![
        ("a list", json!(pieces)),
        ("a list as text", json!(json!(pieces).to_string())),
        ("events", json!(text)),
        ("streamed_data with a list", json!({"streamed_data": pieces})),
        ("streamed_data with events", json!({"streamed_data": text})),
        ("streamed_data with a list as text", json!({"streamed_data": json!(pieces).to_string()})),
        ("streamed_chunks with lines", json!({"streamed_chunks": lines})),
        ("chunks with named events", json!({"chunks": named})),
        ("chunks with pieces as text", json!({"chunks": as_text})),
    ];
    // One piece in a line of its own is that piece, and no stream.
    if pieces.len() > 1 {
        forms.push(("lines of JSON", json!(as_text.join("\n") + "\n")));
    }
    forms
}

/// The responses of a table that a stream could have brought, with names.
pub fn streamable(table: Table) -> impl Iterator<Item = (String, Value, Value)> {
    let is_streamable = |response: &Value| {
        response["choices"].is_array()
            || response["object"] == "response"
            || response["candidates"].is_array()
            || response["type"] == "message"
    };
    let cases = table.exchanges.into_iter().filter(move |case| case.streams && is_streamable(&case.response));
    cases
        .filter(|case| case.response.get("chunks").is_none() && case.response.get("streamed_data").is_none())
        .map(|case| (case.name, case.request, case.response))
}

#[test]
fn streamed_equals_whole_in_every_form_of_storage() {
    for (format, cut) in FORMATS {
        let mut transcripts = 0;
        for (name, request, response) in streamable(table(format)) {
            let whole = Exchange::new(Body::from_value(request.clone()), Body::from_value(response.clone()));
            for seed in 0..SEEDS {
                let mut dice = Dice::new(seed);
                let pieces = cut(&response, &mut dice);
                transcripts += 1;
                for (form, body) in stored(&pieces, &mut dice) {
                    let exchange = Exchange::new(Body::from_value(request.clone()), Body::from_value(body));
                    let about = format!("{format}: {name}, seed {seed}, {form}");
                    assert_eq!(exchange.response(), &Body::Json(response.clone()), "{about}");
                    let mut expected = summary(&whole);
                    expected["is_streamed"] = true.into();
                    assert_eq!(summary(&exchange), expected, "{about}");
                }
            }
        }
        let least = if format == "other" { SEEDS } else { 20 };
        assert!(transcripts >= least, "{format}: {transcripts}");
    }
}

#[test]
fn responses_are_put_together_from_their_events_where_the_end_is_missing() {
    for (name, _, response) in streamable(table("openai_responses")) {
        for seed in 0..SEEDS {
            let pieces = generator::responses(&response, false, &mut Dice::new(seed));
            let assembled = assemble::from_pieces(pieces).unwrap();
            assert_eq!(assembled["output"], response["output"], "{name}, seed {seed}");
            assert_eq!(assembled["status"], "in_progress", "{name}");
        }
    }
}

#[test]
fn streams_as_they_come_from_the_wire() {
    for format in ["openai_chat", "openai_responses", "anthropic", "gemini"] {
        for case in table(format).streams {
            for seed in 0..8 {
                for (form, body) in stored(&case.pieces, &mut Dice::new(seed)) {
                    let exchange = Exchange::new(Body::Absent, Body::from_value(body));
                    let about = format!("{format}: {}, {form}", case.name);
                    assert_eq!(exchange.response(), &Body::Json(case.response.clone()), "{about}");
                    if let Some(expect) = &case.expect {
                        assert_eq!(&summary(&exchange), expect, "{about}");
                    }
                }
            }
        }
    }
}

#[test]
fn a_stream_that_broke_off_amounts_to_what_came() {
    for (format, cut) in FORMATS {
        for (name, _, response) in streamable(table(format)) {
            let mut pieces = cut(&response, &mut Dice::new(1));
            let whole = Exchange::new(Body::Absent, Body::from_value(response.clone()));
            // Whatever is left of it, what it says is how one of the answers began.
            while pieces.pop().is_some() {
                let partial = Exchange::new(Body::Absent, Body::from_value(json!(pieces)));
                for said in partial.answers().iter().filter_map(|answer| answer.text()) {
                    let answers = whole.answers();
                    let mut texts = answers.iter().filter_map(|answer| answer.text());
                    assert!(texts.any(|text| text.starts_with(&*said)), "{format}: {name}: {said:?}");
                }
            }
        }
    }
}

#[test]
fn server_sent_events_in_every_spelling() {
    #[derive(serde::Deserialize)]
    struct Case {
        name: String,
        text: String,
        completion: Option<String>,
    }
    for case in crate::support::vectors::<Vec<Case>>("exchange/sse.json") {
        let exchange = Exchange::new(Body::Absent, Body::from_value(case.text.clone().into()));
        assert_eq!(exchange.completion_text().as_deref(), case.completion.as_deref(), "{}", case.name);
        assert_eq!(exchange.is_streamed(), case.completion.is_some(), "{}", case.name);
        assert_eq!(assemble::from_text(&case.text).is_some(), case.completion.is_some(), "{}", case.name);
        if case.completion.is_none() {
            assert_eq!(exchange.response(), &Body::Text(case.text), "{}: kept as it is", case.name);
        }
    }
}

#[test]
fn a_great_many_pieces_are_no_trouble() {
    let piece =
        json!({"object": "chat.completion.chunk", "choices": [{"index": 0, "delta": {"content": "ab"}}]});
    let text = format!("data: {piece}\n").repeat(50_000);
    let exchange = Exchange::new(Body::Absent, Body::from_text(text));
    assert_eq!(exchange.completion_text().map(|text| text.len()), Some(100_000));
}
