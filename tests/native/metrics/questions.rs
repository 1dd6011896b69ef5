//! The parameters of the calls.

use heliograph::core::{
    ledger::HourKey,
    metrics::{About, Asked, GroupBy},
    window::Window,
};

use super::query;

/// 2026-11-21T00:00:00Z and 10:00, in hours since 1970.
const DAY: i64 = 498_672;
const TEN: i64 = DAY + 10;

#[test]
fn ranges_are_widened_to_the_step() {
    let range = |parameters: &[(&str, &str)]| {
        let query = query(About::Org, parameters).unwrap();
        (query.since, query.until)
    };
    assert_eq!(range(&[]), (TEN - 24, TEN + 1));
    assert_eq!(range(&[("step", "day")]), (DAY - 30 * 24, DAY + 24));
    assert_eq!(range(&[("since", "2026-11-20"), ("until", "2026-11-21")]), (DAY - 24, DAY));
    assert_eq!(range(&[("since", "2026-11-21T09:59:59Z")]), (TEN - 1, TEN + 1));
    assert_eq!(range(&[("step", "day"), ("since", "2026-11-21T09:00:00Z")]), (DAY, DAY + 24));
    assert_eq!(range(&[("since", "2026-10-21T10:30:00Z")]), (TEN - 31 * 24, TEN + 1));
    assert_eq!(range(&[("step", "day"), ("since", "2025-11-20")]).0, DAY - 366 * 24);
}

#[test]
fn what_is_wrong_is_named() {
    for (about, parameters, error) in [
        (
            About::Org,
            &[("sinse", "x")][..],
            "sinse: is not a parameter; allowed: since, until, step, groupBy, limit",
        ),
        (About::Org, &[("since", "yesterday")], "since: must be a date such as"),
        (About::Org, &[("until", "2026-13-01")], "until: must be a date such as"),
        (About::Org, &[("step", "minute")], "step: must be one of: hour, day"),
        (About::Org, &[("groupBy", "pair")], "groupBy: must be one of: none, webhook, type, provider, model"),
        (About::Webhook, &[("groupBy", "webhook")], "groupBy: must be one of: none, type, provider, model"),
        (About::Org, &[("limit", "0")], "limit: must be a whole number"),
        (About::Org, &[("step", "day"), ("step", "day")], "step: must be given once"),
        (About::Org, &[("since", "2026-11-22")], "until: must be later than since"),
        (
            About::Org,
            &[("since", "2026-10-01")],
            "since: must be at most 31 days before until where the step is hour",
        ),
        (
            About::Org,
            &[("step", "day"), ("since", "2025-10-01")],
            "since: must be at most 366 days before until where the step is day",
        ),
    ] {
        let wrong = query(about, parameters).unwrap_err();
        assert!(wrong.starts_with(error), "{wrong}");
    }
}

#[test]
fn keys_of_a_range_hold_its_hours_and_no_others() {
    let asked = Asked { since: TEN - 1, until: TEN + 1, step: Window::Hour, groups: vec![GroupBy::None] };
    let (first, end) = asked.keys();
    let is_in = |hour: i64| {
        let key = HourKey(format!("{hour}|~|~|~")).0;
        key >= first && key < end
    };
    assert_eq!([TEN - 2, TEN - 1, TEN, TEN + 1].map(is_in), [false, true, true, false]);
    assert_eq!(
        Asked { since: -5, until: i64::MAX, ..asked }.keys(),
        ("100000|".to_owned(), "999999|".to_owned())
    );
}

#[test]
fn a_key_is_read_as_it_was_written() {
    let key = HourKey("498682|request.completed|OPENAI|a|b".to_owned());
    let parts = key.parts().unwrap();
    assert_eq!(
        (parts.hour, parts.event_type, parts.provider, parts.model),
        (TEN, "request.completed", "OPENAI", "a|b")
    );
    for wrong in ["", "x|a|b|c", "498682|a|b"] {
        assert_eq!(HourKey(wrong.to_owned()).parts(), None, "{wrong}");
    }
}
