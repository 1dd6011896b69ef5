//! Why signatures do not hold: requests that are broken in one way each, signed independently.

use std::collections::BTreeMap;

use crate::support::{now, vectors};
use base64::{Engine, engine::general_purpose::STANDARD};
use heliograph::core::{
    hash::MacKey,
    signature::{
        SecretText, Secrets, SignatureScheme, Signed, SigningKeys, StandardKey,
        explain::{Against, JsonStyle, Mistake, Received, explain},
        sign_helicone, sign_standard,
    },
    time::Timestamp,
};
use serde::Deserialize;
use serde_json::Value;

#[derive(Deserialize)]
struct Case {
    name: String,
    mistakes: Vec<String>,
    certain: bool,
    secrets: Vec<Value>,
    others: Vec<Value>,
    requires_timestamp: bool,
    now: i64,
    headers: BTreeMap<String, String>,
    body_base64: String,
}

#[test]
fn each_broken_request_is_explained_by_what_broke_it() {
    let entries = |list: &[Value]| match list {
        [] => Vec::new(),
        list => Secrets::entries(&serde_json::to_string(list).unwrap()).unwrap(),
    };
    let (mut seen, mut wrong) = (Vec::new(), Vec::new());
    for case in vectors::<Vec<Case>>("signature_explain.json") {
        let received = Received {
            headers: case.headers.into_iter().collect(),
            body: STANDARD.decode(&case.body_base64).unwrap(),
        };
        let (secrets, others) = (entries(&case.secrets), entries(&case.others));
        let explanation = explain(
            &received,
            &Against {
                secrets: &secrets,
                others: &others,
                requires_timestamp: case.requires_timestamp,
                now: Timestamp::from_millis(case.now * 1000),
            },
        );
        let codes: Vec<&str> = explanation.mistakes.iter().map(|mistake| mistake.code()).collect();
        let is_right = codes == case.mistakes
            && explanation.outcome.is_ok() == codes.is_empty()
            && explanation.is_certain == case.certain;
        if !is_right {
            wrong.push(format!("{}: {codes:?}, {explanation:?}", case.name));
        }
        for mistake in explanation.mistakes {
            // Said in full, and without any part of a secret.
            let said = format!("{mistake} {}", mistake.remedy());
            assert!(said.len() > 40, "{said}");
            assert!(!said.contains("AAECAwQ") && !said.contains("000102"), "{said}");
            seen.push(mistake);
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(seen.len() > 50);
    assert!(seen.contains(&Mistake::Reserialised(JsonStyle::PythonSorted)));
    assert!(seen.contains(&Mistake::Stale { seconds: 3600 }));
}

/// Whatever verification refuses, there is something wrong with it.
#[test]
fn a_signature_that_is_right_but_for_one_thing_is_refused_for_that() {
    let keys = SigningKeys::derive(&[7; 32]);
    let (at, body) = (now(), b"{}".to_vec());
    let signed = Signed { id: "msg_1", at, body: &body };
    let by = |secret: &str| sign_standard(&[StandardKey::V1(MacKey::new(secret.as_bytes()))], signed);
    let right = sign_standard(&[keys.standard_key(SignatureScheme::V1).unwrap()], signed);
    let public = sign_standard(&[keys.standard_key(SignatureScheme::V1a).unwrap()], signed);
    let helicone = sign_helicone(&keys.helicone_mac(), &body);
    let bare = right.strip_prefix("v1,").unwrap();
    let last = format!("{}{right}", "v1,AAAA ".repeat(16));
    let short = format!("whsec_{}", STANDARD.encode("too short"));
    let open_key = keys.public_key().unwrap().to_text();
    let (secret, hmac_key) = (keys.signing_secret.as_str(), keys.hmac_key.as_str());

    let standard = |signature: &str| vec![("webhook-signature", signature.to_owned())];
    let cases = [
        (standard(&format!("v2,{bare}")), secret, "signature_unversioned"),
        (standard(&format!("V1,{bare}")), secret, "signature_unversioned"),
        (standard(&format!("v1a,{bare}")), secret, "signature_unversioned"),
        (standard(&public.replace("v1a,", "v1,")), &open_key, "signature_unversioned"),
        (standard(&public), &format!(" {open_key}"), "secret_unclean"),
        // Behind sixteen others nobody looks.
        (standard(&last), secret, "signature_unreadable"),
        (standard(&by("too short")), &short, "secret_form"),
        (vec![("helicone-signature", format!("x {helicone}"))], hmac_key, "signature_unclean"),
        (
            vec![("helicone-signature", "x".to_owned()), ("x-helicone-signature", helicone)],
            hmac_key,
            "signature_unreadable",
        ),
        (
            vec![("helicone-signature", sign_helicone(&MacKey::new(b"in words"), &body))],
            "in words",
            "secret_form",
        ),
    ];
    for (signature, secret, code) in cases {
        let is_standard = signature[0].0 == "webhook-signature";
        let beside = [("webhook-id", "msg_1".to_owned()), ("webhook-timestamp", at.seconds().to_string())];
        let all = signature.into_iter().chain(beside.into_iter().filter(|_| is_standard));
        let headers: Vec<(String, String)> = all.map(|(name, value)| (name.to_owned(), value)).collect();
        let secrets = [SecretText { text: secret.to_owned(), not_after: None }];
        let against = Against { secrets: &secrets, others: &[], requires_timestamp: false, now: at };
        let explanation = explain(&Received { headers: headers.clone(), body: body.clone() }, &against);
        let codes: Vec<&str> = explanation.mistakes.iter().map(|mistake| mistake.code()).collect();
        assert_eq!((explanation.outcome.is_ok(), codes), (false, vec![code]), "{headers:?}");
    }
}

/// One in 4,096 does.
#[test]
fn a_signature_may_begin_like_its_version() {
    let keys = SigningKeys::derive(&[7; 32]);
    let secrets = [SecretText { text: keys.signing_secret.clone(), not_after: None }];
    let sign = |body: &[u8]| {
        sign_standard(
            &[keys.standard_key(SignatureScheme::V1).unwrap()],
            Signed { id: "msg_1", at: now(), body },
        )
    };
    let bodies = (0..).map(|number: u32| number.to_string().into_bytes());
    let mut signed = bodies.map(|body| (sign(&body), body));
    let (signature, body) = signed.find(|(signature, _)| signature.starts_with("v1,v1")).unwrap();
    let headers = [
        ("webhook-signature", signature),
        ("webhook-id", "msg_1".to_owned()),
        ("webhook-timestamp", now().seconds().to_string()),
    ];
    let headers = headers.map(|(name, value)| (name.to_owned(), value)).to_vec();
    let later = now().plus_seconds(3600);
    let against = Against { secrets: &secrets, others: &[], requires_timestamp: false, now: later };
    let explanation = explain(&Received { headers, body }, &against);
    assert_eq!(explanation.mistakes, [Mistake::Stale { seconds: 3600 }]);
    assert!(explanation.is_certain);
}
