//! The signatures that a request carries, read as leniently as can be.

use base64::{
    Engine, alphabet,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};

use super::{super::verify::MAX_ENTRIES, Mistake, Received};

/// The scheme that a header, a key or a signed content belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scheme {
    Standard,
    Helicone,
}

/// One signature: its bytes, the header that it stands in, and what is odd about how it is written.
#[derive(Debug)]
pub(super) struct Claim {
    pub bytes: Vec<u8>,
    pub header: Scheme,
    /// What its entry says: `v1`, `v1a`, or nothing.
    pub version: Option<String>,
    pub mistakes: Vec<Mistake>,
}

/// Every signature of the headers that count: by the policy of verification, Helicone's counts where no `webhook-*` header is there.
pub(super) fn read(received: &Received) -> Vec<Claim> {
    let is_standard =
        received.headers.iter().any(|(name, _)| name.to_ascii_lowercase().starts_with("webhook-"));
    let names: &[&str] =
        if is_standard { &["webhook-signature"] } else { &["helicone-signature", "x-helicone-signature"] };
    let header = if is_standard { Scheme::Standard } else { Scheme::Helicone };
    // Of Helicone's two headers the first one that is there counts alone.
    let value = names.iter().find_map(|name| received.header(name));
    value.map(|value| entries(value, header)).unwrap_or_default()
}

fn entries(value: &str, header: Scheme) -> Vec<Claim> {
    let is_edge = |character: char| character.is_whitespace() || character == '"' || character == '\'';
    let clean = value.trim_matches(is_edge);
    let mut unclean = clean != value;
    // Between entries stands a space, and a comma only behind a version. (A signature may begin like one.)
    let entry_behind_comma =
        |text: String, version: &str| text.replace(&format!(",{version},"), &format!(" {version},"));
    let text = ["v1", "v1a"]
        .into_iter()
        .fold(clean.replace(", ", " "), entry_behind_comma)
        .replace(['\n', '\t'], " ");
    // Helicone's header holds one signature and nothing else.
    unclean |= text != clean || (header == Scheme::Helicone && text.contains(' '));
    text.split(' ')
        .filter(|entry| !entry.is_empty())
        .take(MAX_ENTRIES)
        .filter_map(|entry| claim(entry, header, unclean))
        .collect()
}

fn claim(entry: &str, header: Scheme, unclean: bool) -> Option<Claim> {
    let mut mistakes = Vec::new();
    if unclean {
        mistakes.push(Mistake::UncleanSignature);
    }
    let (version, mut text) = match entry.split_once(',') {
        Some((version, text)) => (Some(version.to_owned()), text),
        None => (None, entry),
    };
    if version.is_none() {
        // Base64 ends in `=` and has none elsewhere.
        if let Some((prefix, rest)) = text.split_once('=').filter(|(_, rest)| rest.len() > 2) {
            text = rest;
            let is_version = header == Scheme::Standard && prefix == "v1";
            mistakes.push(if is_version { Mistake::UncleanSignature } else { Mistake::PrefixedSignature });
        } else if header == Scheme::Standard {
            mistakes.push(Mistake::UnversionedSignature);
        }
    }
    let bytes = decode(text, header, &mut mistakes)?;
    let right = if bytes.len() == 64 { "v1a" } else { "v1" };
    if header == Scheme::Standard && version.as_deref().is_some_and(|version| version != right) {
        mistakes.push(Mistake::UnversionedSignature);
    }
    // Helicone's form is hex without anything before it: written so in the other's header it is simply the other's.
    if header == Scheme::Helicone && version.is_some() {
        mistakes.push(Mistake::PrefixedSignature);
    }
    Some(Claim { bytes, header, version, mistakes })
}

fn decode(text: &str, header: Scheme, mistakes: &mut Vec<Mistake>) -> Option<Vec<u8>> {
    if let Some(bytes) = hex::decode(text).ok().filter(|bytes| is_length(bytes)) {
        if header == Scheme::Standard {
            // Whoever writes hex knows of no version either.
            mistakes.retain(|mistake| *mistake != Mistake::UnversionedSignature);
            mistakes.push(Mistake::HexSignature);
        } else if text.bytes().any(|byte| byte.is_ascii_uppercase()) {
            mistakes.push(Mistake::UpperCaseSignature);
        }
        return Some(bytes);
    }
    let (bytes, is_standard) = decode_base64(text)?;
    if header == Scheme::Helicone {
        mistakes.push(Mistake::Base64Signature);
    } else if !is_standard {
        mistakes.push(Mistake::UrlSafeSignature);
    }
    is_length(&bytes).then_some(bytes)
}

fn is_length(bytes: &[u8]) -> bool {
    matches!(bytes.len(), 32 | 64)
}

/// Base64 in any alphabet, padded or not; and whether it was the standard one, padded.
pub(super) fn decode_base64(text: &str) -> Option<(Vec<u8>, bool)> {
    let config = GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    let standard = GeneralPurpose::new(&alphabet::STANDARD, config);
    let url_safe = GeneralPurpose::new(&alphabet::URL_SAFE, config);
    if let Ok(bytes) = base64::engine::general_purpose::STANDARD.decode(text) {
        return Some((bytes, true));
    }
    let bytes = standard.decode(text).or_else(|_| url_safe.decode(text)).ok()?;
    Some((bytes, false))
}
