//! Moments: how long ago, with the moment itself beside it for whoever points at it.

use maud::{Markup, html};

use super::number::{UNKNOWN, seconds};
use crate::core::time::Timestamp;

/// A moment of the API (RFC 3339) as `5 min 3 s ago` or `in 2 h`; as it is where it is no such text.
pub fn ago(moment: &str, now: Timestamp) -> Markup {
    let Some(at) = Timestamp::parse(moment) else { return html! { (moment) } };
    let past = now.millis().saturating_sub(at.millis()).div_euclid(1000);
    let away = |length: i64| coarse(length.unsigned_abs());
    let text = match past {
        0..=1 => "just now".to_owned(),
        past if past > 0 => format!("{} ago", away(past)),
        future => format!("in {}", away(future)),
    };
    html! { time datetime=(moment) title=(exact(at)) { (text) } }
}

/// The same where there may be none.
pub fn ago_or_dash(moment: Option<&str>, now: Timestamp) -> Markup {
    moment.map_or_else(|| html! { span.muted { (UNKNOWN) } }, |moment| ago(moment, now))
}

/// A moment in full: `2026-11-21 09:00:00 UTC`.
pub fn at(moment: &str) -> Markup {
    let text = Timestamp::parse(moment).map_or_else(|| moment.to_owned(), exact);
    html! { time datetime=(moment) { (text) } }
}

fn exact(moment: Timestamp) -> String {
    let text = moment.to_string();
    let seconds = text.split_once('.').map_or(text.as_str(), |(seconds, _)| seconds);
    format!("{} UTC", seconds.trim_end_matches('Z').replace('T', " "))
}

/// Far away, the smaller unit says nothing.
fn coarse(length: u64) -> String {
    let text = seconds(length);
    match text.match_indices(' ').nth(1) {
        Some((end, _)) => text.get(..end).unwrap_or(&text).to_owned(),
        None => text,
    }
}
