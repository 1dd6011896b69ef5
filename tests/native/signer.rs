//! Which signatures an attempt carries.

use heliograph::core::{
    delivery::{CustomHeaders, Draft, Message, Signer, UrlMint, attempt_request},
    hash::MacKey,
    signature::{
        Secrets, SignatureHeaders,
        SignatureScheme::{self, Helicone, V1, V1a},
        SignatureSchemes, SigningKeys, verify,
    },
    time::Timestamp,
};
use sha2::{Digest, Sha256};

const MESSAGE: &str = r#"{"v":1,"id":"msg_1","org":"default","subscription":"sub_1","event":"e","event_type":"request.completed","accepted_at":0,"base_url":"https://a.example.com","segment":"s","record":[0,1],"exchange":[0,1],"api_version":"2026-11-01"}
{"request_id":"a"}"#;

fn schemes(schemes: &[SignatureScheme]) -> SignatureSchemes {
    SignatureSchemes::new(schemes).unwrap()
}

#[test]
fn nothing_is_signed_without_a_key() {
    let both = SignatureSchemes::default();
    assert!(Signer::new(&[], both).is_none());
    let broken = [SigningKeys {
        hmac_key: "a".into(),
        signing_secret: "not a secret".into(),
        asymmetric_key: "not a key".into(),
    }];
    assert!(Signer::new(&broken, both).is_none());
    assert!(Signer::new(&broken, schemes(&[V1a])).is_none());
    let half = [SigningKeys { asymmetric_key: "not a key".into(), ..SigningKeys::derive(&[1; 32]) }];
    assert!(Signer::new(&half, both).is_some());
    assert!(Signer::new(&half, schemes(&[Helicone, V1, V1a])).is_none(), "less than was asked for");
    let generations = [SigningKeys::derive(&[2; 32]), half[0].clone()];
    assert!(Signer::new(&generations, schemes(&[V1, V1a])).is_some(), "one generation's key is enough");
}

#[test]
fn only_the_wanted_signatures_are_sent() {
    let (message, body) = Message::decode(MESSAGE).unwrap();
    let (newest, oldest) = (SigningKeys::derive(&[1; 32]), SigningKeys::derive(&[2; 32]));
    let key = MacKey::new(&[9; 32]);
    let now = Timestamp::from_millis(1_795_251_600_000);
    for (wanted, versions) in [
        (vec![V1], vec!["v1", "v1"]),
        (vec![V1a], vec!["v1a", "v1a"]),
        (vec![Helicone, V1], vec!["v1", "v1"]),
        (vec![Helicone, V1a], vec!["v1a", "v1a"]),
        (vec![V1, V1a], vec!["v1", "v1a", "v1", "v1a"]),
        (vec![Helicone, V1, V1a], vec!["v1", "v1a", "v1", "v1a"]),
    ] {
        let signer = Signer::new(&[newest.clone(), oldest.clone()], schemes(&wanted)).unwrap();
        let mint = UrlMint { key: &key, ttl_seconds: 60, presigner: None, is_shaped: false };
        let request =
            attempt_request(&message, body.unwrap(), 1, &signer, &CustomHeaders::default(), &mint, now);
        let header = |name: &str| {
            request.headers.iter().find(|(header, _)| header == name).map(|(_, value)| value.clone())
        };
        for name in ["helicone-signature", "x-helicone-signature"] {
            assert_eq!(header(name).is_some(), wanted.contains(&Helicone), "{wanted:?}");
        }
        assert!(header("webhook-id").is_some() && header("webhook-timestamp").is_some(), "{wanted:?}");
        let signature = header("webhook-signature");
        assert_eq!(signature.is_some(), !versions.is_empty(), "{wanted:?}");
        let signature = signature.unwrap_or_default();
        let sent: Vec<&str> =
            signature.split_terminator(' ').map(|entry| entry.split_once(',').unwrap().0).collect();
        assert_eq!(sent, versions, "{wanted:?}");

        let headers = SignatureHeaders {
            id: header("webhook-id"),
            timestamp: header("webhook-timestamp"),
            signature: header("webhook-signature"),
            any_webhook_header: true,
            helicone: None,
        };
        for keys in [&newest, &oldest] {
            for (secret, scheme) in
                [(keys.signing_secret.clone(), V1), (keys.public_key().unwrap().to_text(), V1a)]
            {
                let verified = verify(&headers, &request.body, &Secrets::parse(&secret).unwrap(), now);
                assert_eq!(verified.is_ok(), wanted.contains(&scheme), "{wanted:?}");
            }
        }
    }
}

#[test]
fn a_body_that_was_hashed_elsewhere_is_signed_the_same() {
    let (message, _) = Message::decode(MESSAGE).unwrap();
    let keys = [SigningKeys::derive(&[1; 32]), SigningKeys::derive(&[2; 32])];
    let (url_key, own) = (MacKey::new(&[9; 32]), CustomHeaders::default());
    let mint = UrlMint { key: &url_key, ttl_seconds: 60, presigner: None, is_shaped: false };
    let now = Timestamp::from_millis(1_795_251_600_000);
    for (wanted, heads) in
        [(vec![Helicone, V1], 3), (vec![V1], 2), (vec![V1a], 0), (vec![Helicone, V1, V1a], 3)]
    {
        let signer = Signer::new(&keys, schemes(&wanted)).unwrap();
        let body = format!(r#"{{"request_id":"a","text":"{}"}}"#, "x".repeat(5000));
        let draft = || Draft::new(&message, &body, 1, &signer, &own, &mint, now);
        let all = draft().inner_heads();
        assert_eq!(all.len(), heads, "{wanted:?}");
        let digests: Vec<[u8; 32]> = all
            .iter()
            .map(|head| Sha256::new().chain_update(head).chain_update(draft().body()).finalize().into())
            .collect();
        let here = draft().signed();
        assert_eq!(draft().signed_with(&digests), here, "{wanted:?}");
        // Fewer digests than were wanted are as good as none.
        assert_eq!(draft().signed_with(digests.get(1..).unwrap_or_default()), here, "{wanted:?}");
    }
}
