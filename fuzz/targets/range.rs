//! `Range`: no part reaches beyond what there is, and what a header clearly says is what it gets.
#![no_main]

use arbitrary::Arbitrary;
use heliograph::core::{
    byte_range::{Wanted, wanted},
    signed_url::Locator,
};

#[derive(Arbitrary, Debug)]
enum Header {
    Text(String),
    Range(u64, Option<u64>),
    Suffix(u64),
}

libfuzzer_sys::fuzz_target!(|input: (Header, u64, u64)| {
    let (header, total, other) = input;
    let text = match &header {
        Header::Text(text) => text.clone(),
        Header::Range(first, Some(last)) => format!("bytes={first}-{last}"),
        Header::Range(first, None) => format!("bytes={first}-"),
        Header::Suffix(count) => format!("bytes=-{count}"),
    };
    let found = wanted(&text, total);
    // The first and the last byte, counted in a wider type than what is tested.
    let (total_, end) = (u128::from(total), u128::from(total).saturating_sub(1));
    let expected = match header {
        Header::Text(_) => None,
        _ if total == 0 => Some(Wanted::Whole),
        Header::Range(first, Some(last)) if first > last => Some(Wanted::Whole),
        Header::Range(first, _) if u128::from(first) > end => Some(Wanted::Unsatisfiable),
        Header::Suffix(0) => Some(Wanted::Unsatisfiable),
        Header::Range(first, last) => {
            let last = last.map_or(end, |last| u128::from(last).min(end));
            let Wanted::Part(part) = found else { panic!("{text:?} of {total}: {found:?}") };
            assert_eq!(u128::from(part.first()), u128::from(first));
            // The whole of 2^64 - 1 bytes and no more can be counted.
            assert_eq!(u128::from(part.length()), last - u128::from(first) + 1);
            None
        }
        Header::Suffix(count) => {
            let Wanted::Part(part) = found else { panic!("{text:?} of {total}: {found:?}") };
            assert_eq!(u128::from(part.length()), u128::from(count).min(total_));
            assert_eq!(u128::from(part.first()) + u128::from(part.length()), total_);
            None
        }
    };
    if let Some(expected) = expected {
        assert_eq!(found, expected, "{text:?} of {total}");
    }
    if let Wanted::Part(part) = found {
        assert!(part.length() >= 1);
        assert!(u128::from(part.first()) + u128::from(part.length()) <= total_, "{text:?} of {total}");
        // Where it is applied to something else, it is cut to that.
        let key = "archive/o/d/h/s".to_owned();
        let (first, length) = Locator { key, offset: 7, length: other, unpacked: None }.part(part);
        assert!(u128::from(first) + u128::from(length) <= u128::from(other));
    }
});
