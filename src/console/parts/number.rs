//! Numbers, as people read them. What is not known is a dash, and not 0.

/// What stands for nothing known.
pub const UNKNOWN: &str = "–";

/// `12,345`.
pub fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && digits.len().saturating_sub(at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A share as `99.5 %`; 100 and 0 only where it is all or none.
pub fn percent(share: Option<f64>) -> String {
    let Some(share) = share else { return UNKNOWN.to_owned() };
    match share * 100.0 {
        all if all >= 100.0 => "100 %".to_owned(),
        none if none <= 0.0 => "0 %".to_owned(),
        some => format!("{:.1} %", some.clamp(0.1, 99.9)),
    }
}

/// A duration as `340 ms`, `1.2 s`, `2 min 3 s`.
pub fn millis(millis: Option<u64>) -> String {
    match millis {
        None => UNKNOWN.to_owned(),
        Some(millis @ 0..1000) => format!("{millis} ms"),
        Some(millis @ 1000..60_000) => format!("{:.1} s", millis as f64 / 1000.0),
        Some(millis) => seconds(millis.div_euclid(1000)),
    }
}

/// A duration in its two largest units: `45 s`, `2 min 3 s`, `3 h 5 min`, `2 d 4 h`.
pub fn seconds(seconds: u64) -> String {
    const UNITS: [(u64, &str); 4] = [(86_400, "d"), (3600, "h"), (60, "min"), (1, "s")];
    let first = UNITS.iter().position(|(length, _)| seconds >= *length).unwrap_or(3);
    let mut left = seconds;
    let mut parts = Vec::new();
    for (length, unit) in UNITS.iter().skip(first).take(2) {
        let amount = left.checked_div(*length).unwrap_or_default();
        left = left.checked_rem(*length).unwrap_or_default();
        if amount > 0 || parts.is_empty() {
            parts.push(format!("{amount} {unit}"));
        }
    }
    parts.join(" ")
}

/// US dollars: cents, and below a dollar as many digits as say something.
pub fn dollars(amount: Option<f64>) -> String {
    match amount {
        None => UNKNOWN.to_owned(),
        Some(0.0) => "$0".to_owned(),
        Some(small) if small.abs() < 0.01 => format!("${small:.6}"),
        Some(amount) if amount.abs() < 1.0 => format!("${amount:.4}"),
        Some(amount) => {
            let cents = (amount * 100.0).round().abs() as u64;
            let sign = if amount < 0.0 { "-" } else { "" };
            format!("{sign}${}.{:02}", count(cents.div_euclid(100)), cents.rem_euclid(100))
        }
    }
}

/// Bytes as `812 B`, `4.1 kB`, `2.0 MB`.
pub fn bytes(bytes: u64) -> String {
    match bytes {
        0..1000 => format!("{bytes} B"),
        1000..1_000_000 => format!("{:.1} kB", bytes as f64 / 1000.0),
        _ => format!("{:.1} MB", bytes as f64 / 1_000_000.0),
    }
}
