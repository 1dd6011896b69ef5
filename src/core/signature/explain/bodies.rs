//! What the body may have been when it was signed.

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::Value;

use super::{JsonStyle, Mistake, Received};

/// A byte order mark in UTF-8.
const BOM: &[u8] = b"\xef\xbb\xbf";

/// A body that may have been signed, and what then happened to it on its way.
pub(super) struct Body {
    pub bytes: Vec<u8>,
    pub mistakes: Vec<Mistake>,
}

/// The body as it came, then what it may have been; each of them once.
pub(super) fn candidates(received: &Received) -> Vec<Body> {
    let body = received.body.as_slice();
    let mut all = Candidates { bodies: vec![Body { bytes: body.to_vec(), mistakes: Vec::new() }] };
    line_ends(body, &mut all);
    if let Some(rest) = body.strip_prefix(BOM) {
        all.add(rest.to_vec(), &[Mistake::BomAdded]);
    }
    all.add([BOM, body].concat(), &[Mistake::BomLost]);
    if let Ok(inner) = STANDARD.decode(body.trim_ascii()) {
        all.add(inner, &[Mistake::Base64Body]);
    }
    if let Ok(text) = std::str::from_utf8(body) {
        if let Some(bytes) = text.chars().map(|character| u8::try_from(character).ok()).collect() {
            all.add(bytes, &[Mistake::Latin1]);
        }
        json(text.trim_start_matches('\u{feff}'), &mut all);
    }
    all.bodies
}

struct Candidates {
    bodies: Vec<Body>,
}

impl Candidates {
    fn add(&mut self, bytes: Vec<u8>, mistakes: &[Mistake]) {
        if !self.bodies.iter().any(|body| body.bytes == bytes) {
            self.bodies.push(Body { bytes, mistakes: mistakes.to_vec() });
        }
    }
}

fn line_ends(body: &[u8], all: &mut Candidates) {
    if let Some(rest) = body.strip_suffix(b"\n") {
        all.add(rest.strip_suffix(b"\r").unwrap_or(rest).to_vec(), &[Mistake::NewlineAdded]);
        all.add(rest.to_vec(), &[Mistake::NewlineAdded]);
    }
    all.add(body.trim_ascii().to_vec(), &[Mistake::WhiteSpaceAdded]);
    all.add([body, b"\n"].concat(), &[Mistake::NewlineLost]);
    all.add([body, b"\r\n"].concat(), &[Mistake::NewlineLost]);
    let unix = without_cr(body);
    all.add(with_cr(&unix), &[Mistake::CrlfLost]);
    if let Some(rest) = unix.strip_suffix(b"\n") {
        all.add(rest.to_vec(), &[Mistake::CrlfAdded, Mistake::NewlineAdded]);
    }
    all.add(unix, &[Mistake::CrlfAdded]);
}

fn without_cr(body: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(body.len());
    for &byte in body {
        if byte == b'\n' {
            out.pop_if(|last| *last == b'\r');
        }
        out.push(byte);
    }
    out
}

fn with_cr(unix: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(unix.len());
    for &byte in unix {
        if byte == b'\n' {
            out.push(b'\r');
        }
        out.push(byte);
    }
    out
}

fn json(text: &str, all: &mut Candidates) {
    let Ok(value) = serde_json::from_str::<Value>(text) else { return };
    match &value {
        Value::String(inner) => all.add(inner.clone().into_bytes(), &[Mistake::StringBody]),
        Value::Object(members) => {
            if let Some(inner) = members.get("body").and_then(Value::as_str) {
                all.add(inner.as_bytes().to_vec(), &[Mistake::WrappedBody]);
                if let Ok(inner) = STANDARD.decode(inner) {
                    all.add(inner, &[Mistake::WrappedBody, Mistake::Base64Body]);
                }
            }
        }
        _ => {}
    }
    for style in JsonStyle::ALL {
        let written = style.write(&value);
        let with_newline = [written.as_slice(), b"\n"].concat();
        all.add(written, &[Mistake::Reserialised(style)]);
        all.add(with_newline, &[Mistake::Reserialised(style), Mistake::NewlineLost]);
    }
}
