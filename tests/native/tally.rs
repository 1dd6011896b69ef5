//! Which requests the rate limiter is asked about.

use heliograph::core::tally::{Tally, Toll};

#[test]
fn the_first_are_asked_about_one_by_one_and_then_each_64th() {
    let mut tally = Tally::default();
    let asked = (1..=1024).filter(|_| tally.add("a", 7) == Toll::Ask).count();
    assert_eq!(asked, 64 + (1024 - 64) / 64);
    assert_eq!(tally.add("b", 7), Toll::Ask, "each source by itself");
    assert_eq!(tally.add("a", 8), Toll::Ask, "a new period begins anew");
}

#[test]
fn a_refusal_holds_for_its_period() {
    let mut tally = Tally::default();
    assert_eq!(tally.add("a", 7), Toll::Ask);
    tally.refuse("a", 7);
    assert_eq!(tally.add("a", 7), Toll::Refused);
    assert_eq!(tally.add("b", 7), Toll::Ask);
    assert_eq!(tally.add("a", 8), Toll::Ask);
    tally.refuse("a", 7);
    assert_eq!(tally.add("a", 8), Toll::Ask, "the answer came after its period");
}

#[test]
fn many_sources_take_bounded_memory() {
    let mut tally = Tally::default();
    for source in 0..50_000 {
        assert_eq!(tally.add(&source.to_string(), 7), Toll::Ask);
    }
}
