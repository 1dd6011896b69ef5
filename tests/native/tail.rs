//! The live tail: whatever comes, and however slow somebody is, everything is told or counted, and nothing grows.

use heliograph::core::{
    ledger::Row,
    tail::{AT_ONCE, KEPT, News, Tail, Watcher},
};
use serde_json::json;

fn row(number: usize) -> Row {
    let message = json!({
        "v": 1, "id": format!("msg_{number}"), "org": "default", "subscription": "sub_1", "event": "e", "base_url": "",
        "event_type": "request.completed", "accepted_at": 1, "segment": "s", "record": [0, 9], "exchange": [1, 8],
        "api_version": "2026-11-01",
    });
    let attempt =
        json!({"number": 1, "at": 1000, "ms": 7, "lane": "express", "status": 503, "signatures": []});
    let row = json!({"message": message, "state": "retrying", "made": 1, "updated_at": 1007, "attempts": [attempt]});
    serde_json::from_value(row).unwrap()
}

fn add(tail: &mut Tail, from: usize, count: usize) {
    tail.add(&(from..from + count).map(row).collect::<Vec<_>>());
}

/// The numbers of the deliveries that a message shows.
fn numbers(news: &News<'_>) -> Vec<usize> {
    news.deliveries.iter().map(|row| row.id.strip_prefix("msg_").unwrap().parse().unwrap()).collect()
}

fn ready(tail: &Tail) -> Watcher {
    let mut watcher = tail.watcher(None, 0);
    assert!(tail.tell(&mut watcher).is_none() && watcher.is_waiting);
    watcher
}

#[test]
fn what_is_told_is_what_came() {
    let mut tail = Tail::new(5);
    add(&mut tail, 0, 3);
    let mut watcher = ready(&tail);
    add(&mut tail, 3, 2);
    let news = tail.tell(&mut watcher).unwrap();
    let told = |number: usize| {
        json!({
            "id": format!("msg_{number}"), "event_type": "request.completed", "state": "retrying", "status": 503,
            "failure": null, "latency_ms": 7, "at": "1970-01-01T00:00:01.000Z",
        })
    };
    let wanted = json!({"seq": 5, "cursor": "5.5", "skipped": 0, "deliveries": [told(3), told(4)]});
    assert_eq!(serde_json::to_value(&news).unwrap(), wanted);
    assert!(!watcher.is_waiting);
    assert!(tail.tell(&mut watcher).is_none() && watcher.is_waiting);
}

#[test]
fn a_burst_that_fits_is_told_in_parts() {
    let mut tail = Tail::new(1);
    let mut watcher = ready(&tail);
    add(&mut tail, 0, KEPT);
    let mut told = Vec::new();
    while let Some(news) = tail.tell(&mut watcher) {
        assert!(news.deliveries.len() <= AT_ONCE && news.skipped == Some(0));
        told.extend(numbers(&news));
    }
    assert_eq!(told, (0..KEPT).collect::<Vec<_>>());
}

#[test]
fn of_everything_each_delivery_is_told_or_counted_once() {
    // A small generator, so that a failure comes again.
    let mut state = 7_u64;
    let mut random = |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % below
    };
    for _ in 0..8 {
        let mut tail = Tail::new(1);
        let mut watcher = ready(&tail);
        let (mut came, mut told, mut skipped, mut last) = (0_usize, 0_usize, 0_u64, None);
        for _ in 0..40 {
            let count = random(130);
            add(&mut tail, came, count);
            came += count;
            for _ in 0..random(3) {
                let Some(news) = tail.tell(&mut watcher) else { break };
                let found = numbers(&news);
                skipped += news.skipped.unwrap();
                told += found.len();
                assert_eq!(news.seq, told as u64 + skipped);
                assert!(found.iter().all(|number| last.is_none_or(|last| *number > last)));
                assert_eq!(found.last().map(|number| *number as u64 + 1), Some(news.seq));
                last = found.last().copied();
            }
        }
        while let Some(news) = tail.tell(&mut watcher) {
            told += news.deliveries.len();
            skipped += news.skipped.unwrap();
        }
        assert_eq!(told as u64 + skipped, came as u64);
    }
}

#[test]
fn a_message_and_what_is_kept_are_bounded() {
    let mut tail = Tail::new(1);
    let watchers: Vec<Watcher> = (0..20).map(|_| ready(&tail)).collect();
    add(&mut tail, 0, 5000);
    for mut watcher in watchers {
        let news = tail.tell(&mut watcher).unwrap();
        assert_eq!((news.deliveries.len(), news.skipped), (AT_ONCE, Some(5000 - KEPT as u64)));
        assert!(serde_json::to_string(&news).unwrap().len() < AT_ONCE * 400);
    }
}

#[test]
fn after_a_sleep_only_who_had_shown_everything_knows_that_nothing_is_missing() {
    let mut before = Tail::new(1);
    let mut waiting = ready(&before);
    add(&mut before, 0, 60);
    let mut drawing = waiting;
    assert!(before.tell(&mut drawing).is_some());
    before.tell(&mut waiting);
    before.tell(&mut waiting);
    assert!(before.tell(&mut waiting).is_none());
    let mut after = Tail::new(2);
    add(&mut after, 60, 1);
    assert_eq!(after.tell(&mut waiting).unwrap().skipped, Some(0));
    let news = after.tell(&mut drawing).unwrap();
    assert_eq!((news.skipped, numbers(&news)), (None, vec![60]));
    // Also where nothing new has come.
    let mut drawing = Tail::new(1).watcher(Some("0.12"), 0);
    let nothing = Tail::new(3);
    assert_eq!(nothing.tell(&mut drawing).map(|news| (news.skipped, news.deliveries.len())), Some((None, 0)));
    assert!(nothing.tell(&mut drawing).is_none() && drawing.is_waiting);
}

#[test]
fn another_connection_goes_on_where_one_has_ended() {
    let mut tail = Tail::new(9);
    let mut watcher = ready(&tail);
    add(&mut tail, 0, 2);
    let cursor = tail.tell(&mut watcher).unwrap().cursor;
    tail.miss(3);
    add(&mut tail, 5, 1);
    let mut again = tail.watcher(Some(&cursor), 0);
    let news = tail.tell(&mut again).unwrap();
    assert_eq!((news.skipped, numbers(&news)), (Some(3), vec![5]));
    for wrong in ["", "9", "9.", ".2", "9.-1", "x.y", "9.2.2", "99999999999999999999.1"] {
        let mut other = tail.watcher(Some(wrong), 0);
        assert!(tail.tell(&mut other).is_none(), "{wrong}");
    }
}

#[test]
fn what_a_connection_remembers_survives_and_it_ends() {
    let tail = Tail::new(1);
    let watcher = ready(&tail);
    let text = serde_json::to_string(&watcher).unwrap();
    assert!(text.len() < 200);
    assert_eq!(serde_json::from_str::<Watcher>(&text).unwrap(), watcher);
    assert!(!watcher.is_over(299_999) && watcher.is_over(300_000));
    assert!(serde_json::from_str::<Watcher>(&json!({"seen": null}).to_string()).is_err());
}
