//! Deliveries without an attempt, by the history.

use heliograph::core::{
    history::{IndexedEvent, SegmentIndex},
    ids,
    ledger::{Place, Untried, UntriedPlace, untried},
};

use crate::support::indexed;

#[test]
fn what_was_never_tried_is_held_or_waits() {
    let event = |id: &str, queued: &[usize], held: &[usize]| IndexedEvent {
        queued: queued.to_vec(),
        held: held.to_vec(),
        ..indexed(id, "request.completed")
    };
    let index = SegmentIndex {
        subscriptions: vec!["sub_other".to_owned(), "sub_own".to_owned()],
        events: vec![
            event("q", &[1], &[]),
            event("h", &[], &[1]),
            event("o", &[0], &[]),
            event("r", &[0, 1], &[]),
        ],
        ..SegmentIndex::default()
    };
    let found = |is_sending, state, below| -> Vec<usize> {
        let found = untried(&index, "acme", "sub_own", is_sending, state, below);
        for (at, id) in &found {
            assert_eq!(*id, ids::delivery_id("acme", &index.events[*at].id, "sub_own"));
        }
        found.into_iter().map(|(at, _)| at).collect()
    };
    assert_eq!(found(true, Untried::Held, usize::MAX), [1]);
    assert_eq!(found(true, Untried::Waiting, usize::MAX), [3, 0], "newest first");
    assert_eq!(found(true, Untried::Waiting, 3), [0]);
    assert_eq!(found(false, Untried::Held, usize::MAX), [3, 1, 0], "what was queued is held, too");
    assert_eq!(found(false, Untried::Waiting, usize::MAX), [0; 0]);
    assert!(untried(&index, "acme", "sub_none", true, Untried::Waiting, usize::MAX).is_empty());
}

#[test]
fn a_place_among_them_looks_like_any_other_cursor() {
    let place = UntriedPlace { day: "2026-11-21".to_owned(), seq: 7, at: 3 };
    assert_eq!(Place::from(&place).to_string(), "20778000000007.3");
    assert_eq!(UntriedPlace::from(Place::parse("20778000000007.3").unwrap()), place);
    let end = UntriedPlace::end_of("2026-11-21".to_owned());
    assert_eq!(UntriedPlace::from(Place::from(&end)), end);
    // One of the ledger's is of a day long past, and one of no time at all is none.
    assert_eq!(UntriedPlace::from(Place { seq: 12, at: 1 }).day, "1970-01-01");
    assert_eq!(UntriedPlace::from(Place { seq: u64::MAX, at: 1 }).day, "9999-12-31");
}
