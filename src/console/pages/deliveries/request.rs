//! What an attempt sent: shown when it is asked for, since it may hold what was asked and answered.

use maud::{Markup, html};

use crate::console::{
    frame::{Page, Place},
    models::delivery::AttemptRequest,
    parts::{code, number::bytes},
};

/// As a page, for whoever has no script.
pub fn page(id: &str, request: &AttemptRequest) -> Page {
    let content = html! {
        p { a href={ "/console/deliveries/" (id) } { "Back to the delivery" } }
        (part(request))
    };
    Page::new(Place::Deliveries, format!("Attempt {} as it was sent", request.attempt), content)
}

/// Within the delivery's page.
pub fn part(request: &AttemptRequest) -> Markup {
    html! {
        section aria-labelledby="sent" {
            h2 id="sent" { "Attempt " (request.attempt) ", headers and body" }
            @match request.is_exact {
                true => p.notice.good { "Its signature fits: these are the bytes that were sent." },
                false => p.notice.warning { "The subscription or its keys were changed since: the bytes that were sent may have been others." },
            }
            div.wide tabindex="0" role="region" aria-label="Headers" {
                table.headers {
                    caption { code { (request.method) " " (request.url) } }
                    thead { tr { th scope="col" { "Header" } th scope="col" { "Value" } } }
                    tbody {
                        @for header in &request.headers {
                            tr {
                                th scope="row" { code { (header.name) } }
                                td { @match &header.value {
                                    Some(value) => code { (value) },
                                    None => span.muted { "yours, and secret" },
                                } }
                            }
                        }
                    }
                }
            }
            h3 { "Body, " (bytes(request.body.len() as u64)) }
            (code::block("body", &request.body))
            details {
                summary { "The same as a call of curl" }
                p.hint { "A receiver that looks at the timestamp refuses it five minutes after the attempt." }
                (code::block("curl", &curl(request)))
            }
        }
    }
}

/// A command for a shell that sends the same. What is secret is left to variables.
pub fn curl(request: &AttemptRequest) -> String {
    let mut text = format!("curl -X {} {}", request.method, quoted(&request.url));
    for header in &request.headers {
        text.push_str(" \\\n  -H ");
        match &header.value {
            Some(value) => text.push_str(&quoted(&format!("{}: {value}", header.name))),
            None => text.push_str(&format!(
                "{}\"${}\"",
                quoted(&format!("{}: ", header.name)),
                variable(&header.name)
            )),
        }
    }
    text.push_str(" \\\n  --data-raw ");
    text.push_str(&quoted(&request.body));
    text
}

/// In single quotes, in which a shell takes everything as it is but themselves.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}

fn variable(header: &str) -> String {
    header
        .chars()
        .map(|one| if one.is_ascii_alphanumeric() { one.to_ascii_uppercase() } else { '_' })
        .collect()
}
