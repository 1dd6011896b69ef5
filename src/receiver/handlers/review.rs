//! Puts deliveries that people should look at in the queue of reviews: what a guardrail blocked, what failed an eval, what somebody
//! did not like or has flagged, and a sample of the rest.

use async_trait::async_trait;
use futures_util::{StreamExt, stream};

use crate::{
    core::review::{Item, Policy, Reason, exchange, exchange_key},
    edge::{clock, settings::setting, storage},
    receiver::{
        delivery::Delivery,
        handler::{BatchHandler, Context, Failure, Kind},
        reviews::client,
    },
};

/// Exchanges may be large, and all that are written at once are in memory twice.
const WRITES: usize = 4;

/// The handler.
pub struct Review {
    policy: Policy,
}

/// Sets it up.
pub fn make(context: &Context<'_>) -> Result<Kind, String> {
    let (events, sample) = (setting(context.env, "REVIEW_EVENTS"), setting(context.env, "REVIEW_SAMPLE"));
    let policy = Policy::read(events.as_deref(), sample.as_deref())?;
    Ok(Kind::Batch(Box::new(Review { policy })))
}

#[async_trait(?Send)]
impl BatchHandler for Review {
    async fn handle(&self, deliveries: &[&Delivery], context: &Context<'_>) -> Vec<Result<(), Failure>> {
        let mut results = vec![Ok(()); deliveries.len()];
        let picked = deliveries.iter().enumerate().filter_map(|(at, delivery)| {
            let Delivery { id, event_type, body, payload, .. } = delivery;
            Some((at, *delivery, self.policy.pick(id, event_type, body, payload)?))
        });
        // The exchange before the item: an item is never without one because somebody was quick.
        let kept = stream::iter(picked).map(|(at, delivery, reason)| async move {
            (at, keep(delivery, context).await.map(|()| item(delivery, reason)))
        });
        let kept: Vec<_> = kept.buffered(WRITES).collect().await;
        let (mut places, mut items) = (Vec::new(), Vec::new());
        for (at, item) in kept {
            match item {
                Ok(item) => {
                    places.push(at);
                    items.push(item);
                }
                Err(why) => set(&mut results, at, &why),
            }
        }
        if !items.is_empty()
            && let Err(error) = client::put(context.env, items).await
        {
            places.into_iter().for_each(|at| set(&mut results, at, &error.message));
        }
        results
    }
}

fn set(results: &mut [Result<(), Failure>], at: usize, why: &str) {
    if let Some(result) = results.get_mut(at) {
        *result = Err(Failure::later(format!("the reviews took nothing: {why}")));
    }
}

/// Keeps the exchange. What is there already stays: a later run may have less of it.
async fn keep(delivery: &Delivery, context: &Context<'_>) -> Result<(), String> {
    let key = exchange_key(&delivery.id);
    if storage::has_object(context.env, &key).await? {
        return Ok(());
    }
    let text = exchange(&delivery.body, &delivery.payload);
    storage::put_object(context.env, &key, text, "application/json").await
}

fn item(delivery: &Delivery, reason: Reason) -> Item {
    let payload = &delivery.payload;
    Item {
        id: delivery.id.clone(),
        at: clock::now().millis(),
        event_type: delivery.event_type.clone(),
        reason,
        data: delivery.data.name().to_owned(),
        request_id: payload.request_id.clone(),
        user_id: payload.user_id.clone(),
        model: payload.model.clone(),
        provider: payload.provider.clone(),
        claim: None,
        label: None,
    }
}
