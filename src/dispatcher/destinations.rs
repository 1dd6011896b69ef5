//! What a destination's name resolves to, and whether its endpoint wants deliveries: asked when a person sets it and not at each
//! attempt.

use std::borrow::Cow;

use futures_util::future::join;
use worker::{Method, Url};

use crate::{
    core::{
        destination::dns::{Record, judge, name_of},
        field::FieldError,
        handshake::{ALLOWED_ORIGIN, ALLOWED_RATE, Permission, REQUEST_ORIGIN, REQUEST_RATE, Refusal},
        subscription::Settings,
    },
    edge::{
        dns::look_up,
        log::Line,
        outbound::{self, Outgoing},
        settings::DispatcherSettings,
    },
};

/// How long an endpoint may take to say whether it wants deliveries: somebody waits.
const DEADLINE_MS: u32 = 10_000;

/// What has to hold before a destination is used: its name resolves to what may be called, and, `asked` whether it wants deliveries,
/// its endpoint allows them.
pub async fn admit(
    chosen: &Settings,
    asked: bool,
    base_url: &str,
    settings: &DispatcherSettings,
) -> Result<Option<Permission>, FieldError> {
    check_resolved(&chosen.destination, settings).await?;
    if !asked {
        return Ok(None);
    }
    let permission = ask(chosen, base_url).await;
    let outcome = permission.as_ref().map_or_else(|refusal| refusal.code(), |_| "allowed");
    Line::info("destination.asked").text("outcome", outcome).emit();
    permission
        .map(Some)
        .map_err(|refusal| FieldError::new("destination", format!("{refusal} (reason: handshake)")))
}

/// CloudEvents' handshake with an endpoint whose URL was judged.
async fn ask(chosen: &Settings, base_url: &str) -> Result<Permission, Refusal> {
    let url = Url::parse(base_url).ok();
    let origin = url.as_ref().and_then(Url::host_str).unwrap_or_default();
    let mut headers = vec![
        (Cow::Borrowed("user-agent"), concat!("Heliograph/", env!("CARGO_PKG_VERSION")).to_owned()),
        (Cow::Borrowed(REQUEST_ORIGIN), origin.to_owned()),
    ];
    if let Some(rate) = chosen.rate_limit {
        headers.push((Cow::Borrowed(REQUEST_RATE), rate.saturating_mul(60).to_string()));
    }
    let outgoing = Outgoing {
        method: Method::Options,
        url: &chosen.destination,
        headers: &headers,
        body: None,
        deadline_ms: chosen.timeout_ms.unwrap_or(DEADLINE_MS).min(DEADLINE_MS),
        cap: 0,
    };
    let answer = outbound::ask(&outgoing, [ALLOWED_ORIGIN, ALLOWED_RATE]).await;
    let (status, [allowed, rate]) = answer.map_err(|_| Refusal::NoAnswer)?;
    Permission::read(origin, status, allowed.as_deref(), rate.as_deref())
}

/// Refuses a destination whose name resolves to an address that may not be called. A lookup that fails refuses nothing.
pub async fn check_resolved(destination: &str, settings: &DispatcherSettings) -> Result<(), FieldError> {
    let Some(resolver) = &settings.resolver else { return Ok(()) };
    let Some(name) = name_of(destination, &settings.policy) else { return Ok(()) };
    let (v4, v6) = join(look_up(resolver, &name, Record::A), look_up(resolver, &name, Record::Aaaa)).await;
    let mut known = 0_usize;
    for found in [&v4, &v6].into_iter().flatten() {
        known = known.saturating_add(found.len());
        if let Err(refusal) = judge(found) {
            Line::warn("destination.refused").text("host", &name).text("reason", refusal.code()).emit();
            return Err(FieldError::new("destination", format!("{refusal} (reason: {})", refusal.code())));
        }
    }
    if known == 0 || v4.is_err() || v6.is_err() {
        let why = v4.err().or(v6.err()).unwrap_or("no address");
        Line::warn("destination.unresolved").text("host", &name).text("why", why).emit();
    }
    Ok(())
}
