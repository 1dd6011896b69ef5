//! Several deliveries in one message of a queue.

use heliograph::core::delivery::{bundles, unbundle};
use proptest::prelude::*;

/// What a queue bills as one.
const UNIT: usize = 64_000;

fn bundled(messages: &[(u8, String)]) -> Vec<String> {
    bundles(messages.iter().cloned()).collect()
}

fn unbundled(texts: &[String]) -> Vec<&str> {
    texts.iter().flat_map(|text| unbundle(text).unwrap()).collect()
}

#[test]
fn a_message_alone_goes_as_it_is() {
    let one = r#"{"v":1,"id":"msg_1"}"#.to_owned() + "\n{}";
    assert_eq!(bundled(&[(1, one.clone())]), std::slice::from_ref(&one));
    assert_eq!(unbundle(&one).unwrap(), [&one]);
    // Two subscriptions' never travel together.
    assert_eq!(bundled(&[(1, one.clone()), (2, one.clone()), (1, one.clone())]).len(), 3);
}

#[test]
fn ten_of_a_subscription_travel_together() {
    let messages: Vec<(u8, String)> = (0..25).map(|at| (at / 20, format!("{{\"v\":1}}\n{at}"))).collect();
    let sizes: Vec<usize> = bundled(&messages).iter().map(|text| unbundle(text).unwrap().len()).collect();
    assert_eq!(sizes, [10, 10, 5]);
}

#[test]
fn what_is_no_bundle_is_refused_whole() {
    for text in [
        "{\"v\":2,",
        "{\"v\":2,\"sizes\":[1]}",
        "{\"v\":2,\"sizes\":[]}\n",
        "{\"v\":2,\"sizes\":[2]}\na",
        "{\"v\":2,\"sizes\":[1]}\nab",
        "{\"v\":2,\"sizes\":[1,1]}\né",
        "{\"v\":2,\"sizes\":[-1]}\na",
        "{\"v\":2,\"sizes\":[18446744073709551615,1]}\na",
    ] {
        assert!(unbundle(text).is_err(), "{text}");
    }
}

proptest! {
    #[test]
    fn what_is_bundled_comes_out_as_it_was(
        messages in prop::collection::vec((0_u8..3, "\\{\"v\":1\\}\n\\PC{0,300}", 0_usize..20_000), 0..40)
    ) {
        let messages: Vec<(u8, String)> =
            messages.into_iter().map(|(whose, text, more)| (whose, text + &"é".repeat(more))).collect();
        let texts = bundled(&messages);
        let wanted: Vec<&str> = messages.iter().map(|(_, text)| text.as_str()).collect();
        prop_assert_eq!(unbundled(&texts), wanted);
        prop_assert!(texts.iter().all(|text| text.len() < UNIT));
    }
}
