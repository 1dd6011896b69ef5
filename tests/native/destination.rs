//! Where a webhook may be sent: every row of the table, in production and with the development flag.

use crate::support::vectors;
use heliograph::core::destination::{MAX_URL, Policy, check};
use proptest::prelude::*;
use serde::Deserialize;

#[derive(Deserialize)]
struct Table {
    own_host: String,
    production: Vec<Case>,
    development: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    url: String,
    /// The canonical host, where the destination is allowed.
    host: Option<String>,
    /// The reason code, where it is not.
    refused: Option<String>,
}

fn check_all(cases: &[Case], policy: &Policy) {
    for case in cases {
        let checked = check(&case.url, policy);
        let got = match &checked {
            Ok(url) => (url.host_str().map(str::to_owned), None),
            Err(refusal) => (None, Some(refusal.code().to_owned())),
        };
        assert_eq!(got, (case.host.clone(), case.refused.clone()), "{:?}", case.url);
        if let Ok(url) = checked {
            assert_eq!(
                check(url.as_str(), policy).as_ref(),
                Ok(&url),
                "{:?}: canonical form is stable",
                case.url
            );
        }
    }
}

#[test]
fn destinations() {
    let table: Table = vectors("destinations.json");
    assert!(table.production.len() >= 120);
    let production = Policy { allow_insecure: false, own_hosts: vec![table.own_host.clone()] };
    check_all(&table.production, &production);
    let development = Policy { allow_insecure: true, own_hosts: vec![table.own_host] };
    check_all(&table.development, &development);
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(text in "(https?://)?[a-z0-9.:@/\\[\\]%#\\\\ -]{0,40}") {
        let _ = check(&text, &Policy::default());
        let _ = check(&text, &Policy { allow_insecure: true, own_hosts: Vec::new() });
    }

    #[test]
    fn no_address_passes_in_any_spelling(bits in any::<u32>()) {
        for host in [bits.to_string(), format!("0x{bits:x}"), format!("0{bits:o}"), std::net::Ipv4Addr::from(bits).to_string()] {
            let url = format!("https://{host}/");
            prop_assert!(check(&url, &Policy::default()).is_err());
        }
    }
}

#[test]
fn what_is_taken_is_taken_again_however_long_escaping_makes_it() {
    let policy = Policy::default();
    let with = |count: usize| format!("https://hooks.example.com/{}", "\"".repeat(count));
    let longest = (MAX_URL - with(0).len()) / 3;
    let canonical = check(&with(longest), &policy).unwrap();
    assert!(canonical.as_str().len() <= MAX_URL);
    assert_eq!(check(canonical.as_str(), &policy), Ok(canonical));
    for count in [longest + 1, 2 * longest] {
        assert!(with(count).len() <= MAX_URL);
        assert_eq!(check(&with(count), &policy).unwrap_err().code(), "parse");
    }
}

mod dns {
    use std::net::IpAddr;

    use heliograph::core::destination::{
        Policy, Refusal,
        dns::{Record, addresses_in, judge, name_of, question},
    };
    use url::Url;

    fn found(record: Record, answer: &str) -> Option<Vec<String>> {
        Some(addresses_in(answer.as_bytes(), record)?.iter().map(IpAddr::to_string).collect())
    }

    #[test]
    fn asks_for_names_in_canonical_form_and_for_nothing_else() {
        let policy = Policy::default();
        assert_eq!(name_of("https://Hooks.Example.COM./in", &policy).as_deref(), Some("hooks.example.com"));
        for destination in
            ["https://203.0.114.7/", "https://[2606:4700::1]/", "http://hooks.example.com/", "x"]
        {
            assert_eq!(name_of(destination, &policy), None, "{destination}");
        }
        let development = Policy { allow_insecure: true, own_hosts: Vec::new() };
        assert_eq!(name_of("https://hooks.example.com/", &development), None);
        let resolver = Url::parse("https://resolver.example/dns-query?ct=a").unwrap();
        let asked = question(&resolver, "hooks.example.com", Record::Aaaa);
        assert_eq!(
            asked.as_str(),
            "https://resolver.example/dns-query?ct=a&name=hooks.example.com&type=AAAA"
        );
    }

    #[test]
    fn reads_what_resolvers_answer() {
        let aliased = r#"{"Status":0,"TC":false,"RD":true,"RA":true,"AD":false,"CD":false,
            "Question":[{"name":"hooks.example.com","type":1}],
            "Answer":[{"name":"hooks.example.com","type":5,"TTL":300,"data":"edge.example.net."},
                      {"name":"edge.example.net","type":1,"TTL":60,"data":"1.1.1.1"},
                      {"name":"edge.example.net","type":1,"TTL":60,"data":"10.0.0.1"}]}"#;
        assert_eq!(found(Record::A, aliased), Some(vec!["1.1.1.1".to_owned(), "10.0.0.1".to_owned()]));
        let v6 = r#"{"Status":0,"Answer":[{"name":"x.example","type":28,"TTL":1,"data":"2606:4700::1111"}]}"#;
        assert_eq!(found(Record::Aaaa, v6), Some(vec!["2606:4700::1111".to_owned()]));
        assert_eq!(found(Record::A, v6), Some(vec![]), "of the other type");
        assert_eq!(found(Record::A, r#"{"Status":0}"#), Some(vec![]), "nothing of that type");
        for unknown in [
            r#"{"Status":3}"#,
            r#"{"Status":2,"Answer":[]}"#,
            r#"{"Status":0,"Answer":[{"type":1,"data":"not an address"}]}"#,
            r#"{"Status":0,"Answer":[{"type":1}]}"#,
            "{}",
            "<html>",
            "",
        ] {
            assert_eq!(found(Record::A, unknown), None, "{unknown}");
        }
    }

    #[test]
    fn one_forbidden_address_among_public_ones_refuses() {
        let judged =
            |texts: &[&str]| judge(&texts.iter().map(|text| text.parse().unwrap()).collect::<Vec<IpAddr>>());
        assert_eq!(judged(&[]), Ok(()));
        assert_eq!(judged(&["1.1.1.1", "2606:4700::1111"]), Ok(()));
        for address in [
            "10.0.0.1",
            "127.0.0.1",
            "169.254.169.254",
            "::1",
            "fd00::1",
            "::ffff:10.0.0.1",
            "64:ff9b::a00:1",
        ] {
            assert_eq!(judged(&["1.1.1.1", address]), Err(Refusal::Resolves), "{address}");
        }
        assert_eq!(Refusal::Resolves.code(), "dns");
    }
}
