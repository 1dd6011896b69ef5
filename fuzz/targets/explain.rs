//! Explaining a signature: of one mind with verification, and what it calls certain names what was done.
#![no_main]

use std::sync::LazyLock;

use arbitrary::Arbitrary;
use heliograph::core::signature::{
    SecretText, Secrets, SignatureHeaders, SignatureScheme, Signed, SigningKeys,
    explain::{Against, Received, explain},
    sign_helicone, sign_standard, verify,
};
use heliograph_fuzz::{edit::Edit, now};
use libfuzzer_sys::fuzz_target;

#[derive(Arbitrary, Debug)]
struct Input {
    body: Vec<u8>,
    sent: Vec<Edit>,
    is_helicone: bool,
    requires_timestamp: bool,
    age: i16,
    signature: Option<Edit>,
    name: Option<Edit>,
    secret: Option<Edit>,
    others: Option<Edit>,
    more: Vec<(u8, String)>,
}

const NAMES: [&str; 7] = [
    "svix-id",
    "svix-timestamp",
    "svix-signature",
    "stripe-signature",
    "webhook-signature",
    "X-Helicone-Signature",
    "a",
];

static KEYS: LazyLock<SigningKeys> = LazyLock::new(|| SigningKeys::derive(&[7; 32]));

fuzz_target!(|input: Input| {
    if input.body.len() > 256 {
        return;
    }
    let keys = &*KEYS;
    let at = now();
    let secret = if input.is_helicone { &keys.hmac_key } else { &keys.signing_secret };
    let mut headers = match input.is_helicone {
        true => vec![("Helicone-Signature".to_owned(), sign_helicone(&keys.helicone_mac(), &input.body))],
        false => {
            let key = keys.standard_key(SignatureScheme::V1).expect("a key");
            vec![
                (
                    "Webhook-Signature".to_owned(),
                    sign_standard(&[key], Signed { id: "msg_1", at, body: &input.body }),
                ),
                ("Webhook-Id".to_owned(), "msg_1".to_owned()),
                ("Webhook-Timestamp".to_owned(), at.seconds().to_string()),
            ]
        }
    };
    let more = input
        .more
        .iter()
        .take(4)
        .map(|(name, value)| (NAMES[usize::from(*name) % NAMES.len()].to_owned(), value.clone()));
    headers.extend(more);
    if let Some((name, value)) = headers.first_mut() {
        input.signature.iter().for_each(|edit| edit.text(value));
        input.name.iter().for_each(|edit| edit.text(name));
    }
    let mut body = input.body.clone();
    input.sent.iter().take(2).for_each(|edit| edit.bytes(&mut body));
    let text = |edit: &Option<Edit>| {
        let mut text = secret.clone();
        edit.iter().for_each(|edit| edit.text(&mut text));
        SecretText { text, not_after: None }
    };
    let (secrets, others) = (vec![text(&input.secret)], vec![text(&input.others)]);
    let later = at.plus_seconds(i64::from(input.age));
    let against = Against {
        secrets: &secrets,
        others: &others,
        requires_timestamp: input.requires_timestamp,
        now: later,
    };
    let received = Received { headers, body };

    let explanation = explain(&received, &against);
    assert_eq!(explanation.outcome.is_ok(), explanation.mistakes.is_empty(), "{received:?}: {explanation:?}");
    for mistake in &explanation.mistakes {
        let said = format!("{mistake} {} {}", mistake.code(), mistake.remedy());
        for secret in [&secrets[0].text, &others[0].text, &keys.hmac_key, &keys.signing_secret] {
            assert!(secret.len() < 12 || !said.contains(secret.as_str()), "{said}");
        }
    }
    // What a receiver would say, with those secrets that can serve.
    match Secrets::of(&secrets) {
        Ok(usable) => {
            let usable = usable.requiring_timestamps(input.requires_timestamp);
            let verified = verify(&SignatureHeaders::of(&received.headers), &received.body, &usable, later);
            assert_eq!(explanation.outcome, verified, "{received:?}");
        }
        Err(_) => assert!(explanation.outcome.is_err(), "{received:?}"),
    }
    // Nothing was done to it: then nothing is wrong, or its age is.
    let is_untouched =
        input.sent.is_empty() && input.signature.is_none() && input.name.is_none() && input.secret.is_none();
    if is_untouched && input.more.is_empty() && explanation.outcome.is_err() {
        assert!(explanation.is_certain && explanation.mistakes.len() == 1, "{explanation:?}");
    }
});
