//! API keys, tokens and private keys: what shall never leave, by the prefixes that their issuers gave them.

use super::text::is_word;

/// What a key may be made of behind its prefix.
#[derive(Clone, Copy)]
enum Alphabet {
    /// Letters and digits.
    Plain,
    /// Capitals and digits.
    Capitals,
    /// These, `-` and `_`.
    Url,
    /// Letters, digits, `+`, `/` and `=`.
    Base64,
}

/// A kind of key: its prefix, what follows, how much of it at least, and whether at most as much.
struct Kind {
    prefix: &'static str,
    alphabet: Alphabet,
    least: usize,
    exact: bool,
}

const fn kind(prefix: &'static str, alphabet: Alphabet, least: usize) -> Kind {
    Kind { prefix, alphabet, least, exact: false }
}

const fn exact(prefix: &'static str, alphabet: Alphabet, length: usize) -> Kind {
    Kind { prefix, alphabet, least: length, exact: true }
}

const KINDS: [Kind; 42] = [
    // Amazon.
    exact("AKIA", Alphabet::Capitals, 16),
    exact("ASIA", Alphabet::Capitals, 16),
    exact("ABIA", Alphabet::Capitals, 16),
    exact("ACCA", Alphabet::Capitals, 16),
    // Google.
    exact("AIza", Alphabet::Url, 35),
    kind("GOCSPX-", Alphabet::Url, 20),
    kind("ya29.", Alphabet::Url, 20),
    // GitHub, GitLab.
    kind("ghp_", Alphabet::Plain, 30),
    kind("gho_", Alphabet::Plain, 30),
    kind("ghu_", Alphabet::Plain, 30),
    kind("ghs_", Alphabet::Plain, 30),
    kind("ghr_", Alphabet::Plain, 30),
    kind("github_pat_", Alphabet::Url, 30),
    kind("glpat-", Alphabet::Url, 20),
    // Slack.
    kind("xoxb-", Alphabet::Url, 10),
    kind("xoxp-", Alphabet::Url, 10),
    kind("xoxa-", Alphabet::Url, 10),
    kind("xoxr-", Alphabet::Url, 10),
    kind("xoxs-", Alphabet::Url, 10),
    kind("xoxe-", Alphabet::Url, 10),
    kind("xapp-", Alphabet::Url, 10),
    // Stripe.
    kind("sk_live_", Alphabet::Plain, 10),
    kind("sk_test_", Alphabet::Plain, 10),
    kind("rk_live_", Alphabet::Plain, 10),
    kind("rk_test_", Alphabet::Plain, 10),
    kind("pk_live_", Alphabet::Plain, 10),
    // Packages.
    kind("npm_", Alphabet::Plain, 30),
    kind("pypi-", Alphabet::Url, 50),
    // Model providers and gateways.
    kind("hf_", Alphabet::Plain, 30),
    kind("gsk_", Alphabet::Plain, 30),
    kind("xai-", Alphabet::Plain, 30),
    kind("r8_", Alphabet::Plain, 30),
    kind("pplx-", Alphabet::Plain, 30),
    kind("nvapi-", Alphabet::Url, 30),
    kind("fw_", Alphabet::Plain, 20),
    kind("hg_", Alphabet::Url, 50),
    // Webhooks.
    kind("whsec_", Alphabet::Base64, 24),
    kind("whsk_", Alphabet::Base64, 24),
    // Others.
    kind("SG.", Alphabet::Url, 16),
    kind("shpat_", Alphabet::Plain, 30),
    kind("dop_v1_", Alphabet::Plain, 40),
    kind("sk-", Alphabet::Url, 20),
];

const BEARER: &[u8] = b"bearer ";
/// The shortest token behind `Bearer`.
const TOKEN: usize = 16;
/// How many bytes of a key are looked at to tell it from words.
const LOOK: usize = 64;

/// Finds secrets that begin with a letter.
#[derive(Default)]
pub(super) struct Secrets {
    /// Where the run of base64url ends that was met last.
    run_end: usize,
}

impl Secrets {
    /// The secret that begins at `at`, or behind the word `Bearer` there: its first byte, and the one behind its last.
    pub(super) fn find(&mut self, bytes: &[u8], at: usize) -> Option<(usize, usize)> {
        let rest = bytes.get(at..)?;
        if let Some(end) = self.web_token(bytes, at) {
            return Some((at, end));
        }
        if let Some(length) = issued(rest) {
            return Some((at, at.checked_add(length)?));
        }
        let (skipped, length) = bearer(rest)?;
        let start = at.checked_add(skipped)?;
        Some((start, start.checked_add(length)?))
    }

