//! Both signature schemes, against published and independently computed vectors.

use std::collections::HashMap;

use crate::support::vectors;
use base64::{Engine, engine::general_purpose::STANDARD};
use heliograph::core::{
    hash::MacKey,
    signature::{
        self, Claim, Refused, SecretKey, Secrets, SecretsError, SignatureHeaders, Signed, SigningKeys,
        StandardKey, Verified, sign_helicone, sign_standard,
    },
    time::Timestamp,
};
use serde::Deserialize;
use sha2::{Digest, Sha256};

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_millis(seconds * 1000)
}

/// Verifies, the body once hashed here and once elsewhere.
fn verify(
    headers: &SignatureHeaders,
    body: &[u8],
    secrets: &Secrets,
    now: Timestamp,
) -> Result<Verified, Refused> {
    let verified = signature::verify(headers, body, secrets, now);
    let claim = || Claim::of(headers, secrets, now);
    if let Ok(heads) = claim().map(|claim| claim.inner_heads()) {
        let digest = |head| Sha256::new_with_prefix(head).chain_update(body).finalize().into();
        let mut inner: Vec<[u8; 32]> = heads.iter().map(digest).collect();
        assert_eq!(claim().unwrap().verify_with(&inner, body), verified);
        // As many as there are secrets, or none at all.
        inner.push([0; 32]);
        assert_eq!(claim().unwrap().verify_with(&inner, body), verified);
        assert_eq!(claim().unwrap().verify_with(&[], body), verified);
        // Of another body.
        inner.pop();
        inner.iter_mut().for_each(|digest| digest[0] ^= 1);
        let is_public = headers.signature.as_deref().is_some_and(|entries| entries.contains("v1a,"));
        assert!(is_public || claim().unwrap().verify_with(&inner, body).is_err());
    }
    verified
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
    let cases: Vec<Case> = vectors("hmac_sha256.json");
    assert_eq!(cases.len(), 7);
    for case in cases {
        let key = MacKey::new(&hex::decode(&case.key_hex).unwrap());
        let message = hex::decode(&case.message_hex).unwrap();
        let (head, tail) = message.split_at(message.len() / 2);
        // Case 5 publishes the first 128 bits of its tag.
        let length = if case.name.ends_with("truncated to 128 bits") { 16 } else { 32 };
        assert_eq!(hex::encode(&key.sign(&[&message])[..length]), case.tag_hex, "{}", case.name);
        assert_eq!(
            hex::encode(&key.sign(&[head, tail])[..length]),
            case.tag_hex,
            "{} in two parts",
            case.name
        );
        let inner = Sha256::new().chain_update(key.inner_head()).chain_update(&message).finalize().into();
        assert_eq!(hex::encode(&key.finish(&inner)[..length]), case.tag_hex, "{} by halves", case.name);
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

/// One body, signed in both ways with keys of which one is on its way out.
#[test]
fn a_dated_secret_is_good_up_to_its_moment() {
    let text = format!("whsec_{}", STANDARD.encode([7; 32]));
    let setting = |secret: &str| format!(r#"[{{"secret":"{secret}","notAfter":"2026-11-21T10:00:00Z"}}]"#);
    let last = Timestamp::parse("2026-11-21T10:00:00Z").unwrap().seconds();
    let body = b"{}";
    let standard = |now: i64| {
        let mac = MacKey::new(&[7; 32]);
        let timestamp = now.to_string();
        let tag = mac.sign(&[b"msg_1.", timestamp.as_bytes(), b".", body]);
        SignatureHeaders {
            id: Some("msg_1".into()),
            timestamp: Some(timestamp),
            signature: Some(format!("v1,{}", STANDARD.encode(tag))),
            any_webhook_header: true,
            helicone: None,
        }
    };
    let secrets = Secrets::parse(&setting(&text)).unwrap();
    assert!(verify(&standard(last), body, &secrets, at(last)).is_ok());
    assert_eq!(verify(&standard(last + 1), body, &secrets, at(last + 1)), Err(Refused::Mismatch));

    let helicone = SignatureHeaders {
        helicone: Some(hex::encode(MacKey::new(b"key").sign(&[body]))),
        ..SignatureHeaders::default()
    };
    let secrets = Secrets::parse(&setting("key")).unwrap();
    assert_eq!(verify(&helicone, body, &secrets, at(last)), Ok(Verified::Helicone));
    assert_eq!(verify(&helicone, body, &secrets, at(last + 1)), Err(Refused::Mismatch));

    // Where a signed time is required, Helicone's signature counts for nothing, and the stronger one as before.
    let strict = Secrets::parse(&format!("{text},key")).unwrap().requiring_timestamps(true);
    assert_eq!(verify(&helicone, body, &strict, at(last)), Err(Refused::Untimed));
    assert!(verify(&standard(last), body, &strict, at(last)).is_ok());
    assert_eq!(verify(&SignatureHeaders::default(), body, &strict, at(last)), Err(Refused::Unsigned));
}

#[test]
fn a_dated_secret_is_read_strictly() {
    let cases = [
        (r#"[{"secret":"a","notAfter":"soon"}]"#, SecretsError::NotAfter(0)),
        (r#"["a",{"secret":"","notAfter":"2026-11-21T10:00:00Z"}]"#, SecretsError::Invalid(1)),
        (r#"[{"secret":"a"}]"#, SecretsError::NotAList),
        (r#"[{"secret":"a","not_after":"2026-11-21T10:00:00Z"}]"#, SecretsError::NotAList),
    ];
    for (setting, error) in cases {
        assert_eq!(Secrets::parse(setting).err(), Some(error), "{setting}");
    }
}
