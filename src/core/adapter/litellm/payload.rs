//! One StandardLoggingPayload as the event of its request.

use serde_json::value::RawValue;

use super::{
    besides::{Failed, Fallback, Guardrail},
    bodies,
    fields::{part, present, word},
    properties::Properties,
};
use crate::core::{
    event::{
        Event, REQUEST_COMPLETED, REQUEST_FAILED, Trace, Usage, id_text, number, object, short_text, text,
    },
    field::FieldError,
    ids,
    json::{Canonical, Fields},
    time::Timestamp,
};

/// A payload, read.
pub(super) struct Payload {
    /// What became of the request.
    pub(super) event: Event,
    /// The attempt, where it failed.
    pub(super) failed: Option<Failed>,
    /// That it stood in for another model.
    pub(super) fallback: Option<Fallback>,
    /// The guardrails that intervened.
    pub(super) guardrails: Vec<Guardrail>,
}

impl Payload {
    pub(super) fn read(raw: &RawValue, now: Timestamp) -> Result<Self, FieldError> {
        let fields = object(raw, "")?;
        let is_failed = is_failed(&fields)?;
        let metadata = part(&fields, "metadata")?;
        let hidden = part(&fields, "hidden_params")?;
        let parameters = part(&fields, "model_parameters")?;
        let error = part(&fields, "error_information")?;
        let optional = |name: &str| present(&fields, name).map(|raw| short_text(raw, name)).transpose();

        let request_id = request_id(&fields)?;
        let event_type = if is_failed { REQUEST_FAILED } else { REQUEST_COMPLETED };
        let provider = optional("custom_llm_provider")?;
        let group = optional("model_group")?;
        let asked = optional("model")?.map(|model| without_provider(model, provider.as_deref()));
        let times = Times::read(&fields)?;
        let code = word(&error, "error_code")
            .and_then(|code| code.parse::<u16>().ok())
            .filter(|code| (400..=599).contains(code));
        let id = match (is_failed, times.start) {
            // Each attempt that failed is an event of its own: a retry has the request's id as well.
            (true, Some(start)) => format!("{event_type}:{request_id}:{}", start.millis()),
            _ => ids::event_id(event_type, &request_id),
        };
        let trace_id = optional("trace_id")?;
        let properties = Properties::read(&fields, &metadata)?;
        let event = Event {
            id: ids::bounded(id),
            event_type: event_type.to_owned(),
            created_at: times.start.unwrap_or(now),
            user_id: user(&fields, &metadata, &parameters)?,
            properties_json: properties.json()?,
            properties: properties.into_texts(),
            model: served(&fields, group.as_deref()).or_else(|| asked.clone()),
            provider,
            status: Some(match code {
                Some(code) if is_failed => number_json(f64::from(code)),
                _ => Canonical::from_str_value(if is_failed { "failure" } else { "success" }),
            }),
            usage: usage(&fields, &metadata)?,
            cost: cost(&fields, &hidden, is_failed)?,
            priced: None,
            latency_ms: times.latency_ms,
            trace: Trace { trace_id: trace_id.clone(), ..Trace::default() },
            request: bodies::request(&fields, group.as_deref().or(asked.as_deref()), &parameters)?,
            response: bodies::response(&fields, &error)?,
            data: None,
            extra: extra(&fields, &times, &request_id),
            request_id: request_id.clone(),
        };
        let model = group.or(asked);
        Ok(Self {
            failed: is_failed.then(|| Failed {
                request_id,
                trace_id: trace_id.clone(),
                model: model.clone(),
                code,
                class: word(&error, "error_class"),
            }),
            fallback: (!is_failed).then(|| Fallback::read(&hidden, model)).flatten(),
            guardrails: Guardrail::read_all(present(&fields, "guardrail_information"), is_failed),
            event,
        })
    }
}

fn is_failed(fields: &Fields<'_>) -> Result<bool, FieldError> {
    match word(fields, "status").as_deref() {
        Some("success") => Ok(false),
        Some("failure") => Ok(true),
        _ => Err(FieldError::new(
            "status",
            "must be success or failure, as in LiteLLM's StandardLoggingPayload (generic_api_use_v1 has none)",
        )),
    }
}

/// LiteLLM's own id of the call, which its client is told in `x-litellm-call-id` and which stays the same over fallbacks; the id
/// of the response where there is none.
fn request_id(fields: &Fields<'_>) -> Result<String, FieldError> {
    let id = ["litellm_call_id", "id"].into_iter().find_map(|name| Some((name, present(fields, name)?)));
    match id {
        Some((name, raw)) => id_text(raw, name),
        None => Err(FieldError::new("litellm_call_id", "is required where there is no id")),
    }
}

/// `gpt-4o` of `openai/gpt-4o`.
fn without_provider(model: String, provider: Option<&str>) -> String {
    let own = provider.and_then(|provider| model.strip_prefix(provider)?.strip_prefix('/'));
    own.map(str::to_owned).unwrap_or(model)
}

/// The model that the response names. Behind a proxy that may be the name of the group that was asked for, which is none.
fn served(fields: &Fields<'_>, group: Option<&str>) -> Option<String> {
    let response = fields.get("response").filter(|raw| raw.get().starts_with('{'))?;
    let response: Fields<'_> = serde_json::from_str(response.get()).ok()?;
    let model = short_text(present(&response, "model")?, "response.model").ok()?;
    (Some(model.as_str()) != group).then_some(model)
}

