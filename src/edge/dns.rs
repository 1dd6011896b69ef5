//! Asking a DNS-over-HTTPS resolver.

use std::{borrow::Cow, net::IpAddr};

use worker::{Method, Url};

use super::outbound::{self, Outgoing};
use crate::core::destination::dns::{self, Record};

const DEADLINE_MS: u32 = 2000;
/// Room for more addresses than any name has.
const CAP: usize = 16 * 1024;

/// The addresses that a name has of one type; otherwise why that is not known.
pub async fn look_up(resolver: &Url, name: &str, record: Record) -> Result<Vec<IpAddr>, &'static str> {
    let url = dns::question(resolver, name, record);
    let outgoing = Outgoing {
        method: Method::Get,
        url: url.as_str(),
        headers: &[(Cow::Borrowed("accept"), dns::MEDIA_TYPE.to_owned())],
        body: None,
        deadline_ms: DEADLINE_MS,
        cap: CAP,
    };
    let reply = outbound::send(&outgoing).await.map_err(|failure| failure.code())?;
    if reply.status != 200 || reply.is_cut {
        return Err("status");
    }
    dns::addresses_in(&reply.body, record).ok_or("answer")
}
