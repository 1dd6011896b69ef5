//! Probes: messages that say nothing but that their queue has a consumer.

use worker::Env;

use crate::{
    core::{
        diagnosis::{self, Arrivals, Check},
        envelope::ApiError,
        roles::Roles,
    },
    edge::{
        log::Line,
        queue::{self, Batch, Probe},
        storage,
    },
};

/// Sends one to each queue, and with `dead_letters` another that its consumer lets fall into its dead letters. Says which were sent.
pub async fn send(id: &str, dead_letters: bool, roles: Roles, env: &Env) -> (Vec<String>, Vec<Check>) {
    let (mut sent, mut checks) = (Vec::new(), Vec::new());
    for queue in diagnosis::queues(roles) {
        let mut result = queue::send_probe(env, queue.binding, id, false).await;
        if result.is_ok() {
            sent.push(queue.name.to_owned());
            if dead_letters {
                result = queue::send_probe(env, queue.binding, id, true).await;
                sent.extend(result.is_ok().then(|| format!("{}-dead", queue.name)));
            }
        }
        checks.push(Check::of(format!("binding {}", queue.binding), result));
    }
    (sent, checks)
}

/// Takes those out of a batch that are in it, and notes that they have come.
pub async fn take(batch: &mut Batch, env: &Env) {
    let probes = batch.take_probes();
    if probes.is_empty() {
        return;
    }
    let name = diagnosis::short_name(batch.name());
    for Probe { incoming, id, is_to_die } in probes {
        match name {
            // As often as the queue has it, until it moves it on.
            Some(name) if is_to_die && !name.ends_with("-dead") => incoming.retry(0),
            Some(name) if diagnosis::is_id(&id) => {
                let key = diagnosis::arrival_key(&id, name);
                if let Err(why) = storage::put_object(env, &key, Vec::new(), "text/plain").await {
                    Line::error("diagnosis.not_noted").text("queue", name).text("why", &why).emit();
                }
                incoming.ack();
            }
            _ => incoming.ack(),
        }
    }
}

/// Which have come.
pub async fn arrived(id: &str, roles: Roles, env: &Env) -> Result<Arrivals, ApiError> {
    if !diagnosis::is_id(id) {
        return Err(ApiError::not_found("diagnosis"));
    }
    let mut arrived = Vec::new();
    for name in diagnosis::arrivals(roles) {
        let has = storage::has_object(env, &diagnosis::arrival_key(id, name)).await;
        if has.map_err(|_| ApiError::unavailable("the archive did not answer"))? {
            arrived.push(name);
        }
    }
    Ok(Arrivals { arrived })
}
