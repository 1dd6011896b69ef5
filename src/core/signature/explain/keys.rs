//! The keys that may have been used, made of the secrets in every way that is seen in practice.

use super::{
    super::{
        PublicKey,
        asymmetric::{PUBLIC_KEY_PREFIX, SECRET_KEY_PREFIX},
        symmetric::SECRET_PREFIX,
    },
    Against, Mistake,
    claims::{Scheme, decode_base64},
};
use crate::core::{
    hash::MacKey,
    signature::{SecretText, Secrets},
    time::Timestamp,
};

/// A symmetric key, whose scheme its secret is of.
pub(super) struct Key {
    /// The position of its secret.
    pub at: usize,
    pub mac: MacKey,
    pub scheme: Scheme,
    pub mistakes: Vec<Mistake>,
}

/// A public key.
pub(super) struct Public {
    pub key: PublicKey,
    pub mistakes: Vec<Mistake>,
}

/// All that may have been used, those that are right first.
pub(super) fn candidates(against: &Against<'_>) -> Vec<Key> {
    let mut keys = Keys(Vec::new());
    for (at, secret) in against.secrets.iter().enumerate() {
        keys.of_secret(at, secret, against.now);
    }
    for (at, secret) in against.others.iter().enumerate() {
        keys.natural(at, secret.text.trim(), &[Mistake::OtherSecret(at)]);
    }
    keys.add(0, b"", Scheme::Helicone, &[Mistake::SecretEmpty]);
    keys.add(0, b"", Scheme::Standard, &[Mistake::SecretEmpty]);
    let mut keys = keys.0;
    keys.sort_by_key(|key| key.mistakes.len());
    keys
}

/// The public keys among them.
pub(super) fn public(against: &Against<'_>) -> Vec<Public> {
    let read = |text: &str, mistakes: Vec<Mistake>| {
        PublicKey::parse(text.trim()).map(|key| Public { key, mistakes })
    };
    let ours = against.secrets.iter().enumerate().filter_map(|(at, secret)| {
        let is_unclean = secret.text.trim() != secret.text;
        let wrong = [
            is_over(secret, against.now).then_some(Mistake::SecretExpired(at)),
            is_unclean.then_some(Mistake::SecretUnclean(at)),
        ];
        read(&secret.text, wrong.into_iter().flatten().collect())
    });
    let others = against.others.iter().enumerate();
    ours.chain(others.filter_map(|(at, secret)| read(&secret.text, vec![Mistake::OtherSecret(at)]))).collect()
}

/// Whether a secret is a public key, or means to be one.
pub(super) fn is_public(secret: &SecretText) -> bool {
    secret.text.trim().starts_with(PUBLIC_KEY_PREFIX)
}

fn is_over(secret: &SecretText, now: Timestamp) -> bool {
    secret.not_after.is_some_and(|end| now > end)
}

struct Keys(Vec<Key>);

impl Keys {
    fn add(&mut self, at: usize, bytes: &[u8], scheme: Scheme, mistakes: &[Mistake]) {
        self.0.push(Key { at, mac: MacKey::new(bytes), scheme, mistakes: mistakes.to_vec() });
    }

    /// As it is meant to be used.
    fn natural(&mut self, at: usize, text: &str, mistakes: &[Mistake]) {
        match text.strip_prefix(SECRET_PREFIX) {
            Some(rest) => {
                if let Some((bytes, _)) = decode_base64(rest) {
                    self.add(at, &bytes, Scheme::Standard, mistakes);
                }
            }
            None if text.starts_with(PUBLIC_KEY_PREFIX) || text.starts_with(SECRET_KEY_PREFIX) => {}
            None => self.add(at, text.as_bytes(), Scheme::Helicone, mistakes),
        }
    }

    fn of_secret(&mut self, at: usize, secret: &SecretText, now: Timestamp) {
        let given = secret.text.as_str();
        let is_edge = |character: char| character.is_whitespace() || character == '"' || character == '\'';
        let text = given.trim_matches(is_edge);
        let mut known = Vec::new();
        if is_over(secret, now) {
            known.push(Mistake::SecretExpired(at));
        }
        // Of the right form, and a receiver still does not take it.
        let unusable = (text == given && !Secrets::is_usable(secret)).then_some(Mistake::SecretForm(at));
        let with = |mistake: Mistake| [known.as_slice(), &[mistake]].concat();
        match text.strip_prefix(SECRET_PREFIX) {
            Some(rest) => {
                if let Some((bytes, is_standard)) = decode_base64(rest) {
                    let form = match (text == given, is_standard) {
                        (true, true) => known.iter().copied().chain(unusable).collect(),
                        (true, false) => with(Mistake::SecretUrlSafe(at)),
                        (false, _) => with(Mistake::SecretUnclean(at)),
                    };
                    self.add(at, &bytes, Scheme::Standard, &form);
                }
                self.add(at, text.as_bytes(), Scheme::Standard, &with(Mistake::SecretAsText(at)));
                self.add(at, rest.as_bytes(), Scheme::Standard, &with(Mistake::SecretAsText(at)));
                if let Ok(bytes) = hex::decode(rest) {
                    self.add(at, &bytes, Scheme::Standard, &with(Mistake::SecretHexDecoded(at)));
                }
            }
            None if text.starts_with(PUBLIC_KEY_PREFIX) || text.starts_with(SECRET_KEY_PREFIX) => {}
            None => {
                let form = match text == given {
                    true => known.iter().copied().chain(unusable).collect(),
                    false => with(Mistake::SecretUnclean(at)),
                };
                self.add(at, text.as_bytes(), Scheme::Helicone, &form);
                let unclean = with(Mistake::SecretUnclean(at));
                for end in ["\n", "\r\n", " "] {
                    self.add(at, format!("{text}{end}").as_bytes(), Scheme::Helicone, &unclean);
                }
                self.add(at, format!("\"{text}\"").as_bytes(), Scheme::Helicone, &unclean);
                if let Ok(bytes) = hex::decode(text) {
                    self.add(at, &bytes, Scheme::Helicone, &with(Mistake::SecretHexDecoded(at)));
                }
                if let Some((bytes, _)) = decode_base64(text) {
                    self.add(at, &bytes, Scheme::Helicone, &with(Mistake::SecretBase64Decoded(at)));
                    self.add(at, &bytes, Scheme::Standard, &with(Mistake::SecretWithoutPrefix(at)));
                }
            }
        }
    }
}
