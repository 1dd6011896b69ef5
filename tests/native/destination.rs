//! Where a webhook may be sent: every row of the table, in production and with the development flag.

use crate::support::vectors;
use heliograph::core::destination::{Policy, check};
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
