//! The handshake before the first delivery, of both sides.

use heliograph::core::{
    handshake::{ALLOWED_ORIGIN, ALLOWED_RATE, Allowance, Permission, Refusal},
    subscription::Settings,
};
use proptest::prelude::*;
use serde_json::json;

use crate::support::subscription;

const ORIGIN: &str = "hooks.example.com";

#[test]
fn an_endpoint_consents_by_naming_who_asks() {
    let allowed = |per_minute| Ok(Permission { origin: ORIGIN.to_owned(), per_minute });
    for (status, origin, rate, expected) in [
        (200, Some(ORIGIN), Some("*"), allowed(None)),
        (200, Some(" Hooks.Example.COM "), Some(" 120 "), allowed(Some(120))),
        (204, Some("*"), None, allowed(None)),
        (200, Some("*"), Some("60"), allowed(Some(60))),
        (200, Some("*"), Some("99999999999999999999"), allowed(Some(u32::MAX))),
        (200, Some("*"), Some("59"), Err(Refusal::TooSlow)),
        (200, Some("*"), Some("0"), Err(Refusal::Rate)),
        (200, Some("*"), Some("-60"), Err(Refusal::Rate)),
        (200, Some("*"), Some("+60"), Err(Refusal::Rate)),
        (200, Some("*"), Some("60.0"), Err(Refusal::Rate)),
        (200, Some("*"), Some(""), Err(Refusal::Rate)),
        (200, None, Some("*"), Err(Refusal::NotAllowed)),
        (200, Some(""), Some("*"), Err(Refusal::NotAllowed)),
        (200, Some("example.com"), Some("*"), Err(Refusal::NotAllowed)),
        (200, Some("*.example.com"), Some("*"), Err(Refusal::NotAllowed)),
        (200, Some("hooks.example.com.evil.example"), Some("*"), Err(Refusal::NotAllowed)),
        (302, Some("*"), Some("*"), Err(Refusal::NotAllowed)),
        (405, Some("*"), Some("*"), Err(Refusal::NotAllowed)),
        (500, Some("*"), Some("*"), Err(Refusal::NotAllowed)),
    ] {
        let read = Permission::read(ORIGIN, status, origin, rate);
        assert_eq!(read, expected, "{status} {origin:?} {rate:?}");
    }
    assert_eq!(Permission::read("", 200, Some(""), None), Err(Refusal::NotAllowed));
}

#[test]
fn of_two_limits_the_smaller_holds() {
    for (own, per_minute, expected) in [
        (None, None, None),
        (Some(5), None, Some(5)),
        (None, Some(60), Some(1)),
        (None, Some(119), Some(1)),
        (None, Some(600), Some(10)),
        (Some(5), Some(600), Some(5)),
        (Some(50), Some(600), Some(10)),
    ] {
        let mut one = subscription("sub_1", json!({"rateLimit": own, "handshake": true}));
        assert_eq!(one.rate_limit(), own);
        one.permission = Some(Permission { origin: ORIGIN.to_owned(), per_minute });
        assert_eq!(one.rate_limit(), expected, "{own:?} {per_minute:?}");
    }
}

#[test]
fn settings_are_taken_once_their_endpoint_was_asked() {
    let permission = Permission { origin: ORIGIN.to_owned(), per_minute: None };
    let settings = |destination: &str, handshake| Settings {
        destination: destination.to_owned(),
        handshake,
        ..subscription("sub_1", json!({})).settings
    };
    let here = subscription("sub_1", json!({})).settings.destination;
    let elsewhere = "https://elsewhere.example.com/in";
    let mut one = subscription("sub_1", json!({}));
    assert!(!one.must_ask(&settings(elsewhere, false)));
    assert!(one.must_ask(&settings(&here, true)));
    assert!(!one.adopt(settings(&here, true), None));
    assert!(!one.adopt(settings(&here, true), Some((elsewhere, &permission))));
    assert!(!one.settings.handshake);

    assert!(one.adopt(settings(&here, true), Some((&here, &permission))));
    assert_eq!(one.permission, Some(permission.clone()));
    assert!(!one.must_ask(&settings(&here, true)));
    assert!(one.adopt(settings(&here, true), None));
    assert_eq!(one.permission, Some(permission.clone()), "kept");
    assert!(one.must_ask(&settings(elsewhere, true)));
    assert!(!one.adopt(settings(elsewhere, true), None));
    assert!(one.adopt(settings(elsewhere, true), Some((elsewhere, &permission))));
    assert_eq!(one.settings.destination, elsewhere);
    assert!(one.adopt(settings(elsewhere, false), None));
    assert_eq!(one.permission, None, "whoever does not ask holds none");
}

#[test]
fn a_receiver_allows_the_names_that_it_lists() {
    let listed = Allowance::parse(" Gateway.example.com ,, *.example.org", Some("120")).unwrap();
    for (origin, allowed) in [
        ("gateway.example.com", true),
        ("GATEWAY.example.com", true),
        ("a.example.org", true),
        ("a.b.example.org", true),
        ("example.org", false),
        (".example.org", false),
        ("badexample.org", false),
        ("gateway.example.com.evil.example", false),
        ("example.com", false),
        ("*", false),
        ("", false),
        ("gateway.example.com\r\nx: y", false),
    ] {
        let answer = listed.answer(origin);
        let expected = [(ALLOWED_ORIGIN, origin.to_owned()), (ALLOWED_RATE, "120".to_owned())];
        assert_eq!(answer, allowed.then_some(expected), "{origin:?}");
    }
    assert!(!listed.is_none());
    let everybody = Allowance::parse("*", None).unwrap();
    assert_eq!(everybody.answer("x.example").unwrap()[1], (ALLOWED_RATE, "*".to_owned()));
    assert_eq!(everybody.answer(&"x".repeat(254)), None);
    assert!(Allowance::parse("", None).unwrap().is_none());
    for wrong in ["0", "-1", "many", "1.5"] {
        assert_eq!(Allowance::parse("*", Some(wrong)), None, "{wrong}");
    }
}

proptest! {
    #[test]
    fn what_a_receiver_allows_a_sender_understands(
        origin in "[a-z0-9]{1,10}(\\.[a-z0-9-]{1,10}){0,4}",
        per_minute in 60..=u32::MAX,
    ) {
        let answer = Allowance::parse("*", Some(&per_minute.to_string())).unwrap().answer(&origin).unwrap();
        let [(_, allowed), (_, rate)] = &answer;
        let read = Permission::read(&origin, 200, Some(allowed), Some(rate));
        prop_assert_eq!(read, Ok(Permission { origin, per_minute: Some(per_minute) }));
    }
}
