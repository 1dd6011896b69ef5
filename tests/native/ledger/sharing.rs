//! How a batch's deliveries share the connections, and a queue's calls its messages.

use heliograph::core::delivery::{Turns, chunks};
use proptest::prelude::*;

/// A batch that is being sent: every free place asks for a turn, as the consumer's do.
struct Batch {
    turns: Turns,
    waiting: Vec<usize>,
    flying: Vec<usize>,
    stopped: Vec<bool>,
    places: usize,
    most: usize,
}

impl Batch {
    fn new(sizes: &[usize], places: usize) -> Self {
        let several = sizes.iter().filter(|size| **size > 0).count() > 1;
        Self {
            turns: Turns::new(sizes, places),
            waiting: sizes.to_vec(),
            flying: vec![0; sizes.len()],
            stopped: vec![false; sizes.len()],
            places,
            most: if several { places.div_ceil(2) } else { places },
        }
    }

    fn in_flight(&self) -> usize {
        self.flying.iter().sum()
    }

    /// Gives all free places something to do.
    fn fill(&mut self) {
        while self.in_flight() < self.places {
            let Some(at) = self.turns.take() else {
                let left = (0..self.waiting.len())
                    .filter(|at| self.waiting[*at] > 0 && self.flying[*at] < self.most);
                assert_eq!(left.count(), 0, "a place idles");
                return;
            };
            assert!(!self.stopped[at] && self.waiting[at] > 0, "taken twice, or after the stop");
            self.waiting[at] -= 1;
            self.flying[at] += 1;
            assert!(self.flying[at] <= self.most, "{} of {} places", self.flying[at], self.places);
        }
    }

    fn end(&mut self, at: usize) {
        self.flying[at] -= 1;
        assert_eq!(self.turns.done(at), self.flying[at] == 0 && self.waiting[at] == 0, "the last one");
    }

    fn stop(&mut self, at: usize) {
        self.turns.stop(at);
        self.stopped[at] = true;
        self.waiting[at] = 0;
    }
}

proptest! {
    #[test]
    fn every_delivery_is_taken_once_unless_stopped(
        sizes in prop::collection::vec(0..30_usize, 0..8),
        places in 1..9_usize,
        choices in prop::collection::vec((any::<prop::sample::Index>(), 0..20_u8), 300),
    ) {
        let mut batch = Batch::new(&sizes, places);
        batch.fill();
        for (which, luck) in choices {
            let flying: Vec<usize> = (0..sizes.len()).filter(|at| batch.flying[*at] > 0).collect();
            if flying.is_empty() {
                break;
            }
            let at = *which.get(&flying);
            if luck == 0 {
                batch.stop(at);
            }
            batch.end(at);
            batch.fill();
        }
        prop_assert!(batch.waiting.iter().chain(&batch.flying).all(|left| *left == 0), "something is left");
    }

    #[test]
    fn an_endpoint_that_hangs_keeps_nobody_else_waiting(sizes in prop::collection::vec(1..30_usize, 2..6), places in 2..9_usize) {
        let mut batch = Batch::new(&sizes, places);
        batch.fill();
        // The first one's attempts never end; each of the others ends before the next is taken.
        while let Some(at) = (1..sizes.len()).find(|at| batch.flying[*at] > 0) {
            batch.end(at);
            batch.fill();
        }
        prop_assert!(batch.waiting[1..].iter().all(|left| *left == 0), "{:?}", batch.waiting);
        prop_assert_eq!(batch.flying[0], sizes[0].min(places.div_ceil(2)));
    }

    #[test]
    fn chunks_lose_nothing_and_are_as_large_as_they_may_be(
        lengths in prop::collection::vec(prop_oneof![4 => 0..3000_usize, 2 => 0..130_000_usize, 1 => 239_990..240_010_usize], 0..260),
    ) {
        let texts: Vec<String> = lengths.iter().map(|length| "x".repeat(*length)).collect();
        let chunks: Vec<Vec<String>> = chunks(texts.iter().cloned()).collect();
        let bytes = |chunk: &[String]| chunk.iter().map(String::len).sum::<usize>();
        for chunk in &chunks {
            prop_assert!((1..=100).contains(&chunk.len()));
            prop_assert!(bytes(chunk) <= 240_000 || chunk.len() == 1, "alone where it is too large");
        }
        for pair in chunks.windows(2) {
            prop_assert!(pair[0].len() == 100 || bytes(&pair[0]) + pair[1][0].len() > 240_000, "room is left");
        }
        prop_assert_eq!(chunks.concat().iter().map(String::len).collect::<Vec<_>>(), lengths);
    }
}

#[test]
fn one_endpoint_comes_after_another_beside_the_next() {
    let order = |sizes: &[usize], places| -> Vec<usize> {
        let mut turns = Turns::new(sizes, places);
        std::iter::from_fn(|| turns.take()).take(places).collect()
    };
    assert_eq!(order(&[3, 0, 2, 1], 100), [0, 0, 0, 2, 2, 3]);
    assert_eq!(order(&[9, 9, 9], 6), [0, 0, 0, 1, 1, 1], "half of the places each, until one is free again");
    assert_eq!(order(&[0, 10], 6).len(), 6, "alone it may have all places");
    assert!(order(&[], 6).is_empty());
    let mut turns = Turns::new(&[2, 5, 5], 4);
    assert_eq!((0..4).map_while(|_| turns.take()).collect::<Vec<_>>(), [0, 0, 1, 1]);
    assert!(!turns.done(0) && turns.done(0));
    assert_eq!(turns.take(), Some(2), "the next one takes the places of the one that is done");
    assert!(turns.done(9), "there is no such endpoint");
}

#[test]
fn chunks_keep_the_order_and_are_made_as_they_are_asked_for() {
    let mut made = 0;
    let texts = (0..250).map(|at| {
        made += 1;
        at.to_string()
    });
    let first = chunks(texts).next().unwrap();
    assert_eq!(first, (0..100).map(|at| at.to_string()).collect::<Vec<_>>());
    assert!(made <= 101, "{made}");
    assert_eq!(chunks(std::iter::empty::<String>()).count(), 0);
}
