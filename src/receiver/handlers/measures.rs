//! What `spend`, `latency`, `tokens` and `usage` count. They are handlers by themselves, so that each is switched on and
//! recorded apart, and observe all of a batch in one call.

use crate::{
    core::{
        event,
        inbox::Origin,
        insights::{Measure, Nanos, Observation},
    },
    edge::{clock, random},
    receiver::{
        delivery::Delivery,
        handler::{Context, Failure},
        insights::{
            client,
            command::{Batch, Command, Observed},
        },
    },
};

/// Counts what is due of these deliveries. An observation that comes a second time counts nothing.
pub async fn observe(work: &[(&Delivery, Vec<Measure>)], context: &Context<'_>) -> Result<(), Failure> {
    let observations: Vec<Observation> =
        work.iter().filter_map(|(delivery, measures)| observation(delivery, measures)).collect();
    if observations.is_empty() {
        return Ok(());
    }
    let mark = random::bytes::<8>().map_err(|error| Failure::later(error.message))?;
    let batch =
        Batch { mark: hex::encode(mark), now: clock::now().millis(), observations, counters: Vec::new() };
    let observed = client::call::<Observed>(context.env, &Command::Observe(batch)).await;
    observed.map(|_| ()).map_err(|error| Failure::later(error.message))
}

/// What a delivery tells of its request; `None` where it is about something else.
fn observation(delivery: &Delivery, measures: &[Measure]) -> Option<Observation> {
    let (payload, metadata) = (&delivery.payload, &delivery.payload.metadata);
    let is_request = event::is_request(&delivery.event_type) && delivery.origin != Origin::Own;
    if !is_request || payload.is_rehearsal() {
        return None;
    }
    let (mut prompt, mut completion, mut cached) = (metadata.prompt_tokens, metadata.completion_tokens, None);
    if measures.contains(&Measure::Tokens) || measures.contains(&Measure::Usage) {
        let counted = delivery.exchange().usage();
        prompt = prompt.or(counted.prompt);
        completion = completion.or(counted.completion);
        cached = counted.cache_read;
    }
    Some(Observation {
        delivery_id: delivery.id.clone(),
        at: metadata.at.unwrap_or(delivery.received_at).millis(),
        model: payload.model.clone(),
        provider: payload.provider.clone(),
        user: payload.user_id.clone(),
        cost: payload.cost.and_then(Nanos::of_dollars),
        prompt_tokens: prompt,
        completion_tokens: completion,
        cached_tokens: cached,
        latency_ms: metadata.latency_ms,
        properties: metadata.properties.clone(),
        failed: delivery.event_type == event::REQUEST_FAILED
            || metadata.status.is_some_and(|status| status >= 400),
        want: measures.to_vec(),
    })
}
