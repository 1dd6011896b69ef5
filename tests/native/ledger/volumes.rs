//! When a ledger begins a volume, and when it drops one.

use heliograph::core::ledger::{Room, Volume};
use proptest::prelude::*;

const DAY: i64 = 86_400_000;
const ROOM: Room = Room { days: 30, most_bytes: 8000 };

fn volumes(began: &[i64]) -> Vec<Volume> {
    let volume = |(at, began): (usize, &i64)| Volume {
        number: at as u32,
        began: Some(began * DAY),
        first_seq: at as u64 * 10 + 1,
        bytes_before: at as u64 * 1000,
    };
    began.iter().enumerate().map(volume).collect()
}

#[test]
fn a_volume_takes_an_eighth_of_the_time_that_is_kept() {
    assert!(ROOM.begins_volume(&[], 0, 0));
    let of = |days| Room { days, ..ROOM };
    for (days, span) in [(1, 1), (3, 1), (8, 1), (9, 2), (30, 4), (366, 46)] {
        let volumes = volumes(&[100]);
        assert!(!of(days).begins_volume(&volumes, 0, (100 + span) * DAY - 1), "{days}");
        assert!(of(days).begins_volume(&volumes, 0, (100 + span) * DAY), "{days}");
    }
    // An empty one is begun by its first delivery, whenever that comes.
    let empty = Volume { number: 0, began: None, first_seq: 1, bytes_before: 0 };
    assert!(!ROOM.begins_volume(&[empty], 0, 9_999 * DAY));
}

#[test]
fn and_an_eighth_of_the_space() {
    // Each has a thousand bytes before it for every volume; the rest is the newest's own.
    for (count, bytes, begins) in [
        (1, 999, false),
        (1, 1000, true),
        (2, 1999, false),
        (2, 2000, true),
        (9, 8999, false),
        (9, 9000, true),
    ] {
        let volumes = volumes(&vec![100; count]);
        assert_eq!(ROOM.begins_volume(&volumes, bytes, 100 * DAY), begins, "{count}, {bytes}");
    }
    assert!(!ROOM.is_full(&volumes(&[100, 100]), 8000));
    assert!(ROOM.is_full(&volumes(&[100, 100]), 8001));
    // What comes now always has a place.
    assert!(!ROOM.is_full(&volumes(&[100]), 9000));
}

#[test]
fn a_volume_goes_once_its_last_delivery_is_old() {
    let ends = [104, 108, 110].map(|day| Some(day * DAY));
    let expired = |day: i64| ROOM.expired(&ends, day * DAY);
    assert_eq!([100, 135, 136, 139, 140, 141, 142].map(expired), [0, 0, 1, 1, 2, 2, 3]);
    assert_eq!(ROOM.expires_at(104 * DAY), (104 + 31) * DAY);
    assert_eq!(ROOM.expired(&[None], i64::MAX), 0);
}

proptest! {
    /// A year of deliveries, some each day: nothing goes before its time, and nothing stays longer than a volume's.
    #[test]
    fn nothing_goes_too_soon_or_stays_for_long(days in 1_u32..40, quiet in prop::collection::vec(any::<bool>(), 366)) {
        let room = Room { days, most_bytes: 1_000_000 };
        let span = i64::from(days.div_ceil(8)) * DAY;
        // Each volume, and the moments of its deliveries.
        let mut kept: Vec<(Volume, Vec<i64>)> = Vec::new();
        let mut next = 0;
        for (day, is_quiet) in quiet.iter().enumerate() {
            let now = (day as i64 + 1) * DAY;
            let ends: Vec<Option<i64>> = kept.iter().map(|(_, moments)| moments.last().copied()).collect();
            for (_, moments) in kept.drain(..room.expired(&ends, now)) {
                prop_assert!(moments.iter().all(|at| *at < room.oldest(now)));
            }
            for (_, moments) in &kept {
                prop_assert!(moments.iter().all(|at| *at >= room.oldest(now) - span - DAY));
            }
            prop_assert!(kept.len() <= 12, "{} volumes", kept.len());
            if *is_quiet {
                continue;
            }
            let all: Vec<Volume> = kept.iter().map(|(volume, _)| *volume).collect();
            if room.begins_volume(&all, 0, now) {
                kept.push((Volume { number: next, began: Some(now), first_seq: 1, bytes_before: 0 }, Vec::new()));
                next += 1;
            }
            kept.last_mut().unwrap().1.push(now);
        }
    }
}
