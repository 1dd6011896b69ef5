//! What a deployment has to have, by its roles, and what a look at it says: `/v1/diagnosis`.

use serde::Serialize;

use super::roles::Roles;

/// Something that wrangler.toml binds to the Worker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Binding {
    /// Its name there.
    pub name: &'static str,
    /// What stands behind it.
    pub kind: Kind,
}

/// What stands behind a binding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Static files.
    Assets,
    /// A KV namespace.
    Namespace,
    /// An R2 bucket.
    Bucket,
    /// A class of Durable Objects.
    Object,
    /// A rate limit.
    Limit,
}

/// A queue that the Worker sends to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Queue {
    /// The binding of its producer.
    pub binding: &'static str,
    /// How its name ends, without the hyphen; that of its dead letters has `-dead` behind it.
    pub name: &'static str,
}

/// All queues that there may be. Dead letters are told by their names' ends, too.
const QUEUES: [(Queue, &str, Of); 3] = [
    (Queue { binding: "EXPRESS", name: "express" }, "express-dead", Of::Dispatcher),
    (Queue { binding: "SLOW", name: "slow" }, "slow-dead", Of::Dispatcher),
    (Queue { binding: "INBOX", name: "inbox" }, "inbox-dead", Of::Receiver),
];

/// Whose something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Of {
    Both,
    Dispatcher,
    Receiver,
}

impl Of {
    fn is_in(self, roles: Roles) -> bool {
        match self {
            Self::Both => true,
            Self::Dispatcher => roles.dispatcher,
            Self::Receiver => roles.receiver,
        }
    }
}

/// The bindings that the roles cannot do without.
pub fn bindings(roles: Roles) -> Vec<Binding> {
    let all = [
        ("ASSETS", Kind::Assets, Of::Both),
        ("ARCHIVE", Kind::Bucket, Of::Both),
        ("LOGIN", Kind::Limit, Of::Both),
        ("SUBSCRIPTIONS", Kind::Namespace, Of::Dispatcher),
        ("REGISTRY", Kind::Object, Of::Dispatcher),
        ("HISTORY", Kind::Object, Of::Dispatcher),
        ("LEDGER", Kind::Object, Of::Dispatcher),
        ("THRESHOLDS", Kind::Object, Of::Dispatcher),
        ("INBOX_STATE", Kind::Object, Of::Receiver),
        ("BACKFILL", Kind::Object, Of::Receiver),
        ("INSIGHTS", Kind::Object, Of::Receiver),
        ("REVIEWS", Kind::Object, Of::Receiver),
        ("DOOR_SOURCE", Kind::Limit, Of::Receiver),
        ("DOOR", Kind::Limit, Of::Receiver),
    ];
    let wanted = all.into_iter().filter(|(.., of)| of.is_in(roles));
    wanted.map(|(name, kind, _)| Binding { name, kind }).collect()
}

/// The queues that the roles send to.
pub fn queues(roles: Roles) -> Vec<Queue> {
    QUEUES.into_iter().filter(|(.., of)| of.is_in(roles)).map(|(queue, ..)| queue).collect()
}

/// The short name of a queue, such as `express` or `express-dead` of `acme-express-dead`.
pub fn short_name(queue: &str) -> Option<&'static str> {
    let ends = |name: &&str| queue.strip_suffix(*name).is_some_and(|before| before.ends_with('-'));
    QUEUES.into_iter().flat_map(|(queue, dead, _)| [queue.name, dead]).find(ends)
}

/// The names that probes may arrive under, for these roles.
pub fn arrivals(roles: Roles) -> Vec<&'static str> {
    let wanted = QUEUES.into_iter().filter(|(.., of)| of.is_in(roles));
    wanted.flat_map(|(queue, dead, _)| [queue.name, dead]).collect()
}

/// Whether a text can be the id of a diagnosis: 32 hex characters.
pub fn is_id(text: &str) -> bool {
    text.len() == 32 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

/// Where it is noted that a probe has arrived.
pub fn arrival_key(id: &str, queue: &str) -> String {
    format!("probes/{id}/{queue}")
}

/// What was found.
#[derive(Debug, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(utoipa::ToSchema))]
pub struct Diagnosis {
    /// What to ask for the probes by: 32 hex characters.
    pub id: String,
    /// What time it is by the deployment's clock.
    #[cfg_attr(not(target_arch = "wasm32"), schema(format = DateTime))]
    pub now: String,
    /// What was looked at.
    pub checks: Vec<Check>,
    /// The queues that a probe was sent to, by the ends of their names.
    pub probes: Vec<String>,
    /// The signed URL of an exchange that was archived for this, made as for a delivery; null where there is no dispatcher or it could not be.
    #[cfg_attr(not(target_arch = "wasm32"), schema(required))]
    pub exchange_url: Option<String>,
}

/// Something that was looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(utoipa::ToSchema))]
pub struct Check {
    /// What, such as `binding LEDGER` or `settings of the receiver`.
    pub name: String,
    /// What is wrong with it; null where nothing is.
    #[cfg_attr(not(target_arch = "wasm32"), schema(required))]
    pub problem: Option<String>,
}

impl Check {
    /// Something that is as it should be, or what is wrong with it.
    pub fn of(name: impl Into<String>, result: Result<(), String>) -> Self {
        Self { name: name.into(), problem: result.err() }
    }
}

/// Which probes have arrived.
#[derive(Debug, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(utoipa::ToSchema))]
pub struct Arrivals {
    /// The queues whose consumer has taken one, by the ends of their names.
    pub arrived: Vec<&'static str>,
}
