//! An event as one subscription gets it. Whatever is rendered or handed out is made of this.

use super::{
    guide::{Guide, Place},
    path::Step,
    report::Report,
    rules::{Bodies, HIDDEN},
    text,
    walk::{Walked, redacted, walk},
};
use crate::core::{
    event::{Event, Trace, Usage},
    exchange::{Body, Exchange, assemble},
    json::Canonical,
};

/// Shapes an event. Its identity stays: ids, type and time.
pub(super) fn shaped(event: &Event, guide: Guide<'_>, report: &mut Report) -> Event {
    let mut shaping = Shaping { guide, start: guide.start(), report };
    Event {
        id: event.id.clone(),
        event_type: event.event_type.clone(),
        request_id: event.request_id.clone(),
        created_at: event.created_at,
        user_id: shaping.user_id(event),
        // For filters, which look at the event as it came.
        properties: Vec::new(),
        properties_json: shaping.json("properties", event.properties_json.as_ref()),
        model: shaping.text("model", event.model.as_deref()),
        provider: shaping.text("provider", event.provider.as_deref()),
        status: shaping.json("status", event.status.as_ref()),
        usage: shaping.usage(&event.usage),
        cost: shaping.word("cost", event.cost.as_ref()),
        priced: shaping.word("cost_status", event.priced.as_ref()),
        latency_ms: shaping.word("latency_ms", event.latency_ms.as_ref()),
        trace: Trace {
            trace_id: shaping.text("trace_id", event.trace.trace_id.as_deref()),
            span_id: shaping.text("span_id", event.trace.span_id.as_deref()),
            traceparent: shaping.text("traceparent", event.trace.traceparent.as_deref()),
        },
        request: shaping.body("request_body", event.request.as_ref()),
        response: shaping.body("response_body", event.response.as_ref()),
        data: shaping.own_data(event.data.as_ref()),
        extra: event.extra.iter().filter_map(|(name, value)| shaping.extra(name, value)).collect(),
    }
}

struct Shaping<'a, 'r> {
    guide: Guide<'a>,
    start: Place,
    report: &'r mut Report,
}

/// What becomes of a field before anybody looks into it.
enum Verdict {
    Dropped,
    Hidden,
    Kept(Place),
}

impl Shaping<'_, '_> {
    /// Judges a field, and notes it where it does not stay.
    fn judge(&mut self, name: &str) -> Verdict {
        let at = self.guide.down(self.start, Step::Name(name));
        if self.guide.is_dropped(at) {
            self.note(name, |report| report.note_removed());
            Verdict::Dropped
        } else if at.hidden.hit {
            self.note(name, |report| report.note("path"));
            Verdict::Hidden
        } else {
            Verdict::Kept(at)
        }
    }

    fn note<T>(&mut self, name: &str, work: impl FnOnce(&mut Report) -> T) -> T {
        let place = self.report.place();
        self.report.enter(name);
        let done = work(self.report);
        self.report.leave(place);
        done
    }

    /// What stands in place of a whole value.
    fn marker(&self) -> String {
        self.guide.rules.hidden_marker().to_owned()
    }

    /// A field that is a text.
    fn text(&mut self, name: &str, text: Option<&str>) -> Option<String> {
        let text = text?;
        let at = match self.judge(name) {
            Verdict::Dropped => return None,
            Verdict::Hidden => return Some(self.marker()),
            Verdict::Kept(at) if self.guide.is_partial(at) => return None,
            Verdict::Kept(_) => self.guide,
        };
        Some(
            self.note(name, |report| redacted(text, at, false, 0, report)).unwrap_or_else(|| text.to_owned()),
        )
    }

    /// The user's id, hashed where that is asked for.
    fn user_id(&mut self, event: &Event) -> Option<String> {
        let user_id = event.user_id.as_deref()?;
        let Some(hash) = self.guide.hash_of(user_id, true).map(str::to_owned) else {
            return self.text("user_id", Some(user_id));
        };
        match self.judge("user_id") {
            Verdict::Dropped => None,
            Verdict::Hidden => Some(self.marker()),
            Verdict::Kept(at) if self.guide.is_partial(at) => None,
            Verdict::Kept(_) => {
                self.note("user_id", |report| report.note("user_id"));
                Some(hash)
            }
        }
    }

    /// A field that is a number or a word of ours. What stands in place of others can't stand in its: where they are replaced, it is
    /// left out.
    fn word<T: Clone>(&mut self, name: &str, word: Option<&T>) -> Option<T> {
        let word = word?;
        match self.judge(name) {
            Verdict::Kept(at) if !self.guide.is_partial(at) => Some(word.clone()),
            _ => None,
        }
    }

    /// A field that is any JSON.
    fn json(&mut self, name: &str, value: Option<&Canonical>) -> Option<Canonical> {
        let value = value?;
        match self.judge(name) {
            Verdict::Dropped => None,
            Verdict::Hidden => Some(Canonical::from_str_value(self.guide.rules.hidden_marker())),
            Verdict::Kept(at) => self.inside(name, value, at),
        }
    }

