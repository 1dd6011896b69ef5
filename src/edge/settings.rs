//! What a deployment is set up with: vars and secrets, read once per isolate.

use std::{cell::RefCell, rc::Rc};

use worker::{Env, Url};

use super::{
    clock,
    log::{self, Level},
};
use crate::core::{
    delivery::UrlMint,
    destination::Policy,
    envelope::ApiError,
    hash::MacKey,
    health,
    ledger::Room,
    presign::Presigner,
    reconcile::Window,
    retry,
    roles::Roles,
    seal::SealingKey,
    shaping::{FieldRules, UserIdKey},
    signed_url,
    subscription::Subscription,
    time::Pace,
};

/// The shortest key that is taken for signing URLs.
const MIN_KEY: usize = 32;
const DEFAULT_MAX_SUBSCRIPTIONS: usize = 100;
const DEFAULT_DELIVERY_TIMEOUT_MS: u32 = 10_000;
/// A whole exchange never takes longer than two minutes.
const MAX_DELIVERY_TIMEOUT_MS: u32 = 120_000;
/// How many days the history is kept for, and how many at most.
const DEFAULT_RETENTION_DAYS: u32 = 30;
const MAX_RETENTION_DAYS: u32 = 366;
/// A Durable Object holds 10 GB; what else a ledger keeps is small, but counts as well.
const DEFAULT_LEDGER_BYTES: u64 = 8_000_000_000;
const MAX_LEDGER_BYTES: u64 = 9_500_000_000;
const DEFAULT_SLOW_TIMEOUT_MS: u32 = 30_000;
const DEFAULT_RETRY_LOST_AFTER_SECONDS: i64 = 600;
/// An express message that was not lost has met its consumer long before.
const DEFAULT_RECONCILE_AFTER_SECONDS: i64 = 900;
const DEFAULT_RECONCILE_WINDOW_HOURS: i64 = 24;
const MAX_RECONCILE_WINDOW_HOURS: i64 = 7 * 24;
/// A Worker invocation has six connections that may wait for response headers.
const DEFAULT_CONCURRENCY: usize = 6;
/// Within the minute in which a change is seen everywhere, and beyond the second in which KV takes one write a key.
pub const DEFAULT_REPAIR_AFTER_MS: i64 = 5000;

/// What tells who calls the API: of either role.
pub struct Keys {
    /// `ROOT_KEY`.
    pub root_key: String,
    /// What the checksums of API keys, sessions and the tokens of their forms are made with: `SEALING_KEY`.
    pub credential_key: MacKey,
}

/// The dispatcher's settings.
pub struct DispatcherSettings {
    /// `SEALING_KEY`.
    pub sealing_key: SealingKey,
    /// What ids of users are hashed with; derived from `SEALING_KEY`.
    pub user_ids: UserIdKey,
    /// `URL_SIGNING_KEY`.
    pub url_key: MacKey,
    /// `PAYLOAD_URL_TTL_SECONDS`.
    pub url_ttl_seconds: i64,
    /// `R2_S3_…`: presigns URLs of exchanges that are objects of their own; where unset, there are no such objects.
    pub presigner: Option<Presigner>,
    /// `ARCHIVE_GZIP`: whether the records of a segment are packed when it is stored.
    pub archive_gzip: bool,
    /// `PUBLIC_URL`: where this deployment is reached; the address of the intake request where unset.
    pub public_url: Option<String>,
    /// `RETRY_SCHEDULE`: for subscriptions without one of their own.
    pub retry_schedule: Vec<u32>,
    /// What destinations are allowed.
    pub policy: Policy,
    /// `DESTINATION_DNS_URL`: who is asked what a destination's name resolves to; nobody where unset.
    pub resolver: Option<Url>,
    /// `MAX_SUBSCRIPTIONS` of one org.
    pub max_subscriptions: usize,
    /// `DELIVERY_TIMEOUT_MS`: the deadline of one attempt, reply included.
    pub delivery_timeout_ms: u32,
    /// `SLOW_TIMEOUT_MS`: the same in the slow lane, for subscriptions without a `timeoutMs` of their own.
    pub slow_timeout_ms: u32,
    /// When an endpoint counts as failing, as slow, as given up: `DISABLE_AFTER_SECONDS`, `DISABLE_MIN_ATTEMPTS`,
    /// `SLOW_SECONDS`.
    pub health: health::Policy,
    /// `DELIVERY_CONCURRENCY`: how many attempts one invocation makes at once.
    pub concurrency: usize,
    /// `REPAIR_AFTER_MS`: how long after a failed write of the snapshot to KV it is tried again.
    pub repair_after_ms: i64,
    /// `RETENTION_DAYS`: for how many days deliveries and the history are kept, today not counted. `LEDGER_BYTES`: how large a
    /// ledger grows before its oldest deliveries go sooner.
    pub room: Room,
    /// `RETRY_LOST_AFTER_SECONDS`: how long after its time a retry's message counts as lost; until then it may wait behind
    /// others.
    pub retry_lost_after_ms: i64,
    /// What the reconciler looks at: `RECONCILE_AFTER_SECONDS`, `RECONCILE_WINDOW_HOURS`.
    pub reconcile: Window,
}

