//! Asymmetric keys and the schemes a subscription can want.

use crate::support::vectors;
use heliograph::core::{
    signature::{
        PublicKey, Refused, SecretKey, Secrets, SecretsError, SignatureHeaders, SignatureScheme,
        SignatureSchemes, Signed, SigningKeys, StandardKey, sign_standard, verify,
    },
    time::Timestamp,
};
use proptest::prelude::*;
use serde::Deserialize;

#[test]
fn asymmetric_keys_are_read_strictly() {
    #[derive(Deserialize)]
    struct Case {
        name: String,
        key: String,
        /// The public key that the text stands for; absent where the text is to be refused.
        public: Option<String>,
    }
    for Case { name, key, public } in vectors::<Vec<Case>>("standard_keys.json") {
        let secret = SecretKey::parse(&key);
        let verifying = secret.as_ref().map(SecretKey::public_key).or_else(|| PublicKey::parse(&key));
        assert_eq!(verifying.map(|key| key.to_text()), public, "{name}");
        assert!(secret.is_none_or(|secret| secret.to_text() == key), "{name}");

        let setting = Secrets::parse(&key).err();
        if key.starts_with("whsk_") {
            assert_eq!(setting, Some(SecretsError::SecretKey(0)), "{name}");
        } else if key.starts_with("whpk_") {
            assert_eq!(setting, public.is_none().then_some(SecretsError::Invalid(0)), "{name}");
        }
    }
}

#[test]
fn a_receiver_is_told_to_use_the_public_key() {
    let key = SecretKey::from_seed(&[1; 32]);
    let error = Secrets::parse(&format!("{},{}", key.public_key().to_text(), key.to_text())).err().unwrap();
    assert_eq!(error, SecretsError::SecretKey(1));
    assert!(error.to_string().contains("public key (whpk_)"));
    assert!(!error.to_string().contains("whsk_"), "no part of the key");
}

#[test]
fn the_three_derived_keys_have_nothing_in_common() {
    let keys = SigningKeys::derive(&[1; 32]);
    let public = keys.public_key().unwrap();
    let secret = SecretKey::parse(&keys.asymmetric_key).unwrap();
    assert_eq!(secret.public_key(), public);
    assert_ne!(Some(&public), SigningKeys::derive(&[2; 32]).public_key().as_ref());
    assert_ne!(public, SecretKey::from_seed(&[1; 32]).public_key(), "the master itself signs nothing");

    let hmac_key: [u8; 32] = hex::decode(&keys.hmac_key).unwrap().try_into().unwrap();
    assert_ne!(public, SecretKey::from_seed(&hmac_key).public_key());
    let StandardKey::V1(mac) = keys.standard_key(SignatureScheme::V1).unwrap() else { panic!("not a MAC") };
    assert_ne!(mac.sign(&[b"x"]), keys.helicone_mac().sign(&[b"x"]));
    assert!(keys.standard_key(SignatureScheme::Helicone).is_none());
    assert_eq!(
        keys.with_signing_secret(&format!("whsec_{}", "AAAA".repeat(8))).unwrap().public_key(),
        Some(public)
    );
}

#[test]
fn schemes_are_a_list_of_names_with_one_of_standard_webhooks_among_them() {
    for (text, written) in [
        (r#"["v1a"]"#, r#"["v1a"]"#),
        (r#"["v1a","v1","helicone"]"#, r#"["helicone","v1","v1a"]"#),
        (r#"["v1","v1"]"#, r#"["v1"]"#),
    ] {
        let schemes: SignatureSchemes = serde_json::from_str(text).unwrap();
        assert_eq!(serde_json::to_string(&schemes).unwrap(), written);
    }
    for text in ["[]", r#"["helicone"]"#, "null", "{}", "\"v1\"", r#"["v2"]"#, r#"["V1"]"#, r#"["v1",null]"#]
    {
        assert!(serde_json::from_str::<SignatureSchemes>(text).is_err(), "{text}");
    }
    assert!(SignatureSchemes::new(&[]).is_err());
    let default = serde_json::to_string(&SignatureSchemes::default()).unwrap();
    assert_eq!(default, r#"["helicone","v1"]"#);
    for scheme in SignatureScheme::ALL {
        assert_eq!(SignatureScheme::from_name(scheme.name()), Some(scheme));
        assert_eq!(serde_json::to_value(scheme).unwrap(), scheme.name());
    }
}

fn now() -> Timestamp {
    Timestamp::from_millis(1_763_700_000_000)
}

/// Verifies one entry as a receiver would.
fn verified(id: &str, signature: &str, body: &[u8], secrets: &Secrets) -> Result<(), Refused> {
    let headers = SignatureHeaders {
        id: Some(id.to_owned()),
        timestamp: Some(now().seconds().to_string()),
        signature: Some(signature.to_owned()),
        any_webhook_header: true,
        helicone: None,
    };
    verify(&headers, body, secrets, now()).map(drop)
}

proptest! {
    // Curve arithmetic is slow without optimization.
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn what_is_signed_verifies_and_nothing_else_does(
        seed in any::<[u8; 32]>(),
        id in "[A-Za-z0-9_-]{1,64}",
        body in prop::collection::vec(any::<u8>(), 1..512),
        at in any::<prop::sample::Index>(),
        change in 1..=u8::MAX,
    ) {
        let key = SecretKey::from_seed(&seed);
        let secrets = Secrets::parse(&key.public_key().to_text()).unwrap();
        let key = StandardKey::V1a(key);
        let header = sign_standard(&[key], Signed { id: &id, at: now(), body: &body });
        prop_assert_eq!(verified(&id, &header, &body, &secrets), Ok(()));

        let mut changed = body.clone();
        changed[at.index(body.len())] ^= change;
        prop_assert_eq!(verified(&id, &header, &changed, &secrets), Err(Refused::Mismatch));

        let mut changed = header.clone().into_bytes();
        let place = at.index(changed.len());
        changed[place] = if changed[place] == b'A' { b'B' } else { b'A' };
        let changed = String::from_utf8(changed).unwrap();
        prop_assert_eq!(verified(&id, &changed, &body, &secrets), Err(Refused::Mismatch));

        let mut changed = id.clone().into_bytes();
        let place = at.index(changed.len());
        changed[place] = if changed[place] == b'a' { b'b' } else { b'a' };
        let changed = String::from_utf8(changed).unwrap();
        prop_assert_eq!(verified(&changed, &header, &body, &secrets), Err(Refused::Mismatch));
    }
}
