//! Health against a second model that remembers every attempt and no state, and what must hold whatever comes.

use super::{DAY, HOUR, MINUTE, START, at, attempt};
use heliograph::core::health::{DisableReason, Health, LATE_MS, Observed, Policy, Rate, Signal, State};
use proptest::prelude::*;

/// One step of a history.
#[derive(Clone, Copy, Debug)]
enum Step {
    Attempt { ok: bool, slow: bool, disable: bool },
    Enable,
}

/// The second model: everything is counted anew from the attempts since the endpoint was last enabled, in their order.
struct Naive<'a>(&'a [Observed], &'a Policy);

impl Naive<'_> {
    fn run(&self) -> &[Observed] {
        let failed = self.0.iter().rev().take_while(|attempt| !attempt.ok).count();
        &self.0[self.0.len() - failed..]
    }

    fn fails(&self, attempts: u32, ms: i64) -> bool {
        let run = self.run();
        run.len() >= attempts as usize
            && run.first().is_some_and(|first| run.last().unwrap().at.millis() - first.at.millis() >= ms)
    }

    fn before(&self) -> Naive<'_> {
        Naive(&self.0[..self.0.len() - 1], self.1)
    }

    fn disabled(&self) -> Option<DisableReason> {
        let given_up = self.fails(self.1.disable_min_attempts, self.1.disable_after_ms);
        self.0.last()?.disable.or(given_up.then_some(DisableReason::FailingTooLong))
    }

    fn state(&self) -> State {
        if (1..=self.0.len()).any(|count| Naive(&self.0[..count], self.1).disabled().is_some()) {
            State::Disabled
        } else if self.fails(self.1.failing_after_attempts, self.1.failing_after_ms) {
            State::Failing
        } else {
            State::Healthy
        }
    }

    fn rate(&self) -> (usize, usize) {
        let Some(newest) = self.0.last() else { return (0, 0) };
        let from = (newest.at.millis() / HOUR - 23) * HOUR;
        let day: Vec<bool> =
            self.0.iter().filter(|attempt| attempt.at.millis() >= from).map(|attempt| attempt.ok).collect();
        (day.iter().filter(|ok| **ok).count(), day.len())
    }

    /// What the last attempt that crossed a bound says.
    fn rate_is_low(&self) -> bool {
        for count in (1..=self.0.len()).rev() {
            let (ok, all) = Naive(&self.0[..count], self.1).rate();
            let percent = ok as f64 / all as f64 * 100.0;
            if percent >= f64::from(self.1.recovered_rate_percent) {
                return false;
            }
            if all >= self.1.low_rate_min_attempts as usize && percent < f64::from(self.1.low_rate_percent) {
                return true;
            }
        }
        false
    }

    fn is_slow(&self, now: i64) -> bool {
        let after = self.0.iter().rev().take_while(|attempt| attempt.slow || !attempt.ok);
        after.into_iter().any(|attempt| attempt.slow && now < attempt.at.millis() + self.1.slow_ms)
    }

    /// What the newest attempt raises.
    fn signals(&self) -> Vec<Signal> {
        let before = self.before();
        let mut signals = Vec::new();
        let ms = |run: &[Observed], to: &Observed| to.at.millis() - run.first().unwrap().at.millis();
        let newest = self.0.last().unwrap();
        let failing = |naive: &Naive<'_>| naive.fails(self.1.failing_after_attempts, self.1.failing_after_ms);
        if before.state() == State::Disabled {
            return signals;
        }
        if failing(self) && !failing(&before) {
            let run = self.run();
            signals.push(Signal::Failing { failures: run.len() as u32, failing_for_ms: ms(run, newest) });
        }
        if failing(&before) && newest.ok {
            signals.push(Signal::Recovered { failing_for_ms: ms(before.run(), newest) });
        }
        if self.rate_is_low() && !before.rate_is_low() {
            let (ok, all) = self.rate();
            signals.push(Signal::SuccessRateLow { percent: (ok * 100 / all) as u32, attempts: all as u32 });
        }
        if let Some(reason) = self.disabled() {
            signals.push(Signal::Disabled { reason });
        }
        signals
    }
}

/// Stretches of attempts alike: in real histories failures come in rows.
fn histories() -> impl Strategy<Value = Vec<(i64, Step)>> {
    let wait = prop_oneof![0..2_i64, 0..MINUTE, 0..HOUR, Just(HOUR), 0..2 * DAY];
    let step = prop_oneof![
        20 => (any::<bool>(), prop::bool::weighted(0.2), prop::bool::weighted(0.01))
            .prop_map(|(ok, slow, disable)| Step::Attempt { ok, slow, disable }),
        1 => Just(Step::Enable),
    ];
    let stretch = (wait, step, 1..8_usize).prop_map(|(wait, step, count)| vec![(wait, step); count]);
    prop::collection::vec(stretch, 1..14).prop_map(|stretches| stretches.concat())
}

