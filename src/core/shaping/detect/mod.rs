//! Personal data and secrets in text: where they begin and where they end.
//!
//! One pass from left to right. At each place where a word can begin, the detectors whose first byte it could be look ahead;
//! how far is bounded, unless they find something, which is then passed over. So the time is linear in the text's length, whatever
//! it holds. What each detector takes for its kind of data, and what not, is in `docs/SHAPING.md`.

mod address;
mod email;
mod iban;
mod key;
mod number;
mod text;

use serde::Serialize;

/// What can be looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(not(target_arch = "wasm32"), derive(utoipa::ToSchema))]
pub enum Detector {
    /// E-mail addresses.
    Email,
    /// Phone numbers: international ones, and those of North America.
    Phone,
    /// Payment cards whose check digit is right.
    Card,
    /// IPv4 and IPv6 addresses.
    Ip,
    /// API keys, tokens and private keys.
    ApiKey,
    /// Social security numbers of the United States.
    Ssn,
    /// Bank accounts (IBAN) whose check digits are right.
    Iban,
}

impl Detector {
    /// All of them.
    pub const ALL: [Self; 7] =
        [Self::Email, Self::Phone, Self::Card, Self::Ip, Self::ApiKey, Self::Ssn, Self::Iban];

    /// Its name in settings.
    pub fn name(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Phone => "phone",
            Self::Card => "card",
            Self::Ip => "ip",
            Self::ApiKey => "api_key",
            Self::Ssn => "ssn",
            Self::Iban => "iban",
        }
    }

    /// What stands in place of what it found. The brackets belong to no kind of data, so that nothing can be found across them.
    pub fn marker(self) -> &'static str {
        match self {
            Self::Email => "[email]",
            Self::Phone => "[phone]",
            Self::Card => "[card]",
            Self::Ip => "[ip]",
            Self::ApiKey => "[api_key]",
            Self::Ssn => "[ssn]",
            Self::Iban => "[iban]",
        }
    }

    /// The detector of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|detector| detector.name() == name)
    }
}

/// Some of the detectors.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Detectors(u8);

impl Detectors {
    /// None of them.
    pub const NONE: Self = Self(0);
    /// All of them.
    pub const ALL: Self = Self(0x7f);

    /// The same with one more.
    pub fn with(self, detector: Detector) -> Self {
        Self(self.0 | bit(detector))
    }

    /// Whether this one is among them.
    pub fn contains(self, detector: Detector) -> bool {
        self.0 & bit(detector) != 0
    }

    /// Whether there is none.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }
}

fn bit(detector: Detector) -> u8 {
    match detector {
        Detector::Email => 1,
        Detector::Phone => 1 << 1,
        Detector::Card => 1 << 2,
        Detector::Ip => 1 << 3,
        Detector::ApiKey => 1 << 4,
        Detector::Ssn => 1 << 5,
        Detector::Iban => 1 << 6,
    }
}

/// One piece of data in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What it is.
    pub detector: Detector,
    /// Its first byte.
    pub start: usize,
    /// The byte behind its last.
    pub end: usize,
}

/// What is found in a text, in order; no two overlap.
pub fn findings(text: &str, wanted: Detectors) -> Vec<Finding> {
    let mut found = Vec::new();
    if wanted.is_empty() {
        return found;
    }
    let bytes = text.as_bytes();
    let mut at = 0;
    // Where the last finding ended: what stands before it is out of sight, as it will be once it is replaced.
    let mut floor = 0;
    let mut locals = email::Locals::default();
    let mut secrets = key::Secrets::default();
    while let Some(&byte) = bytes.get(at) {
        let address = if wanted.contains(Detector::Email) { locals.find(text, at) } else { None };
        let finding = match address {
            Some((start, end)) => Some(Finding { detector: Detector::Email, start, end }),
            None if at == floor || at.checked_sub(1).is_none_or(|before| !text::is_word(bytes, before)) => {
                begins_at(bytes, at, floor, byte, wanted, &mut secrets)
            }
            None => None,
        };
        match finding {
            Some(finding) if finding.end > at => {
                found.push(finding);
                at = finding.end;
                floor = at;
            }
            _ => at = at.saturating_add(1),
        }
    }
    found
}

/// What begins at a place where a word can begin.
fn begins_at(
    bytes: &[u8],
    at: usize,
    floor: usize,
    byte: u8,
    wanted: Detectors,
    secrets: &mut key::Secrets,
) -> Option<Finding> {
    let one = |detector: Detector, look: &dyn Fn() -> Option<usize>| {
        let end = if wanted.contains(detector) { look()? } else { return None };
        Some(Finding { detector, start: at, end })
    };
    let phone = || number::Start { bytes, at, floor }.phone();
    match byte {
        b'0'..=b'9' => {
            let number = number::Start { bytes, at, floor };
            one(Detector::Card, &|| number.card())
                .or_else(|| one(Detector::Ssn, &|| number.social_security()))
                .or_else(|| one(Detector::Phone, &phone))
                .or_else(|| one(Detector::Ip, &|| address::v4(bytes, at, floor)))
                .or_else(|| one(Detector::Ip, &|| address::v6(bytes, at)))
        }
        b'+' | b'(' => one(Detector::Phone, &phone),
        b'a'..=b'z' | b'A'..=b'Z' => {
            let secret = if wanted.contains(Detector::ApiKey) { secrets.find(bytes, at) } else { None };
            secret
                .map(|(start, end)| Finding { detector: Detector::ApiKey, start, end })
                .or_else(|| one(Detector::Iban, &|| iban::account(bytes, at)))
                .or_else(|| one(Detector::Ip, &|| address::v6(bytes, at)))
        }
        b':' => one(Detector::Ip, &|| address::v6(bytes, at)),
        b'-' => one(Detector::ApiKey, &|| key::private_key(bytes, at)),
        _ => None,
    }
}
