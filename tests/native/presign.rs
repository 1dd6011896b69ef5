//! Presigned URLs, against those of another implementation; and which exchanges have one.

use std::collections::BTreeMap;

use crate::support::vectors;
use heliograph::core::{
    presign::{Presigner, exchange_key, mark},
    time::Timestamp,
};
use serde::Deserialize;
use url::Url;

fn presigner() -> Presigner {
    Presigner::new("https://r2.example.com", "b".into(), "k".into(), "s".into()).unwrap()
}

#[test]
fn urls_are_those_of_another_implementation() {
    #[derive(Deserialize)]
    struct Vectors {
        cases: Vec<Case>,
    }
    #[derive(Deserialize)]
    struct Case {
        name: String,
        endpoint: String,
        bucket: String,
        key: String,
        key_id: String,
        secret: String,
        at: i64,
        ttl_seconds: i64,
        url: String,
    }
    for case in vectors::<Vectors>("s3_presigned.json").cases {
        let presigner = Presigner::new(&case.endpoint, case.bucket, case.key_id, case.secret).unwrap();
        let at = Timestamp::from_millis(case.at * 1000 + 999);
        let url = presigner.url(&case.key, at, case.ttl_seconds).unwrap();
        // The order of the parameters is nobody's business.
        let parts = |url: &str| {
            let url = Url::parse(url).unwrap();
            let query: BTreeMap<String, String> = url.query_pairs().into_owned().collect();
            (url.origin().ascii_serialization(), url.path().to_owned(), query)
        };
        assert_eq!(parts(&url), parts(&case.url), "{}", case.name);
    }
}

#[test]
fn the_life_of_a_url_is_one_that_s3_takes() {
    let at = Timestamp::from_millis(0);
    for (asked, given) in [(0, 1), (-5, 1), (1, 1), (1800, 1800), (604_801, 604_800), (i64::MAX, 604_800)] {
        let url = presigner().url("k", at, asked).unwrap();
        assert!(url.contains(&format!("X-Amz-Expires={given}&")), "{asked}: {url}");
    }
}

#[test]
fn no_time_and_no_endpoint_makes_it_fail_otherwise_than_by_saying_so() {
    for millis in [i64::MIN, i64::MAX, -1, 253_402_300_800_000] {
        let _ = presigner().url("k", Timestamp::from_millis(millis), 60);
    }
    for endpoint in ["", "r2.example.com", "ftp://r2.example.com", "data:,x", "https://"] {
        assert!(Presigner::new(endpoint, "b".into(), "k".into(), "s".into()).is_none(), "{endpoint}");
    }
}

#[test]
fn a_key_says_whether_the_exchange_is_stored_alone() {
    let key = "archive/default/2026-11-21/09/1795251600000-0011223344556677";
    assert_eq!(exchange_key(key), None);
    assert_eq!(exchange_key(&mark(key)), Some(format!("{key}.exchange.json")));
}
