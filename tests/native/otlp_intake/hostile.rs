//! Bodies that nobody's exporter sends.

use super::*;

/// A message within a message, so many times.
fn nested(levels: usize, wrap: impl Fn(&[u8]) -> Vec<u8>) -> Vec<u8> {
    (0..levels).fold(Vec::new(), |inner, _| wrap(&inner))
}

fn wrapped(fields: &[u64], inner: &[u8]) -> Vec<u8> {
    fields.iter().rev().fold(inner.to_vec(), |inner, field| {
        let mut out = Vec::new();
        bytes(*field, &inner, &mut out);
        out
    })
}

/// A span's bytes in a call.
fn with_span(span: &[u8]) -> Vec<u8> {
    wrapped(&[1, 2, 2], span)
}

fn only_error(body: &[u8], encoding: Encoding) -> String {
    let (events, _) = read(body, encoding).unwrap();
    let [Err(error)] = events.as_slice() else { panic!("{events:?}") };
    error.clone()
}

#[test]
fn depth_is_bounded_alike_in_both_encodings() {
    for (levels, is_taken) in [(24, true), (25, false), (2000, false)] {
        if levels < 100 {
            let list = (0..levels).fold(json!("x"), |inner, _| json!([inner]));
            let attributes = json!({"gen_ai.operation.name": "chat", "x": list});
            let (events, _) = read_both(&call(&json!({}), &[span(&attributes, &[], &Value::Null)]));
            assert_eq!(events[0].is_ok(), is_taken, "{levels}: {events:?}");
        }
        let value = nested(levels, |inner| wrapped(&[5, 1], inner));
        let error = read(&with_span(&wrapped(&[9, 2], &value)), Encoding::Protobuf).unwrap().0;
        let message = error[0].as_ref().unwrap_err();
        assert_eq!(message.contains("is nested too deep"), !is_taken, "{levels}: {message}");
    }
    let deep = format!(
        "{{\"resourceSpans\":[{{\"scopeSpans\":[{{\"spans\":[{}1{}]}}]}}]}}",
        "[".repeat(200),
        "]".repeat(200)
    );
    assert!(only_error(deep.as_bytes(), Encoding::Json).contains("nested too deep"));
}

/// Two bytes may claim to be a message of their own: they are counted, not kept.
#[test]
fn what_takes_two_bytes_is_counted() {
    let empty: &[(&[u64], u64)] = &[(&[], 9), (&[], 11), (&[9, 2, 5], 1), (&[9, 2, 6], 1), (&[11], 3)];
    for (outside, field) in empty {
        let mut all = Vec::new();
        (0..=MAX_VALUES).for_each(|_| bytes(*field, b"", &mut all));
        let error = only_error(&with_span(&wrapped(outside, &all)), Encoding::Protobuf);
        assert!(error.contains("holds too many values: at most 50000"), "{outside:?}: {error}");
    }
    for outside in [&[1, 2][..], &[1], &[]] {
        let field = if outside.is_empty() { 1 } else { 2 };
        let mut all = Vec::new();
        (0..=MAX_ENTRIES).for_each(|_| bytes(field, b"", &mut all));
        assert_eq!(read(&wrapped(outside, &all), Encoding::Protobuf).unwrap_err(), Refusal::TooMany);
    }
    let spans = vec![json!({}); MAX_ENTRIES];
    let too_many = call(&json!({}), &spans).to_string();
    assert_eq!(read(too_many.as_bytes(), Encoding::Json).unwrap_err(), Refusal::TooMany);
    let wide = json!({"spanId": vec![0; 4 * MAX_VALUES]});
    let error = only_error(call(&json!({}), &[wide]).to_string().as_bytes(), Encoding::Json);
    assert!(error.contains("holds too many values"), "{error}");
}

/// JSON in an attribute is looked into within the same bounds, and stays text beyond them.
#[test]
fn json_in_a_text_is_bounded_too() {
    let many = format!("[{}0]", "0,".repeat(MAX_VALUES));
    let deep = "[".repeat(200);
    for text in [many, deep] {
        let attributes = json!({"gen_ai.operation.name": "chat", "gen_ai.input.messages": text});
        let (events, _) = read_both(&call(&json!({}), &[span(&attributes, &[], &Value::Null)]));
        let event = events[0].as_ref().unwrap();
        assert_eq!(record(event)["exchange"]["request"], json!({"prompt": text}));
    }
    // All of them together: the second of two that each would do is not taken apart.
    let half = format!("[{}0]", "0,".repeat(MAX_VALUES * 2 / 3));
    let attributes = json!({
        "gen_ai.operation.name": "chat", "gen_ai.input.messages": half, "gen_ai.output.messages": half,
    });
    let (events, _) = read_both(&call(&json!({}), &[span(&attributes, &[], &Value::Null)]));
    let exchange = record(events[0].as_ref().unwrap())["exchange"].clone();
    assert!(exchange["request"]["messages"].is_array());
    assert_eq!(exchange["response"]["choices"][0]["text"], json!(half));
}