    fn inside(&mut self, name: &str, value: &Canonical, at: Place) -> Option<Canonical> {
        let place = self.report.place();
        self.report.enter(name);
        let left = self.walked(value, at);
        self.report.leave(place);
        left
    }

    fn walked(&mut self, value: &Canonical, at: Place) -> Option<Canonical> {
        if self.guide.is_untouched(at) {
            return Some(value.clone());
        }
        match walk(value.as_str(), at, self.guide, 0, self.report) {
            Some(Walked::Dropped) => None,
            Some(Walked::Same) => Some(value.clone()),
            Some(Walked::Changed { text, keys: false }) => Some(Canonical::of_canonical(text)),
            Some(Walked::Changed { text, keys: true }) => {
                Some(Canonical::from_text(&text).unwrap_or_else(|_| withheld()))
            }
            None => Some(withheld()),
        }
    }

    fn usage(&mut self, usage: &Usage) -> Usage {
        let json = self.json("usage", usage.json.as_ref());
        let at = self.guide.down(self.start, Step::Name("usage"));
        let guide = self.guide;
        let count = |name: &str, count: Option<u64>| {
            let at = guide.down(at, Step::Name(name));
            count.filter(|_| !guide.is_dropped(at) && !guide.is_partial(at) && !at.hidden.hit)
        };
        Usage {
            prompt: count("prompt_tokens", usage.prompt),
            completion: count("completion_tokens", usage.completion),
            total: count("total_tokens", usage.total),
            json,
        }
    }

    /// The event's own data: an object's members stand beside the other fields, and have paths like them.
    fn own_data(&mut self, data: Option<&Canonical>) -> Option<Canonical> {
        let data = data?;
        let whole = self.guide.down(self.start, Step::Name("data"));
        if !data.is_object() || whole.hidden.hit || whole.pick.hit {
            return self.json("data", Some(data));
        }
        self.walked(data, self.start)
    }

    /// A field of the gateway's own.
    fn extra(&mut self, name: &str, value: &Canonical) -> Option<(String, Canonical)> {
        let value = self.json(name, Some(value))?;
        let guide = self.guide;
        let other = self.note(name, |report| text::plain(name, guide.rules, report));
        Some((other.unwrap_or_else(|| name.to_owned()), value))
    }

    /// One of the two bodies: JSON, or a JSON string that holds JSON, a stream, or any text.
    fn body(&mut self, name: &str, body: Option<&Canonical>) -> Option<Canonical> {
        let body = body?;
        if self.guide.rules.bodies == Bodies::None {
            self.note(name, Report::note_removed);
            return None;
        }
        let at = match self.judge(name) {
            Verdict::Dropped => return None,
            Verdict::Hidden => return Some(Canonical::from_str_value(self.guide.rules.hidden_marker())),
            Verdict::Kept(at) => at,
        };
        if self.guide.is_untouched(at) {
            return Some(body.clone());
        }
        // Of a stream neither paths nor detectors would see more than splinters.
        let whole = if name == "response_body" { whole(body) } else { None };
        let body = whole.as_ref().unwrap_or(body);
        match body.string_value() {
            Some(text) => self.text_body(name, body, &text, at),
            None => self.inside(name, body, at),
        }
    }

    fn text_body(&mut self, name: &str, body: &Canonical, text: &str, at: Place) -> Option<Canonical> {
        let guide = self.guide;
        let walked = match text.trim_start().starts_with(['{', '[']) {
            true => self.note(name, |report| walk(text, at, guide, 1, report)),
            false => None,
        };
        match walked {
            Some(Walked::Dropped) => return None,
            Some(Walked::Same) => {}
            Some(Walked::Changed { text, .. }) => return Some(Canonical::from_str_value(&text)),
            None if guide.is_partial(at) => return None,
            // What the paths lead to may be anywhere in it.
            None if guide.is_path_inside(at) => {
                self.note(name, |report| report.note("path"));
                return Some(withheld());
            }
            None => {}
        }
        let redacted = self.note(name, |report| redacted(text, guide, false, 0, report));
        Some(redacted.map_or_else(|| body.clone(), |text| Canonical::from_str_value(&text)))
    }
}

/// What stands in place of what can't be looked into.
fn withheld() -> Canonical {
    Canonical::from_str_value(HIDDEN)
}

/// The response that a stream amounts to; `None` where the body is no stream.
fn whole(body: &Canonical) -> Option<Canonical> {
    let text = body.as_str();
    let may_be_one = match text.as_bytes().first() {
        Some(b'"') => text.contains("data:"),
        Some(b'[') => true,
        Some(b'{') => assemble::HOLDERS.iter().any(|name| text.contains(&format!("\"{name}\":"))),
        _ => false,
    };
    if !may_be_one {
        return None;
    }
    let exchange = Exchange::new(Body::Absent, Body::from_json(text));
    match exchange.response() {
        Body::Json(response) if exchange.is_streamed() => Canonical::from_text(&response.to_string()).ok(),
        _ => None,
    }
}
