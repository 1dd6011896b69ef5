//! The door: `POST /webhook`.
//!
//! Reads the raw bytes, verifies them, puts them on the inbox queue, and only then says 200.

use worker::{Env, Method, Request};

use crate::{
    core::{
        answer::Received,
        envelope::ApiError,
        inbox::{INLINE_LIMIT, InboxMessage, Payload, legacy_id, stored_key},
        limits,
        signature::{Secrets, SignatureHeaders, Verified, verify},
    },
    edge::{
        body, clock,
        http::{Answer, header, ok},
        log::Line,
        queue, random,
        settings::setting,
        storage,
    },
};

/// The binding of the queue that verified deliveries wait in.
const INBOX: &str = "INBOX";

/// Takes a delivery.
pub async fn receive(request: &mut Request, env: &Env) -> Answer {
    if request.method() != Method::Post {
        return Err(ApiError::method("POST"));
    }
    let content_type = header(request, "content-type").unwrap_or_default().to_ascii_lowercase();
    if !content_type.trim_start().starts_with("application/json") {
        return Err(ApiError::new(415, "content-type: must be application/json"));
    }
    if header(request, "content-encoding").is_some() {
        return Err(ApiError::new(
            415,
            "content-encoding: is not taken here; a signature covers the bytes as they are sent",
        ));
    }
    let secrets = Secrets::parse(&setting(env, "WEBHOOK_SECRETS").unwrap_or_default()).map_err(|error| {
        Line::error("webhook.misconfigured").text("why", &error.to_string()).emit();
        ApiError::misconfigured(error.to_string())
    })?;
    let body = body::read(request, limits::DELIVERY_BODY).await?;
    let now = clock::now();
    let verified = verify(&signature_headers(request), &body, &secrets, now).map_err(|refused| {
        Line::warn("webhook.refused").text("why", refused.code()).size("bytes", body.len()).emit();
        ApiError::new(refused.status(), refused.to_string())
    })?;

    let text = String::from_utf8(body).map_err(|_| ApiError::bad_request("body: not UTF-8"))?;
    let payload =
        Payload::read(&text).map_err(|problem| ApiError::bad_request(format!("body: {problem}")))?;
    let (scheme, id) = match verified {
        Verified::Standard { id } => ("standard", id),
        Verified::Helicone => ("helicone", legacy_id(payload.request_id.as_deref(), &text)),
    };
    let event_type = header(request, "webhook-event-type").or(payload.event_type);
    let message = InboxMessage::new(id, event_type, now);
    enqueue(&message, text, env).await.map_err(|why| {
        Line::error("webhook.unavailable").text("delivery", &message.id).text("why", &why).emit();
        ApiError::unavailable("the inbox did not accept the delivery; send it again")
    })?;
    Line::info("webhook.accepted")
        .text("delivery", &message.id)
        .text("scheme", scheme)
        .maybe("type", message.event_type.as_deref())
        .emit();
    ok(200, &Received { status: "accepted", id: &message.id })
}

/// A delivery that is too large for a message goes to R2 first; the message then says where.
async fn enqueue(message: &InboxMessage, text: String, env: &Env) -> Result<(), String> {
    if text.len() <= INLINE_LIMIT {
        return queue::send(env, INBOX, &[message.encode(Some(&text))]).await;
    }
    let random = random::bytes().map_err(|error| error.message)?;
    let key = stored_key(&message.id, random);
    storage::put_object(env, &key, text.into_bytes(), "application/json").await?;
    let mut message = message.clone();
    message.stored = Some(key);
    queue::send(env, INBOX, &[message.encode(None)]).await
}

fn signature_headers(request: &Request) -> SignatureHeaders {
    SignatureHeaders {
        id: header(request, "webhook-id"),
        timestamp: header(request, "webhook-timestamp"),
        signature: header(request, "webhook-signature"),
        any_webhook_header: request
            .headers()
            .keys()
            .any(|name| name.to_ascii_lowercase().starts_with("webhook-")),
        helicone: header(request, "helicone-signature").or_else(|| header(request, "x-helicone-signature")),
    }
}
