//! The text that Prometheus reads.

use heliograph::core::{
    insights::{CounterRow, CountersView},
    ledger::{Histogram, Hour, HourKey},
    metrics::{
        Now,
        exposition::{Family, Observed, asked, receiver, render, webhooks},
    },
};

use super::{STANDING, Story, now, story};

fn observed(org: &str, webhook: &str, story: &Story, standing: Now) -> Observed {
    let reading = story.reading(&asked(now()), standing);
    Observed { org: org.to_owned(), webhook: webhook.to_owned(), reading }
}

/// A text's samples: everything but comments.
fn lines(text: &str) -> Vec<&str> {
    text.lines().filter(|line| !line.starts_with('#')).collect()
}

#[track_caller]
fn holds(text: &str, expected: &[&str]) {
    let lines = lines(text);
    for line in expected {
        assert!(lines.contains(line), "{line}\nis not in\n{text}");
    }
}

#[test]
fn the_known_history() {
    let text = render(&webhooks(&[observed("default", "sub_1", &story(), STANDING)], 2, now()));
    holds(
        &text,
        &[
            r#"heliograph_attempts_total{org="default",webhook="sub_1",type="request.completed",outcome="delivered"} 6"#,
            r#"heliograph_attempts_total{org="default",webhook="sub_1",type="request.completed",outcome="failed"} 4"#,
            r#"heliograph_deliveries_total{org="default",webhook="sub_1",type="request.completed",outcome="dead"} 1"#,
            r#"heliograph_deliveries_total{org="default",webhook="sub_1",type="guardrail.blocked",outcome="dead"} 1"#,
            r#"heliograph_deliveries_at_once_total{org="default",webhook="sub_1",type="request.completed"} 5"#,
            r#"heliograph_duplicates_total{org="default",webhook="sub_1",type="request.completed"} 3"#,
            r#"heliograph_held_total{org="default",webhook="sub_1",type="request.completed"} 4"#,
            r#"heliograph_passed_over_total{org="default",webhook="sub_1",type="request.completed",reason="sample"} 5"#,
            r#"heliograph_passed_over_total{org="default",webhook="sub_1",type="request.completed",reason="filter"} 6"#,
            r#"heliograph_attempt_duration_seconds_bucket{org="default",webhook="sub_1",le="0.016"} 1"#,
            r#"heliograph_attempt_duration_seconds_bucket{org="default",webhook="sub_1",le="0.064"} 8"#,
            r#"heliograph_attempt_duration_seconds_bucket{org="default",webhook="sub_1",le="1.024"} 11"#,
            r#"heliograph_attempt_duration_seconds_bucket{org="default",webhook="sub_1",le="+Inf"} 11"#,
            r#"heliograph_attempt_duration_seconds_sum{org="default",webhook="sub_1"} 2.358"#,
            r#"heliograph_attempt_duration_seconds_count{org="default",webhook="sub_1"} 11"#,
            r#"heliograph_callback_duration_seconds_bucket{org="default",webhook="sub_1",le="0.128"} 5"#,
            r#"heliograph_callback_duration_seconds_count{org="default",webhook="sub_1"} 6"#,
            r#"heliograph_model_deliveries_total{org="default",provider="OPENAI",model="gpt-4o",outcome="delivered"} 5"#,
            r#"heliograph_model_deliveries_total{org="default",provider="",model="",outcome="dead"} 1"#,
            r#"heliograph_retrying{org="default",webhook="sub_1"} 1"#,
            r#"heliograph_retrying_oldest_age_seconds{org="default",webhook="sub_1"} 1740"#,
            r#"heliograph_webhook_sending{org="default",webhook="sub_1"} 1"#,
            r#"heliograph_webhook_healthy{org="default",webhook="sub_1"} 1"#,
            "heliograph_webhooks_unread 2",
        ],
    );
    assert!(text.contains("# TYPE heliograph_attempts_total counter\n"), "{text}");
    assert!(text.contains("# TYPE heliograph_callback_duration_seconds histogram\n"), "{text}");
}

#[test]
fn counters_are_of_today_and_what_was_there_yesterday_begins_with_0() {
    let mut story = Story::default();
    for (key, delivered) in
        [("498671|request.completed|OPENAI|gpt-4o", 7), ("498672|eval.failed|OPENAI|gpt-5", 2)]
    {
        story.hours.insert(HourKey(key.to_owned()), Hour { delivered, ..Hour::default() });
    }
    let text = render(&webhooks(&[observed("a", "s", &story, STANDING)], 0, now()));
    holds(
        &text,
        &[
            r#"heliograph_deliveries_total{org="a",webhook="s",type="request.completed",outcome="delivered"} 0"#,
            r#"heliograph_deliveries_total{org="a",webhook="s",type="eval.failed",outcome="delivered"} 2"#,
            r#"heliograph_model_deliveries_total{org="a",provider="OPENAI",model="gpt-4o",outcome="delivered"} 0"#,
        ],
    );
}

