//! The parts of pages: numbers and moments as people read them, and nothing that runs.

use heliograph::console::parts::{
    chart::{Bar, Line, Unit, lines, sparkline},
    code,
    fields::Field,
    number::{bytes, count, dollars, millis, percent, seconds},
    time::ago,
};

use crate::support::now;

#[test]
fn numbers() {
    assert_eq!([0, 999, 1000, 1_234_567].map(count), ["0", "999", "1,000", "1,234,567"]);
    let shares = [None, Some(0.0), Some(0.0001), Some(0.5), Some(0.9999), Some(1.0)];
    assert_eq!(shares.map(percent), ["–", "0 %", "0.1 %", "50.0 %", "99.9 %", "100 %"]);
    let durations = [None, Some(0), Some(999), Some(1240), Some(59_960), Some(123_000)];
    assert_eq!(durations.map(millis), ["–", "0 ms", "999 ms", "1.2 s", "60.0 s", "2 min 3 s"]);
    assert_eq!([0, 59, 60, 3900, 90_000].map(seconds), ["0 s", "59 s", "1 min", "1 h 5 min", "1 d 1 h"]);
    let amounts = [None, Some(0.0), Some(0.000_202_5), Some(0.25), Some(1234.5), Some(-2.0)];
    assert_eq!(
        amounts.map(dollars),
        ["–", "$0", "$0.000202", "$0.2500", "$1,234.50", "$-2.00".replace("$-", "-$").as_str()]
    );
    assert_eq!([12, 4100, 2_000_000].map(bytes), ["12 B", "4.1 kB", "2.0 MB"]);
}

#[test]
fn moments() {
    let text = |offset: i64| {
        let markup = ago(&now().plus_seconds(offset).to_string(), now()).into_string();
        markup.split_once('>').unwrap().1.trim_end_matches("</time>").to_owned()
    };
    assert_eq!(
        [0, -5, -61, -7300, 90].map(text),
        ["just now", "5 s ago", "1 min ago", "2 h ago", "in 1 min"]
    );
    assert_eq!(ago("<b>", now()).into_string(), "&lt;b&gt;");
}

#[test]
fn whatever_is_shown_is_text() {
    let evil = "\"><script>alert(1)</script>'";
    let line = Line { name: evil.to_owned(), values: vec![Some(1.0)] };
    let field = Field { name: "x", label: evil, hint: evil, error: Some(evil) };
    let shown = [
        code::block("a", evil),
        code::json("b", &serde_json::json!({ evil: evil })),
        field.input("text", evil, false),
        field.area(evil, 3),
        field.select(&[(evil, evil)], evil),
        lines(evil, Unit::Count, &[now()], &[line]),
        sparkline(evil, &[Bar { good: 1, bad: 1 }]),
    ];
    for markup in shown {
        let text = markup.into_string();
        assert!(!text.contains("<script") && !text.contains(evil), "{text}");
    }
}

#[test]
fn a_bar_is_as_high_as_it_is_much() {
    let markup =
        sparkline("x", &[Bar { good: 10, bad: 0 }, Bar { good: 4, bad: 1 }, Bar::default()]).into_string();
    assert_eq!(markup.matches("<rect").count(), 3);
    assert!(markup.contains(r#"height="28""#) && markup.contains(r#"height="11.2""#), "{markup}");
}
