//! One delivery as it was taken and answered.

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Map, Value, json};

use crate::{
    cli::set::put,
    core::{
        inbox::PayloadHead,
        signature::explain::{Mistake, Received},
        time::Timestamp,
    },
};

/// What verification made of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It holds, by the scheme of this name.
    Valid(&'static str),
    /// It was refused.
    Refused {
        /// The code of the refusal.
        code: &'static str,
        /// What is wrong.
        mistakes: Vec<Mistake>,
    },
    /// Nobody looked.
    Unchecked,
}

/// What the endpoint said that it was handed on to: its status and how many milliseconds it took, or why there was none.
pub type Forwarded = Result<(u16, u64), String>;

/// One delivery.
#[derive(Clone, Debug)]
pub struct Entry {
    /// When it had come.
    pub at: Timestamp,
    /// What it was.
    pub received: Received,
    /// What verification made of it.
    pub verdict: Verdict,
    /// What it was answered.
    pub answered: u16,
    /// How long that took, in milliseconds.
    pub ms: u64,
    /// Whether it was refused on purpose.
    pub is_rehearsed: bool,
    /// What came of handing it on.
    pub forwarded: Option<Forwarded>,
}

impl Entry {
    /// Its `webhook-id`.
    pub fn id(&self) -> Option<&str> {
        self.received.header("webhook-id")
    }

    /// Which attempt it is, as the sender counts.
    pub fn attempt(&self) -> Option<&str> {
        self.received.header("webhook-attempt")
    }

    /// The event's type: what the body says, else the header.
    pub fn event_type(&self) -> Option<String> {
        let text = std::str::from_utf8(&self.received.body).ok();
        let of_body = text.and_then(|text| PayloadHead::read(text).ok()?.event_type);
        of_body.or_else(|| self.received.header("webhook-event-type").map(str::to_owned))
    }

    /// Whether the endpoint took it.
    pub fn is_taken(&self) -> bool {
        (200..300).contains(&self.answered)
    }

    /// What there is to say of it beside what it is.
    pub fn note(&self) -> String {
        let mut parts = Vec::new();
        if let Verdict::Refused { mistakes, code } = &self.verdict {
            let said: Vec<String> = mistakes.iter().map(Mistake::to_string).collect();
            parts.push(if said.is_empty() { (*code).to_owned() } else { said.join("; ") });
        }
        if self.is_rehearsed {
            parts.push("refused on purpose".to_owned());
        }
        match &self.forwarded {
            Some(Ok((status, ms))) => parts.push(format!("forwarded: {status} in {ms} ms")),
            Some(Err(why)) => parts.push(format!("not forwarded: {why}")),
            None => {}
        }
        parts.join(", ")
    }

    /// As JSON; headers and body, which hold what is nobody's business, where they are asked for.
    pub fn to_json(&self, with_body: bool) -> Value {
        let mut said = json!({
            "at": self.at.to_string(),
            "id": self.id(),
            "type": self.event_type(),
            "attempt": self.attempt().and_then(|attempt| attempt.parse::<u32>().ok()),
            "bytes": self.received.body.len(),
            "verified": matches!(self.verdict, Verdict::Valid(_)),
            "answered": self.answered,
            "ms": self.ms,
        });
        match &self.verdict {
            Verdict::Valid(scheme) => put(&mut said, "scheme", json!(scheme)),
            Verdict::Refused { code, mistakes } => {
                put(&mut said, "refused", json!(code));
                put(&mut said, "mistakes", mistakes.iter().map(|mistake| mistake.code()).collect());
            }
            Verdict::Unchecked => {}
        }
        if self.is_rehearsed {
            put(&mut said, "rehearsed", Value::Bool(true));
        }
        match &self.forwarded {
            Some(Ok((status, ms))) => put(&mut said, "forwarded", json!({"status": status, "ms": ms})),
            Some(Err(why)) => put(&mut said, "forwarded", json!({"error": why})),
            None => {}
        }
        if with_body {
            let mut headers = Map::new();
            for (name, value) in &self.received.headers {
                headers.insert(name.clone(), Value::String(value.clone()));
            }
            put(&mut said, "headers", Value::Object(headers));
            match std::str::from_utf8(&self.received.body) {
                Ok(text) => put(&mut said, "body", json!(text)),
                Err(_) => put(&mut said, "body_base64", json!(STANDARD.encode(&self.received.body))),
            }
        }
        said
    }
}