    /// A JSON Web Token: two or three parts in base64url, of which the first begins as `{"` does.
    fn web_token(&mut self, bytes: &[u8], at: usize) -> Option<usize> {
        const PART: usize = 8;
        if !bytes.get(at..)?.starts_with(b"eyJ") {
            return None;
        }
        let run = |from: usize, most: usize| {
            let part = bytes.get(from..).unwrap_or_default();
            part.iter().take(most).take_while(|byte| belongs(**byte, Alphabet::Url)).count()
        };
        // A run may hold many places where a token could begin; it ends where it ends.
        if at >= self.run_end {
            self.run_end = at.saturating_add(run(at, usize::MAX));
        }
        let claims = self.run_end.checked_add(1)?;
        let is_header = self.run_end.saturating_sub(at) >= PART && bytes.get(self.run_end) == Some(&b'.');
        if !is_header || run(claims, PART) < PART {
            return None;
        }
        let end = claims.checked_add(run(claims, usize::MAX))?;
        let signature = end.checked_add(1)?;
        match bytes.get(end) {
            Some(b'.') => signature.checked_add(run(signature, usize::MAX)),
            _ => Some(end),
        }
    }
}

fn issued(rest: &[u8]) -> Option<usize> {
    let first = rest.first()?;
    let kind = KINDS.iter().find(|kind| {
        kind.prefix.as_bytes().first() == Some(first) && rest.starts_with(kind.prefix.as_bytes())
    })?;
    let key = rest.get(kind.prefix.len()..)?;
    // Whether it is one is settled by its beginning, so that a text of prefixes alone costs no more than others.
    let is_part = |byte: &u8| belongs(*byte, kind.alphabet);
    let look = key.get(..key.len().min(kind.least.max(LOOK)))?;
    let seen = look.iter().take_while(|byte| is_part(byte)).count();
    if seen < kind.least || !is_random(kind, look.get(..seen)?) {
        return None;
    }
    let length = key.iter().position(|byte| !is_part(byte)).unwrap_or(key.len());
    if kind.exact && (length != kind.least || is_word(key, length)) {
        return None;
    }
    // A second part behind a point, as some have.
    let more = match (kind.prefix, key.get(length..)) {
        ("SG." | "ya29.", Some([b'.', more @ ..])) => {
            more.iter().position(|byte| !is_part(byte)).unwrap_or(more.len()).saturating_add(1)
        }
        _ => 0,
    };
    Some(kind.prefix.len().saturating_add(length).saturating_add(more))
}

/// What a machine made up rather than a person: `sk-` begins words, too.
fn is_random(kind: &Kind, key: &[u8]) -> bool {
    if kind.prefix != "sk-" {
        return true;
    }
    let has_digit = key.iter().any(u8::is_ascii_digit);
    let has_capital = key.iter().any(u8::is_ascii_uppercase);
    let longest = key.split(|byte| !byte.is_ascii_alphanumeric()).map(<[u8]>::len).max().unwrap_or(0);
    has_digit && (has_capital || longest >= 20)
}

/// What stands behind `Bearer `, as its distance and its length.
fn bearer(rest: &[u8]) -> Option<(usize, usize)> {
    if !rest.get(..BEARER.len())?.eq_ignore_ascii_case(BEARER) {
        return None;
    }
    let token = rest.get(BEARER.len()..)?;
    let is_part =
        |byte: &u8| belongs(*byte, Alphabet::Url) || matches!(byte, b'.' | b'~' | b'+' | b'/' | b'=');
    let look = token.get(..token.len().min(LOOK))?;
    let seen = look.iter().take_while(|byte| is_part(byte)).count();
    let has_digit = look.iter().take(seen).any(u8::is_ascii_digit);
    if seen < TOKEN || !has_digit {
        return None;
    }
    let length = token.iter().position(|byte| !is_part(byte)).unwrap_or(token.len());
    Some((BEARER.len(), length))
}

/// A private key in PEM: to its end, or to the text's where it was cut.
pub(super) fn private_key(bytes: &[u8], at: usize) -> Option<usize> {
    const BEGIN: &[u8] = b"-----BEGIN ";
    const KEY: &[u8] = b"PRIVATE KEY";
    const END: &[u8] = b"-----END ";
    let rest = bytes.get(at..)?;
    if !rest.starts_with(BEGIN) {
        return None;
    }
    let label = rest.get(BEGIN.len()..)?;
    let label = label.get(..label.len().min(LOOK))?;
    let label = label.get(..label.windows(5).position(|five| five == b"-----")?)?;
    if !label.windows(KEY.len()).any(|part| part == KEY) {
        return None;
    }
    let Some(end) = rest.windows(END.len()).position(|part| part == END) else { return Some(bytes.len()) };
    let behind = end.checked_add(END.len())?;
    let tail = rest.get(behind..)?;
    let close = tail.get(..tail.len().min(LOOK))?.windows(5).position(|five| five == b"-----");
    let end = close.map_or(rest.len(), |close| behind.saturating_add(close).saturating_add(5));
    at.checked_add(end)
}

fn belongs(byte: u8, alphabet: Alphabet) -> bool {
    match alphabet {
        Alphabet::Plain => byte.is_ascii_alphanumeric(),
        Alphabet::Capitals => byte.is_ascii_uppercase() || byte.is_ascii_digit(),
        Alphabet::Url => byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'),
        Alphabet::Base64 => byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'='),
    }
}
