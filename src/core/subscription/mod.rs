//! The subscription: who gets which events, in which shape, signed with what.

mod criteria;
mod preview;
mod settings;
mod snapshot;
mod verdict;
mod view;

pub use super::format::{ContentMode, Format, Oversize};
pub use criteria::Criteria;
pub use preview::{DEFAULT_LAST, MAX_GIVEN, MAX_LAST, Preview, PreviewEvents, PreviewRequest, Unmatched};
pub use settings::{Settings, Status, bounds};
pub use snapshot::Snapshot;
pub use verdict::{Verdict, Verdicts};
pub use view::{Shown, View, view};

use serde::{Deserialize, Serialize};

use super::{
    delivery::CustomHeaders,
    event::Event,
    filter::{self, EventView},
    handshake::{Permission, REQUEST_ORIGIN},
    health::Disabled,
    sampling,
    seal::SealingKey,
    signature::SigningKeys,
    time::Timestamp,
};

/// A subscription as `Registry` stores it and the snapshot carries it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Subscription {
    /// `sub_…`.
    pub id: String,
    /// Counts the changes of this subscription, from 1; its `ETag`.
    pub revision: u64,
    /// Milliseconds since 1970.
    pub created_at: i64,
    /// Milliseconds since 1970.
    pub updated_at: i64,
    /// What its owner decided.
    pub settings: Settings,
    /// The keys, newest first.
    pub keys: Vec<SealedKeys>,
    /// Headers of the owner's own, where there are any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub headers: Option<SealedHeaders>,
    /// When and why its endpoint was given up, until the owner sets the status anew.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub disabled: Option<Disabled>,
    /// What its endpoint has allowed, where it was asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub permission: Option<Permission>,
}

/// Headers, sealed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SealedHeaders {
    /// Their names, in the clear: what can be shown.
    pub names: Vec<String>,
    /// [`CustomHeaders`] as JSON, sealed with [`sealing_context`].
    pub sealed: String,
}

/// One generation of keys, sealed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SealedKeys {
    /// [`SigningKeys`] as JSON, sealed with [`sealing_context`].
    pub sealed: String,
    /// The public key (`whpk_…`) of these keys, in the clear.
    pub public_key: String,
    /// Milliseconds since 1970.
    pub created_at: i64,
    /// Until when they sign, in milliseconds since 1970; for good where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<i64>,
}

/// How many generations of keys may be alive at once.
pub const MAX_KEYS: usize = 10;

/// What a subscription makes of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice {
    /// It gets it.
    Taken,
    /// It does not want its type.
    OtherType,
    /// A filter does not let it through.
    FilteredOut,
    /// It is not in the sample.
    SampledOut,
}

impl Subscription {
    /// One that was made at a moment, in milliseconds since 1970: at its first revision, without keys or headers.
    pub fn new(id: String, settings: Settings, now: i64) -> Self {
        Self {
            id,
            revision: 1,
            created_at: now,
            updated_at: now,
            settings,
            keys: Vec::new(),
            headers: None,
            disabled: None,
            permission: None,
        }
    }

    /// Whether this subscription gets an event: its type is wanted, it is in the sample, and every filter holds. `view` is
    /// that event's: what one subscription's filter had to parse, the next one's finds parsed.
    pub fn matches(&self, event: &Event, view: &EventView<'_>) -> bool {
        self.choose(event, view) == Choice::Taken
    }

    /// The same, and where it does not get it, the first reason.
    pub fn choose(&self, event: &Event, view: &EventView<'_>) -> Choice {
        let settings = &self.settings;
        if !self.wants_type(&event.event_type) {
            return Choice::OtherType;
        }
        if !filter::matches(&settings.property_filters, &event.properties) {
            return Choice::FilteredOut;
        }
        if !sampling::is_sampled(settings.sample_rate, &self.id, &event.request_id) {
            return Choice::SampledOut;
        }
        match &settings.filter {
            Some(filter) if !filter.matches(view) => Choice::FilteredOut,
            _ => Choice::Taken,
        }
    }

