//! One attempt: composed, sent, judged, and noted in the delivery's row.

use std::borrow::Cow;

use worker::Env;

use super::{
    attempted::{Attempted, Fault},
    group::{Group, Job},
    rendered::rendered,
};
use crate::{
    core::{
        delivery::{AttemptRequest, Draft, Message},
        health::Observed,
        ledger::{Attempt, Lane, Row},
        retry::{self, Failure, Outcome, Plan, Verdict},
        subscription::Subscription,
    },
    dispatcher::send::{self, Sent},
    edge::{clock, digest, log::Line, outbound::Deadlines, random, settings::DispatcherSettings},
};

/// The signatures that a row keeps.
const SIGNATURES: [&str; 2] = ["helicone-signature", "webhook-signature"];

/// What the attempts of a batch are made with.
pub struct Sender<'a> {
    /// Where their messages waited.
    pub lane: Lane,
    /// Those of the batch.
    pub deadlines: &'a Deadlines,
    /// The settings.
    pub settings: &'a DispatcherSettings,
    /// The bindings.
    pub env: &'a Env,
}

impl Sender<'_> {
    /// Makes an attempt.
    pub async fn attempt(&self, group: &Group, job: &Job) -> Result<Attempted, Fault> {
        let gone = || "the subscription can't be read".to_owned();
        let subscriptions = group.subscriptions().ok_or_else(gone)?;
        let subscription = group.find(&subscriptions).ok_or_else(gone)?;
        let mut row = job.row();
        let found = match &job.body {
            // What was rendered under other rules may hold what these hold back.
            Some(body) if job.message.is_shaped_by(subscription.settings.fields.as_ref()) => {
                Ok((Cow::Borrowed(&job.message), Cow::Borrowed(body.as_str())))
            }
            _ => rendered(&job.message, subscription, self.settings, self.env)
                .await?
                .map(|(message, body)| (Cow::Owned(message), Cow::Owned(body))),
        };
        let (message, body) = match found {
            Ok(found) => found,
            Err(why) => {
                row.give_up(why, clock::now());
                return Ok(Attempted { row, observed: None, is_hanging: false, is_counted: false });
            }
        };
        let began = clock::now();
        let credentials = subscriptions
            .credentials(subscription, self.settings, began)
            .ok_or_else(|| "the subscription's secrets don't open under SEALING_KEY".to_owned())?;
        let mint = self.settings.mint(subscription);
        let number = row.next_number();
        let draft =
            Draft::new(&message, &body, number, &credentials.signer, &credentials.headers, &mint, began);
        let request = sign(draft).await;
        let real = clock::real();
        let Sent { outcome, reply } =
            send::send(credentials.url.as_deref(), &request, self.deadline_ms(subscription), self.deadlines)
                .await;
        let (ended, took) = (clock::now(), clock::real().saturating_sub(real));
        let verdict = self.judge(&outcome, &row, subscription, ended);
        let mut attempt = Attempt::new(number, self.lane, began, took, &outcome).with_reply(&reply);
        attempt.signatures = signatures(&request);
        log(&message, &attempt, &verdict, request.body.len());
        row.note(attempt, &verdict, ended);
        Ok(Attempted {
            row,
            observed: Observed::of(&outcome, ended),
            is_hanging: matches!(outcome, Outcome::Failed(Failure::Timeout)),
            is_counted: true,
        })
    }

    fn judge(
        &self,
        outcome: &Outcome,
        row: &Row,
        subscription: &Subscription,
        now: crate::core::time::Timestamp,
    ) -> Verdict {
        let own = subscription.settings.retry_schedule.as_deref();
        let plan = Plan::new(own.unwrap_or(&self.settings.retry_schedule));
        // Chance has a say in when it is tried again, and in nothing else.
        let jitter =
            if matches!(outcome, Outcome::Answered { status: 200..=299, .. }) { 0.0 } else { random::unit() };
        retry::decide(outcome, row.next_in_round(), &plan, jitter, now)
    }

    /// The express lane gives up early; the slow lane waits as long as the owner wants.
    fn deadline_ms(&self, subscription: &Subscription) -> u32 {
        let own = subscription.settings.timeout_ms;
        match self.lane {
            Lane::Express => own
                .map_or(self.settings.delivery_timeout_ms, |own| own.min(self.settings.delivery_timeout_ms)),
            Lane::Slow => own.unwrap_or(self.settings.slow_timeout_ms),
        }
    }
}

/// Signs where it takes least.
async fn sign(draft: Draft<'_>) -> AttemptRequest {
    let inner = digest::of_long(|| draft.inner_heads(), draft.body()).await;
    draft.signed_with(&inner)
}

fn signatures(request: &AttemptRequest) -> Vec<(String, String)> {
    request
        .headers
        .iter()
        .filter(|(name, _)| SIGNATURES.contains(&name.as_ref()))
        .map(|(name, value)| (name.to_string(), value.clone()))
        .collect()
}

fn log(message: &Message, attempt: &Attempt, verdict: &Verdict, bytes: usize) {
    let line = match verdict {
        Verdict::Delivered => Line::info("delivery.attempt").text("outcome", "delivered"),
        Verdict::RetryAfter { seconds, why } => Line::warn("delivery.attempt")
            .text("outcome", "retry")
            .text("why", why.code())
            .number("retry_in_seconds", *seconds),
        Verdict::DeadLetter(why) | Verdict::DisableEndpoint(why) => {
            Line::warn("delivery.attempt").text("outcome", "dead").text("why", why.code())
        }
    };
    let line = match attempt.status {
        Some(status) => line.number("status", status),
        None => line.maybe("failure", attempt.failure.as_deref()),
    };
    line.text("delivery", &message.id)
        .text("subscription", &message.subscription)
        .text("type", &message.event_type)
        .number("attempt", attempt.number)
        .number("ms", attempt.ms)
        .size("bytes", bytes)
        .number("since_accepted_ms", clock::now().millis().saturating_sub(message.accepted_at))
        .emit();
}
