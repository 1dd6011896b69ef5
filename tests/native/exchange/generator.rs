//! Streams made of whole responses, the way each provider would have sent them, cut at places that a seed decides.

use serde_json::{Map, Value, json};

/// Numbers that a seed decides (xorshift).
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    pub fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        ((self.0 >> 11) % limit as u64) as usize
    }

    fn flip(&mut self) -> bool {
        self.below(2) == 0
    }

    /// Cuts a text into bits, between characters; some of them may be empty.
    fn cut(&mut self, text: &str) -> Vec<String> {
        let mut bits = vec![String::new()];
        for character in text.chars() {
            if self.below(3) == 0 {
                bits.push(String::new());
            }
            bits.last_mut().unwrap().push(character);
        }
        bits
    }

    /// Deals several sequences into one that keeps the order of each.
    fn shuffle(&mut self, sequences: Vec<Vec<Value>>) -> Vec<Value> {
        let mut rest: Vec<_> = sequences.into_iter().map(Vec::into_iter).collect();
        let mut dealt = Vec::new();
        while !rest.is_empty() {
            let at = self.below(rest.len());
            match rest[at].next() {
                Some(next) => dealt.push(next),
                None => drop(rest.remove(at)),
            }
        }
        dealt
    }
}

/// The members of an object but these.
fn without(value: &Value, names: &[&str]) -> Map<String, Value> {
    let members = value.as_object().unwrap().iter();
    members
        .filter(|(name, _)| !names.contains(&name.as_str()))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect()
}

fn items<'a>(value: &'a Value, name: &str) -> &'a [Value] {
    value[name].as_array().map_or(&[], Vec::as_slice)
}

pub fn chat(response: &Value, dice: &mut Dice) -> Vec<Value> {
    let choices = items(response, "choices").iter().map(|choice| chat_choice(choice, dice)).collect();
    let mut around = without(response, &["choices", "usage", "object"]);
    around.insert("object".into(), "chat.completion.chunk".into());
    let piece = |choices: Value, usage: &Value| {
        let mut piece = around.clone();
        piece.insert("choices".into(), choices);
        piece.insert("usage".into(), usage.clone());
        Value::Object(piece)
    };
    let mut pieces: Vec<Value> =
        dice.shuffle(choices).into_iter().map(|choice| piece(json!([choice]), &Value::Null)).collect();
    pieces.push(piece(json!([]), &response["usage"]));
    pieces
}

fn chat_choice(choice: &Value, dice: &mut Dice) -> Vec<Value> {
    let message = &choice["message"];
    let mut deltas = Vec::new();
    let mut first =
        without(message, &["content", "refusal", "reasoning_content", "tool_calls", "function_call"]);
    for name in ["content", "refusal", "reasoning_content"] {
        let Some(whole) = message.get(name) else { continue };
        // Where only a call or a refusal follows, both openings are seen.
        let opens_empty = whole.is_string() && name == "content"
            || (name == "content" && dice.flip() && choice["finish_reason"] != "stop");
        first.insert(name.into(), if opens_empty { "".into() } else { Value::Null });
    }
    deltas.push(Value::Object(first));
    for name in ["reasoning_content", "content", "refusal"] {
        let bits = message[name].as_str().map(|text| dice.cut(text)).unwrap_or_default();
        deltas.extend(bits.into_iter().map(|bit| json!({name: bit})));
    }
    let mut calls = Vec::new();
    for (at, call) in items(message, "tool_calls").iter().enumerate() {
        let (kind, text) =
            if call["type"] == "custom" { ("custom", "input") } else { ("function", "arguments") };
        let mut deltas = vec![json!({"tool_calls": [{"index": at, "id": call["id"], "type": call["type"],
            kind: {"name": call[kind]["name"], text: ""}}]})];
        let bits = dice.cut(call[kind][text].as_str().unwrap());
        deltas.extend(bits.into_iter().map(|bit| json!({"tool_calls": [{"index": at, kind: {text: bit}}]})));
        calls.push(deltas);
    }
    deltas.extend(dice.shuffle(calls));
    if let Some(call) = message.get("function_call") {
        deltas.push(json!({"function_call": {"name": call["name"], "arguments": ""}}));
        let bits = dice.cut(call["arguments"].as_str().unwrap());
        deltas.extend(bits.into_iter().map(|bit| json!({"function_call": {"arguments": bit}})));
    }
    let piece = |delta: Value, logprobs: Value| json!({"index": choice["index"], "delta": delta, "logprobs": logprobs, "finish_reason": null});
    let mut pieces: Vec<Value> = deltas.into_iter().map(|delta| piece(delta, Value::Null)).collect();
    if choice["logprobs"].is_object() {
        pieces.push(piece(json!({}), json!({"content": [], "refusal": null})));
    }
    for token in items(&choice["logprobs"], "content") {
        pieces.push(piece(json!({}), json!({"content": [token], "refusal": null})));
    }
    let mut last = without(choice, &["message", "logprobs"]);
    last.insert("delta".into(), json!({}));
    pieces.push(Value::Object(last));
    pieces
}

