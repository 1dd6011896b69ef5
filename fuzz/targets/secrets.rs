//! `WEBHOOK_SECRETS` and the other settings of a deployment: what is taken can serve, what is wrong is named by its place.
#![no_main]

use heliograph::core::{
    otel,
    review::Policy,
    roles::Roles,
    seal::SealingKey,
    signature::{PublicKey, SecretKey, Secrets, SecretsError, StandardKey},
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|setting: &str| {
    match (Secrets::entries(setting), Secrets::parse(setting)) {
        (Ok(entries), Ok(_)) => {
            assert!(!entries.is_empty());
            for entry in &entries {
                assert!(!entry.text.is_empty() && !entry.text.contains(char::is_whitespace));
                assert!(!entry.text.starts_with("whsk_"), "a receiver never has a key to sign with");
                if entry.text.starts_with("whsec_") {
                    assert!(StandardKey::parse(&entry.text).is_some());
                }
            }
            // Said as a list, they are the same.
            if entries.iter().all(|entry| entry.not_after.is_none()) {
                let texts: Vec<&str> = entries.iter().map(|entry| entry.text.as_str()).collect();
                let list = serde_json::to_string(&texts).expect("a list");
                assert!(Secrets::entries(&list).is_ok_and(|again| again == entries));
                assert!(Secrets::parse(&list).is_ok());
            }
        }
        (Ok(entries), Err(error)) => {
            let (SecretsError::Invalid(at) | SecretsError::SecretKey(at)) = error else {
                panic!("{error:?}")
            };
            assert!(at < entries.len());
        }
        (Err(of_entries), Err(error)) => {
            assert_eq!(of_entries, error);
        }
        (Err(error), Ok(_)) => panic!("{error:?}"),
    }
    keys(setting);
    if let Ok(roles) = Roles::parse(Some(setting)) {
        assert!(roles.dispatcher || roles.receiver);
        assert_eq!(Roles::parse(Some(&roles.names().join(","))), Ok(roles));
    }
    let _ =
        (Policy::read(Some(setting), None), Policy::read(None, Some(setting)), SealingKey::parse(setting));
    let _ = (otel::Resource::read(Some(setting), Some(setting)), otel::headers(setting));
});

fn keys(text: &str) {
    if let Some(key) = SecretKey::parse(text) {
        assert_eq!(key.to_text(), text);
        assert!(PublicKey::parse(&key.public_key().to_text()) == Some(key.public_key()));
    }
    if let Some(key) = PublicKey::parse(text) {
        assert_eq!(key.to_text(), text);
    }
}
