//! URLs that R2 itself answers, by its S3 API: presigned, as AWS Signature Version 4 has it.
//!
//! Such a URL is good for a whole object, and a slice cannot be signed without asking more of whoever fetches it than a
//! `GET`. So where they are wanted, the exchange of a call with one event is stored once more, as an object of its own.

use std::fmt::Write;

use sha2::{Digest, Sha256};
use url::Url;

use super::{hash::MacKey, time::Timestamp};

/// R2 has but this one.
const REGION: &str = "auto";
/// The longest that a presigned URL may be good for: a week.
const MAX_TTL_SECONDS: i64 = 604_800;

/// Ends the key of a segment whose exchange is also stored alone. The key goes wherever the segment is spoken of, on the
/// queue, in the ledger and in the history, and so does this.
const MARK: &str = ".single";

/// The key of a segment whose exchange is also stored alone.
pub fn mark(segment: &str) -> String {
    format!("{segment}{MARK}")
}

/// Where a segment's exchange is stored alone; `None` where it is not.
pub fn exchange_key(segment: &str) -> Option<String> {
    segment.strip_suffix(MARK).map(|key| format!("{key}.exchange.json"))
}

/// A bucket behind the S3 API, and a key that may read it.
pub struct Presigner {
    /// Scheme, host and port.
    origin: String,
    /// Host, and the port where it is not the scheme's own.
    host: String,
    /// Path of the bucket, escaped.
    path: String,
    key_id: String,
    secret: String,
}

impl Presigner {
    /// For a bucket at `endpoint`, which must be an HTTP(S) URL.
    pub fn new(endpoint: &str, bucket: String, key_id: String, secret: String) -> Option<Self> {
        let url = Url::parse(endpoint).ok().filter(|url| matches!(url.scheme(), "http" | "https"))?;
        let host = url.host_str()?;
        Some(Self {
            origin: url.origin().ascii_serialization(),
            host: url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}")),
            path: format!("{}/{}", url.path().trim_end_matches('/'), escaped(&bucket, true)),
            key_id,
            secret,
        })
    }

    /// A URL to `GET` an object by.
    pub fn url(&self, key: &str, now: Timestamp, ttl_seconds: i64) -> Option<String> {
        let seconds = ttl_seconds.clamp(1, MAX_TTL_SECONDS);
        // 2026-11-21T09:00:00.000Z as 20261121T090000Z.
        let (seconds_part, _) = now.to_string().split_once('.').map(|(a, b)| (a.to_owned(), b.to_owned()))?;
        let time = format!("{}Z", seconds_part.replace(['-', ':'], ""));
        let (date, _) = time.split_once('T')?;
        let scope = format!("{date}/{REGION}/s3/aws4_request");
        let path = format!("{}/{}", self.path, escaped(key, true));
        let credential = escaped(&format!("{}/{scope}", self.key_id), false);
        let query = format!(
            "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential={credential}&X-Amz-Date={time}&X-Amz-Expires={seconds}&X-Amz-SignedHeaders=host"
        );
        let request = format!("GET\n{path}\n{query}\nhost:{}\n\nhost\nUNSIGNED-PAYLOAD", self.host);
        let text = format!("AWS4-HMAC-SHA256\n{time}\n{scope}\n{}", hex::encode(Sha256::digest(&request)));
        let mut key = MacKey::new(format!("AWS4{}", self.secret).as_bytes());
        for part in scope.split('/') {
            key = MacKey::new(&key.sign(&[part.as_bytes()]));
        }
        let signature = hex::encode(key.sign(&[text.as_bytes()]));
        Some(format!("{}{path}?{query}&X-Amz-Signature={signature}", self.origin))
    }
}

/// What RFC 3986 does not reserve as it is, a slash where it may stand, everything else escaped.
fn escaped(text: &str, keeps_slash: bool) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => out.push(char::from(byte)),
            b'/' if keeps_slash => out.push('/'),
            _ => {
                let _ = write!(out, "%{byte:02X}");
            }
        }
    }
    out
}