#[test]
fn models_are_those_of_the_org_and_bounded() {
    let mut story = Story::default();
    for at in 0..80 {
        // Yesterday the last ones were tried most; today they all are alike. One is called as the rest is.
        let model = if at == 0 { "other".to_owned() } else { format!("m{at:02}") };
        for (hour, attempts) in [(498_671, at), (498_672, 1)] {
            let key = HourKey(format!("{hour}|request.completed|other|{model}"));
            story.hours.insert(key, Hour { attempts, delivered: attempts, ..Hour::default() });
        }
    }
    let both = [observed("a", "s", &story, STANDING), observed("a", "t", &story, STANDING)];
    let text = render(&webhooks(&both, 0, now()));
    let models: Vec<&str> = lines(&text)
        .into_iter()
        .filter(|line| line.starts_with("heliograph_model_") && line.contains("delivered"))
        .collect();
    assert_eq!(models.len(), 51, "fifty and the others, none of them twice");
    let of = |model: &str, count: usize| {
        let expected = format!(
            r#"heliograph_model_deliveries_total{{org="a",provider="other",model="{model}",outcome="delivered"}} {count}"#
        );
        assert!(models.contains(&expected.as_str()), "{expected}");
    };
    of("m79", 2);
    of("m30", 2);
    of("other", 60);
}

#[test]
fn what_is_told_of_labels_is_escaped_and_families_without_a_sample_are_left_out() {
    let mut family = Family::gauge("a_gauge", "One\nline, one \\ and \"quotes\".");
    family.add(&[("name", "a\\b\"c\nd\u{e9}")], 0.5);
    family.add(&[], 1e15);
    let expected = "# HELP a_gauge One\\nline, one \\\\ and \"quotes\".\n# TYPE a_gauge gauge\n\
                    a_gauge{name=\"a\\\\b\\\"c\\nd\u{e9}\"} 0.5\na_gauge 1000000000000000\n";
    assert_eq!(render(&[Family::counter("b_total", "Nothing."), family]), expected);
}

#[test]
fn bounds_are_where_buckets_end() {
    let mut each = Histogram::default();
    [1, 7, 8, 9, 16, 17, 1 << 20].into_iter().for_each(|millis| each.add(millis));
    assert_eq!([0, 3, 4, 19, 20].map(|power| each.up_to(power)), [1, 3, 5, 6, 7]);
}

#[test]
fn the_receivers_counters() {
    let row = |group: &str, name: &str, count| CounterRow {
        group: Some(group.to_owned()),
        name: Some(name.to_owned()),
        count,
    };
    let (yesterday, today) = ("2026-11-20", "2026-11-21");
    let view = CountersView {
        since: String::new(),
        until: String::new(),
        counters: vec![
            row(yesterday, "accepted", 90),
            row(yesterday, "signature.mismatch", 4),
            row(yesterday, "fetch.expired", 1),
            row(today, "accepted", 9),
            row(today, "signature.stale", 2),
            row(today, "fetch.full", 7),
            row(today, "fetch.failed", 1),
            row(today, "handler.alert.slack.ok", 3),
            row(today, "handler.alert.slack.dead", 1),
            row(today, "handler.alert.slack.ms", 1250),
            row(today, "of_another_version", 8),
        ],
    };
    let text = render(&receiver(&view, today));
    let mut found = lines(&text);
    found.sort_unstable();
    assert_eq!(
        found,
        [
            "heliograph_receiver_accepted_total 9",
            "heliograph_receiver_duplicates_total 0",
            r#"heliograph_receiver_fetches_total{outcome="expired"} 0"#,
            r#"heliograph_receiver_fetches_total{outcome="failed"} 1"#,
            r#"heliograph_receiver_fetches_total{outcome="full"} 7"#,
            r#"heliograph_receiver_handled_total{handler="alert.slack",outcome="dead"} 1"#,
            r#"heliograph_receiver_handled_total{handler="alert.slack",outcome="ok"} 3"#,
            r#"heliograph_receiver_handler_duration_seconds_count{handler="alert.slack"} 4"#,
            r#"heliograph_receiver_handler_duration_seconds_sum{handler="alert.slack"} 1.25"#,
            r#"heliograph_receiver_refused_total{reason="mismatch"} 0"#,
            r#"heliograph_receiver_refused_total{reason="stale"} 2"#,
        ]
    );
}