impl DispatcherSettings {
    /// What minting signed URLs for a subscription takes.
    pub fn mint(&self, subscription: &Subscription) -> UrlMint<'_> {
        let rules = subscription.settings.fields.as_ref();
        UrlMint { is_shaped: rules.is_some_and(FieldRules::shape_the_exchange), ..self.mint_whole() }
    }

    /// The same for those who may read the history, and get exchanges whole.
    pub fn mint_whole(&self) -> UrlMint<'_> {
        UrlMint {
            key: &self.url_key,
            ttl_seconds: self.url_ttl_seconds,
            presigner: self.presigner.as_ref(),
            is_shaped: false,
        }
    }
}

thread_local! {
    static ROLES: RefCell<Option<Roles>> = const { RefCell::new(None) };
    static KEYS: Memo<Keys> = const { Memo::new() };
    static DISPATCHER: Memo<DispatcherSettings> = const { Memo::new() };
}

/// Settings that are read once per isolate. What could not be read is read again.
pub struct Memo<T>(RefCell<Option<Rc<T>>>);

impl<T> Memo<T> {
    /// Nothing was read yet.
    pub const fn new() -> Self {
        Self(RefCell::new(None))
    }

    /// What was read, or is read now.
    pub fn get(&self, read: impl FnOnce() -> Result<T, ApiError>) -> Result<Rc<T>, ApiError> {
        if let Some(known) = self.0.try_borrow().ok().and_then(|known| known.clone()) {
            return Ok(known);
        }
        let new = Rc::new(read()?);
        self.0.replace(Some(Rc::clone(&new)));
        Ok(new)
    }
}

/// `ROLES`, and with it, once per isolate, `LOG_LEVEL`.
pub fn roles(env: &Env) -> Result<Roles, ApiError> {
    if let Some(roles) = ROLES.with(|cell| cell.try_borrow().ok().and_then(|roles| *roles)) {
        return Ok(roles);
    }
    log::set_threshold(match setting(env, "LOG_LEVEL").as_deref() {
        Some("warn") => Level::Warn,
        Some("error") => Level::Error,
        _ => Level::Info,
    });
    if let Some(text) = setting(env, "TEST_CLOCK") {
        let rule = || ApiError::misconfigured("TEST_CLOCK: must be like 1000@1795000000000");
        clock::set_pace(Pace::parse(&text).ok_or_else(rule)?);
    }
    let roles = Roles::parse(setting(env, "ROLES").as_deref()).map_err(ApiError::misconfigured)?;
    ROLES.with(|cell| cell.replace(Some(roles)));
    Ok(roles)
}

