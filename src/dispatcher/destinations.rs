//! What a destination's name resolves to, asked when a person sets or tests it and not at each attempt.

use futures_util::future::join;

use crate::{
    core::{
        destination::dns::{Record, judge, name_of},
        field::FieldError,
    },
    edge::{dns::look_up, log::Line, settings::DispatcherSettings},
};

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
