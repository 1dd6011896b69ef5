//! The reconciler's rules: what it looks at, for how long, and what it expects to find.

use heliograph::core::{
    history::{IndexedEvent, SegmentIndex},
    ids,
    reconcile::{Budget, Expected, Window, expected, in_turn},
    time::Timestamp,
};

use crate::support::{indexed, now};

const HOUR: i64 = 3600;

fn window(after_seconds: i64, back_seconds: i64) -> Window {
    Window { after_seconds, back_seconds }
}

#[test]
fn every_day_that_the_window_touches_is_looked_at_oldest_first() {
    // 09:00 on the 21st.
    let days = |back| window(900, back).days(now());
    assert_eq!(days(HOUR), ["2026-11-21"]);
    assert_eq!(days(9 * HOUR), ["2026-11-21"], "to its first moment");
    assert_eq!(days(9 * HOUR + 1), ["2026-11-20", "2026-11-21"]);
    assert_eq!(days(48 * HOUR), ["2026-11-19", "2026-11-20", "2026-11-21"]);
    assert_eq!(window(900, 24 * HOUR).until(now()).to_string(), "2026-11-21T08:45:00.000Z");
    // Shortly after midnight nothing of today is due yet.
    let midnight = Timestamp::parse("2026-11-21T00:10:00Z").unwrap();
    assert_eq!(window(900, HOUR).days(midnight), ["2026-11-20"]);
    // A window that ends before it begins holds nothing.
    assert_eq!(window(48 * HOUR, HOUR).days(now()), [""; 0]);
}

#[test]
fn an_index_says_whose_rows_are_expected() {
    let event = |id: &str, queued: &[usize], held: &[usize]| IndexedEvent {
        queued: queued.to_vec(),
        held: held.to_vec(),
        ..indexed(id, "request.completed")
    };
    let index = |subscriptions: &[&str], events| SegmentIndex {
        at: now().millis(),
        base_url: String::new(),
        subscriptions: subscriptions.iter().map(|&id| id.to_owned()).collect(),
        events,
    };
    let indexes = [
        index(&["sub_a", "sub_b"], vec![event("1", &[0, 1], &[]), event("2", &[1], &[0])]),
        // Positions count from each index's own list.
        index(&["sub_b"], vec![event("3", &[0], &[]), event("4", &[7], &[])]),
    ];
    let found = expected(&indexes, "acme");
    let one = |subscription: &str, id: &str, segment, event| Expected {
        id: ids::delivery_id("acme", id, subscription),
        accepted_at: now().millis(),
        segment,
        event,
    };
    assert_eq!(found.keys().collect::<Vec<_>>(), ["sub_a", "sub_b"]);
    assert_eq!(found["sub_a"], [one("sub_a", "1", 0, 0)], "what is held is not expected");
    assert_eq!(found["sub_b"], [one("sub_b", "1", 0, 0), one("sub_b", "2", 0, 1), one("sub_b", "3", 1, 0)]);
}

#[test]
fn no_org_is_always_behind_another() {
    let orgs = || vec!["a", "b", "c"];
    assert_eq!(in_turn(orgs(), 0), ["a", "b", "c"]);
    assert_eq!(in_turn(orgs(), 1), ["b", "c", "a"]);
    assert_eq!(in_turn(orgs(), 3_000_000_002), ["c", "a", "b"]);
    assert_eq!(in_turn(orgs(), -1), ["c", "a", "b"]);
    assert_eq!(in_turn(Vec::<&str>::new(), 5), [""; 0]);
}

#[test]
fn a_run_ends_at_its_bound() {
    let mut budget = Budget::new(5);
    assert!(budget.take(3) && !budget.take(3) && budget.take(2) && !budget.take(1));
    assert!(budget.take(0));
}
