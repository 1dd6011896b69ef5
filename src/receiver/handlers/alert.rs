//! Tells people: by a webhook that Slack and its like understand, by one of one's own, and by e-mail. Each way is a handler by
//! itself, so that one that fails does not make the others say everything twice. Of alerts about one thing, one is told in each
//! window.

use async_trait::async_trait;
use serde_json::json;
use worker::{SendEmailBuilder, Url};

use crate::{
    core::{
        alert::{Alert, DEFAULT_EVENTS, parse_events},
        event::EventTypePattern,
        signature::StandardKey,
    },
    edge::settings::{number, setting},
    receiver::{
        call,
        delivery::Delivery,
        handler::{Context, Failure, Handler, Kind},
        insights::{client, command::Command},
    },
};

const DEFAULT_WINDOW_SECONDS: i64 = 300;

/// The binding that sends e-mail.
const EMAIL: &str = "ALERT_EMAIL";

struct Teller {
    way: &'static str,
    by: By,
    events: Vec<EventTypePattern>,
    window_seconds: i64,
}

enum By {
    Slack(Url),
    Webhook(Url, Option<Box<StandardKey>>),
    Email { from: String, to: Vec<String> },
}

/// Sets up `alert.slack`.
pub fn slack(context: &Context<'_>) -> Result<Kind, String> {
    let url = call::url_setting(context.env, "ALERT_SLACK_URL")?;
    teller(context, "slack", By::Slack(url.ok_or("ALERT_SLACK_URL: is not set")?))
}

/// Sets up `alert.webhook`.
pub fn webhook(context: &Context<'_>) -> Result<Kind, String> {
    let url = call::url_setting(context.env, "ALERT_URL")?.ok_or("ALERT_URL: is not set")?;
    let key = call::key_setting(context.env, "ALERT_SECRET")?.map(Box::new);
    teller(context, "webhook", By::Webhook(url, key))
}

/// Sets up `alert.email`.
pub fn email(context: &Context<'_>) -> Result<Kind, String> {
    let needed = |name: &str| setting(context.env, name).ok_or_else(|| format!("{name}: is not set"));
    let (from, to) = (needed("ALERT_EMAIL_FROM")?, needed("ALERT_EMAIL_TO")?);
    let to = to.split(',').map(|to| to.trim().to_owned()).filter(|to| !to.is_empty()).collect();
    teller(context, "email", By::Email { from, to })
}

fn teller(context: &Context<'_>, way: &'static str, by: By) -> Result<Kind, String> {
    let events = setting(context.env, "ALERT_EVENTS").unwrap_or_else(|| DEFAULT_EVENTS.to_owned());
    let events = parse_events(&events)
        .ok_or("ALERT_EVENTS: must be event types such as guardrail.*, with commas between")?;
    let window = number(context.env, "ALERT_WINDOW_SECONDS", DEFAULT_WINDOW_SECONDS);
    let window_seconds = window.map_err(|error| error.message)?.max(1);
    Ok(Kind::Each(Box::new(Teller { way, by, events, window_seconds })))
}

#[async_trait(?Send)]
impl Handler for Teller {
    async fn handle(&self, delivery: &Delivery, context: &Context<'_>) -> Result<(), Failure> {
        if !self.events.iter().any(|pattern| pattern.matches(&delivery.event_type)) {
            return Ok(());
        }
        let alert = Alert::of(&delivery.event_type, &delivery.body);
        let command = Command::Once {
            subject: format!("{}|{}", self.way, alert.subject),
            by: delivery.id.clone(),
            at: delivery.received_at.millis(),
            window_seconds: self.window_seconds,
        };
        let is_first: bool = client::call(context.env, &command).await.map_err(|error| {
            Failure::later(format!("the insights did not say what was told: {}", error.message))
        })?;
        if is_first { self.tell(&alert, delivery, context).await } else { Ok(()) }
    }
}

impl Teller {
    async fn tell(&self, alert: &Alert, delivery: &Delivery, context: &Context<'_>) -> Result<(), Failure> {
        const WHAT: &str = "where alerts go to";
        match &self.by {
            By::Slack(url) => {
                let body = json!({"text": alert.slack()}).to_string();
                call::post_json(WHAT, url, &[], body.as_bytes()).await.map(|_| ())
            }
            By::Webhook(url, key) => {
                let body = json!({
                    "type": "alert",
                    "timestamp": delivery.received_at.to_string(),
                    "data": {
                        "event_type": delivery.event_type,
                        "delivery_id": delivery.id,
                        "subject": alert.subject,
                        "text": alert.text(),
                    },
                });
                let body = body.to_string();
                let id = format!("alert_{}", delivery.id);
                let headers = match key {
                    Some(key) => call::signature_headers(key, &id, body.as_bytes()),
                    None => vec![("webhook-id".into(), id)],
                };
                call::post_json(WHAT, url, &headers, body.as_bytes()).await.map(|_| ())
            }
            By::Email { from, to } => {
                let message =
                    SendEmailBuilder::new_with_str_and_slice(from, to, &format!("Alert: {}", alert.title));
                message.set_text(&alert.text());
                let binding = context.env.send_email(EMAIL);
                let binding = binding.map_err(|_| Failure::later("the binding ALERT_EMAIL is missing"))?;
                let sent = binding.send_with_builder(&message).await;
                sent.map(|_| ()).map_err(|_| Failure::later("the e-mail was not taken"))
            }
        }
    }
}
