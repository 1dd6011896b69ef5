//! The signed URL of a stored exchange: `{base}/payloads/{org}/{date}/{hour}/{segment}?offset=…&length=…&expires=…&signature=…`.
//!
//! It is a bearer credential for one slice of one object for a short time, minted anew at each delivery attempt. Everything
//! in it is covered by the MAC as text, so that no other spelling of the same numbers verifies.

use super::{
    byte_range::Part,
    hash::{MacKey, same},
    time::Timestamp,
};

/// How long a URL is good for unless `PAYLOAD_URL_TTL_SECONDS` says otherwise: Helicone's documented 30 minutes.
pub const DEFAULT_TTL_SECONDS: i64 = 1800;

/// The archive's key prefix, which the URL leaves out.
const KEY_PREFIX: &str = "archive/";
const PATH_PREFIX: &str = "/payloads/";

/// One slice of one archived object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Locator {
    /// The object's key: `archive/{org}/{date}/{hour}/{segment}`.
    pub key: String,
    /// Where the slice begins, in bytes.
    pub offset: u64,
    /// How long it is, in bytes.
    pub length: u64,
}

impl Locator {
    /// A part of the slice, as offset and length in the object. Never a byte beyond the slice, whatever the part.
    pub fn part(&self, part: Part) -> (u64, u64) {
        let first = part.first().min(self.length);
        (self.offset.saturating_add(first), part.length().min(self.length.saturating_sub(first)))
    }
}

/// Mints a URL that is good until `expires`.
pub fn mint(base: &str, locator: &Locator, expires: Timestamp, key: &MacKey) -> String {
    let path = locator.key.strip_prefix(KEY_PREFIX).unwrap_or(&locator.key);
    let (offset, length, expires) =
        (locator.offset.to_string(), locator.length.to_string(), expires.seconds().to_string());
    let signature = hex::encode(tag(key, path, &offset, &length, &expires));
    format!(
        "{}{PATH_PREFIX}{path}?offset={offset}&length={length}&expires={expires}&signature={signature}",
        base.trim_end_matches('/')
    )
}

/// Verifies a request's path and query and returns the slice it may read. `None` for whatever is not exactly a URL
/// that was minted here and has not expired: which of these it was is nobody's business.
pub fn open(path: &str, query: Option<&str>, now: Timestamp, key: &MacKey) -> Option<Locator> {
    let path = path.strip_prefix(PATH_PREFIX)?;
    let parameters: Vec<(&str, &str)> =
        query?.split('&').map(|pair| pair.split_once('=')).collect::<Option<_>>()?;
    let [("offset", offset), ("length", length), ("expires", expires), ("signature", signature)] =
        parameters.as_slice()
    else {
        return None;
    };
    let expected = hex::encode(tag(key, path, offset, length, expires));
    if !same(expected.as_bytes(), signature.as_bytes()) {
        return None;
    }
    let expires: i64 = expires.parse().ok()?;
    if now.seconds() >= expires {
        return None;
    }
    Some(Locator {
        key: format!("{KEY_PREFIX}{path}"),
        offset: offset.parse().ok()?,
        length: length.parse().ok()?,
    })
}

fn tag(key: &MacKey, path: &str, offset: &str, length: &str, expires: &str) -> [u8; 32] {
    let message = format!("heliograph/payload\nGET\n{path}\n{offset}\n{length}\n{expires}");
    key.sign(&[message.as_bytes()])
}
