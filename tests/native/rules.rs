//! The small rules, each against its table: sampling, filters, ids, signed URLs, seals, roles.

use crate::support::vectors;
use heliograph::core::{
    filter::{self, PropertyFilter, matches},
    hash::MacKey,
    ids,
    roles::Roles,
    sampling::is_sampled,
    seal::SealingKey,
    signed_url::{Locator, mint, open},
    time::Timestamp,
};
use proptest::prelude::*;
use serde::Deserialize;

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_millis(seconds * 1000)
}

#[test]
fn sampling() {
    #[derive(Deserialize)]
    struct Case {
        subscription_id: String,
        request_id: String,
        rate: f64,
        sampled: bool,
    }
    for case in vectors::<Vec<Case>>("sampling.json") {
        let sampled = is_sampled(case.rate, &case.subscription_id, &case.request_id);
        assert_eq!(sampled, case.sampled, "{} % of {} {}", case.rate, case.subscription_id, case.request_id);
    }
    assert!(!is_sampled(f64::NAN, "s", "r"));
}

#[test]
fn sampling_takes_the_share_that_was_asked_for() {
    for rate in [0.5, 10.0, 33.3, 90.0] {
        let taken = (0..20_000).filter(|at| is_sampled(rate, "sub_1", &format!("request-{at}"))).count();
        let share = taken as f64 / 200.0;
        // Four standard deviations.
        let tolerance = 4.0 * (rate * (100.0 - rate) / 20_000.0).sqrt();
        assert!((share - rate).abs() < tolerance, "{rate} % asked, {share} % taken");
    }
}

