//! Data points: what a batch came to, and that no more of them are made than an invocation may write.

use heliograph::core::{
    analytics::{Gathered, MAX_POINTS, Point},
    ledger::{Hour, HourKey, Hours},
};

const DOUBLES: usize = 17;

fn hour(attempts: u64) -> Hour {
    let mut hour = Hour { attempts, failed: 1, delivered: attempts - 1, latency_ms: 30, ..Hour::default() };
    for millis in [64, 65, 40_000] {
        hour.callback.add(millis);
        hour.callback_ms += millis.unsigned_abs();
    }
    hour
}

fn hours(rows: &[(&str, u64)]) -> Hours {
    rows.iter().map(|(key, attempts)| (HourKey((*key).to_owned()), hour(*attempts))).collect()
}

fn attempts(points: &[Point]) -> f64 {
    points.iter().map(|point| point.doubles[0]).sum()
}

/// So many subscriptions with so many models each, tried ever more often.
fn many(subscriptions: usize, models: usize) -> Vec<Point> {
    let mut gathered = Gathered::default();
    for subscription in 0..subscriptions {
        for model in 0..models {
            let tried = (subscription * models + model + 1) as u64;
            let key = format!("498681|request.completed|OPENAI|m{model:02}");
            gathered.add("default", &format!("sub_{subscription:03}"), &hours(&[(&key, tried)]));
        }
    }
    gathered.points()
}

#[test]
fn a_point_is_of_a_webhook_type_provider_and_model() {
    let mut gathered = Gathered::default();
    assert_eq!(gathered.points(), []);
    let rows = [("498681|request.completed|OPENAI|gpt-4o", 5), ("498682|request.completed|OPENAI|gpt-4o", 3)];
    gathered.add("acme", "sub_1", &hours(&rows));
    gathered.add("acme", "sub_1", &hours(&[("498681|guardrail.blocked||", 2)]));
    let [blocked, completed] = gathered.points().try_into().unwrap();
    assert_eq!(blocked.blobs, ["acme", "sub_1", "guardrail.blocked", "", ""]);
    assert_eq!(completed.blobs, ["acme", "sub_1", "request.completed", "OPENAI", "gpt-4o"]);
    assert_eq!(completed.index, "sub_1");
    let mut expected = vec![8.0, 2.0, 6.0, 0.0, 0.0, 60.0, 80_258.0];
    // Of six callbacks two took 64 ms, two more at most 128, and two longer than the last bound.
    expected.extend([2.0, 4.0, 4.0, 4.0, 4.0, 4.0, 4.0, 4.0, 4.0, 4.0]);
    assert_eq!(completed.doubles, expected);
}

#[test]
fn no_more_points_are_made_than_may_be_written_and_none_is_lost() {
    for (subscriptions, models, expected) in [(1, 25, 25), (5, 5, 25), (1, 26, 1), (25, 4, 25), (40, 3, 25)] {
        let points = many(subscriptions, models);
        assert_eq!(points.len(), expected, "{subscriptions} {models}");
        assert!(points.len() <= MAX_POINTS);
        let all = (subscriptions * models) as f64;
        assert_eq!(attempts(&points), all * (all + 1.0) / 2.0, "{subscriptions} {models}");
        for point in &points {
            assert_eq!(point.doubles.len(), DOUBLES);
            assert!(point.index.len() <= 96 && point.blobs.len() == 5, "{point:?}");
        }
    }
    let merged = many(25, 4);
    assert_eq!(merged[24].blobs, ["default", "sub_024", "other", "other", "other"]);
    // Those that were tried most are told apart.
    let points = many(40, 3);
    let names: Vec<&str> = points.iter().map(|point| point.index.as_str()).collect();
    assert_eq!((names[0], names[23], names[24]), ("sub_016", "sub_039", "other"));
    assert_eq!(points[24].blobs, ["other"; 5]);
}
