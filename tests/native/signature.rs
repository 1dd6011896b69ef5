//! Both signature schemes, against published and independently computed vectors.

use std::collections::HashMap;

use crate::support::vectors;
use base64::{Engine, engine::general_purpose::STANDARD};
use heliograph::core::{
    hash::MacKey,
    signature::{
        SecretKey, Secrets, SecretsError, SignatureHeaders, Signed, SigningKeys, StandardKey, Verified,
        sign_helicone, sign_standard, verify,
    },
    time::Timestamp,
};
use serde::Deserialize;

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_millis(seconds * 1000)
}

#[test]
fn hmac_sha256_follows_rfc_4231() {
    #[derive(Deserialize)]
    struct Case {
        name: String,
        key_hex: String,
        message_hex: String,
        tag_hex: String,
    }
    for case in vectors::<Vec<Case>>("hmac_sha256.json") {
        let key = MacKey::new(&hex::decode(&case.key_hex).unwrap());
        let message = hex::decode(&case.message_hex).unwrap();
        let (head, tail) = message.split_at(message.len() / 2);
        assert_eq!(hex::encode(key.sign(&[&message])), case.tag_hex, "{}", case.name);
        assert_eq!(hex::encode(key.sign(&[head, tail])), case.tag_hex, "{} in two parts", case.name);
    }
}

#[test]
fn helicone_signatures() {
    #[derive(Deserialize)]
    struct Case {
        name: String,
        valid: bool,
        secrets: Vec<String>,
        signature: String,
        body: String,
    }
    for case in vectors::<Vec<Case>>("helicone_signature.json") {
        let secrets = Secrets::parse(&serde_json::to_string(&case.secrets).unwrap()).unwrap();
        let headers = SignatureHeaders { helicone: Some(case.signature.clone()), ..Default::default() };
        let verified = verify(&headers, case.body.as_bytes(), &secrets, at(0));
        assert_eq!(verified.is_ok(), case.valid, "{}: {verified:?}", case.name);
        if case.valid {
            assert_eq!(verified, Ok(Verified::Helicone));
            let signed = case.secrets.iter().any(|secret| {
                sign_helicone(&MacKey::new(secret.as_bytes()), case.body.as_bytes()) == case.signature
            });
            assert!(signed, "{}: signing gives something else", case.name);
        }
    }
}

#[test]
fn standard_signatures_are_what_other_libraries_make() {
    #[derive(Deserialize)]
    struct Case {
        name: String,
        secrets: Vec<String>,
        id: String,
        timestamp: i64,
        body_hex: String,
        signature: String,
    }
    for case in vectors::<Vec<Case>>("standard_sign.json") {
        let keys: Vec<StandardKey> = case
            .secrets
            .iter()
            .map(|secret| match secret.strip_prefix("whsec_") {
                Some(secret) => StandardKey::V1(MacKey::new(&STANDARD.decode(secret).unwrap())),
                None => StandardKey::V1a(SecretKey::parse(secret).unwrap()),
            })
            .collect();
        let body = hex::decode(&case.body_hex).unwrap();
        let signed = Signed { id: &case.id, at: at(case.timestamp), body: &body };
        assert_eq!(sign_standard(&keys, signed), case.signature, "{}", case.name);
    }
}

#[test]
fn standard_verification() {
    #[derive(Deserialize)]
    struct Case {
        name: String,
        outcome: String,
        secrets: Vec<String>,
        now: i64,
        headers: HashMap<String, String>,
        body_hex: String,
    }
    for case in vectors::<Vec<Case>>("standard_verify.json") {
        let secrets = Secrets::parse(&serde_json::to_string(&case.secrets).unwrap()).unwrap();
        let header = |name: &str| case.headers.get(name).cloned();
        let headers = SignatureHeaders {
            id: header("webhook-id"),
            timestamp: header("webhook-timestamp"),
            signature: header("webhook-signature"),
            any_webhook_header: case.headers.keys().any(|name| name.starts_with("webhook-")),
            helicone: header("helicone-signature"),
        };
        let outcome = match verify(&headers, &hex::decode(&case.body_hex).unwrap(), &secrets, at(case.now)) {
            Ok(Verified::Standard { id }) => {
                assert_eq!(Some(id), header("webhook-id"));
                "accepted".to_owned()
            }
            Ok(Verified::Helicone) => "accepted by the weaker scheme".to_owned(),
            Err(refused) => {
                assert!(matches!(refused.status(), 400 | 401));
                refused.code().to_owned()
            }
        };
        assert_eq!(outcome, case.outcome, "{}", case.name);
    }
}

#[test]
fn secrets_are_read_from_a_list_or_from_commas() {
    let standard = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
    for setting in [
        standard.to_owned(),
        format!(" {standard} , {} ", "ab".repeat(32)),
        format!("[\"{standard}\"]"),
        format!("[\"{}\", \"{standard}\"]", "ab".repeat(32)),
    ] {
        assert!(Secrets::parse(&setting).is_ok(), "{setting}");
    }
    let short = format!("whsec_{}", STANDARD.encode([7; 23]));
    let long = format!("whsec_{}", STANDARD.encode([7; 65]));
    for (setting, expected) in [
        ("", SecretsError::Empty),
        ("  ", SecretsError::Empty),
        ("[]", SecretsError::Empty),
        ("[1]", SecretsError::NotAList),
        ("[\"a\"", SecretsError::NotAList),
        ("a,,b", SecretsError::Invalid(1)),
        ("[\"a\",\"\"]", SecretsError::Invalid(1)),
        ("[\"a b\"]", SecretsError::Invalid(0)),
        ("whsec_", SecretsError::Invalid(0)),
        ("whsec_not base64", SecretsError::Invalid(0)),
        ("whsec_####", SecretsError::Invalid(0)),
        (short.as_str(), SecretsError::Invalid(0)),
        (long.as_str(), SecretsError::Invalid(0)),
    ] {
        assert_eq!(Secrets::parse(setting).err(), Some(expected), "{setting}");
    }
    let error = Secrets::parse("secret-canary x").err().unwrap();
    assert!(!error.to_string().contains("canary"));
}

#[test]
fn derived_keys_differ_by_scheme_and_have_the_right_form() {
    let keys = SigningKeys::derive(&[1; 32]);
    assert_eq!(keys.hmac_key.len(), 64);
    assert!(keys.hmac_key.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')));
    let standard = STANDARD.decode(keys.signing_secret.strip_prefix("whsec_").unwrap()).unwrap();
    assert_eq!(standard.len(), 32);
    assert_ne!(hex::encode(&standard), keys.hmac_key);
    assert_eq!(keys, SigningKeys::derive(&[1; 32]));
    assert_ne!(keys, SigningKeys::derive(&[2; 32]));
}

#[test]
fn an_imported_secret_has_24_to_64_bytes() {
    for (length, fits) in [(0, false), (23, false), (24, true), (32, true), (64, true), (65, false)] {
        let secret = format!("whsec_{}", STANDARD.encode(vec![9; length]));
        let keys = SigningKeys::derive(&[1; 32]).with_signing_secret(&secret);
        assert_eq!(keys.is_ok(), fits, "{length} bytes");
        if let Ok(keys) = keys {
            assert_eq!(keys.signing_secret, secret);
            assert_eq!(keys.hmac_key, SigningKeys::derive(&[1; 32]).hmac_key);
        }
    }
    assert!(
        SigningKeys::derive(&[1; 32])
            .with_signing_secret("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=")
            .is_err()
    );
}
