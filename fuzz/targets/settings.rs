//! What clients set, and what they ask for: what is taken is stored and read the same, and a change of nothing changes nothing.
#![no_main]

use arbitrary::{Result, Unstructured};
use heliograph::core::{
    delivery::CustomHeaders,
    destination::Policy,
    history::query::{Asked, MAX_LIMIT, MAX_OFFSET, page, read_query},
    org::OrgSettings,
    shaping::FieldRules,
    subscription::Settings,
};
use heliograph_fuzz::json::Words;
use libfuzzer_sys::fuzz_target;
use serde_json::{Map, Value, json};

/// A text of a client's.
const MARK: &str = "zqxj";

const NAMES: [&str; 47] = [
    "zqxj",
    "model",
    "user_id",
    "destination",
    "config",
    "description",
    "metadata",
    "status",
    "eventTypes",
    "sampleRate",
    "propertyFilters",
    "filter",
    "includeData",
    "format",
    "contentMode",
    "oversize",
    "fields",
    "apiVersion",
    "retrySchedule",
    "timeoutMs",
    "rateLimit",
    "signatures",
    "key",
    "value",
    "include",
    "exclude",
    "bodies",
    "redact",
    "hashUserId",
    "paths",
    "detectors",
    "replacement",
    "left",
    "operator",
    "right",
    "request_response_rmt",
    "created_at",
    "equals",
    "gte",
    "properties",
    "scores",
    "limit",
    "offset",
    "sort",
    "cursor",
    "retain",
    "retentionDays",
];
const TEXTS: [&str; 31] = [
    "zqxj",
    "https://hooks.example.com/in",
    "active",
    "paused",
    "request.completed",
    "request.*",
    "*",
    "helicone",
    "standard",
    "cloudevents",
    "structured",
    "binary",
    "truncate",
    "marker",
    "v1",
    "v1a",
    "full",
    "none",
    "all",
    "email",
    "card",
    "request_body.messages[*].content",
    "response_body",
    "*.x",
    "[x]",
    "and",
    "or",
    "asc",
    "desc",
    "2026-11-21T09:00:00Z",
    "20778.1",
];

fuzz_target!(|data: &[u8]| {
    let Some((mode, rest)) = data.split_first() else { return };
    if mode % 2 == 0 {
        let Ok(Value::Object(fields)) = serde_json::from_slice(rest) else { return };
        check(&fields);
    } else if let Ok(fields) = made_up(&mut Unstructured::new(rest)) {
        check(&fields);
    }
});

fn made_up(from: &mut Unstructured<'_>) -> Result<Map<String, Value>> {
    let words = Words { names: &NAMES, texts: &TEXTS };
    let mut fields = words.object(from, 4)?;
    if !from.ratio(1_u8, 8_u8)? {
        fields.insert("destination".to_owned(), TEXTS[0].into());
    }
    Ok(fields)
}

fn check(fields: &Map<String, Value>) {
    let policy = Policy::default();
    if let Ok(settings) = Settings::read(fields, &[], &policy) {
        assert!(
            !settings.event_types.is_empty() && (0.0..=100.0).contains(&settings.sample_rate),
            "{fields:?}"
        );
        assert_eq!(settings.patched(&Map::new(), &[], &policy).as_ref(), Ok(&settings), "{fields:?}");
        let stored = serde_json::to_string(&settings).expect("settings are JSON");
        let again: Settings = serde_json::from_str(&stored).expect("what was stored is read");
        assert_eq!(again, settings, "{fields:?}");
        assert_eq!(settings.patched(fields, &[], &policy).as_ref(), Ok(&settings), "{fields:?}");
    }
    let whole = Value::Object(fields.clone());
    if let Ok(rules) = FieldRules::parse(&whole) {
        assert_eq!(rules.id().len(), 16);
        let again: FieldRules = serde_json::from_value(json!(rules)).expect("what was stored is read");
        assert_eq!(again.id(), rules.id());
    }
    if let Ok(headers) = CustomHeaders::read(Some(&whole)) {
        for (name, value) in headers.iter() {
            assert!(
                !name.contains(['\r', '\n', ':', ' '])
                    && !value.contains(['\r', '\n', '\0'])
                    && value.is_ascii()
            );
            let lower = name.to_ascii_lowercase();
            assert!(
                !lower.starts_with("webhook-")
                    && !lower.starts_with("helicone-")
                    && lower != "host"
                    && lower != "content-length"
            );
        }
    }
    if let Ok(settings) = OrgSettings::default().patched(fields) {
        assert!(settings.retention_days.is_none_or(|days| (1..=366).contains(&days)));
    }
    if let Ok(query) = read_query(fields) {
        assert!(query.limit <= MAX_LIMIT && query.offset <= MAX_OFFSET);
        let asked = Asked {
            day: 20_778,
            filter: &query.filter,
            order: query.order,
            after: query.after.map(|place| place.key),
        };
        let statement = page(asked, query.limit, query.offset);
        // The platform binds a hundred values; each of a client's is one, and stands nowhere else.
        assert!(statement.values.len() <= 100, "{fields:?}");
        assert!(!statement.text.contains(MARK), "{}", statement.text);
    }
}
