//! Numbers as `JSON.stringify` prints them (ECMAScript `Number::toString`), which `serde_json` does not: it writes
//! `1.0`, `1.5e-6` and `1e+20` where JavaScript writes `1`, `0.0000015` and `100000000000000000000`.

use serde::Serializer;
use serde_json::Value;

/// The largest integer up to which every integer is a JavaScript number of its own: 2^53.
const EXACT: u64 = 1 << 53;

/// A whole number of 0 or more, however it is written: JSON does not tell `5` from `5.0`.
pub fn whole(value: &Value) -> Option<u64> {
    let of_double =
        || value.as_f64().filter(|number| number.fract() == 0.0 && (0.0..=EXACT as f64).contains(number));
    value.as_u64().or_else(|| of_double().map(|number| number as u64))
}

/// Appends a double as JavaScript prints it; what JSON cannot hold (NaN, infinities) becomes `null`, as there.
pub fn write_number(value: f64, out: &mut Vec<u8>) {
    if value.is_finite() {
        out.extend_from_slice(ryu_js::Buffer::new().format_finite(value).as_bytes());
    } else {
        out.extend_from_slice(b"null");
    }
}

/// Serializes a number that is not below 0, with no point where it is whole: some clients take `100.0` for no whole number.
pub fn plain<S: Serializer>(value: &f64, serializer: S) -> Result<S::Ok, S::Error> {
    match value.fract() == 0.0 && (0.0..=EXACT as f64).contains(value) {
        true => serializer.serialize_u64(*value as u64),
        false => serializer.serialize_f64(*value),
    }
}

/// Appends an unsigned integer; one beyond 2^53 is rounded to the double that JavaScript would read.
pub(super) fn write_u64(value: u64, out: &mut Vec<u8>) {
    if value <= EXACT {
        let _ = serde_json::to_writer(out, &value);
    } else {
        write_number(value as f64, out);
    }
}

/// Appends a signed integer, rounded as in [`write_u64`].
pub(super) fn write_i64(value: i64, out: &mut Vec<u8>) {
    if value.unsigned_abs() <= EXACT {
        let _ = serde_json::to_writer(out, &value);
    } else {
        write_number(value as f64, out);
    }
}
