//! Moments as people write them.

use crate::core::time::Timestamp;

/// A moment: a date, a date and time, or how long ago it was: `90s`, `15m`, `24h`, `7d`. An error says what the forms are.
pub fn moment(text: &str, now: Timestamp) -> Result<Timestamp, String> {
    let wrong =
        || format!("`{text}`: must be a date, a date and time, or how long ago, such as 15m, 24h or 7d");
    if let Some(moment) = Timestamp::parse_or_date(text) {
        return Ok(moment);
    }
    let (count, seconds) = [('s', 1), ('m', 60), ('h', 3600), ('d', 86_400)]
        .into_iter()
        .find_map(|(unit, seconds)| Some((text.strip_suffix(unit)?, seconds)))
        .ok_or_else(wrong)?;
    let count: u32 = count.parse().map_err(|_| wrong())?;
    Ok(now.plus_seconds(i64::from(count).saturating_mul(seconds).saturating_neg()))
}
