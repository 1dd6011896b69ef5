//! `Accept-Encoding` of RFC 9110, section 12.5.3, as far as an answer that is stored packed needs it.

/// Whether a client takes gzip. One that takes anything (`*`) or says nothing is not sent what it did not name.
pub fn takes_gzip(header: &str) -> bool {
    header.split(',').any(|element| {
        let (coding, weight) = element.split_once(';').unwrap_or((element, "q=1"));
        coding.trim().eq_ignore_ascii_case("gzip") && !is_zero(weight)
    })
}

/// Whether a weight forbids: `q=0`, `q=0.0` and so on.
fn is_zero(weight: &str) -> bool {
    let value = weight.split_once('=').map_or("", |(_, value)| value.trim());
    value.parse::<f64>().is_ok_and(|value| value <= 0.0)
}
