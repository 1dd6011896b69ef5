//! What a destination's name resolves to, by the JSON that DNS-over-HTTPS resolvers answer, judged by the same tables as an
//! address in a URL. Advice at best: whoever sends resolves again, and may be told something else.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use serde::Deserialize;
use url::{Host, Url};

use super::{Policy, Refusal, addresses, check};

/// The media type of the answers, for `Accept`.
pub const MEDIA_TYPE: &str = "application/dns-json";

const NO_ERROR: u16 = 0;

/// A type of record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Record {
    /// IPv4.
    A,
    /// IPv6.
    Aaaa,
}

impl Record {
    fn name(self) -> &'static str {
        match self {
            Self::A => "A",
            Self::Aaaa => "AAAA",
        }
    }

    fn number(self) -> u16 {
        match self {
            Self::A => 1,
            Self::Aaaa => 28,
        }
    }
}

/// The name to ask for; `None` for what is refused anyway, is an address already, or is allowed whatever it resolves to.
pub fn name_of(destination: &str, policy: &Policy) -> Option<String> {
    if policy.allow_insecure {
        return None;
    }
    match check(destination, policy).ok()?.host()? {
        Host::Domain(name) => Some(name.to_owned()),
        Host::Ipv4(_) | Host::Ipv6(_) => None,
    }
}

/// The question as a URL.
pub fn question(resolver: &Url, name: &str, record: Record) -> Url {
    let mut url = resolver.clone();
    url.query_pairs_mut().append_pair("name", name).append_pair("type", record.name());
    url
}

#[derive(Deserialize)]
struct Answers {
    #[serde(rename = "Status")]
    status: u16,
    #[serde(rename = "Answer", default)]
    answers: Vec<Answer>,
}

#[derive(Deserialize)]
struct Answer {
    #[serde(rename = "type")]
    record: u16,
    data: String,
}

/// The addresses in an answer, without the aliases on the way to them; `None` for what is no answer to the question.
pub fn addresses_in(answer: &[u8], record: Record) -> Option<Vec<IpAddr>> {
    let Answers { status, answers } = serde_json::from_slice(answer).ok()?;
    if status != NO_ERROR {
        return None;
    }
    answers
        .iter()
        .filter(|answer| answer.record == record.number())
        .map(|answer| match record {
            Record::A => answer.data.parse::<Ipv4Addr>().ok().map(IpAddr::V4),
            Record::Aaaa => answer.data.parse::<Ipv6Addr>().ok().map(IpAddr::V6),
        })
        .collect()
}

/// Refuses a name of which any address is not the public internet.
pub fn judge(found: &[IpAddr]) -> Result<(), Refusal> {
    let is_special = |address: &IpAddr| match address {
        IpAddr::V4(address) => addresses::is_special_v4(*address),
        IpAddr::V6(address) => addresses::is_special_v6(*address),
    };
    if found.iter().any(is_special) { Err(Refusal::Resolves) } else { Ok(()) }
}
