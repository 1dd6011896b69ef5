//! The guard: what passes names a public host, by the parser that will be asked again, and by none is it an address.
#![no_main]

use std::net::{IpAddr, Ipv4Addr};

use heliograph::core::destination::{
    MAX_URL, Policy, check,
    dns::{Record, addresses_in, judge, name_of},
};
use libfuzzer_sys::fuzz_target;
use url::{Host, Url};

const OWN: &str = "dispatcher.ours.example";

/// Addresses that no answer of a resolver may hold.
const PRIVATE: [&str; 6] = ["127.0.0.1", "10.1.2.3", "169.254.169.254", "::1", "fd00::1", "64:ff9b::7f00:1"];

fuzz_target!(|text: &str| {
    let policy = Policy { allow_insecure: false, own_hosts: vec![OWN.to_owned()] };
    if let Ok(url) = check(text, &policy) {
        passed(text, &url, &policy);
        // Development lets through whatever production does, but for itself.
        let development = Policy { allow_insecure: true, own_hosts: vec![OWN.to_owned()] };
        assert_eq!(check(text, &development).as_ref(), Ok(&url));
        assert_eq!(name_of(text, &policy).as_deref(), url.host_str());
    }
    for record in [Record::A, Record::Aaaa] {
        if let Some(found) = addresses_in(text.as_bytes(), record) {
            assert!(found.iter().all(|address| address.is_ipv4() == (record == Record::A)));
            let verdict = judge(&found);
            let with = |private: &str| {
                found.iter().copied().chain(private.parse::<IpAddr>().ok()).collect::<Vec<_>>()
            };
            assert!(
                PRIVATE.iter().all(|private| judge(&with(private)).is_err()),
                "one private address is enough"
            );
            assert!(!found.is_empty() || verdict.is_ok());
        }
    }
});

fn passed(text: &str, url: &Url, policy: &Policy) {
    assert!(text.len() <= MAX_URL);
    assert_eq!(url.scheme(), "https", "{text:?}");
    assert!(url.port().is_none() && url.fragment().is_none(), "{text:?}");
    assert!(url.username().is_empty() && url.password().is_none(), "{text:?}");
    let Some(Host::Domain(name)) = url.host() else { panic!("{text:?}: {url} is an address") };
    // By whatever reads addresses in one of their many spellings.
    assert!(name.parse::<IpAddr>().is_err(), "{text:?}");
    assert!(matches!(Host::parse(name), Ok(Host::Domain(_))), "{text:?}");
    assert!(old_style(name).is_none(), "{text:?} is {:?}", old_style(name));
    assert!(name.contains('.') && !name.ends_with('.') && !name.starts_with('.'), "{text:?}");
    assert!(name.len() <= 253 && name.split('.').all(|label| (1..=63).contains(&label.len())), "{text:?}");
    assert_eq!(name, name.to_lowercase(), "{text:?}");
    assert!(name.is_ascii() && name != OWN, "{text:?}");
    for private in
        ["localhost", "local", "internal", "arpa", "onion", "test", "invalid", "lan", "corp", "home"]
    {
        assert!(name != private && !name.ends_with(&format!(".{private}")), "{text:?}");
    }
    // What is stored is what is called: judged again it is the same.
    assert_eq!(check(url.as_str(), policy).as_ref(), Ok(url), "{text:?}");
    assert_eq!(Url::parse(url.as_str()).as_ref(), Ok(url), "{text:?}");
}

/// As `inet_aton` reads an address: up to four parts, each decimal, octal or hexadecimal, the last one filling what is left.
fn old_style(name: &str) -> Option<Ipv4Addr> {
    let parts: Vec<u64> = name
        .split('.')
        .map(|part| match part.strip_prefix("0x").or_else(|| part.strip_prefix("0X")) {
            Some("") => Some(0),
            Some(hex) => u64::from_str_radix(hex, 16).ok(),
            None if part.len() > 1 && part.starts_with('0') => u64::from_str_radix(part, 8).ok(),
            None if part.bytes().all(|byte| byte.is_ascii_digit()) => part.parse().ok(),
            None => None,
        })
        .collect::<Option<_>>()?;
    let (last, first) = parts.split_last()?;
    let room = 8 * (4_usize.checked_sub(first.len())? as u32);
    if first.len() > 3 || first.iter().any(|part| *part > 255) || (room < 64 && *last >= 1 << room) {
        return None;
    }
    let head = first.iter().enumerate().fold(0, |sum, (at, part)| sum | part << (24 - 8 * at));
    u32::try_from(head | last).ok().map(Ipv4Addr::from)
}
