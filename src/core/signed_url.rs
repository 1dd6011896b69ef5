//! The signed URL of a stored exchange: `{base}/payloads/{org}/{date}/{hour}/{segment}?offset=…&length=…&expires=…&signature=…`.
//!
//! Of an exchange that is stored packed, `unpacked=…` behind the length says how long it is unpacked. What a subscription gets shaped
//! has a form of its own, `{base}/payloads/{…}?record=…&for=…&expires=…&signature=…`: it names the whole record, and for whom it is shaped.
//!
//! It is a bearer credential for one slice of one object for a short time, minted anew at each delivery attempt. Everything
//! in it is covered by the MAC as text, so that no other spelling of the same numbers verifies.

use super::{
    byte_range::Part,
    event::RecordPlace,
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
    /// Where the slice is a gzip member: how long it is once it is unpacked, in bytes.
    pub unpacked: Option<u64>,
}

impl Locator {
    /// How long that is what it hands out, in bytes.
    pub fn total(&self) -> u64 {
        self.unpacked.unwrap_or(self.length)
    }

    /// A part of what it hands out, as the first byte, counted from its start, and the length. Never a byte beyond its end,
    /// whatever the part.
    pub fn part(&self, part: Part) -> (u64, u64) {
        let first = part.first().min(self.total());
        (first, part.length().min(self.total().saturating_sub(first)))
    }
}

/// One archived record, and the subscription that gets its exchange shaped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShapedLocator {
    /// The object's key: `archive/{org}/{date}/{hour}/{segment}`.
    pub key: String,
    /// Where the record stands in it.
    pub place: RecordPlace,
    /// The subscription's id.
    pub subscription: String,
}

impl ShapedLocator {
    /// The org whose record and subscription it is.
    pub fn org(&self) -> Option<&str> {
        self.key.strip_prefix(KEY_PREFIX)?.split('/').next().filter(|org| !org.is_empty())
    }
}

/// Mints a URL that is good until `expires`.
pub fn mint(base: &str, locator: &Locator, expires: Timestamp, key: &MacKey) -> String {
    let path = locator.key.strip_prefix(KEY_PREFIX).unwrap_or(&locator.key);
    let unpacked = locator.unpacked.map(|length| length.to_string());
    let slice = Slice {
        offset: &locator.offset.to_string(),
        length: &locator.length.to_string(),
        unpacked: unpacked.as_deref(),
    };
    let expires = expires.seconds().to_string();
    let signature = hex::encode(slice.tag(key, path, &expires));
    let unpacked = slice.unpacked.map(|length| format!("&unpacked={length}")).unwrap_or_default();
    format!(
        "{}{PATH_PREFIX}{path}?offset={}&length={}{unpacked}&expires={expires}&signature={signature}",
        base.trim_end_matches('/'),
        slice.offset,
        slice.length,
    )
}

/// Verifies a request's path and query and returns the slice it may read. `None` for whatever is not exactly a URL
/// that was minted here and has not expired: which of these it was is nobody's business.
pub fn open(path: &str, query: Option<&str>, now: Timestamp, key: &MacKey) -> Option<Locator> {
    let path = path.strip_prefix(PATH_PREFIX)?;
    let parameters: Vec<(&str, &str)> =
        query?.split('&').map(|pair| pair.split_once('=')).collect::<Option<_>>()?;
    let (slice, expires, signature) = match *parameters.as_slice() {
        [("offset", offset), ("length", length), ("expires", expires), ("signature", signature)] => {
            (Slice { offset, length, unpacked: None }, expires, signature)
        }
        [
            ("offset", offset),
            ("length", length),
            ("unpacked", unpacked),
            ("expires", expires),
            ("signature", signature),
        ] => (Slice { offset, length, unpacked: Some(unpacked) }, expires, signature),
        _ => return None,
    };
    let expected = hex::encode(slice.tag(key, path, expires));
    if !same(expected.as_bytes(), signature.as_bytes()) {
        return None;
    }
    let expires: i64 = expires.parse().ok()?;
    if now.seconds() >= expires {
        return None;
    }
    Some(Locator {
        key: format!("{KEY_PREFIX}{path}"),
        offset: slice.offset.parse().ok()?,
        length: slice.length.parse().ok()?,
        unpacked: slice.unpacked.map(str::parse).transpose().ok()?,
    })
}

/// Mints a URL of a shaped exchange that is good until `expires`.
pub fn mint_shaped(base: &str, locator: &ShapedLocator, expires: Timestamp, key: &MacKey) -> String {
    let path = locator.key.strip_prefix(KEY_PREFIX).unwrap_or(&locator.key);
    let numbers: Vec<String> = Vec::from(locator.place).iter().map(u64::to_string).collect();
    let (record, reader) = (numbers.join(","), &locator.subscription);
    let expires = expires.seconds().to_string();
    let signature = hex::encode(shaped_tag(key, path, &record, reader, &expires));
    format!(
        "{}{PATH_PREFIX}{path}?record={record}&for={reader}&expires={expires}&signature={signature}",
        base.trim_end_matches('/'),
    )
}

/// The same as [`open`] for URLs of shaped exchanges.
pub fn open_shaped(path: &str, query: Option<&str>, now: Timestamp, key: &MacKey) -> Option<ShapedLocator> {
    let path = path.strip_prefix(PATH_PREFIX)?;
    let parameters: Vec<(&str, &str)> =
        query?.split('&').map(|pair| pair.split_once('=')).collect::<Option<_>>()?;
    let [("record", record), ("for", reader), ("expires", expires), ("signature", signature)] =
        *parameters.as_slice()
    else {
        return None;
    };
    let expected = hex::encode(shaped_tag(key, path, record, reader, expires));
    if !same(expected.as_bytes(), signature.as_bytes()) || now.seconds() >= expires.parse::<i64>().ok()? {
        return None;
    }
    let numbers: Vec<u64> = record.split(',').map(|number| number.parse().ok()).collect::<Option<_>>()?;
    Some(ShapedLocator {
        key: format!("{KEY_PREFIX}{path}"),
        place: RecordPlace::try_from(numbers).ok()?,
        subscription: reader.to_owned(),
    })
}

/// A label of its own again.
fn shaped_tag(key: &MacKey, path: &str, record: &str, reader: &str, expires: &str) -> [u8; 32] {
    let message = format!("heliograph/shaped-payload\nGET\n{path}\n{record}\n{reader}\n{expires}");
    key.sign(&[message.as_bytes()])
}

/// What a URL says of its slice, as text.
#[derive(Clone, Copy)]
struct Slice<'a> {
    offset: &'a str,
    length: &'a str,
    unpacked: Option<&'a str>,
}

impl Slice<'_> {
    /// The forms have labels of their own, so that none can be read as the other.
    fn tag(&self, key: &MacKey, path: &str, expires: &str) -> [u8; 32] {
        let Self { offset, length, unpacked } = self;
        let message = match unpacked {
            None => format!("heliograph/payload\nGET\n{path}\n{offset}\n{length}\n{expires}"),
            Some(unpacked) => {
                format!("heliograph/packed-payload\nGET\n{path}\n{offset}\n{length}\n{unpacked}\n{expires}")
            }
        };
        key.sign(&[message.as_bytes()])
    }
}
