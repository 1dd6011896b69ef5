//! The mistakes, each with a code, a sentence and what to do.

use std::fmt;

use super::JsonStyle;

/// One thing that is wrong. Secrets are named by their positions, counted from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mistake {
    /// No header of a signature.
    Unsigned,
    /// A header of another scheme.
    ForeignHeader(&'static str),
    /// The three headers are called `svix-…`.
    SvixHeaders,
    /// One of the three headers is not there.
    MissingHeader(&'static str),
    /// Only Helicone's signature, where a signed time is required.
    NoTime,
    /// `webhook-id` has not the form of one.
    Id,
    /// `webhook-timestamp` is in milliseconds.
    Milliseconds,
    /// `webhook-timestamp` is no whole number of seconds.
    TimeFormat,
    /// It was signed so long ago.
    Stale {
        /// How long, in seconds.
        seconds: i64,
    },
    /// It was signed in the future.
    Future {
        /// How far ahead, in seconds.
        seconds: i64,
    },
    /// One scheme's signature stands in the other's header.
    OtherHeader,
    /// Hex where base64 belongs.
    HexSignature,
    /// Base64 where hex belongs.
    Base64Signature,
    /// Base64 in the alphabet for URLs, or without its padding.
    UrlSafeSignature,
    /// Upper-case hex.
    UpperCaseSignature,
    /// Not its version before it, `v1,` or `v1a,`.
    UnversionedSignature,
    /// Such as `sha256=` before it.
    PrefixedSignature,
    /// Quotes or white space around it, or commas between entries.
    UncleanSignature,
    /// Nothing that could be a signature.
    UnreadableSignature,
    /// It is signed with `v1a` alone, and there is no public key to verify that with.
    NoPublicKey,
    /// It is signed with `v1` alone, and there is nothing but public keys.
    NoSymmetricSecret,
    /// The body alone was signed, without id and time.
    BodyAlone,
    /// Time and body were signed, without the id.
    TimeAndBody,
    /// Id and time were signed along, where the body alone belongs.
    IdAndTime,
    /// The other scheme's key.
    OtherSchemesKey(usize),
    /// The text of a `whsec_` as key, not the bytes that it stands for.
    SecretAsText(usize),
    /// The bytes of an `hmac_key` that its hex stands for.
    SecretHexDecoded(usize),
    /// The bytes of an `hmac_key` as base64.
    SecretBase64Decoded(usize),
    /// A secret without its `whsec_`.
    SecretWithoutPrefix(usize),
    /// White space or quotes in it, or a line break behind it.
    SecretUnclean(usize),
    /// Base64 in the alphabet for URLs, or without its padding.
    SecretUrlSafe(usize),
    /// The empty text as key.
    SecretEmpty,
    /// A secret whose time is over.
    SecretExpired(usize),
    /// One of the secrets that the receiver is not set up with.
    OtherSecret(usize),
    /// A secret that cannot be one.
    SecretForm(usize),
    /// The body was parsed and written anew; the signed one was in this style.
    Reserialised(JsonStyle),
    /// The body was parsed and written anew, it is not known from which style.
    Rewritten,
    /// A line break was added at its end.
    NewlineAdded,
    /// The line break at its end was lost.
    NewlineLost,
    /// Line breaks became CR LF.
    CrlfAdded,
    /// CR LF became line breaks.
    CrlfLost,
    /// White space around it was added.
    WhiteSpaceAdded,
    /// A byte order mark was put before it.
    BomAdded,
    /// The byte order mark before it was lost.
    BomLost,
    /// It is packed in base64.
    Base64Body,
    /// It is a JSON string that holds the body.
    StringBody,
    /// It is an object that holds the body in `body`.
    WrappedBody,
    /// UTF-8 was read as Latin-1.
    Latin1,
    /// Characters were replaced by U+FFFD.
    Replaced,
    /// It is compressed.
    Compressed,
    /// It is empty.
    Empty,
    /// Its end is missing.
    Truncated,
    /// It is longer than `Content-Length` says.
    Overlong,
    /// None of these.
    Unknown,
}

impl Mistake {
    /// A stable code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Unsigned => "unsigned",
            Self::ForeignHeader(_) => "foreign_header",
            Self::SvixHeaders => "svix_headers",
            Self::MissingHeader(_) => "missing_header",
            Self::NoTime => "no_time",
            Self::Id => "id",
            Self::Milliseconds => "timestamp_milliseconds",
            Self::TimeFormat => "timestamp_format",
            Self::Stale { .. } => "stale",
            Self::Future { .. } => "future",
            Self::OtherHeader => "other_header",
            Self::HexSignature => "signature_hex",
            Self::Base64Signature => "signature_base64",
            Self::UrlSafeSignature => "signature_url_safe",
            Self::UpperCaseSignature => "signature_upper_case",
            Self::UnversionedSignature => "signature_unversioned",
            Self::PrefixedSignature => "signature_prefixed",
            Self::UncleanSignature => "signature_unclean",
            Self::UnreadableSignature => "signature_unreadable",
            Self::NoPublicKey => "no_public_key",
            Self::NoSymmetricSecret => "no_symmetric_secret",
            Self::BodyAlone => "signed_body_alone",
            Self::TimeAndBody => "signed_time_and_body",
            Self::IdAndTime => "signed_id_and_time",
            Self::OtherSchemesKey(_) => "other_schemes_key",
            Self::SecretAsText(_) => "secret_as_text",
            Self::SecretHexDecoded(_) => "secret_hex_decoded",
            Self::SecretBase64Decoded(_) => "secret_base64_decoded",
            Self::SecretWithoutPrefix(_) => "secret_without_prefix",
            Self::SecretUnclean(_) => "secret_unclean",
            Self::SecretUrlSafe(_) => "secret_url_safe",
            Self::SecretEmpty => "secret_empty",
            Self::SecretExpired(_) => "secret_expired",
            Self::OtherSecret(_) => "other_secret",
            Self::SecretForm(_) => "secret_form",
            Self::Reserialised(_) => "body_reserialised",
            Self::Rewritten => "body_rewritten",
            Self::NewlineAdded => "body_newline_added",
            Self::NewlineLost => "body_newline_lost",
            Self::CrlfAdded => "body_crlf_added",
            Self::CrlfLost => "body_crlf_lost",
            Self::WhiteSpaceAdded => "body_white_space_added",
            Self::BomAdded => "body_bom_added",
            Self::BomLost => "body_bom_lost",
            Self::Base64Body => "body_base64",
            Self::StringBody => "body_json_string",
            Self::WrappedBody => "body_wrapped",
            Self::Latin1 => "body_latin1",
            Self::Replaced => "body_replaced_characters",
            Self::Compressed => "body_compressed",
            Self::Empty => "body_empty",
            Self::Truncated => "body_truncated",
            Self::Overlong => "body_overlong",
            Self::Unknown => "unknown",
        }
    }

    /// Whether one can see it in the request without any signature to confirm it.
    pub fn is_evident(&self) -> bool {
        matches!(
            self,
            Self::NoPublicKey
                | Self::NoSymmetricSecret
                | Self::UnreadableSignature
                | Self::Compressed
                | Self::Empty
                | Self::Truncated
                | Self::Overlong
        )
    }

    /// What to do about it.
    pub fn remedy(self) -> &'static str {
        match self {
            Self::Unsigned | Self::MissingHeader(_) => {
                "see whether a proxy or framework drops headers, and whether the sender signs at all"
            }
            Self::ForeignHeader(_) => "verify this one by its own sender's scheme",
            Self::SvixHeaders => "read svix-id, svix-timestamp and svix-signature, or have them renamed",
            Self::NoTime => "have the sender sign by Standard Webhooks too, or don't require a timestamp",
            Self::Id => "send 1 to 64 letters, digits, - or _",
            Self::Milliseconds => "send whole seconds: divide by 1000",
            Self::TimeFormat => "send whole seconds since 1970, digits alone",
            Self::Stale { .. } => {
                "set the receiver's clock; have a late delivery sent again instead of replaying it"
            }
            Self::Future { .. } => "set the clocks of sender and receiver",
            Self::OtherHeader => {
                "put Standard Webhooks' signature into webhook-signature and Helicone's into Helicone-Signature"
            }
            Self::HexSignature => "write it as v1, and base64",
            Self::Base64Signature | Self::UpperCaseSignature => "write it as 64 lower-case hex characters",
            Self::UrlSafeSignature => "use the standard alphabet (+ and /), padded with =",
            Self::UnversionedSignature => "put v1, before it (v1a, where a public key verifies it)",
            Self::PrefixedSignature => "leave out what stands before it",
            Self::UncleanSignature => "trim it, without quotes; put one space between entries",
            Self::UnreadableSignature => "see what the sender writes into the header",
            Self::NoPublicKey => {
                "set the webhook's public key (whpk_) as a secret, or have it signed with v1"
            }
            Self::NoSymmetricSecret => {
                "set the webhook's signing secret (whsec_), or have it signed with v1a"
            }
            Self::BodyAlone | Self::TimeAndBody => "sign the id, a dot, the timestamp, a dot and the body",
            Self::IdAndTime => "sign the body alone for Helicone-Signature",
            Self::OtherSchemesKey(_) => {
                "use the signing_secret for webhook-signature and the hmac_key for Helicone-Signature"
            }
            Self::SecretAsText(_) => "decode what stands behind whsec_ from base64, and use those bytes",
            Self::SecretHexDecoded(_) | Self::SecretBase64Decoded(_) => "use the hmac_key as text, undecoded",
            Self::SecretWithoutPrefix(_) => "set it with its whsec_",
            Self::SecretUnclean(_) => "set the secret alone: no quotes, spaces or line breaks",
            Self::SecretUrlSafe(_) => "write the secret in the standard alphabet (+ and /), padded with =",
            Self::SecretEmpty => "the sender signs with an empty key: is its variable set?",
            Self::SecretExpired(_) => {
                "the sender still signs with it: give it the new one, or let this one be good longer"
            }
            Self::OtherSecret(_) => "set this secret, or have the sender use the one that is set",
            Self::SecretForm(_) => {
                "set whsec_ with the base64 of 24 to 64 bytes, whpk_ with a public key, or an hmac_key"
            }
            Self::Reserialised(_) | Self::Rewritten => {
                "verify the raw body as it came, before anything parses it"
            }
            Self::NewlineAdded | Self::NewlineLost | Self::WhiteSpaceAdded => {
                "keep the body as it came: no echo, editor or trim in between"
            }
            Self::CrlfAdded | Self::CrlfLost => "keep line breaks as they came: read the body as bytes",
            Self::BomAdded | Self::BomLost => "read the body as bytes",
            Self::Base64Body => "decode it first: some platforms hand bodies over in base64",
            Self::StringBody => "verify what is in the string: the body was encoded twice",
            Self::WrappedBody => "verify what is in the member `body`: this is a platform's own event",
            Self::Latin1 | Self::Replaced => {
                "read the body as bytes, and don't decode it before it is verified"
            }
            Self::Compressed => "unpack it first, or have the proxy leave it as it is",
            Self::Empty => "something read the body before: verify first, or keep a copy of its bytes",
            Self::Truncated => "raise the limit of whatever reads the body, and read it to its end",
            Self::Overlong => "see what adds to the body on its way",
            Self::Unknown => {
                "compare the secrets' fingerprints on both sides; then look for what changes the body"
            }
        }
    }
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = match self {
            Self::ForeignHeader(name) => return write!(f, "signed by another scheme: it carries {name}"),
            Self::MissingHeader(name) => return write!(f, "{name} is missing"),
            Self::Stale { seconds } => return write!(f, "signed {seconds} s ago; up to 300 s are allowed"),
            Self::Future { seconds } => {
                return write!(f, "signed {seconds} s in the future; up to 300 s are allowed");
            }
            Self::Reserialised(style) => {
                return write!(
                    f,
                    "the body was parsed and written anew; what was signed is {}",
                    style.name()
                );
            }
            Self::OtherSchemesKey(at) => return secret(f, *at, "is of the other scheme"),
            Self::SecretAsText(at) => {
                return secret(f, *at, "was used as text, not as the bytes that its base64 stands for");
            }
            Self::SecretHexDecoded(at) => return secret(f, *at, "was decoded from hex before use"),
            Self::SecretBase64Decoded(at) => return secret(f, *at, "was decoded from base64 before use"),
            Self::SecretWithoutPrefix(at) => return secret(f, *at, "lacks its whsec_"),
            Self::SecretUnclean(at) => {
                return secret(f, *at, "has white space or quotes around it on one of the two sides");
            }
            Self::SecretUrlSafe(at) => return secret(f, *at, "is base64 for URLs, or lacks its padding"),
            Self::SecretExpired(at) => return secret(f, *at, "signed this, and its notAfter is past"),
            Self::SecretForm(at) => return secret(f, *at, "is none that can be used"),
            Self::OtherSecret(at) => {
                let number = at.saturating_add(1);
                return write!(f, "signed with another secret: number {number} of those that are not set");
            }
            Self::Unsigned => "there is no signature",
            Self::SvixHeaders => "the headers are called svix-… instead of webhook-…",
            Self::NoTime => "Helicone-Signature alone tells no time, and a time is required",
            Self::Id => "webhook-id has not the form of one",
            Self::Milliseconds => "webhook-timestamp is in milliseconds",
            Self::TimeFormat => "webhook-timestamp is no whole number of seconds",
            Self::OtherHeader => "one scheme's signature stands in the other's header",
            Self::HexSignature => "the signature is hex instead of base64",
            Self::Base64Signature => "the signature is base64 instead of hex",
            Self::UrlSafeSignature => "the signature is base64 for URLs, or lacks its padding",
            Self::UpperCaseSignature => "the signature is upper-case hex",
            Self::UnversionedSignature => "the signature has not its version, v1, before it",
            Self::PrefixedSignature => "the signature has something before it, such as sha256=",
            Self::UncleanSignature => {
                "the signature has quotes or white space around it, or wrong separators"
            }
            Self::UnreadableSignature => "the header holds nothing that could be a signature",
            Self::NoPublicKey => "it is signed with v1a alone, and no public key is set",
            Self::NoSymmetricSecret => "it is signed with v1 alone, and only public keys are set",
            Self::BodyAlone => "the body alone was signed, without id and timestamp",
            Self::TimeAndBody => "timestamp and body were signed, without the id",
            Self::IdAndTime => "id and timestamp were signed along, where the body alone belongs",
            Self::SecretEmpty => "it was signed with an empty key",
            Self::Rewritten => "the body is JSON as no sender of ours writes it: it seems to be written anew",
            Self::NewlineAdded => "the body has a line break at its end that was not signed",
            Self::NewlineLost => "the body lost the line break at its end",
            Self::CrlfAdded => "the body's line breaks became CR LF",
            Self::CrlfLost => "the body's CR LF became line breaks",
            Self::WhiteSpaceAdded => "the body has white space around it that was not signed",
            Self::BomAdded => "the body has a byte order mark that was not signed",
            Self::BomLost => "the body lost its byte order mark",
            Self::Base64Body => "the body is in base64",
            Self::StringBody => "the body is inside a JSON string",
            Self::WrappedBody => "the body is inside another object, in its member `body`",
            Self::Latin1 => "the body's UTF-8 was read as Latin-1",
            Self::Replaced => "characters of the body were replaced by U+FFFD",
            Self::Compressed => "the body is compressed",
            Self::Empty => "the body is empty",
            Self::Truncated => "the body's end is missing",
            Self::Overlong => "the body is longer than its Content-Length",
            Self::Unknown => {
                "no secret that is set signed this body, and none of the known mistakes explains it"
            }
        };
        f.write_str(text)
    }
}

fn secret(f: &mut fmt::Formatter<'_>, at: usize, what: &str) -> fmt::Result {
    write!(f, "secret {} {what}", at.saturating_add(1))
}