proptest! {
    #[test]
    fn raising_the_rate_keeps_what_was_in(request in ".{1,20}", low in 0.0..100.0_f64, more in 0.0..100.0_f64) {
        let high = (low + more).min(100.0);
        prop_assert!(!is_sampled(low, "sub_1", &request) || is_sampled(high, "sub_1", &request));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Whoever asks, whatever ids look like, and whatever another subscription got.
    #[test]
    fn a_sample_has_the_size_that_was_asked_for(
        (one, other) in ("[ -~]{0,20}", "[ -~]{0,20}").prop_filter("two", |(one, other)| one != other),
        prefix in ".{0,8}",
        rate in 5.0..95.0_f64,
    ) {
        const DRAWS: usize = 4000;
        let drawn: Vec<[bool; 2]> = (0..DRAWS)
            .map(|at| [&one, &other].map(|subscription| is_sampled(rate, subscription, &format!("{prefix}{at}"))))
            .collect();
        let share = |taken: &dyn Fn(&[bool; 2]) -> bool| drawn.iter().filter(|both| taken(both)).count() as f64 / DRAWS as f64;
        // Six standard deviations: of a thousand million such tests one would fail by chance.
        let near = |share: f64, expected: f64| (share - expected).abs() < 6.0 * (expected * (1.0 - expected) / DRAWS as f64).sqrt();
        let expected = rate / 100.0;
        prop_assert!(near(share(&|both| both[0]), expected));
        prop_assert!(near(share(&|both| both[1]), expected));
        prop_assert!(near(share(&|both| both[0] && both[1]), expected * expected), "drawn apart");
        for rate in [0.0, -1.0, f64::NEG_INFINITY] {
            prop_assert!(!is_sampled(rate, &one, &prefix));
        }
        for rate in [100.0, 1e300, f64::INFINITY] {
            prop_assert!(is_sampled(rate, &one, &prefix));
        }
    }

    #[test]
    fn an_unlikely_rate_is_never_a_panic(bits: u64, subscription in ".{0,20}", request in ".{0,20}") {
        let rate = f64::from_bits(bits);
        let is_in = is_sampled(rate, &subscription, &request);
        prop_assert!(!is_in || rate > 0.0);
        prop_assert!(is_in || rate < 100.0 || rate.is_nan());
    }
}

#[test]
fn property_filters() {
    #[derive(Deserialize)]
    struct Case {
        name: String,
        filters: Vec<PropertyFilter>,
        properties: serde_json::Value,
        matches: bool,
    }
    for case in vectors::<Vec<Case>>("property_filters.json") {
        // By way of an event, since that is where properties become text.
        let event = serde_json::json!({"request_id": "r", "properties": case.properties}).to_string();
        let raw: &serde_json::value::RawValue = serde_json::from_str(&event).unwrap();
        let event = heliograph::core::event::read_event(raw, at(0)).unwrap();
        assert_eq!(matches(&case.filters, &event.properties), case.matches, "{}", case.name);
    }
}

/// Names and values of which many are each other's in another case, or with Helicone's prefix.
fn pairs() -> impl Strategy<Value = Vec<(String, String)>> {
    let name =
        prop_oneof!["(helicone-property-|Helicone-Property-)?(a|A|b|é|helicone-property-)?", ".{0,30}",];
    prop::collection::vec((name, "(x|X|)"), 0..5)
}

proptest! {
    #[test]
    fn a_property_filter_holds_by_its_name_then_by_its_case_then_by_its_prefix(filters in pairs(), properties in pairs()) {
        let filters: Vec<PropertyFilter> = filters.into_iter().map(|(key, value)| PropertyFilter { key, value }).collect();
        let holds = |filter: &PropertyFilter| {
            let lower = filter.key.to_ascii_lowercase();
            let bare = lower.strip_prefix("helicone-property-");
            let exact = properties.iter().find(|(name, _)| *name == filter.key);
            let alike = properties.iter().find(|(name, _)| name.to_ascii_lowercase() == lower);
            let behind = properties.iter().find(|(name, _)| Some(name.to_ascii_lowercase().as_str()) == bare);
            exact.or(alike).or(behind).is_some_and(|(_, value)| *value == filter.value)
        };
        prop_assert_eq!(matches(&filters, &properties), filters.iter().all(holds));
        let mismatch = filter::first_mismatch(&filters, &properties).map(|(at, _)| at);
        prop_assert_eq!(mismatch, filters.iter().position(|filter| !holds(filter)));
    }
}

#[test]
fn delivery_ids_are_derived() {
    #[derive(Deserialize)]
    struct Case {
        org: String,
        event_id: String,
        subscription_id: String,
        delivery_id: String,
    }
    for case in vectors::<Vec<Case>>("delivery_id.json") {
        let id = ids::delivery_id(&case.org, &case.event_id, &case.subscription_id);
        assert_eq!(id, case.delivery_id);
        assert!(ids::is_webhook_id(&id));
    }
    for (text, is_id) in [("a", true), ("", false), ("a.b", false), ("ä", false), ("a b", false)] {
        assert_eq!(ids::is_webhook_id(text), is_id, "{text}");
    }
}

#[derive(Deserialize)]
struct SignedUrls {
    key: String,
    base: String,
    locator: LocatorCase,
    expires: i64,
    minted: String,
    /// What the slice comes to where it is packed.
    unpacked: u64,
    minted_packed: String,
    open: Vec<OpenCase>,
}

#[derive(Deserialize)]
struct LocatorCase {
    key: String,
    offset: u64,
    length: u64,
}

#[derive(Deserialize)]
struct OpenCase {
    name: String,
    url: String,
    now: i64,
    opens: bool,
}

fn open_url(url: &str, now: i64, key: &MacKey) -> Option<Locator> {
    let (path, query) = match url.split_once('?') {
        Some((path, query)) => (path, Some(query)),
        None => (url, None),
    };
    open(path, query, at(now), key)
}

#[test]
fn signed_urls() {
    let cases: SignedUrls = vectors("signed_url.json");
    let key = MacKey::new(cases.key.as_bytes());
    let LocatorCase { key: object, offset, length } = cases.locator;
    let locator = Locator { key: object, offset, length, unpacked: None };
    let packed = Locator { unpacked: Some(cases.unpacked), ..locator.clone() };
    for base in [cases.base.clone(), format!("{}/", cases.base)] {
        assert_eq!(mint(&base, &locator, at(cases.expires), &key), cases.minted);
        assert_eq!(mint(&base, &packed, at(cases.expires), &key), cases.minted_packed);
    }
    let url = cases.minted_packed.strip_prefix(&cases.base).unwrap();
    assert_eq!(open_url(url, cases.expires - 1, &key), Some(packed));
    assert_eq!(open_url(url, cases.expires, &key), None);
    for case in cases.open {
        let opened = open_url(&case.url, case.now, &key);
        assert_eq!(opened.is_some(), case.opens, "{}", case.name);
        if let Some(opened) = opened {
            assert_eq!(opened, locator, "{}", case.name);
        }
    }
}

#[test]
fn a_signed_url_with_any_one_character_changed_does_not_open() {
    let cases: SignedUrls = vectors("signed_url.json");
    let key = MacKey::new(cases.key.as_bytes());
    for url in [&cases.minted, &cases.minted_packed] {
        let url = url.strip_prefix(&cases.base).unwrap();
        assert!(open_url(url, cases.expires - 1, &key).is_some());
        for at in 0..url.len() {
            for replacement in ['0', 'a', 'A', '&', '/', '%'] {
                if url[at..].starts_with(replacement) {
                    continue;
                }
                let changed = format!("{}{replacement}{}", &url[..at], &url[at + 1..]);
                assert_eq!(open_url(&changed, cases.expires - 1, &key), None, "{changed}");
            }
        }
    }
}

#[test]
fn a_seal_opens_only_with_its_key_and_context() {
    let key = SealingKey::parse(&"ab".repeat(32)).unwrap();
    let sealed = key.seal("secret", "org/sub_1", [3; 24]).unwrap();
    assert!(!sealed.contains("secret"));
    assert_eq!(key.open(&sealed, "org/sub_1").as_deref(), Some("secret"));
    assert_eq!(key.open(&sealed, "org/sub_2"), None);
    assert_eq!(SealingKey::parse(&"ac".repeat(32)).unwrap().open(&sealed, "org/sub_1"), None);
    for damaged in ["", "x1.", "x1.AAAA", "x2.AAAA", &sealed[..sealed.len() - 4], &sealed.replace("x1.", "")]
    {
        assert_eq!(key.open(damaged, "org/sub_1"), None, "{damaged}");
    }
    assert_ne!(sealed, key.seal("secret", "org/sub_1", [4; 24]).unwrap());
    for wrong in ["", "ab", &"g".repeat(64), &"ab".repeat(33)] {
        assert!(SealingKey::parse(wrong).is_none(), "{wrong}");
    }
}

#[test]
fn roles_are_read_from_a_list() {
    let names = |setting| Roles::parse(setting).map(Roles::names);
    assert_eq!(names(None), Ok(vec!["dispatcher", "receiver"]));
    assert_eq!(names(Some("")), Ok(vec!["dispatcher", "receiver"]));
    assert_eq!(names(Some("receiver")), Ok(vec!["receiver"]));
    assert_eq!(names(Some(" dispatcher , ")), Ok(vec!["dispatcher"]));
    assert!(names(Some("dispatcher,reciever")).unwrap_err().contains("reciever"));
}
