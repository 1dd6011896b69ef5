//! Signed URLs: one that was minted opens to what it was minted for; one in which anything is different does not open.
#![no_main]

use std::sync::LazyLock;

use arbitrary::Arbitrary;
use heliograph::core::{
    event::{RecordPlace, Unpacked},
    hash::MacKey,
    signed_url::{Locator, ShapedLocator, mint, mint_shaped, open, open_shaped},
    time::Timestamp,
};
use heliograph_fuzz::{edit::Edit, now};
use libfuzzer_sys::fuzz_target;

#[derive(Arbitrary, Debug)]
struct Input {
    segment: u8,
    offset: u64,
    length: u64,
    unpacked: Option<(u64, u64)>,
    is_shaped: bool,
    /// In seconds from when it is opened.
    expires: i32,
    path: Option<Edit>,
    query: Option<Edit>,
    /// What somebody made up.
    forged: (String, String),
}

static KEY: LazyLock<MacKey> = LazyLock::new(|| MacKey::new(b"a key of the fuzz targets"));
const BASE: &str = "https://hooks.example.com";

fuzz_target!(|input: Input| {
    let key = format!("archive/default/2026-11-21/09/1795251600000-{:016x}", input.segment);
    let expires = Timestamp::from_millis(now().millis() + i64::from(input.expires) * 1000);
    let is_good = input.expires > 0;
    let plain = Locator {
        key: key.clone(),
        offset: input.offset,
        length: input.length,
        unpacked: input.unpacked.map(|(_, exchange)| exchange),
    };
    let place = RecordPlace {
        offset: input.offset,
        length: input.length,
        exchange_offset: input.offset,
        exchange_length: input.length,
        unpacked: input.unpacked.map(|(head, exchange)| Unpacked { head, exchange }),
    };
    let shaped = ShapedLocator { key, place, subscription: format!("sub_{}", input.segment) };
    let url = match input.is_shaped {
        true => mint_shaped(BASE, &shaped, expires, &KEY),
        false => mint(BASE, &plain, expires, &KEY),
    };
    let (path, query) =
        url.strip_prefix(BASE).and_then(|rest| rest.split_once('?')).expect("a path and a query");
    let both = |path: &str, query: &str| {
        (open(path, Some(query), now(), &KEY), open_shaped(path, Some(query), now(), &KEY))
    };

    let expected = match (is_good, input.is_shaped) {
        (false, _) => (None, None),
        (true, true) => (None, Some(shaped)),
        (true, false) => (Some(plain), None),
    };
    assert_eq!(both(path, query), expected, "{url}");
    assert_eq!((open(path, None, now(), &KEY), open_shaped(path, None, now(), &KEY)), (None, None));

    let (mut changed_path, mut changed_query) = (path.to_owned(), query.to_owned());
    if let Some(edit) = &input.path {
        edit.text(&mut changed_path);
    }
    if let Some(edit) = &input.query {
        edit.text(&mut changed_query);
    }
    if (changed_path.as_str(), changed_query.as_str()) != (path, query) {
        assert_eq!(both(&changed_path, &changed_query), (None, None), "{changed_path}?{changed_query}");
    }
    let (path, query) = &input.forged;
    assert_eq!(both(path, query), (None, None), "{path}?{query}");
    // Another deployment's key opens nothing.
    let other = MacKey::new(b"another key");
    let (path, query) =
        url.strip_prefix(BASE).and_then(|rest| rest.split_once('?')).expect("a path and a query");
    assert_eq!(
        (open(path, Some(query), now(), &other), open_shaped(path, Some(query), now(), &other)),
        (None, None)
    );
});