/// The end user: as LiteLLM tells it, else as the caller named it in the request.
fn user(
    fields: &Fields<'_>,
    metadata: &Fields<'_>,
    parameters: &Fields<'_>,
) -> Result<Option<String>, FieldError> {
    let places = [
        (fields, "end_user", "end_user"),
        (metadata, "user_api_key_end_user_id", "metadata.user_api_key_end_user_id"),
        (parameters, "user", "model_parameters.user"),
    ];
    let found = places.into_iter().find_map(|(fields, name, path)| Some((present(fields, name)?, path)));
    found.map(|(raw, path)| short_text(raw, path)).transpose()
}

/// The counts with their details; of a request that has none LiteLLM writes zeros, and those are not passed on.
fn usage(fields: &Fields<'_>, metadata: &Fields<'_>) -> Result<Usage, FieldError> {
    const PATH: &str = "metadata.usage_object";
    let of = |raw: &RawValue, path: &str| {
        Usage::read(raw).map_err(|error| FieldError { path: error.path.replacen("usage", path, 1), ..error })
    };
    if let Some(raw) = present(metadata, "usage_object") {
        let usage = of(raw, PATH)?;
        if usage.prompt.is_some() || usage.completion.is_some() || usage.total.is_some() {
            return Ok(usage);
        }
    }
    let mut counts = Vec::new();
    for name in ["prompt_tokens", "completion_tokens", "total_tokens"] {
        if let Some(raw) = present(fields, name) {
            counts.push((name, number(raw, name)?, raw.get()));
        }
    }
    if counts.iter().all(|(_, count, _)| *count == 0.0) {
        return Ok(Usage::default());
    }
    let text = counts.iter().map(|(name, _, raw)| format!("\"{name}\":{raw}")).collect::<Vec<_>>().join(",");
    match RawValue::from_string(format!("{{{text}}}")) {
        Ok(raw) => Usage::read(&raw)
            .map_err(|error| FieldError { path: error.path.replacen("usage.", "", 1), ..error }),
        Err(_) => Ok(Usage::default()),
    }
}

/// What the request cost in US dollars. LiteLLM writes 0 for a model whose price it does not know as well; only
/// `hidden_params.response_cost` tells these zeros from those of what was free, or came from a cache.
fn cost(fields: &Fields<'_>, hidden: &Fields<'_>, is_failed: bool) -> Result<Option<f64>, FieldError> {
    let Some(raw) = present(fields, "response_cost") else { return Ok(None) };
    let cost = number(raw, "response_cost")?;
    if cost < 0.0 {
        return Err(FieldError::new("response_cost", "must be a number of US dollars, 0 or more"));
    }
    let is_known = !is_failed && (is_cached(fields) || present(hidden, "response_cost").is_some());
    Ok((cost > 0.0 || is_known).then_some(cost))
}

fn is_cached(fields: &Fields<'_>) -> bool {
    fields.get("cache_hit").is_some_and(|hit| hit.get() == "true")
}

/// When it began and how long it took.
struct Times {
    start: Option<Timestamp>,
    latency_ms: Option<f64>,
    first_token_ms: Option<f64>,
}

impl Times {
    fn read(fields: &Fields<'_>) -> Result<Self, FieldError> {
        let seconds = |name: &str| present(fields, name).map(|raw| number(raw, name)).transpose();
        let (start, end) = (seconds("startTime")?, seconds("endTime")?);
        let first = seconds("completionStartTime")?;
        let is_stream = fields.get("stream").is_some_and(|stream| stream.get() == "true");
        Ok(Self {
            start: start
                .map(|seconds| {
                    let rule = "must be seconds since 1970";
                    Timestamp::from_number(seconds).ok_or_else(|| FieldError::new("startTime", rule))
                })
                .transpose()?,
            latency_ms: start.zip(end).and_then(between),
            // What was not streamed came at once.
            first_token_ms: start.zip(first).filter(|_| is_stream).and_then(between),
        })
    }
}

/// Milliseconds between two moments in seconds, to the microsecond: a double of the present time holds no more.
fn between((from, to): (f64, f64)) -> Option<f64> {
    let millis = ((to - from) * 1e6).round() / 1e3;
    (millis.is_finite() && millis >= 0.0).then_some(millis)
}

/// What else may be worth knowing, under names that say what it is.
fn extra(fields: &Fields<'_>, times: &Times, request_id: &str) -> Vec<(String, Canonical)> {
    let mut extra = Vec::new();
    let mut say = |name: &str, value: Option<Canonical>| {
        extra.extend(value.map(|value| (name.to_owned(), value)));
    };
    let told = |name: &str| {
        present(fields, name)
            .and_then(|raw| text(raw, name).ok())
            .map(|text| Canonical::from_str_value(&text))
    };
    say("api_base", told("api_base"));
    say("response_id", told("id").filter(|id| id.string_value().as_deref() != Some(request_id)));
    say("cached", is_cached(fields).then(|| Canonical::from_text("true").ok()).flatten());
    say("time_to_first_token_ms", times.first_token_ms.map(number_json));
    extra
}

pub(super) fn number_json(number: f64) -> Canonical {
    Canonical::from_text(&number.to_string()).unwrap_or_else(|_| Canonical::from_str_value(""))
}
