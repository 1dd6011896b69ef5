//! What the receiver is set up with, read once per isolate. What a handler alone needs, it reads itself.

use std::rc::Rc;

use worker::Env;

use crate::{
    core::{destination::Policy, envelope::ApiError, handshake::Allowance, limits, signature::Secrets},
    edge::settings::{Memo, allow_insecure, flag, number, setting},
    receiver::{handlers, helicone},
};

const DEFAULT_UPLOAD_MS: u64 = 10_000;
/// As long as a sender may try: ours for three days, and for as long again when somebody resends.
const DEFAULT_INBOX_DAYS: u32 = 8;
const MAX_INBOX_DAYS: u32 = 366;
const DEFAULT_INBOX_SHARDS: u32 = 4;
const MAX_INBOX_SHARDS: u32 = 64;
/// Of the 128 MB that an isolate has: a few of these are in memory at once.
const DEFAULT_EXCHANGE_BYTES: usize = 16 * 1024 * 1024;
const MAX_EXCHANGE_BYTES: usize = 32 * 1024 * 1024;

/// The receiver's settings.
pub struct ReceiverSettings {
    /// `WEBHOOK_SECRETS`; with `REQUIRE_TIMESTAMP`, only what is signed by Standard Webhooks is taken.
    pub secrets: Result<Secrets, String>,
    /// `WEBHOOK_ORIGINS` and `WEBHOOK_RATE`: who is told, when it asks, that it may send, and how often a minute.
    pub allowance: Allowance,
    /// `DELIVERY_MAX_BYTES`: the largest delivery that the door takes.
    pub max_bytes: usize,
    /// `UPLOAD_TIMEOUT_MS`: how long a sender may take to send a body.
    pub upload_ms: u64,
    /// `INBOX_DAYS`: for how long it is known which deliveries were handled.
    pub inbox_days: u32,
    /// `INBOX_SHARDS`: how many objects the inbox is spread over.
    pub inbox_shards: u32,
    /// `EXCHANGE_MAX_BYTES`: the largest exchange that is fetched, after decompression.
    pub exchange_bytes: usize,
    /// `EXCHANGE_HOSTS`: where exchanges are fetched from, `*.` before a name for all below it; any public host where empty.
    pub exchange_hosts: Vec<String>,
    /// What addresses are called at all.
    pub policy: Policy,
    /// `HELICONE_API_URL`: whose request API is asked for what a delivery's URL does not give any more.
    pub api_url: String,
    /// `HELICONE_API_KEY`: nobody is asked without.
    pub api_key: Option<String>,
    /// `HANDLERS`: those that are on, in the order they run.
    pub handlers: Vec<&'static str>,
}

thread_local! {
    static SETTINGS: Memo<ReceiverSettings> = const { Memo::new() };
}

/// The receiver's settings; an error names the one that is wrong.
pub fn read(env: &Env) -> Result<Rc<ReceiverSettings>, ApiError> {
    SETTINGS.with(|memo| memo.get(|| parse(env)))
}

fn parse(env: &Env) -> Result<ReceiverSettings, ApiError> {
    let secrets = Secrets::parse(&setting(env, "WEBHOOK_SECRETS").unwrap_or_default());
    let requires_timestamp = flag(env, "REQUIRE_TIMESTAMP")?;
    let origins = setting(env, "WEBHOOK_ORIGINS").unwrap_or_default();
    let hosts = setting(env, "EXCHANGE_HOSTS").unwrap_or_default();
    let hosts = hosts.split(',').map(|host| host.trim().to_ascii_lowercase());
    Ok(ReceiverSettings {
        secrets: secrets
            .map(|secrets| secrets.requiring_timestamps(requires_timestamp))
            .map_err(|error| error.to_string()),
        allowance: Allowance::parse(&origins, setting(env, "WEBHOOK_RATE").as_deref())
            .ok_or_else(|| ApiError::misconfigured("WEBHOOK_RATE: must be a whole number above 0, or *"))?,
        max_bytes: number(env, "DELIVERY_MAX_BYTES", limits::DELIVERY_BODY)?.clamp(1024, limits::EVENTS_BODY),
        upload_ms: number(env, "UPLOAD_TIMEOUT_MS", DEFAULT_UPLOAD_MS)?.max(1),
        inbox_days: number(env, "INBOX_DAYS", DEFAULT_INBOX_DAYS)?.clamp(1, MAX_INBOX_DAYS),
        inbox_shards: number(env, "INBOX_SHARDS", DEFAULT_INBOX_SHARDS)?.clamp(1, MAX_INBOX_SHARDS),
        exchange_bytes: number(env, "EXCHANGE_MAX_BYTES", DEFAULT_EXCHANGE_BYTES)?
            .clamp(1024, MAX_EXCHANGE_BYTES),
        exchange_hosts: hosts.filter(|host| !host.is_empty()).collect(),
        policy: Policy { allow_insecure: allow_insecure(env), own_hosts: Vec::new() },
        api_url: helicone::api_url(env),
        api_key: setting(env, "HELICONE_API_KEY"),
        handlers: handlers::parse_names(setting(env, "HANDLERS").as_deref(), |name| {
            setting(env, name).is_some()
        })
        .map_err(ApiError::misconfigured)?,
    })
}
