//! The detectors: over a labelled sample whose misses and false alarms are pinned, and over whatever proptest thinks of.

use std::collections::{BTreeMap, BTreeSet};

use heliograph::core::shaping::{Detector, Detectors, findings};
use proptest::prelude::*;
use serde::Deserialize;

use crate::support::vectors;

#[derive(Deserialize)]
struct Sample {
    items: Vec<Item>,
}

#[derive(Deserialize)]
struct Item {
    text: String,
    holds: BTreeMap<String, Vec<String>>,
}

/// Keeps scanners of repositories from taking an example for a key.
const MARK: char = '\u{205e}';

fn found(text: &str) -> Vec<(&'static str, String)> {
    findings(text, Detectors::ALL)
        .into_iter()
        .map(|one| (one.detector.name(), text[one.start..one.end].to_owned()))
        .collect()
}

/// What docs/SHAPING.md says of each detector: how many pieces of its data the sample holds, how many of them are missed, and
/// how often it finds something that is none.
const COUNTS: [(&str, [usize; 3]); 7] = [
    ("email", [46, 3, 0]),
    ("phone", [47, 4, 2]),
    ("card", [60, 1, 1]),
    ("ip", [35, 0, 3]),
    ("api_key", [50, 2, 0]),
    ("ssn", [24, 1, 1]),
    ("iban", [36, 0, 0]),
];

#[test]
fn misses_and_false_alarms_over_the_sample_are_what_the_table_says() {
    let sample: Sample = vectors("redaction.json");
    assert!(sample.items.len() >= 400);
    let mut counts: BTreeMap<&str, [usize; 3]> = BTreeMap::new();
    let mut wrong = Vec::new();
    for item in &sample.items {
        let text = item.text.replace(MARK, "");
        let expected: BTreeSet<(&str, String)> = item
            .holds
            .iter()
            .flat_map(|(name, all)| all.iter().map(|one| (name.as_str(), one.replace(MARK, ""))))
            .collect();
        let found: BTreeSet<(&str, String)> = found(&text).into_iter().collect();
        for (name, _) in &expected {
            counts.entry(Detector::from_name(name).unwrap().name()).or_default()[0] += 1;
        }
        for (kind, differs) in [(1, expected.difference(&found)), (2, found.difference(&expected))] {
            for (name, piece) in differs {
                counts.entry(Detector::from_name(name).unwrap().name()).or_default()[kind] += 1;
                wrong.push(format!("{} {name} {piece:?} in {text:?}", ["", "missed", "false alarm"][kind]));
            }
        }
    }
    assert_eq!(counts, COUNTS.into_iter().collect(), "{}", wrong.join("\n"));
}

#[test]
fn a_detector_that_is_not_asked_for_finds_nothing() {
    let text = "jane@example.com 4111111111111111 10.0.0.1";
    assert_eq!(findings(text, Detectors::NONE), []);
    let only = findings(text, Detectors::NONE.with(Detector::Ip));
    assert_eq!(only.iter().map(|one| one.detector).collect::<Vec<_>>(), [Detector::Ip]);
}

#[test]
fn texts_made_to_be_looked_at_again_and_again_take_no_longer_than_others() {
    // Quadratic work over these would take minutes; the bound is on work, not on time: what is found comes once.
    for piece in [
        "eyJ-",
        "sk-",
        "a%40",
        "a@",
        "-----BEGIN ",
        "1.",
        "4111 ",
        "::",
        "+1 ",
        "Bearer ",
        "DE89 ",
        "a.",
        "(2",
        "fe80:",
        "@",
    ] {
        let text = piece.repeat(100_000 / piece.len());
        let found = findings(&text, Detectors::ALL);
        assert!(found.windows(2).all(|pair| pair[0].end <= pair[1].start), "{piece}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn findings_are_in_order_and_stand_on_characters(text in "[a-f0-9@.:+()% \u{a0}é中_\\-]{0,80}") {
        let mut from = 0;
        for one in findings(&text, Detectors::ALL) {
            prop_assert!(from <= one.start && one.start < one.end);
            prop_assert!(text.get(one.start..one.end).is_some());
            from = one.end;
        }
    }
}