/// What tells who calls; an error names the setting that is wrong.
pub fn keys(env: &Env) -> Result<Rc<Keys>, ApiError> {
    KEYS.with(|memo| memo.get(|| read_keys(env)))
}

fn read_keys(env: &Env) -> Result<Keys, ApiError> {
    let root_key = setting(env, "ROOT_KEY").ok_or_else(|| ApiError::misconfigured("ROOT_KEY: is not set"))?;
    let (text, _) = sealing_key(env)?;
    Ok(Keys { root_key, credential_key: MacKey::new(text.trim().as_bytes()) })
}

/// `SEALING_KEY`, as it is written and as it is used.
fn sealing_key(env: &Env) -> Result<(String, SealingKey), ApiError> {
    let text = setting(env, "SEALING_KEY").unwrap_or_default();
    let key = SealingKey::parse(&text)
        .ok_or_else(|| ApiError::misconfigured("SEALING_KEY: must be 64 hex characters"))?;
    Ok((text, key))
}

/// The dispatcher's settings; an error names the one that is wrong.
pub fn dispatcher(env: &Env) -> Result<Rc<DispatcherSettings>, ApiError> {
    DISPATCHER.with(|memo| memo.get(|| read_dispatcher(env)))
}

fn read_dispatcher(env: &Env) -> Result<DispatcherSettings, ApiError> {
    let wrong = |name: &str, rule: &str| ApiError::misconfigured(format!("{name}: {rule}"));
    let (sealing_text, sealing_key) = sealing_key(env)?;
    let url_key = setting(env, "URL_SIGNING_KEY")
        .filter(|key| key.len() >= MIN_KEY)
        .ok_or_else(|| wrong("URL_SIGNING_KEY", "must be at least 32 characters"))?;
    let public_url = setting(env, "PUBLIC_URL");
    let resolver = setting(env, "DESTINATION_DNS_URL")
        .map(|url| Url::parse(&url).map_err(|_| wrong("DESTINATION_DNS_URL", "must be a URL")))
        .transpose()?;
    let retry_schedule = match setting(env, "RETRY_SCHEDULE") {
        Some(schedule) => {
            retry::parse_schedule(&schedule).map_err(|problem| wrong("RETRY_SCHEDULE", &problem))?
        }
        None => retry::DEFAULT_SCHEDULE.to_vec(),
    };
    // A deployment that also receives may deliver to itself; one that only dispatches would be sending into a loop.
    let own_hosts = match (&public_url, roles(env)?.receiver) {
        (Some(url), false) => {
            Url::parse(url).ok().and_then(|url| url.host_str().map(str::to_owned)).into_iter().collect()
        }
        _ => Vec::new(),
    };
    Ok(DispatcherSettings {
        sealing_key,
        user_ids: UserIdKey::derive(sealing_text.trim().as_bytes()),
        url_key: MacKey::new(url_key.as_bytes()),
        url_ttl_seconds: number(env, "PAYLOAD_URL_TTL_SECONDS", signed_url::DEFAULT_TTL_SECONDS)?,
        presigner: presigner(env)?,
        archive_gzip: flag(env, "ARCHIVE_GZIP")?,
        public_url,
        retry_schedule,
        policy: Policy { allow_insecure: allow_insecure(env), own_hosts },
        resolver,
        max_subscriptions: number(env, "MAX_SUBSCRIPTIONS", DEFAULT_MAX_SUBSCRIPTIONS)?,
        delivery_timeout_ms: number(env, "DELIVERY_TIMEOUT_MS", DEFAULT_DELIVERY_TIMEOUT_MS)?
            .clamp(1, MAX_DELIVERY_TIMEOUT_MS),
        slow_timeout_ms: number(env, "SLOW_TIMEOUT_MS", DEFAULT_SLOW_TIMEOUT_MS)?
            .clamp(1, MAX_DELIVERY_TIMEOUT_MS),
        health: health_policy(env)?,
        concurrency: number(env, "DELIVERY_CONCURRENCY", DEFAULT_CONCURRENCY)?.max(1),
        repair_after_ms: number(env, "REPAIR_AFTER_MS", DEFAULT_REPAIR_AFTER_MS)?.max(1),
        room: Room {
            days: number(env, "RETENTION_DAYS", DEFAULT_RETENTION_DAYS)?.clamp(1, MAX_RETENTION_DAYS),
            most_bytes: number(env, "LEDGER_BYTES", DEFAULT_LEDGER_BYTES)?.clamp(1, MAX_LEDGER_BYTES),
        },
        retry_lost_after_ms: number(env, "RETRY_LOST_AFTER_SECONDS", DEFAULT_RETRY_LOST_AFTER_SECONDS)?
            .max(1)
            .saturating_mul(1000),
        reconcile: Window {
            after_seconds: number(env, "RECONCILE_AFTER_SECONDS", DEFAULT_RECONCILE_AFTER_SECONDS)?.max(0),
            back_seconds: number(env, "RECONCILE_WINDOW_HOURS", DEFAULT_RECONCILE_WINDOW_HOURS)?
                .clamp(1, MAX_RECONCILE_WINDOW_HOURS)
                .saturating_mul(3600),
        },
    })
}

