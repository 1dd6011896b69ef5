//! W3C trace context (<https://www.w3.org/TR/trace-context/>), passed on so that a delivery joins the request's trace.

/// What is known of the trace that the LLM request belongs to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trace {
    /// The gateway's trace id.
    pub trace_id: Option<String>,
    /// The gateway's span id.
    pub span_id: Option<String>,
    /// The `traceparent` header that the gateway saw.
    pub traceparent: Option<String>,
}

impl Trace {
    /// The `traceparent` to send: the one that came, else one made of the ids where they have the W3C form.
    pub fn header(&self) -> Option<String> {
        if let Some(given) = self.traceparent.as_deref().filter(|text| is_traceparent(text)) {
            return Some(given.to_owned());
        }
        let made = format!("00-{}-{}-01", self.trace_id.as_deref()?, self.span_id.as_deref()?);
        is_traceparent(&made).then_some(made)
    }

    /// The trace's id and, where it is known, the gateway's span in it: of the `traceparent` that came, else of the ids where
    /// they have the W3C form.
    pub fn ids(&self) -> Option<(&str, Option<&str>)> {
        if let Some((trace, span)) = self.traceparent.as_deref().and_then(parts) {
            return Some((trace, Some(span)));
        }
        let trace = self.trace_id.as_deref().filter(|id| is_id(id, 32))?;
        Some((trace, self.span_id.as_deref().filter(|id| is_id(id, 16))))
    }
}

fn is_traceparent(text: &str) -> bool {
    parts(text).is_some()
}

/// The ids in a `traceparent`: of the trace and of the span.
fn parts(text: &str) -> Option<(&str, &str)> {
    let parts: Vec<&str> = text.split('-').collect();
    let [version, trace, span, flags] = parts.as_slice() else { return None };
    let is_one =
        is_hex(version, 2) && *version != "ff" && is_id(trace, 32) && is_id(span, 16) && is_hex(flags, 2);
    is_one.then_some((trace, span))
}

fn is_id(text: &str, length: usize) -> bool {
    is_hex(text, length) && text.bytes().any(|byte| byte != b'0')
}

fn is_hex(text: &str, length: usize) -> bool {
    text.len() == length && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}
