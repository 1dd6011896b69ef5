//! The door: `POST /webhook`, and `OPTIONS` for those that ask first.
//!
//! Turns away at the cheapest sign, reads the raw bytes, verifies them, puts them on the inbox queue, and only then says 200.

use std::pin::pin;

use futures_util::future::{Either, select};
use worker::{
    Context, Env,
    web_sys::{Request, Response},
};

use super::{
    door::{handshake, memo, rate, refusals},
    enqueue::enqueue,
    settings::{self, ReceiverSettings},
};
use crate::{
    core::{
        answer::Received,
        envelope::ApiError,
        inbox::{InboxMessage, Origin, PayloadHead, legacy_id},
        signature::{Claim, Refused, Secrets, SignatureHeaders, Verified},
        time::Timestamp,
    },
    edge::{
        clock, digest,
        log::Line,
        raw::{self, Headers, ok},
    },
};

/// What a delivery may be of.
const TYPES: [&str; 2] = ["application/json", "application/cloudevents+json"];

/// Takes a delivery.
pub async fn receive(request: &Request, env: &Env, context: &Context) -> Result<Response, ApiError> {
    let answer = take(request, env).await;
    refusals::hand_on(env, context);
    answer
}

async fn take(request: &Request, env: &Env) -> Result<Response, ApiError> {
    let settings = match request.method().as_str() {
        "POST" => settings::read(env)?,
        "OPTIONS" => return handshake::answer(request, &settings::read(env)?.allowance, env).await,
        _ if settings::read(env)?.allowance.is_none() => return Err(ApiError::method("POST")),
        _ => return Err(ApiError::method("POST, OPTIONS")),
    };
    let secrets = settings.secrets.as_ref().map_err(|error| {
        Line::error("webhook.misconfigured").text("why", error).emit();
        ApiError::misconfigured(error)
    })?;
    let headers = Headers::of(request);
    rate::check(headers.get("cf-connecting-ip").unwrap_or_default(), env).await?;
    let body = read_body(request, &headers, &settings).await?;
    let now = clock::now();
    let verified = check(&signature_headers(&headers), &body, secrets, now).await.map_err(|refused| {
        refusals::note(refused.code());
        Line::warn("webhook.refused").text("why", refused.code()).size("bytes", body.len()).emit();
        ApiError::new(refused.status(), refused.to_string())
    })?;

    let text = String::from_utf8(body).map_err(|_| ApiError::bad_request("body: not UTF-8"))?;
    let payload =
        PayloadHead::read(&text).map_err(|problem| ApiError::bad_request(format!("body: {problem}")))?;
    let (origin, scheme, id) = match verified {
        Verified::Standard { id } => (Origin::Standard, "standard", id),
        Verified::Helicone => (Origin::Helicone, "helicone", legacy_id(payload.request_id.as_deref(), &text)),
    };
    if memo::is_known(&id) {
        Line::info("webhook.duplicate").text("delivery", &id).emit();
        return ok(&Received { status: "duplicate", id: &id });
    }
    // What the body says is signed; the header is not.
    let event_type = payload.event_type.or_else(|| headers.get("webhook-event-type").map(str::to_owned));
    let message = InboxMessage::new(id, event_type, payload.request_id.as_deref(), origin, now);
    enqueue(&message, text, env).await.map_err(|why| {
        Line::error("webhook.unavailable").text("delivery", &message.id).text("why", &why).emit();
        ApiError::unavailable("the inbox did not accept the delivery; send it again")
    })?;
    memo::remember(&message.id);
    Line::info("webhook.accepted")
        .text("delivery", &message.id)
        .text("scheme", scheme)
        .maybe("type", message.event_type.as_deref())
        .emit();
    ok(&Received { status: "accepted", id: &message.id })
}

/// Verifies a delivery, with what it takes hashed where that takes least.
async fn check(
    headers: &SignatureHeaders,
    body: &[u8],
    secrets: &Secrets,
    now: Timestamp,
) -> Result<Verified, Refused> {
    let claim = Claim::of(headers, secrets, now)?;
    let inner = digest::of_long(|| claim.inner_heads(), body).await;
    claim.verify_with(&inner, body)
}

/// The raw bytes, if they are a delivery's by their headers, and come in time.
async fn read_body(
    request: &Request,
    headers: &Headers,
    settings: &ReceiverSettings,
) -> Result<Vec<u8>, ApiError> {
    let content_type = headers.get("content-type").unwrap_or_default();
    let essence = content_type.split(';').next().unwrap_or_default().trim();
    if !TYPES.iter().any(|taken| essence.eq_ignore_ascii_case(taken)) {
        return Err(ApiError::new(415, format!("content-type: must be {}", TYPES.join(" or "))));
    }
    let encoding = headers.get("content-encoding").unwrap_or_default();
    if !matches!(encoding.trim(), "" | "identity") {
        return Err(ApiError::new(
            415,
            "content-encoding: is not taken here; a signature covers the bytes as they are sent",
        ));
    }
    let read = pin!(raw::body(request, headers, settings.max_bytes));
    match select(read, pin!(clock::sleep(settings.upload_ms))).await {
        Either::Left((body, _)) => body,
        Either::Right(((), _)) => Err(ApiError::new(408, "the body did not arrive in time")),
    }
}

fn signature_headers(headers: &Headers) -> SignatureHeaders {
    let one = |name: &str| headers.get(name).map(str::to_owned);
    SignatureHeaders {
        id: one("webhook-id"),
        timestamp: one("webhook-timestamp"),
        signature: one("webhook-signature"),
        any_webhook_header: headers.any_begins("webhook-"),
        helicone: one("helicone-signature").or_else(|| one("x-helicone-signature")),
    }
}