#[test]
fn half_a_character_costs_no_more_than_itself() {
    let mut attributes = json!({"gen_ai.operation.name": "chat"});
    attributes["gen_ai.prompt"] = "cut \u{fffd}".into();
    let spans = [span(&attributes, &[], &Value::Null)];
    let whole = call(&json!({}), &spans);
    let expected = read_both(&whole);
    let cut = whole.to_string().replace('\u{fffd}', "\\ud83d");
    assert_eq!(read(cut.as_bytes(), Encoding::Json).unwrap(), expected);
    let mut bytes = protobuf(&whole);
    let at = bytes.windows(3).position(|three| three == "\u{fffd}".as_bytes()).unwrap();
    // Of a character of four bytes, the first three.
    bytes[at..at + 3].copy_from_slice(&[0xf0, 0x9f, 0x98]);
    assert_eq!(read(&bytes, Encoding::Protobuf).unwrap(), expected);
}

fn arbitrary() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_filter("JSON has none else", |number| number.is_finite()).prop_map(Value::from),
        ".{0,8}".prop_map(Value::from),
        Just(Value::Null),
    ];
    leaf.prop_recursive(3, 20, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::hash_map("[a-z_]{1,8}", inner, 0..4)
                .prop_map(|members| members.into_iter().collect::<serde_json::Map<_, _>>().into()),
        ]
    })
}

fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z.]{1,12}",
        prop::sample::select(vec![
            "gen_ai.input.messages",
            "gen_ai.output.messages",
            "gen_ai.system_instructions",
            "gen_ai.prompt",
            "gen_ai.prompt.0.content",
            "gen_ai.prompt.0.tool_calls.1.name",
            "gen_ai.completion.1",
            "llm.input_messages.0.message.role",
            "llm.output_messages.3.message.tool_calls.0.tool_call.id",
            "llm.tools.0.tool.json_schema",
            "input.value",
            "output.value",
            "metadata",
            "tag.tags",
            "user.id",
            "gen_ai.usage.input_tokens",
            "gen_ai.usage.cost",
            "error.type",
            "gen_ai.response.finish_reasons",
            "gen_ai.response.time_to_first_chunk",
            "llm.invocation_parameters",
        ])
        .prop_map(str::to_owned),
    ]
}

fn spans() -> impl Strategy<Value = Value> {
    let attributes = || {
        prop::collection::hash_map(name(), arbitrary(), 0..8).prop_map(|members| {
            let texts = members.into_iter().enumerate();
            // Every other one as the JSON text that many instrumentations make of it.
            texts
                .map(|(at, (name, value))| (name, if at % 2 == 0 { value } else { value.to_string().into() }))
                .collect::<serde_json::Map<_, _>>()
        })
    };
    let event =
        (prop::sample::select(vec!["gen_ai.choice", "gen_ai.user.message", "exception", "x"]), attributes())
            .prop_map(|(name, attributes)| json!({"name": name, "attributes": attributes}));
    let span_of =
        (attributes(), prop::collection::vec(event, 0..3), 0..3_u64).prop_map(|(mut all, events, code)| {
            all.insert("gen_ai.operation.name".to_owned(), "chat".into());
            span(&all.into(), &events, &json!({"code": code, "message": "m"}))
        });
    prop::collection::vec(span_of, 0..4).prop_map(|spans| call(&json!({"service.name": "s"}), &spans))
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(body in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = read(&body, Encoding::Protobuf);
        let _ = read(&body, Encoding::Json);
        let _ = read(&with_span(&body), Encoding::Protobuf);
        let _ = read(&with_span(&wrapped(&[9, 2], &body)), Encoding::Protobuf);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_span_is_the_same_in_both_encodings(call in spans()) {
        let (events, ignored) = read_both(&call);
        let spans = call["resourceSpans"][0]["scopeSpans"][0]["spans"].as_array().unwrap().len();
        prop_assert_eq!(events.len() + ignored, spans);
        for event in events.into_iter().flatten() {
            // What comes of it is what can be archived and read again.
            prop_assert_eq!(&heliograph::core::event::read_record(&record(&event).to_string()).unwrap(), &event);
        }
    }

    #[test]
    fn a_damaged_call_is_read_or_refused(call in spans(), at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        for (mut body, encoding) in [(protobuf(&call), Encoding::Protobuf), (call.to_string().into_bytes(), Encoding::Json)] {
            let length = body.len();
            body[at.index(length)] = byte;
            let _ = read(&body, encoding);
            let _ = read(&body[..at.index(length)], encoding);
        }
    }
}