pub fn anthropic(response: &Value, dice: &mut Dice) -> Vec<Value> {
    let mut start = response.clone();
    start["content"] = json!([]);
    start["stop_reason"] = Value::Null;
    start["stop_sequence"] = Value::Null;
    start["usage"]["output_tokens"] = 1.into();
    let mut pieces = vec![json!({"type": "message_start", "message": start})];
    for (at, block) in items(response, "content").iter().enumerate() {
        let mut opening = block.clone();
        let mut deltas = Vec::new();
        let mut texts = |name: &str, kind: &str, dice: &mut Dice| {
            let Some(text) = block[name].as_str() else { return };
            opening[name] = "".into();
            deltas.extend(dice.cut(text).into_iter().map(|bit| json!({"type": kind, name: bit})));
        };
        texts("text", "text_delta", dice);
        texts("thinking", "thinking_delta", dice);
        if let Some(signature) = block.get("signature") {
            opening["signature"] = "".into();
            deltas.push(json!({"type": "signature_delta", "signature": signature}));
        }
        if block.get("citations").is_some() {
            opening.as_object_mut().unwrap().remove("citations");
            let citations = items(block, "citations").iter();
            deltas.extend(citations.map(|citation| json!({"type": "citations_delta", "citation": citation})));
        }
        if let Some(input) = block.get("input") {
            opening["input"] = json!({});
            let text = if *input == json!({}) && dice.flip() { String::new() } else { input.to_string() };
            deltas.extend(
                dice.cut(&text)
                    .into_iter()
                    .map(|bit| json!({"type": "input_json_delta", "partial_json": bit})),
            );
        }
        pieces.push(json!({"type": "content_block_start", "index": at, "content_block": opening}));
        if dice.flip() {
            pieces.push(json!({"type": "ping"}));
        }
        pieces.extend(
            deltas
                .into_iter()
                .map(|delta| json!({"type": "content_block_delta", "index": at, "delta": delta})),
        );
        pieces.push(json!({"type": "content_block_stop", "index": at}));
    }
    let end = json!({"stop_reason": response["stop_reason"], "stop_sequence": response["stop_sequence"]});
    let usage = json!({"output_tokens": response["usage"]["output_tokens"]});
    let usage = if dice.flip() { usage } else { response["usage"].clone() };
    pieces.push(json!({"type": "message_delta", "delta": end, "usage": usage}));
    pieces.push(json!({"type": "message_stop"}));
    pieces
}

/// With the event at its end that has it all, or, where the stream is to have been cut just before, without.
pub fn responses(response: &Value, has_end: bool, dice: &mut Dice) -> Vec<Value> {
    let mut begin = response.clone();
    begin["status"] = "in_progress".into();
    begin["incomplete_details"] = Value::Null;
    begin["output"] = json!([]);
    begin["usage"] = Value::Null;
    let mut pieces = vec![
        json!({"type": "response.created", "response": begin}),
        json!({"type": "response.in_progress", "response": begin}),
    ];
    let items = items(response, "output").iter().enumerate();
    let items = items.map(|(at, item)| response_item(at, item, has_end, dice)).collect();
    pieces.extend(dice.shuffle(items));
    if has_end {
        let kind = format!("response.{}", response["status"].as_str().unwrap());
        pieces.push(json!({"type": kind, "response": response}));
    }
    for (at, piece) in pieces.iter_mut().enumerate() {
        piece["sequence_number"] = at.into();
    }
    pieces
}

fn response_item(at: usize, item: &Value, has_end: bool, dice: &mut Dice) -> Vec<Value> {
    let mut opening = item.clone();
    let mut pieces = Vec::new();
    for (list, index, part, text_of) in [
        (
            "content",
            "content_index",
            "response.content_part",
            [
                ("output_text", "text", "output_text"),
                ("refusal", "refusal", "refusal"),
                ("reasoning_text", "text", "reasoning_text"),
            ]
            .as_slice(),
        ),
        (
            "summary",
            "summary_index",
            "response.reasoning_summary_part",
            [("summary_text", "text", "reasoning_summary_text")].as_slice(),
        ),
    ] {
        if item.get(list).is_none() {
            continue;
        }
        opening[list] = json!([]);
        for (place, whole) in items(item, list).iter().enumerate() {
            let (_, member, event) = text_of.iter().find(|(kind, ..)| whole["type"] == *kind).unwrap();
            let mut empty = whole.clone();
            empty[member] = "".into();
            if empty.get("annotations").is_some() {
                empty["annotations"] = json!([]);
            }
            let mut piece = |kind: String, more: Value| {
                let mut piece =
                    json!({"type": kind, "item_id": item["id"], "output_index": at, index: place});
                piece.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
                pieces.push(piece);
            };
            piece(format!("{part}.added"), json!({"part": empty}));
            let text = whole[member].as_str().unwrap();
            dice.cut(text)
                .into_iter()
                .for_each(|bit| piece(format!("response.{event}.delta"), json!({"delta": bit})));
            for annotation in items(whole, "annotations") {
                piece("response.output_text.annotation.added".into(), json!({"annotation": annotation}));
            }
            if has_end || dice.flip() {
                piece(format!("response.{event}.done"), json!({*member: text}));
                piece(format!("{part}.done"), json!({"part": whole}));
            }
        }
    }
    for (kind, member, event) in [
        ("function_call", "arguments", "function_call_arguments"),
        ("custom_tool_call", "input", "custom_tool_call_input"),
        ("mcp_call", "arguments", "mcp_call_arguments"),
        ("code_interpreter_call", "code", "code_interpreter_call_code"),
    ] {
        if item["type"] == kind {
            opening[member] = "".into();
            let text = item[member].as_str().unwrap();
            let delta = |bit: String| json!({"type": format!("response.{event}.delta"), "output_index": at, "delta": bit});
            pieces.extend(dice.cut(text).into_iter().map(delta));
            if dice.flip() {
                pieces.push(
                    json!({"type": format!("response.{event}.done"), "output_index": at, member: text}),
                );
            }
        }
    }
    if has_end && item.get("status").is_some() {
        opening["status"] = "in_progress".into();
    }
    pieces.insert(0, json!({"type": "response.output_item.added", "output_index": at, "item": opening}));
    if has_end || dice.flip() {
        pieces.push(json!({"type": "response.output_item.done", "output_index": at, "item": item}));
    }
    pieces
}

