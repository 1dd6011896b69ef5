//! Queues: batches in, messages out.
//!
//! Reads the raw bindings, because the `worker` crate's own types do not tell how often a message was tried, and fail a
//! whole batch where one message is not of the expected type.

use std::{cell::Cell, rc::Rc};

use worker::{
    Env,
    js_sys::{Array, Object, Promise, Reflect},
    wasm_bindgen::{JsCast, JsValue},
    wasm_bindgen_futures::JsFuture,
    worker_sys,
};

use super::{clock, js, log::Line};

/// A message that says nothing but that it has come: `{"probe": id}`, not a text as all others are.
pub struct Probe {
    /// The message.
    pub incoming: Incoming,
    /// Whose probe it is.
    pub id: String,
    /// Whether it is meant for the queue's dead letters.
    pub is_to_die: bool,
}

impl AsRef<str> for Outgoing {
    fn as_ref(&self) -> &str {
        &self.text
    }
}

/// A batch of messages from one queue.
pub struct Batch {
    name: String,
    messages: Vec<Incoming>,
}

/// One message, or one of the parts that it was split into. It is decided by exactly one of [`Self::ack`] and [`Self::retry`];
/// undecided it would be acknowledged.
pub struct Incoming {
    whole: Rc<Whole>,
    /// How often the queue has handed it out, this time included: from 1.
    pub attempts: u32,
}

/// A message of the queue. It is decided once all of its parts are.
struct Whole {
    raw: worker_sys::Message,
    id: String,
    parts: Cell<usize>,
    undecided: Cell<usize>,
    /// The shortest delay after which one of its parts has to come again.
    again: Cell<Option<u32>>,
}

/// A text on its way to a queue, to be handed out after a delay.
pub struct Outgoing {
    /// The text.
    pub text: String,
    /// After how long, at most 86,400.
    pub delay_seconds: u32,
}

impl Batch {
    /// Opens the runtime's batch.
    pub fn open(raw: &worker_sys::MessageBatch) -> Self {
        let name = raw.queue().map(String::from).unwrap_or_default();
        let messages = raw.messages().unwrap_or_default();
        let messages = messages
            .iter()
            .map(|message| {
                let attempts =
                    Reflect::get(&message, &"attempts".into()).ok().and_then(|attempts| attempts.as_f64());
                Incoming::new(message.unchecked_into(), attempts.unwrap_or(1.0) as u32)
            })
            .collect();
        Self { name, messages }
    }

    /// The queue's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The messages.
    pub fn into_messages(self) -> Vec<Incoming> {
        self.messages
    }

    /// Takes out those that are probes.
    pub fn take_probes(&mut self) -> Vec<Probe> {
        let is_object =
            |incoming: &mut Incoming| incoming.whole.raw.body().is_ok_and(|body| body.is_object());
        let probe = |incoming: Incoming| {
            let body = incoming.whole.raw.body().unwrap_or_default();
            let member = |name: &str| Reflect::get(&body, &name.into()).unwrap_or_default();
            let (id, is_to_die) =
                (member("probe").as_string().unwrap_or_default(), member("die").is_truthy());
            Probe { incoming, id, is_to_die }
        };
        self.messages.extract_if(.., is_object).map(probe).collect()
    }

    /// Puts every message back for later: for when this deployment cannot consume it as it is set up.
    pub fn refuse(self, why: &str) {
        Line::error("queue.refused")
            .text("queue", &self.name)
            .size("messages", self.messages.len())
            .text("why", why)
            .emit();
        for message in self.messages {
            message.retry(60);
        }
    }
}

impl Incoming {
    fn new(raw: worker_sys::Message, attempts: u32) -> Self {
        // Once, and not for each part.
        let id = raw.id().map(String::from).unwrap_or_default();
        let whole = Whole { raw, id, parts: Cell::new(1), undecided: Cell::new(1), again: Cell::new(None) };
        Self { whole: Rc::new(whole), attempts }
    }

    /// The body, where it is a text as all of ours are.
    pub fn text(&self) -> Option<String> {
        self.whole.raw.body().ok()?.as_string()
    }

    /// The queue's id of it: the same each time that it is handed out.
    pub fn id(&self) -> &str {
        &self.whole.id
    }

    /// Its parts, each decided by itself. Where one of them has to come again, all do.
    pub fn split(self, parts: usize) -> impl Iterator<Item = Self> {
        let parts = parts.max(1);
        self.whole.parts.set(parts);
        self.whole.undecided.set(parts);
        (0..parts).map(move |_| Self { whole: Rc::clone(&self.whole), attempts: self.attempts })
    }