/// All four, or none.
fn presigner(env: &Env) -> Result<Option<Presigner>, ApiError> {
    let names = ["R2_S3_ENDPOINT", "R2_S3_BUCKET", "R2_S3_ACCESS_KEY_ID", "R2_S3_SECRET_ACCESS_KEY"];
    match names.map(|name| setting(env, name)) {
        [None, None, None, None] => Ok(None),
        [Some(endpoint), Some(bucket), Some(key_id), Some(secret)] => {
            let presigner = Presigner::new(&endpoint, bucket, key_id, secret);
            let wrong = || ApiError::misconfigured("R2_S3_ENDPOINT: must be an http(s) URL");
            presigner.ok_or_else(wrong).map(Some)
        }
        _ => Err(ApiError::misconfigured(format!(
            "{}: must be set together, or none of them",
            names.join(", ")
        ))),
    }
}

fn health_policy(env: &Env) -> Result<health::Policy, ApiError> {
    let usual = health::Policy::default();
    let millis = |name: &str, usual: i64| -> Result<i64, ApiError> {
        Ok(number(env, name, usual.div_euclid(1000))?.max(0).saturating_mul(1000))
    };
    Ok(health::Policy {
        disable_after_ms: millis("DISABLE_AFTER_SECONDS", usual.disable_after_ms)?,
        disable_min_attempts: number(env, "DISABLE_MIN_ATTEMPTS", usual.disable_min_attempts)?,
        slow_ms: millis("SLOW_SECONDS", usual.slow_ms)?,
        ..usual
    })
}

/// `ALLOW_INSECURE_DESTINATIONS`: development only.
pub fn allow_insecure(env: &Env) -> bool {
    setting(env, "ALLOW_INSECURE_DESTINATIONS").as_deref() == Some("true")
}

/// A var or a secret; empty counts as unset.
pub fn setting(env: &Env, name: &str) -> Option<String> {
    env.var(name).ok().map(|value| value.to_string()).filter(|value| !value.is_empty())
}

/// A switch: `true` or `false`, off where unset.
pub fn flag(env: &Env, name: &str) -> Result<bool, ApiError> {
    match setting(env, name).as_deref().map(str::trim) {
        None | Some("false") => Ok(false),
        Some("true") => Ok(true),
        Some(_) => Err(ApiError::misconfigured(format!("{name}: must be true or false"))),
    }
}

/// A whole number, or the default where it is unset.
pub fn number<T: std::str::FromStr>(env: &Env, name: &str, default: T) -> Result<T, ApiError> {
    match setting(env, name) {
        None => Ok(default),
        Some(text) => text
            .trim()
            .parse()
            .map_err(|_| ApiError::misconfigured(format!("{name}: must be a whole number"))),
    }
}
