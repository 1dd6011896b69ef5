//! A test delivery to the receiver, and what the receiver makes of it.

use std::{
    thread,
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use super::{Deployment, Doctor, report::Report};
use crate::cli::{
    client::{Client, segment},
    config::Config,
    exit::{Exit, Failure},
};

const INTERVAL: Duration = Duration::from_millis(250);
const NAME: &str = "round trip";

/// Makes one, where there are both ends of it.
pub(super) fn make(
    doctor: &Doctor,
    deployment: &Deployment,
    config: &Config,
    client: &Client,
    report: &mut Report<'_, '_>,
) -> Result<(), Failure> {
    if !deployment.has_dispatcher {
        return report
            .skipped(NAME, "no dispatcher here: give its address as --url, and this one as --receiver");
    }
    let receiver = match &doctor.receiver {
        Some(url) => url.trim_end_matches('/').to_owned(),
        None if deployment.has_receiver => config.url.clone(),
        None => return report.skipped(NAME, "no receiver here: --receiver says where it is"),
    };
    let secrets = doctor.secrets.or(config);
    let Some(secret) = secrets.iter().find(|secret| secret.text.starts_with("whsec_")) else {
        return report
            .skipped(NAME, "needs a secret of the receiver's, whsec_…: --secret or HELIOGRAPH_SECRETS");
    };
    let fields = json!({
        "destination": format!("{receiver}/webhook"),
        "description": "heliograph doctor",
        // Nothing but the test is for it.
        "status": "paused",
        "signing_secret": secret.text,
    });
    let webhook = match client.post("/v1/webhooks", &fields) {
        Ok(webhook) => webhook,
        Err(failure) => return report.bad(NAME, &format!("no webhook can be created: {failure}")),
    };
    let id = webhook.get("id").and_then(Value::as_str).unwrap_or_default();
    let path = format!("/v1/webhooks/{}", segment(id));
    let delivered = deliver(client, &path, report);
    let deleted = client.call("DELETE", &path, None);
    let delivery = delivered?;
    if let Err(failure) = deleted {
        report.bad(NAME, &format!("webhook {id} was made for this and can't be deleted: {failure}"))?;
    }
    let Some(delivery) = delivery else { return Ok(()) };
    let inbox = match (&doctor.receiver, &doctor.receiver_key) {
        (None, None) => client,
        (_, key) => &Client::at(&receiver, key.clone().or_else(|| config.key.clone())),
    };
    handled(inbox, &delivery, Duration::from_secs(doctor.wait), report)
}

/// The test delivery: its id, where it was acknowledged.
fn deliver(client: &Client, path: &str, report: &mut Report<'_, '_>) -> Result<Option<String>, Failure> {
    let check = format!("{NAME}: delivered");
    let tested = match client.post(&format!("{path}/test"), &json!({})) {
        Ok(tested) => tested,
        Err(failure) => return report.bad(&check, &failure.to_string()).map(|()| None),
    };
    let text = |name: &str| tested.get(name).and_then(Value::as_str).unwrap_or_default();
    let status = tested.get("status").and_then(Value::as_u64);
    if tested.get("success") == Some(&Value::Bool(true)) {
        let ms = tested.get("latencyMs").and_then(Value::as_u64).unwrap_or_default();
        report.good(&check, &format!("signed, verified and acknowledged in {ms} ms"))?;
        return Ok(Some(text("deliveryId").to_owned()));
    }
    let said = match status {
        Some(401) => "the receiver refuses the signature: its WEBHOOK_SECRETS lack the secret that was given"
            .to_owned(),
        _ => format!("{}. {}", text("message"), text("advice")),
    };
    report.bad(&check, &said).map(|()| None)
}

/// Waits until the receiver's handlers are through with it.
fn handled(
    inbox: &Client,
    delivery: &str,
    patience: Duration,
    report: &mut Report<'_, '_>,
) -> Result<(), Failure> {
    let check = format!("{NAME}: handled");
    let began = Instant::now();
    let mut last = "it is not in the inbox".to_owned();
    while began.elapsed() < patience {
        match inbox.get(&format!("/v1/inbox/{}", segment(delivery))) {
            Ok(entry) => {
                let state = entry.get("state").and_then(Value::as_str).unwrap_or_default();
                last = handlers(&entry);
                match state {
                    "done" => return report.good(&check, &last),
                    "dead" => return report.bad(&check, &last),
                    _ => {}
                }
            }
            Err(failure) if failure.exit == Exit::NotFound => {}
            Err(failure) if failure.exit == Exit::Forbidden => {
                return report
                    .skipped(&check, &format!("{failure}: --receiver-key opens the receiver's API"));
            }
            Err(failure) => last = failure.to_string(),
        }
        thread::sleep(INTERVAL);
    }
    report.bad(&check, &format!("not in {} s: {last}", patience.as_secs()))
}

/// How far each handler is, and why not further.
fn handlers(entry: &Value) -> String {
    let all = entry.get("handlers").and_then(Value::as_object).into_iter().flatten();
    let told: Vec<String> = all
        .map(|(name, handler)| {
            let text = |name: &str| handler.get(name).and_then(Value::as_str);
            let state = text("state").unwrap_or_default();
            match text("reason") {
                Some(reason) => format!("{name} {state} ({reason})"),
                None => format!("{name} {state}"),
            }
        })
        .collect();
    let reason = entry.get("reason").and_then(Value::as_str);
    match (reason, told.is_empty()) {
        (Some(reason), _) => reason.to_owned(),
        (None, true) => "no handler is on".to_owned(),
        (None, false) => told.join(", "),
    }
}