    /// Whether others share its message: to come again later by itself it has to be sent anew.
    pub fn is_part(&self) -> bool {
        self.whole.parts.get() > 1
    }

    /// Done with it.
    pub fn ack(&self) {
        self.whole.decide(None);
    }

    /// Hand it out again after a delay of at most 86,400 seconds; sooner where another part of its message asks for that.
    pub fn retry(&self, delay_seconds: u32) {
        self.whole.decide(Some(delay_seconds));
    }
}

impl Whole {
    fn decide(&self, again: Option<u32>) {
        if let Some(delay) = again {
            self.again.set(Some(self.again.get().map_or(delay, |known| known.min(delay))));
        }
        let undecided = self.undecided.get().saturating_sub(1);
        self.undecided.set(undecided);
        if undecided > 0 {
            return;
        }
        match self.again.get() {
            None if self.raw.ack().is_err() => Line::error("queue.ack_failed").emit(),
            None => {}
            Some(delay) => {
                let retry = js::object(&[("delaySeconds", JsValue::from(real_seconds(delay)))]);
                if self.raw.retry(retry).is_err() {
                    Line::error("queue.retry_failed").emit();
                }
            }
        }
    }
}

/// Sends texts to a queue in one call: all are accepted, or an error says why not. The queue's own limits on number and
/// size are the caller's to keep.
pub async fn send(env: &Env, binding: &str, texts: &[String]) -> Result<(), String> {
    send_all(env, binding, texts.iter().map(|text| (text.as_str(), 0))).await
}

/// The same, each to be handed out after a delay of its own.
pub async fn send_each(env: &Env, binding: &str, messages: &[&Outgoing]) -> Result<(), String> {
    send_all(env, binding, messages.iter().map(|message| (message.text.as_str(), message.delay_seconds)))
        .await
}

async fn send_all(env: &Env, binding: &str, texts: impl Iterator<Item = (&str, u32)>) -> Result<(), String> {
    let queue: worker_sys::Queue = binding_of(env, binding)?;
    let message = |(text, delay)| {
        let body = [("body", JsValue::from_str(text)), ("contentType", JsValue::from_str("text"))];
        match delay {
            0 => js::object(&body),
            delay => {
                let [body, content_type] = body;
                js::object(&[body, content_type, ("delaySeconds", JsValue::from(real_seconds(delay)))])
            }
        }
    };
    let messages: Array = texts.map(message).collect();
    let sent: Promise = queue.send_batch(messages, Object::new().into()).map_err(|error| reason(&error))?;
    JsFuture::from(sent).await.map(|_| ()).map_err(|error| reason(&error))
}

thread_local! {
    /// How a text is sent.
    static AS_TEXT: JsValue = js::object(&[("contentType", JsValue::from_str("text"))]);
}

/// Sends one text to a queue.
pub async fn send_one(env: &Env, binding: &str, text: &str) -> Result<(), String> {
    let queue = binding_of(env, binding)?;
    let sent = AS_TEXT.with(|options| queue.send(JsValue::from_str(text), options.clone()));
    JsFuture::from(sent.map_err(|error| reason(&error))?).await.map(|_| ()).map_err(|error| reason(&error))
}

/// Sends a probe to a queue.
pub async fn send_probe(env: &Env, binding: &str, id: &str, is_to_die: bool) -> Result<(), String> {
    let queue = binding_of(env, binding)?;
    let body = js::object(&[("probe", JsValue::from_str(id)), ("die", JsValue::from_bool(is_to_die))]);
    let options = js::object(&[("contentType", JsValue::from_str("json"))]);
    let sent = queue.send(body, options).map_err(|error| reason(&error))?;
    JsFuture::from(sent).await.map(|_| ()).map_err(|error| reason(&error))
}

/// What a delay takes at the pace that time runs at.
fn real_seconds(seconds: u32) -> f64 {
    let millis = clock::real_millis(i64::from(seconds).saturating_mul(1000));
    (millis as f64 / 1000.0).ceil()
}

fn binding_of(env: &Env, binding: &str) -> Result<worker_sys::Queue, String> {
    let queue = env.queue(binding).map_err(|_| format!("the queue binding {binding} is missing"))?;
    Ok(JsValue::from(queue).unchecked_into())
}

fn reason(error: &JsValue) -> String {
    js::message(error).unwrap_or_else(|| "the queue did not accept the messages".to_owned())
}
