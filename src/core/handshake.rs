//! The handshake of CloudEvents' "HTTP 1.1 Web Hooks for Event Delivery" (section 4), of both sides: an endpoint is asked whether it
//! wants what a sender is about to send it, so that nobody makes the sender flood somebody else.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Who asks, and who sends: the name of a system, in the question and in each delivery after it.
pub const REQUEST_ORIGIN: &str = "webhook-request-origin";
/// How many requests a minute the sender would like to make.
pub const REQUEST_RATE: &str = "webhook-request-rate";
/// Whom the endpoint allows to send.
pub const ALLOWED_ORIGIN: &str = "webhook-allowed-origin";
/// How many requests a minute it allows; `*` for as many as come.
pub const ALLOWED_RATE: &str = "webhook-allowed-rate";

/// What deliveries are held to is a whole number of attempts in a second, so fewer than this cannot be kept to.
const LEAST_PER_MINUTE: u32 = 60;
/// The longest name that DNS has.
const MAX_ORIGIN: usize = 253;

/// What an endpoint has allowed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(not(target_arch = "wasm32"), derive(utoipa::ToSchema))]
pub struct Permission {
    /// The name under which it was asked; sent with each delivery.
    pub origin: String,
    /// How many requests a minute; null for as many as come.
    #[cfg_attr(not(target_arch = "wasm32"), schema(required))]
    pub per_minute: Option<u32>,
}

impl Permission {
    /// What an answer to the question of `origin` allows, by its status and its two headers; without a rate it sets no limit. A status
    /// alone is no consent: many servers answer anything with 200.
    pub fn read(
        origin: &str,
        status: u16,
        allowed: Option<&str>,
        rate: Option<&str>,
    ) -> Result<Self, Refusal> {
        let is_us = |allowed: &str| !origin.is_empty() && allowed.eq_ignore_ascii_case(origin);
        let is_allowed = |allowed: &str| allowed == "*" || is_us(allowed);
        if !(200..300).contains(&status) || !allowed.map(str::trim).is_some_and(is_allowed) {
            return Err(Refusal::NotAllowed);
        }
        let per_minute = match rate.map(str::trim) {
            None | Some("*") => None,
            Some(rate) => Some(read_rate(rate).ok_or(Refusal::Rate)?),
        };
        match per_minute {
            Some(rate) if rate < LEAST_PER_MINUTE => Err(Refusal::TooSlow),
            _ => Ok(Self { origin: origin.to_owned(), per_minute }),
        }
    }

    /// How many attempts in a second that is; `None` for as many as come.
    pub fn per_second(&self) -> Option<u32> {
        self.per_minute.map(|rate| rate.div_euclid(60).max(1))
    }
}

/// A positive whole number; one that is larger than any that counts is as large as the largest.
fn read_rate(text: &str) -> Option<u32> {
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let rate = is_number.then(|| text.parse().unwrap_or(u32::MAX))?;
    (rate > 0).then_some(rate)
}

/// Why an endpoint is not sent to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// It did not answer.
    NoAnswer,
    /// It did not allow this sender.
    NotAllowed,
    /// It named a rate that is none.
    Rate,
    /// It allows fewer requests than deliveries can be held to.
    TooSlow,
}

impl Refusal {
    /// A stable code for logs.
    pub fn code(self) -> &'static str {
        match self {
            Self::NoAnswer => "no_answer",
            Self::NotAllowed => "not_allowed",
            Self::Rate => "rate",
            Self::TooSlow => "too_slow",
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoAnswer => "must answer the handshake's OPTIONS request",
            Self::NotAllowed => {
                "must allow deliveries in the handshake: WebHook-Allowed-Origin is to name this deployment, or *"
            }
            Self::Rate => "must answer the handshake with a WebHook-Allowed-Rate that is a whole number or *",
            Self::TooSlow => "must allow at least 60 requests a minute in the handshake",
        })
    }
}

/// Whom a receiver lets send, and how often.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Allowance {
    origins: Vec<String>,
    per_minute: Option<u32>,
}

impl Allowance {
    /// From the settings: names with commas between, `*.` before one for all below it, `*` for everybody; and requests a minute, as
    /// many as come where there is no number. `None` where the number is none.
    pub fn parse(origins: &str, per_minute: Option<&str>) -> Option<Self> {
        let origins = origins.split(',').map(|origin| origin.trim().to_ascii_lowercase());
        Some(Self {
            origins: origins.filter(|origin| !origin.is_empty()).collect(),
            per_minute: match per_minute.map(str::trim) {
                None | Some("*") => None,
                Some(rate) => Some(read_rate(rate)?),
            },
        })
    }

    /// Whether anybody may send: without, the question itself is not taken.
    pub fn is_none(&self) -> bool {
        self.origins.is_empty()
    }

    /// The headers that allow a sender of this name to send; `None` where it may not.
    pub fn answer(&self, origin: &str) -> Option<[(&'static str, String); 2]> {
        let origin = origin.trim();
        let is_name = |byte: u8| byte.is_ascii_alphanumeric() || b".-_:".contains(&byte);
        if origin.is_empty() || origin.len() > MAX_ORIGIN || !origin.bytes().all(is_name) {
            return None;
        }
        let name = origin.to_ascii_lowercase();
        let is_allowed = self.origins.iter().any(|allowed| match allowed.strip_prefix('*') {
            Some("") => true,
            Some(below) => below.starts_with('.') && name.len() > below.len() && name.ends_with(below),
            None => *allowed == name,
        });
        let rate = self.per_minute.map_or_else(|| "*".to_owned(), |rate| rate.to_string());
        is_allowed.then(|| [(ALLOWED_ORIGIN, origin.to_owned()), (ALLOWED_RATE, rate)])
    }
}