    /// Whether it wants events of this type, whatever they hold.
    pub fn wants_type(&self, event_type: &str) -> bool {
        self.settings.event_types.iter().any(|pattern| pattern.matches(event_type))
    }

    /// Whether its deliveries are queued; those of one that is not sending are held.
    pub fn is_sending(&self) -> bool {
        self.settings.status == Status::Active && self.disabled.is_none()
    }

    /// The generations of keys that sign at a moment, newest first.
    pub fn live_keys(&self, now: Timestamp) -> impl Iterator<Item = &SealedKeys> {
        self.keys.iter().filter(move |keys| keys.expires_at.is_none_or(|expires| now.millis() < expires))
    }

    /// The keys that sign at a moment, newest first; `None` when they cannot be opened with this sealing key.
    pub fn open_keys(&self, org: &str, key: &SealingKey, now: Timestamp) -> Option<Vec<SigningKeys>> {
        let context = sealing_context(org, &self.id);
        self.live_keys(now)
            .map(|generation| serde_json::from_str(&key.open(&generation.sealed, &context)?).ok())
            .collect()
    }

    /// The headers of the owner's own; `None` when they cannot be opened with this sealing key.
    pub fn open_headers(&self, org: &str, key: &SealingKey) -> Option<CustomHeaders> {
        match &self.headers {
            None => Some(CustomHeaders::default()),
            Some(headers) => {
                serde_json::from_str(&key.open(&headers.sealed, &sealing_context(org, &self.id))?).ok()
            }
        }
    }

    /// Whether the endpoint of new settings has to be asked before they are taken.
    pub fn must_ask(&self, chosen: &Settings) -> bool {
        let is_another = chosen.destination != self.settings.destination;
        chosen.handshake && (is_another || self.permission.is_none())
    }

    /// Takes new settings, with what the endpoint of a destination has allowed where one was asked. Says whether it did: not where
    /// another endpoint would have to be asked, since somebody else has changed the destination meanwhile.
    pub fn adopt(&mut self, chosen: Settings, asked: Option<(&str, &Permission)>) -> bool {
        let asked = asked.filter(|(destination, _)| *destination == chosen.destination);
        self.permission = match asked {
            _ if !chosen.handshake => None,
            Some((_, permission)) => Some(permission.clone()),
            None if self.must_ask(&chosen) => return false,
            None => self.permission.take(),
        };
        self.settings = chosen;
        true
    }

    /// The headers that go with its deliveries beside ours: the owner's own, and by which name the endpoint knows us, where it was
    /// asked. `None` when they cannot be opened with this sealing key.
    pub fn sent_headers(&self, org: &str, key: &SealingKey) -> Option<CustomHeaders> {
        let own = self.open_headers(org, key)?;
        Some(match &self.permission {
            Some(permission) => own.and(REQUEST_ORIGIN, &permission.origin),
            None => own,
        })
    }

    /// How many attempts are made in a second at most: what its owner wants or its endpoint allows, whichever is less.
    pub fn rate_limit(&self) -> Option<u32> {
        let allowed = self.permission.as_ref().and_then(Permission::per_second);
        [self.settings.rate_limit, allowed].into_iter().flatten().min()
    }

    /// Puts new keys in front; those of before go on signing until `overlap_seconds` from now, if they did not end sooner.
    pub fn rotate(&mut self, new: SealedKeys, overlap_seconds: i64, now: Timestamp) {
        let end = now.plus_seconds(overlap_seconds).millis();
        for keys in &mut self.keys {
            keys.expires_at = Some(keys.expires_at.map_or(end, |expires| expires.min(end)));
        }
        self.keys.insert(0, new);
        self.keys.retain(|keys| keys.expires_at.is_none_or(|expires| now.millis() < expires));
        self.keys.truncate(MAX_KEYS);
    }
}

/// What a subscription's sealed keys and headers are bound to.
pub fn sealing_context(org: &str, subscription_id: &str) -> String {
    format!("heliograph/subscription-keys/{org}/{subscription_id}")
}
