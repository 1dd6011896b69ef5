//! Verification: whatever is done to a signed request, it is taken only as long as what was signed is what is there.
#![no_main]

use std::sync::LazyLock;

use arbitrary::Arbitrary;
use heliograph::core::{
    signature::{
        Secrets, SignatureHeaders, SignatureScheme, Signed, SigningKeys, TOLERANCE_SECONDS, Verified,
        sign_helicone, sign_standard, verify,
    },
    time::Timestamp,
};
use heliograph_fuzz::{edit::Edit, now};
use libfuzzer_sys::fuzz_target;

#[derive(Arbitrary, Debug)]
struct Input {
    id: u8,
    body: Vec<u8>,
    schemes: u8,
    requires_timestamp: bool,
    /// How many seconds after it was signed it is verified.
    age: i16,
    changes: Vec<Change>,
}

#[derive(Arbitrary, Debug)]
enum Change {
    Body(Edit),
    Name(u8, Edit),
    Value(u8, Edit),
    Drop(u8),
    /// In front of all others, which then do not count.
    Add(u8, String),
}

const NAMES: [&str; 6] = [
    "webhook-id",
    "webhook-timestamp",
    "webhook-signature",
    "helicone-signature",
    "x-helicone-signature",
    "webhook-x",
];

struct Side {
    keys: SigningKeys,
    symmetric: Secrets,
    with_public: Secrets,
}

static SIDE: LazyLock<Side> = LazyLock::new(|| {
    let keys = SigningKeys::derive(&[7; 32]);
    let others = SigningKeys::derive(&[8; 32]);
    let list = [&others.signing_secret, &keys.signing_secret, &others.hmac_key, &keys.hmac_key]
        .map(String::as_str)
        .join(",");
    let public = keys.public_key().expect("a key").to_text();
    let secrets = |setting: &str| Secrets::parse(setting).expect("secrets");
    Side { symmetric: secrets(&list), with_public: secrets(&format!("{list},{public}")), keys }
});

fuzz_target!(|input: Input| {
    let side = &*SIDE;
    // Ed25519 costs a hundred times what the rest does: tried now and then.
    let is_public = input.schemes & 0x0f == 0x0f;
    let ids = ["msg_1", "a", "0", "webhook-id_1"];
    let id = ids[usize::from(input.id) % ids.len()];
    let at = now();
    let signed = Signed { id, at, body: &input.body };
    let entries: Vec<String> = [SignatureScheme::V1, SignatureScheme::V1a]
        .into_iter()
        .filter(|scheme| *scheme == SignatureScheme::V1 || is_public)
        .map(|scheme| sign_standard(&[side.keys.standard_key(scheme).expect("a key")], signed))
        .collect();
    let helicone = sign_helicone(&side.keys.helicone_mac(), &input.body);
    let mut headers: Vec<(String, String)> = Vec::new();
    let mut add = |name: &str, value: &str| headers.push((name.to_owned(), value.to_owned()));
    if input.schemes & 0x10 == 0 {
        add("webhook-id", id);
        add("webhook-timestamp", &at.seconds().to_string());
        add("webhook-signature", &entries.join(" "));
    }
    if input.schemes & 0x20 == 0 {
        add("helicone-signature", &helicone);
    }
    let mut body = input.body.clone();
    input.changes.iter().for_each(|change| apply(change, &mut headers, &mut body));

    let secrets = if is_public { &side.with_public } else { &side.symmetric };
    let secrets = secrets.clone().requiring_timestamps(input.requires_timestamp);
    let found = SignatureHeaders::of(&headers);
    let verified = verify(&found, &body, &secrets, later(at, input.age));
    let is_fresh = i64::from(input.age).abs() <= TOLERANCE_SECONDS;
    match &verified {
        Ok(Verified::Standard { id: taken }) => {
            assert_eq!((taken.as_str(), found.id.as_deref()), (id, Some(id)), "{headers:?}");
            assert_eq!(found.timestamp, Some(at.seconds().to_string()), "{headers:?}");
            assert_eq!(body, input.body, "{headers:?}");
            let signature = found.signature.as_deref().unwrap_or_default();
            assert!(signature.split(' ').any(|one| entries.iter().any(|entry| entry == one)), "{headers:?}");
            assert!(is_fresh && found.any_webhook_header);
        }
        Ok(Verified::Helicone) => {
            assert!(!input.requires_timestamp && !found.any_webhook_header, "{headers:?}");
            assert_eq!(found.helicone.as_deref(), Some(helicone.as_str()), "{headers:?}");
            assert_eq!(body, input.body, "{headers:?}");
        }
        Err(refused) => assert!(matches!(refused.status(), 400 | 401)),
    }
    if input.changes.is_empty() {
        let expected = match input.schemes & 0x30 {
            0 | 0x20 => is_fresh,
            0x10 => !input.requires_timestamp,
            _ => false,
        };
        assert_eq!(verified.is_ok(), expected, "{verified:?} {headers:?}");
    }
    // Nobody's secret verifies nothing.
    assert!(verify(&found, &body, &Secrets::default(), at).is_err());
});

fn later(at: Timestamp, seconds: i16) -> Timestamp {
    at.plus_seconds(i64::from(seconds))
}

fn apply(change: &Change, headers: &mut Vec<(String, String)>, body: &mut Vec<u8>) {
    let count = headers.len().max(1);
    match change {
        Change::Body(edit) => edit.bytes(body),
        Change::Add(name, value) => {
            headers.insert(0, (NAMES[usize::from(*name) % NAMES.len()].to_owned(), value.clone()))
        }
        Change::Name(at, edit) => {
            if let Some((name, _)) = headers.get_mut(usize::from(*at) % count) {
                edit.text(name);
            }
        }
        Change::Value(at, edit) => {
            if let Some((_, value)) = headers.get_mut(usize::from(*at) % count) {
                edit.text(value);
            }
        }
        Change::Drop(at) => {
            if !headers.is_empty() {
                headers.remove(usize::from(*at) % count);
            }
        }
    }
}
