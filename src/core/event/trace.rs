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
}

fn is_traceparent(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let [version, trace, span, flags] = parts.as_slice() else { return false };
    let hex = |part: &str, length: usize| {
        part.len() == length && part.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
    };
    let zero = |part: &str| part.bytes().all(|byte| byte == b'0');
    hex(version, 2)
        && *version != "ff"
        && hex(trace, 32)
        && !zero(trace)
        && hex(span, 16)
        && !zero(span)
        && hex(flags, 2)
}
