//! The parts of the form that most leave as they are: what is sent, and how.

use maud::{Markup, html};

use super::{
    draft::{Draft, NO_RETRIES},
    filled::{FormPage, lines, rows},
};
use crate::{
    console::parts::{
        code,
        fields::{Field, problem},
    },
    core::{api_version::ApiVersion, signature::SignatureScheme, subscription::bounds},
};

const RULES: &str = r#"{
  "exclude": ["request_body", "properties.secret"],
  "bodies": "truncated",
  "redact": {"detectors": ["email", "card"]},
  "hashUserId": true
}"#;

/// What is sent.
pub fn content(page: &FormPage) -> Markup {
    let (draft, usual) = (&page.draft, Draft::default());
    let names = ["includeData", "format", "contentMode", "oversize", "fields", "apiVersion"];
    let is_usual = draft.include_data
        && draft.format == usual.format
        && draft.oversize == usual.oversize
        && draft.fields.is_empty()
        && draft.api_version == usual.api_version;
    let versions: Vec<(&str, &str)> =
        ApiVersion::ALL.iter().rev().map(|version| (version.name(), version.name())).collect();
    html! {
        details.more open[!is_usual || page.errors.any(&names)] {
            summary { "What is sent" }
            fieldset {
                legend.visually-hidden { "What is sent" }
                (page.field("format", "Types other than request.* have no flat body, and are then sent as standard.").select(&[
                    ("helicone", "helicone: a flat body"),
                    ("standard", "standard: type, timestamp and data (Standard Webhooks)"),
                    ("cloudevents", "cloudevents: CloudEvents 1.0"),
                ], &draft.format))
                (page.field("contentMode", "Where the attributes stand, where the format is cloudevents.").select(&[
                    ("structured", "structured: in the body"),
                    ("binary", "binary: in headers, which no signature covers"),
                ], &draft.content_mode))
                (Field { label: "Send model, provider, metadata and the URL of the full exchange", ..page.field("includeData", "") }.tick(draft.include_data))
                (page.field("oversize", "What becomes of request and response bodies over 10 KB.").select(&[
                    ("truncate", "truncate: cut, and said so in a header"),
                    ("marker", "marker: a sentence in their place"),
                ], &draft.oversize))
                (page.field("apiVersion", "What a body looks like is dated; within a version nothing is taken away.").select(&versions, &draft.api_version))
                (page.field("fields", "What of an event leaves, as JSON: include or exclude paths, redact what is found. Empty for all of it.")
                    .area(&draft.fields, lines(&draft.fields)))
                details {
                    summary { "An example" }
                    (code::block("fields-example", RULES))
                }
            }
        }
    }
}

/// How it is sent.
pub fn sending(page: &FormPage) -> Markup {
    let (draft, usual) = (&page.draft, Draft::default());
    let names = ["signatures", "headers", "timeoutMs", "rateLimit", "handshake", "retrySchedule"];
    let headers = page.before.as_ref().map(|before| before.headers.as_slice()).unwrap_or_default();
    let is_usual = draft.signatures == usual.signatures
        && draft.headers.is_empty()
        && draft.timeout_ms.is_empty()
        && draft.rate_limit.is_empty()
        && !draft.handshake
        && draft.retry_schedule.is_empty();
    let schedule = format!(
        "Delays before the retries in seconds, such as 5, 300, 1800; {NO_RETRIES} for no retries. Empty for the deployment's."
    );
    let (least, most) = (bounds::TIMEOUT_MS.start(), bounds::TIMEOUT_MS.end());
    let timeout =
        format!("Milliseconds that one attempt may take, {least} to {most}. Empty for the deployment's.");
    let (least, most) = (bounds::RATE_LIMIT.start(), bounds::RATE_LIMIT.end());
    let rate = format!("Attempts in a second at most, {least} to {most}. Empty for as many as come.");
    html! {
        details.more open[!is_usual || page.errors.any(&names)] {
            summary { "How it is sent" }
            fieldset {
                legend.visually-hidden { "How it is sent" }
                (signatures(page))
                (headers_of(page, headers))
                (page.field("timeoutMs", &timeout).input("number", &draft.timeout_ms, false))
                (page.field("rateLimit", &rate).input("number", &draft.rate_limit, false))
                (Field { label: "Ask the endpoint first whether it wants deliveries (CloudEvents' handshake)", ..page.field("handshake", "") }.tick(draft.handshake))
                (page.field("retrySchedule", &schedule).input("text", &draft.retry_schedule, false))
            }
        }
    }
}

fn signatures(page: &FormPage) -> Markup {
    html! {
        div.field id="signatures" role="group" aria-labelledby="signatures-label" aria-describedby="signatures-error" {
            span.label id="signatures-label" { "Signatures" }
            @for scheme in SignatureScheme::ALL {
                @let (name, id) = (scheme.name(), format!("signature-{}", scheme.name()));
                div.field.tick {
                    input id=(id) name="signature" type="checkbox" value=(name) checked[page.draft.signatures.iter().any(|one| one == name)];
                    label for=(id) { code { (name) } " " span.muted { (said_of(scheme)) } }
                }
            }
            (problem("signatures", page.errors.at("signatures")))
        }
    }
}

fn said_of(scheme: SignatureScheme) -> &'static str {
    match scheme {
        SignatureScheme::Helicone => "Helicone-Signature: hex HMAC-SHA256 of the body",
        SignatureScheme::V1 => "Standard Webhooks: HMAC-SHA256 of id, time and body",
        SignatureScheme::V1a => "Standard Webhooks: Ed25519 of the same, verified with a public key",
    }
}

fn headers_of(page: &FormPage, there: &[String]) -> Markup {
    html! {
        div.field id="headers" role="group" aria-labelledby="headers-label" aria-describedby="headers-hint headers-error" {
            span.label id="headers-label" { "Headers" }
            p.hint id="headers-hint" { "Sent with each delivery: an API key that the endpoint wants, say. Values are kept encrypted and never shown." }
            @for (at, name) in there.iter().enumerate() {
                @let id = format!("remove-header-{at}");
                div.field.tick {
                    input id=(id) name="removeHeader" type="checkbox" value=(name) checked[page.draft.removed_headers.contains(name)];
                    label for=(id) { "Remove " code { (name) } }
                }
            }
            (rows(("Header", "Value"), ("headerName", "headerValue"), &page.draft.headers, page.spare))
            (problem("headers", page.errors.at("headers")))
            div { button.small type="submit" name="do" value="rows" { "More rows" } }
        }
    }
}