fn policies() -> impl Strategy<Value = Policy> {
    (1..6_u32, 0..2 * MINUTE, 0..6 * DAY, 1..20_u32, 0..80_u32, 1..20_u32, 0..20_u32, 0..HOUR).prop_map(
        |(failures, over, disable_after_ms, disable_min_attempts, low, min, more, slow_ms)| Policy {
            failing_after_attempts: failures,
            failing_after_ms: over,
            disable_after_ms,
            disable_min_attempts,
            low_rate_percent: low,
            low_rate_min_attempts: min,
            recovered_rate_percent: low + more,
            slow_ms,
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn the_tracker_agrees_with_the_model_that_remembers_everything(history in histories(), policy in policies()) {
        let mut now = START;
        let mut health = Health::new(at(now));
        let mut known: Vec<Observed> = Vec::new();
        for (wait, step) in history {
            now += wait;
            let Step::Attempt { ok, slow, disable } = step else {
                health.enable(at(now));
                known.clear();
                continue;
            };
            let observed = Observed { at: at(now), ok, slow, disable: disable.then_some(DisableReason::Gone) };
            let was_disabled = health.state == State::Disabled;
            known.push(observed);
            let naive = Naive(&known, &policy);
            prop_assert_eq!(health.observe(observed, &policy), naive.signals());
            prop_assert_eq!(health.state, naive.state());
            let (ok, all) = naive.rate();
            prop_assert_eq!(health.rate(at(now)), Rate { ok: ok as u32, failed: (all - ok) as u32 });
            if was_disabled {
                continue;
            }
            prop_assert_eq!(health.rate_is_low, naive.rate_is_low());
            prop_assert_eq!(health.consecutive_failures as usize, naive.run().len());
            prop_assert_eq!(health.failing_since, naive.run().first().map(|first| first.at.millis()));
            for later in [0, 1, policy.slow_ms / 2, policy.slow_ms] {
                prop_assert_eq!(health.is_slow(at(now + later)), naive.is_slow(now + later), "slow {}", later);
            }
        }
    }

    #[test]
    fn whatever_the_clock_shows_each_change_is_told_once(
        steps in prop::collection::vec((prop_oneof![0..i64::MAX, START..START + DAY], any::<bool>(), any::<bool>()), 0..120),
        policy in policies(),
    ) {
        let mut health = Health::new(at(START));
        let mut state = State::Healthy;
        for (millis, ok, slow) in steps {
            let signals = health.observe(Observed { slow, ..attempt(millis, ok) }, &policy);
            for signal in signals {
                match signal {
                    Signal::Failing { failing_for_ms, .. } => {
                        prop_assert!(state == State::Healthy && failing_for_ms >= 0);
                        state = State::Failing;
                    }
                    Signal::Recovered { failing_for_ms } => {
                        prop_assert!(state == State::Failing && failing_for_ms >= 0);
                        state = State::Healthy;
                    }
                    Signal::Disabled { .. } => {
                        prop_assert!(state != State::Disabled);
                        state = State::Disabled;
                    }
                    Signal::SuccessRateLow { percent, .. } => prop_assert!(percent < policy.low_rate_percent),
                }
            }
            prop_assert_eq!(state, health.state);
            let stored = serde_json::to_value(&health).unwrap();
            prop_assert!(stored["window"].as_array().unwrap().len() <= 24);
        }
    }

    #[test]
    fn the_order_within_a_batch_does_not_matter(
        batch in prop::collection::vec((0..LATE_MS, any::<bool>()), 1..30).prop_shuffle(),
        ok in any::<bool>(),
    ) {
        let feed = |batch: &[(i64, bool)]| {
            let mut health = Health::new(at(START));
            for (after, ok) in batch {
                health.observe(attempt(START + after, *ok), &Policy::default());
            }
            health
        };
        let mut sorted = batch.clone();
        sorted.sort_unstable();
        let (shuffled, ordered) = (feed(&batch), feed(&sorted));
        prop_assert_eq!(shuffled.rate(at(START)), ordered.rate(at(START)));
        prop_assert_eq!(shuffled.last_success_at, ordered.last_success_at);
        prop_assert_eq!(shuffled.last_failure_at, ordered.last_failure_at);

        // Where all ended alike, so does everything that follows from it.
        let alike = |batch: &[(i64, bool)]| feed(&batch.iter().map(|(after, _)| (*after, ok)).collect::<Vec<_>>());
        let (shuffled, ordered) = (alike(&batch), alike(&sorted));
        prop_assert_eq!(shuffled.failing_since, ordered.failing_since);
        prop_assert_eq!(shuffled.consecutive_failures, ordered.consecutive_failures);

        // And where the newest is a success, nothing is left of the failures before it.
        let mut recovered = batch;
        recovered.push((LATE_MS, true));
        let failures = feed(&recovered).consecutive_failures;
        recovered.rotate_right(1);
        prop_assert_eq!((failures, feed(&recovered).consecutive_failures), (0, 0));
    }
}
