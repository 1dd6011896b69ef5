//! The consumer of the delivery queues. For each subscription in a batch: ask its ledger what may be sent, send it, tell
//! the ledger what came of it, and only then let go of the messages.

mod act;
mod attempt;
mod attempted;
mod dead;
mod group;
mod news;
mod record;
mod rendered;

use std::cell::RefCell;

use futures_util::{StreamExt, future::join_all, stream};
use worker::Env;

use self::{attempt::Sender, group::Group};
pub use self::{dead::consume as consume_dead, rendered::rendered};
use crate::{
    core::{
        analytics::Gathered,
        delivery::Turns,
        ledger::{Lane, Sending},
    },
    edge::{analytics, clock, outbound::Deadlines, queue::Batch, settings},
};

/// What came of a subscription's attempts is recorded at their end, and before it where the first of them ended so long ago,
/// in milliseconds: so much at most is sent again after a crash.
const RECORD_AFTER_MILLIS: i64 = 1000;

/// Delivers a batch, so many at a time that a deadline measures the endpoint and not the wait for one of our connections.
pub async fn consume(batch: Batch, lane: Lane, env: &Env) {
    let settings = match settings::dispatcher(env) {
        Ok(settings) => settings,
        Err(error) => return batch.refuse(&error.message),
    };
    let groups = group::split(batch, env).await;
    stream::iter(&groups).for_each_concurrent(settings.concurrency, |group| claim(group, lane, env)).await;
    let sizes: Vec<usize> = groups.iter().map(Group::waiting).collect();
    let turns = RefCell::new(Turns::new(&sizes, settings.concurrency));
    let deadlines = Deadlines::new();
    let sender = Sender { lane, deadlines: &deadlines, settings: &settings, env };
    let places = (0..settings.concurrency).map(|_| work(&groups, &turns, &sender));
    join_all(places).await;
    measure(&groups, env);
}

/// Writes what the batch came to where the platform's analytics are bound.
fn measure(groups: &[Group], env: &Env) {
    if !analytics::is_bound(env) {
        return;
    }
    let mut gathered = Gathered::default();
    for group in groups {
        gathered.add(group.org(), group.subscription_id(), &group.counted.take());
    }
    analytics::write(env, &gathered.points());
}

/// Asks the ledger, and does with the messages what it says; those that may be sent stay in the group.
async fn claim(group: &Group, lane: Lane, env: &Env) {
    let claimed = match group.claim(lane, env).await {
        Ok(claimed) => claimed,
        Err(fault) => return group.halt_all(&fault),
    };
    match claimed.standing.sending {
        Sending::Active if claimed.is_elsewhere => group.divert(false, env).await,
        Sending::Active => {}
        Sending::Deleted => group.let_go("delivery.dropped", "the subscription was deleted"),
        Sending::Paused => group.let_go("delivery.held", "the subscription is paused"),
        Sending::Disabled => {
            group.let_go("delivery.held", "the endpoint is disabled");
            if let Some(disabled) = claimed.disabled {
                news::disable(group, disabled, env).await;
            }
        }
    }
    // What was recorded too late to be let go needs no attempt.
    if group.waiting() == 0 {
        group.record(env).await;
    }
}

/// One of the places that attempts are made in: takes whose turn it is until there is none.
async fn work(groups: &[Group], turns: &RefCell<Turns>, sender: &Sender<'_>) {
    loop {
        let turn = turns.try_borrow_mut().ok().and_then(|mut turns| turns.take());
        let Some((at, group)) = turn.and_then(|at| Some((at, groups.get(at)?))) else { return };
        if let Some(job) = group.next() {
            match sender.attempt(group, &job).await {
                Ok(result) => group.add(job, result),
                Err(fault) => group.halt(job, &fault),
            }
        }
        if group.is_hanging() && sender.lane == Lane::Express {
            // The rest of its messages would only wait for the same deadline, and others behind them.
            if let Ok(mut turns) = turns.try_borrow_mut() {
                turns.stop(at);
            }
            group.divert(true, sender.env).await;
        }
        let is_last = turns.try_borrow_mut().is_ok_and(|mut turns| turns.done(at));
        if is_last || group.oldest_result_age(clock::now()) > RECORD_AFTER_MILLIS {
            group.record(sender.env).await;
        }
    }
}