pub fn gemini(response: &Value, dice: &mut Dice) -> Vec<Value> {
    let mut candidates = Vec::new();
    for candidate in items(response, "candidates") {
        let mut bits = Vec::new();
        for part in items(&candidate["content"], "parts") {
            match part["text"].as_str() {
                Some(text) => bits.extend(dice.cut(text).into_iter().map(|bit| {
                    let mut part = part.clone();
                    part["text"] = bit.into();
                    part
                })),
                None => bits.push(part.clone()),
            }
        }
        let piece =
            |part: Value| json!({"content": {"parts": [part], "role": "model"}, "index": candidate["index"]});
        let mut pieces: Vec<Value> = bits.into_iter().map(piece).collect();
        let mut last = without(candidate, &["content", "citationMetadata"]);
        for source in items(&candidate["citationMetadata"], "citationSources") {
            pieces.push(
                json!({"index": candidate["index"], "citationMetadata": {"citationSources": [source]}}),
            );
        }
        last.insert("index".into(), candidate["index"].clone());
        pieces.push(Value::Object(last));
        candidates.push(pieces);
    }
    let around = without(response, &["candidates", "usageMetadata"]);
    let dealt = dice.shuffle(candidates);
    let count = dealt.len();
    let piece = |(at, candidate): (usize, Value)| {
        let mut piece = around.clone();
        piece.insert("candidates".into(), json!([candidate]));
        let mut usage = response["usageMetadata"].clone();
        if at + 1 < count {
            usage["candidatesTokenCount"] = at.into();
            usage["totalTokenCount"] = at.into();
        }
        piece.insert("usageMetadata".into(), usage);
        Value::Object(piece)
    };
    dealt.into_iter().enumerate().map(piece).collect()
}

pub fn text_completion(response: &Value, dice: &mut Dice) -> Vec<Value> {
    let mut choices = Vec::new();
    for choice in items(response, "choices") {
        let piece = |text: String| json!({"text": text, "index": choice["index"], "logprobs": null, "finish_reason": null});
        let mut pieces: Vec<Value> =
            dice.cut(choice["text"].as_str().unwrap()).into_iter().map(piece).collect();
        let mut last = choice.clone();
        last["text"] = "".into();
        pieces.push(last);
        choices.push(pieces);
    }
    let around = without(response, &["choices", "usage"]);
    let piece = |choices: Value, usage: &Value| {
        let mut piece = around.clone();
        piece.insert("choices".into(), choices);
        piece.insert("usage".into(), usage.clone());
        Value::Object(piece)
    };
    let mut pieces: Vec<Value> =
        dice.shuffle(choices).into_iter().map(|choice| piece(json!([choice]), &Value::Null)).collect();
    pieces.push(piece(json!([]), &response["usage"]));
    pieces
}

/// The pieces as server-sent events, in one of the ways that are seen on the wire and in stores.
pub fn sse(pieces: &[Value], dice: &mut Dice) -> String {
    let end = ["\n", "\r\n", "\r"][dice.below(3)];
    let has_empty_lines = dice.below(4) > 0;
    let is_pretty = has_empty_lines && dice.below(4) == 0;
    let mut text = String::new();
    for piece in pieces {
        if dice.below(8) == 0 {
            text.push_str(&format!(": still at it{end}"));
        }
        if let Some(kind) = piece["type"].as_str() {
            text.push_str(&format!("event: {kind}{end}"));
        }
        let json = if is_pretty { serde_json::to_string_pretty(piece).unwrap() } else { piece.to_string() };
        json.lines().for_each(|line| text.push_str(&format!("data: {line}{end}")));
        if has_empty_lines {
            text.push_str(end);
        }
    }
    if dice.flip() {
        text.push_str(&format!("data: [DONE]{end}{end}"));
    }
    text
}
