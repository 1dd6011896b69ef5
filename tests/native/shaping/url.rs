//! The signed URL of a shaped exchange.

use heliograph::core::{
    event::RecordPlace,
    hash::MacKey,
    signed_url::{Locator, ShapedLocator, mint, mint_shaped, open, open_shaped},
};

use crate::support::now;

#[test]
fn a_shaped_url_opens_for_its_own_record_and_subscription_alone() {
    let key = MacKey::new(b"a key of signed URLs that is long enough");
    for numbers in [vec![0, 90, 20, 70], vec![7, 90, 20, 70, 100, 200]] {
        let place = RecordPlace::try_from(numbers).unwrap();
        let locator = ShapedLocator {
            key: "archive/acme/2026-11-21/09/s".to_owned(),
            place,
            subscription: "sub_1".to_owned(),
        };
        assert_eq!(locator.org(), Some("acme"));
        let url = mint_shaped("https://x.example/", &locator, now(), &key);
        let (path, query) = url.strip_prefix("https://x.example").unwrap().split_once('?').unwrap();
        let before = now().plus_seconds(-1);
        assert_eq!(open_shaped(path, Some(query), before, &key), Some(locator.clone()));
        assert_eq!(open_shaped(path, Some(query), now(), &key), None, "expired");
        assert_eq!(open(path, Some(query), before, &key), None, "no slice of the archive");
        for other in [
            query.replace("sub_1", "sub_2"),
            query.replace("record=", "record=1"),
            query.replace(",20,", ",21,"),
        ] {
            assert_eq!(open_shaped(path, Some(&other), before, &key), None, "{other}");
        }
        assert_eq!(open_shaped(&path.replace("acme", "evil"), Some(query), before, &key), None);
    }
    let slice = Locator { key: "archive/o/d/h/s".to_owned(), offset: 0, length: 1, unpacked: None };
    let url = mint("https://x.example", &slice, now(), &key);
    let (path, query) = url.strip_prefix("https://x.example").unwrap().split_once('?').unwrap();
    assert_eq!(open_shaped(path, Some(query), now().plus_seconds(-1), &key), None);
}
