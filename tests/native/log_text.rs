//! What stands in a log line.

use heliograph::core::log_text::{MAX, cut, inert};
use proptest::prelude::*;
use serde_json::{Value, json};

#[test]
fn a_line_does_nothing_to_whoever_looks_at_it() {
    for (hostile, shown) in [
        ("a\u{9b}2Jb", "\\u009b"),
        ("a\u{7f}b", "\\u007f"),
        ("a\u{85}b", "\\u0085"),
        ("a\u{2028}b\u{2029}", "\\u2028"),
        ("a\u{202e}b", "\\u202e"),
        ("a\u{2066}b", "\\u2066"),
        ("a\u{200b}b", "\\u200b"),
        ("\u{feff}a", "\\ufeff"),
        ("a\u{1b}[31mb", "\\u001b"),
        ("a\r\nb", "\\r\\n"),
    ] {
        let line = inert(json!({"model": hostile}).to_string());
        assert!(line.contains(shown), "{line}");
        assert_eq!(serde_json::from_str::<Value>(&line).unwrap(), json!({"model": hostile}));
    }
    for harmless in ["gpt-4o", "ünïcödé 😀 𝔘 مرحبا", "a \"quoted\" \\ text"] {
        let line = json!({"model": harmless}).to_string();
        assert_eq!(inert(line.clone()), line);
    }
}

#[test]
fn a_text_is_cut_behind_a_whole_character() {
    let whole = "é".repeat(MAX);
    assert_eq!(cut(&whole), whole);
    assert_eq!(cut(&format!("{whole}é")), format!("{whole}…"));
    assert_eq!(cut(""), "");
}

proptest! {
    #[test]
    fn a_line_is_one_line_and_says_the_same(text in "\\PC*|\\p{C}*|.{0,40}") {
        let line = inert(json!({"why": text}).to_string());
        prop_assert!(!line.chars().any(char::is_control));
        prop_assert_eq!(serde_json::from_str::<Value>(&line).unwrap(), json!({"why": text}));
    }
}
