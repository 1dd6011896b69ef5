//! Settings are read strictly, and what is wrong is named.

use heliograph::core::insights::{Nanos, Observation, Pattern, Settings, Window};

use super::{request, settings};

fn complaint(name: &str, text: &str) -> String {
    Settings::read(|wanted| (wanted == name).then(|| text.to_owned())).unwrap_err().to_string()
}

#[test]
fn nothing_set_signals_nothing_and_keeps_for_90_days() {
    let read = settings(&[]);
    assert_eq!((read.budgets.len(), read.latency.len(), read.properties.len()), (0, 0, 0));
    assert_eq!((read.users, read.outliers, read.signatures), (None, None, None));
    assert_eq!(read.retention_days, 90);
}

#[test]
fn everything_can_be_set() {
    let read = settings(&[
        ("BUDGETS", r#"[{"name":"team","limit":100.5,"window":"month"}]"#),
        ("LATENCY_ALERT", r#"[{"ms":5000}]"#),
        ("USER_LIMITS", r#"{"cost":0.5}"#),
        ("TOKEN_OUTLIERS", "{}"),
        ("SPEND_PROPERTIES", "team, environment"),
        ("INSIGHTS_RETENTION_DAYS", " 7 "),
        ("SIGNATURE_ALERT", r#"{"failures":50}"#),
    ]);
    assert_eq!((read.budgets[0].limit, read.budgets[0].window), (Nanos(100_500_000_000), Window::Month));
    let alert = &read.latency[0];
    assert_eq!((alert.model.as_str(), alert.percentile, alert.minimum), ("*", 95, 50));
    let limits = read.users.unwrap();
    assert_eq!((limits.cost, limits.window), (Some(Nanos(500_000_000)), Window::Day));
    assert_eq!(read.outliers.map(|rule| (rule.deviations, rule.minimum)), Some((4.0, 100)));
    assert_eq!(read.properties, ["team", "environment"]);
    assert_eq!(settings(&[("SPEND_PROPERTIES", r#"["a,b"]"#)]).properties, ["a,b"]);
    assert_eq!((read.retention_days, read.signatures.map(|alert| alert.minutes)), (7, Some(5)));
}

#[test]
fn what_is_wrong_is_named() {
    let many = format!("[{}]", vec!["{}"; 51].join(","));
    for (name, text, said) in [
        ("BUDGETS", "{", "BUDGETS: must be JSON"),
        ("BUDGETS", "{}", "BUDGETS: must be a list of at most 50"),
        ("BUDGETS", &many, "BUDGETS: must be a list of at most 50"),
        ("BUDGETS", "[1]", "BUDGETS[0]: must be an object"),
        ("BUDGETS", r#"[{"name":"a","limit":1,"window":"day"},{}]"#, "BUDGETS[1].name: is required"),
        ("BUDGETS", r#"[{"name":"a","window":"day"}]"#, "BUDGETS[0].limit: is required"),
        ("BUDGETS", r#"[{"name":"a","limit":1}]"#, "BUDGETS[0].window: is required"),
        ("BUDGETS", r#"[{"name":"a","limit":1,"window":"week"}]"#, "BUDGETS[0].window: must be day or month"),
        (
            "BUDGETS",
            r#"[{"name":"a","limit":0,"window":"day"}]"#,
            "BUDGETS[0].limit: must be an amount of US dollars above 0, at most a billion",
        ),
        (
            "BUDGETS",
            r#"[{"name":"a","limit":1,"window":"day","property":{"key":"k"}}]"#,
            "BUDGETS[0].property.value: is required",
        ),
        (
            "BUDGETS",
            r#"[{"name":"a","limit":1,"window":"day","models":"x"}]"#,
            "BUDGETS[0].models: is not a field; allowed: name, limit, window, model, provider, user, property",
        ),
        ("LATENCY_ALERT", "[{}]", "LATENCY_ALERT[0].ms: is required"),
        (
            "LATENCY_ALERT",
            r#"[{"ms":1,"percentile":94}]"#,
            "LATENCY_ALERT[0].percentile: must be one of: 50, 90, 95, 99",
        ),
        ("LATENCY_ALERT", r#"[{"ms":0}]"#, "LATENCY_ALERT[0].ms: must be a whole number from 1"),
        ("USER_LIMITS", "{}", "USER_LIMITS: must set at least one of: requests, tokens, cost"),
        ("USER_LIMITS", r#"{"requests":1.5}"#, "USER_LIMITS.requests: must be a whole number from 1"),
        ("TOKEN_OUTLIERS", "[]", "TOKEN_OUTLIERS: must be an object"),
        ("TOKEN_OUTLIERS", r#"{"deviations":"4"}"#, "TOKEN_OUTLIERS.deviations: must be a number above 0"),
        ("SIGNATURE_ALERT", "{}", "SIGNATURE_ALERT.failures: is required"),
        (
            "SIGNATURE_ALERT",
            r#"{"failures":1,"minutes":61}"#,
            "SIGNATURE_ALERT.minutes: must be a whole number from 1 to 60",
        ),
        (
            "SPEND_PROPERTIES",
            "a,,b",
            "SPEND_PROPERTIES: must be up to 10 names of properties: a JSON list, or comma-separated",
        ),
        ("INSIGHTS_RETENTION_DAYS", "0", "INSIGHTS_RETENTION_DAYS: must be a whole number from 1 to 366"),
    ] {
        assert_eq!(complaint(name, text), said);
    }
}

#[test]
fn a_budget_covers_what_all_its_conditions_fit() {
    let text = r#"[{"name":"a","limit":1,"window":"day","model":"gpt-*","provider":"OPENAI","user":"u-1",
        "property":{"key":"team","value":"red"}}]"#;
    let budget = &settings(&[("BUDGETS", text)]).budgets[0];
    let property = [("team".to_owned(), "red".to_owned())].into();
    let fitting =
        Observation { provider: Some("OPENAI".to_owned()), properties: property, ..request("gpt-4o", 1.0) };
    assert!(budget.covers(&fitting));
    for other in [
        Observation { model: Some("claude".to_owned()), ..fitting.clone() },
        Observation { model: None, ..fitting.clone() },
        Observation { provider: None, ..fitting.clone() },
        Observation { user: Some("u-2".to_owned()), ..fitting.clone() },
        Observation { properties: [("team".to_owned(), "blue".to_owned())].into(), ..fitting.clone() },
    ] {
        assert!(!budget.covers(&other), "{other:?}");
    }
}

#[test]
fn what_a_budget_counts_decides_what_its_sum_is_known_by() {
    let key = |text: &str| settings(&[("BUDGETS", text)]).budgets[0].key.clone();
    let one = key(r#"[{"name":"a","limit":1,"window":"day"}]"#);
    assert_eq!(one, key(r#"[{"name":"a","limit":2,"window":"day"}]"#), "a limit changes no sum");
    assert_ne!(one, key(r#"[{"name":"a","limit":1,"window":"month"}]"#));
    assert_ne!(one, key(r#"[{"name":"a","limit":1,"window":"day","user":"u"}]"#));
}

#[test]
fn patterns() {
    for (pattern, name, fits) in [
        ("*", "anything", true),
        ("*", "", true),
        ("gpt-4o", "gpt-4o", true),
        ("gpt-4o", "gpt-4o-mini", false),
        ("gpt-*", "gpt-4o", true),
        ("gpt-*", "xgpt-4o", false),
        ("*-mini", "gpt-4o-mini", true),
        ("*-mini", "gpt-4o-mini-2", false),
        ("a*b*c", "a-b-b-c", true),
        ("a*b*c", "a-c-b", false),
        ("ab*ba", "aba", false),
        ("a**b", "ab", true),
    ] {
        assert_eq!(Pattern::new(pattern).fits(Some(name)), fits, "{pattern} {name}");
    }
    assert!(Pattern::new("*").fits(None) && !Pattern::new("gpt-*").fits(None));
}
