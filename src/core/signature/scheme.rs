//! The schemes a delivery can be signed in, and which of them a subscription wants.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A way to sign a delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(not(target_arch = "wasm32"), derive(utoipa::ToSchema))]
pub enum SignatureScheme {
    /// Helicone's: hex HMAC-SHA256 over the body, in `Helicone-Signature`.
    Helicone,
    /// Standard Webhooks' symmetric one: HMAC-SHA256 over id, timestamp and body, in `webhook-signature`.
    V1,
    /// Standard Webhooks' asymmetric one: Ed25519 over the same, in the same header.
    V1a,
}

impl SignatureScheme {
    /// Every scheme, in the order in which a set of them is written.
    pub const ALL: [Self; 3] = [Self::Helicone, Self::V1, Self::V1a];

    /// The name it is written with.
    pub fn name(self) -> &'static str {
        match self {
            Self::Helicone => "helicone",
            Self::V1 => "v1",
            Self::V1a => "v1a",
        }
    }

    /// The scheme of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scheme| scheme.name() == name)
    }
}

/// The schemes a subscription wants its deliveries signed in, written as a list of names. One of Standard Webhooks' is always
/// among them: every delivery carries its id and time in `webhook-*` headers, and a receiver is right to trust none of them
/// that is not signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<SignatureScheme>", into = "Vec<SignatureScheme>")]
pub struct SignatureSchemes {
    helicone: bool,
    v1: bool,
    v1a: bool,
}

/// The refusal of a set without `v1` and `v1a`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoStandardScheme;

impl fmt::Display for NoStandardScheme {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("must be a list that names v1 or v1a, and may name helicone")
    }
}

impl std::error::Error for NoStandardScheme {}

impl SignatureSchemes {
    /// The set of these schemes, however often each is named.
    pub fn new(schemes: &[SignatureScheme]) -> Result<Self, NoStandardScheme> {
        if !schemes.contains(&SignatureScheme::V1) && !schemes.contains(&SignatureScheme::V1a) {
            return Err(NoStandardScheme);
        }
        Ok(Self {
            helicone: schemes.contains(&SignatureScheme::Helicone),
            v1: schemes.contains(&SignatureScheme::V1),
            v1a: schemes.contains(&SignatureScheme::V1a),
        })
    }

    /// Whether a scheme is wanted.
    pub fn contains(self, scheme: SignatureScheme) -> bool {
        match scheme {
            SignatureScheme::Helicone => self.helicone,
            SignatureScheme::V1 => self.v1,
            SignatureScheme::V1a => self.v1a,
        }
    }

    /// The schemes that are wanted, in the order of [`SignatureScheme::ALL`].
    pub fn iter(self) -> impl Iterator<Item = SignatureScheme> {
        SignatureScheme::ALL.into_iter().filter(move |&scheme| self.contains(scheme))
    }
}

/// Both symmetric schemes: what existing receivers of Helicone and of Standard Webhooks verify.
impl Default for SignatureSchemes {
    fn default() -> Self {
        Self { helicone: true, v1: true, v1a: false }
    }
}

impl TryFrom<Vec<SignatureScheme>> for SignatureSchemes {
    type Error = NoStandardScheme;

    fn try_from(schemes: Vec<SignatureScheme>) -> Result<Self, NoStandardScheme> {
        Self::new(&schemes)
    }
}

impl From<SignatureSchemes> for Vec<SignatureScheme> {
    fn from(schemes: SignatureSchemes) -> Self {
        schemes.iter().collect()
    }
}
