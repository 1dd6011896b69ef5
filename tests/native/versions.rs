//! What is delivered in which version and format: each body follows the schema that the catalogue gives for it.

use heliograph::core::{
    api_version::ApiVersion,
    event::{catalogue, read_event},
    event_types::ShownAs,
    format::{ContentMode, Format, Oversize},
    json_schema,
    org::OwnType,
    payload::{InAttempt, Layout, Place, Shape, complete, header_text, render},
};
use serde_json::{Value, json, value::RawValue};

use crate::support::now;

const PLACE: Place<'_> = Place { org: "acme", base_url: "https://hooks.example.com" };
const FORMATS: [Format; 3] = [Format::Helicone, Format::Standard, Format::CloudEvents];
const MODES: [ContentMode; 2] = [ContentMode::Structured, ContentMode::Binary];

fn body(event: &Value, shape: Shape) -> Value {
    let event = read_event(&RawValue::from_string(event.to_string()).unwrap(), now()).unwrap();
    let rendered = render(&event, shape, PLACE);
    let attempt = InAttempt { delivery: "msg_1", number: 1, at: now() };
    let url = rendered.url_at.map(|at| (at, "https://hooks.example.com/payloads/x?offset=0"));
    serde_json::from_slice(&complete(&rendered.body, url, rendered.layout, attempt)).unwrap()
}

fn shape(format: Format, content_mode: ContentMode, version: ApiVersion) -> Shape {
    Shape { format, content_mode, version, include_data: true, oversize: Oversize::Truncate, shaped: None }
}

fn all_shapes() -> impl Iterator<Item = Shape> {
    let with_mode = |format| MODES.into_iter().map(move |mode| (format, mode));
    let with_version =
        |(format, mode)| ApiVersion::ALL.into_iter().map(move |version| shape(format, mode, version));
    FORMATS.into_iter().flat_map(with_mode).flat_map(with_version)
}

#[test]
fn every_example_follows_its_schema_in_every_version_and_format() {
    let mut seen = 0;
    for spec in catalogue::all() {
        for asked in all_shapes() {
            let shown = ShownAs {
                version: asked.version,
                format: Some(asked.format),
                content_mode: asked.content_mode,
            };
            let view = shown.one(spec.name, &[], PLACE).unwrap();
            assert_eq!(json_schema::errors(&view.schema, &view.example), Some(0), "{} {asked:?}", spec.name);
            let sent = body(&spec.example("r-1"), Shape { format: view.format, ..asked });
            assert_eq!(json_schema::errors(&view.schema, &sent), Some(0), "{} {asked:?} {sent}", spec.name);
            // A schema that anything follows would say nothing.
            let other = ShownAs { format: Some(Format::Standard), ..shown };
            let other = other.one("guardrail.blocked", &[], PLACE).unwrap();
            if spec.name != "guardrail.blocked" {
                assert_ne!(json_schema::errors(&other.schema, &sent), Some(0), "{}", spec.name);
            }
            seen += 1;
        }
    }
    assert_eq!(seen, catalogue::all().count() * 12);
}

#[test]
fn before_2026_11_21_the_status_is_what_the_gateway_said() {
    let told = |status: Value, version| {
        let event = json!({"request_id": "r", "status": status});
        let data = body(&event, shape(Format::Standard, ContentMode::Structured, version))["data"].clone();
        (data.get("status").cloned(), data.get("outcome").cloned())
    };
    let [old, new] = ApiVersion::ALL;
    assert_eq!(told(json!(200), new), (Some(json!(200)), Some(json!("success"))));
    assert_eq!(told(json!(200), old), (Some(json!(200)), None));
    assert_eq!(told(json!(400), new), (Some(json!(400)), Some(json!("error"))));
    assert_eq!(told(json!("timeout"), new), (None, Some(json!("timeout"))));
    assert_eq!(told(json!("timeout"), old), (Some(json!("timeout")), None));
    assert_eq!(told(json!(null), new), (None, None));
}

#[test]
fn a_name_that_a_version_does_not_take_stays_the_gateways() {
    let event = json!({"request_id": "r", "status": 200, "outcome": "mine"});
    let [old, new] = ApiVersion::ALL;
    let outcome = |event: &Value, version| {
        body(event, shape(Format::Standard, ContentMode::Structured, version))["data"]["outcome"].clone()
    };
    assert_eq!(outcome(&event, old), "mine");
    assert_eq!(outcome(&event, new), "success");
    assert_eq!(outcome(&json!({"request_id": "r", "outcome": "mine"}), new), "mine");
}

#[test]
fn a_cloud_event_in_both_modes() {
    let event = json!({
        "request_id": "r 1", "id": "e-1", "type": "guardrail.blocked", "data": {"guardrail": "pii"},
        "traceparent": "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
    });
    let newest = ApiVersion::NEWEST;
    let structured = body(&event, shape(Format::CloudEvents, ContentMode::Structured, newest));
    let url = "https://hooks.example.com/payloads/x?offset=0";
    let data = json!({"request_id": "r 1", "guardrail": "pii", "request_response_url": url});
    assert_eq!(
        structured,
        json!({
            "specversion": "1.0", "id": "e-1", "source": "https://hooks.example.com/orgs/acme",
            "type": "guardrail.blocked", "time": "2026-11-21T09:00:00.000Z", "subject": "r 1",
            "datacontenttype": "application/json",
            "dataschema": "https://hooks.example.com/schemas/2026-11-21/guardrail.blocked.json",
            "traceparent": event["traceparent"], "data": data,
        })
    );
    let event = read_event(&RawValue::from_string(event.to_string()).unwrap(), now()).unwrap();
    let rendered = render(&event, shape(Format::CloudEvents, ContentMode::Binary, newest), PLACE);
    assert_eq!(rendered.layout, Layout::CloudEventsBinary);
    let headers: Vec<(&str, &str)> =
        rendered.headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(
        headers,
        [
            ("ce-specversion", "1.0"),
            ("ce-id", "e-1"),
            ("ce-source", "https://hooks.example.com/orgs/acme"),
            ("ce-type", "guardrail.blocked"),
            ("ce-time", "2026-11-21T09:00:00.000Z"),
            ("ce-subject", "r%201"),
            ("ce-dataschema", "https://hooks.example.com/schemas/2026-11-21/guardrail.blocked.json"),
            ("ce-traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"),
        ]
    );
    // A type that Heliograph knows nothing of has no schema to point to.
    let own = json!({"request_id": "r", "type": "refund.proposed"});
    let own = body(&own, shape(Format::CloudEvents, ContentMode::Structured, newest));
    assert!(own.get("dataschema").is_none());
}

#[test]
fn what_no_header_holds_is_encoded() {
    for (text, value) in [
        ("plain-1.2_3:/?=", "plain-1.2_3:/?="),
        ("a b\r\nx: y", "a%20b%0D%0Ax:%20y"),
        ("50% \"é\" \u{1f600}", "50%25%20%22%C3%A9%22%20%F0%9F%98%80"),
    ] {
        assert_eq!(header_text(text), value);
    }
    assert_eq!(header_text(&"x".repeat(600)).len(), 512);
}

#[test]
fn a_type_of_the_orgs_own_is_shown_with_its_schema() {
    let fields = json!({"description": "A refund.", "schema": {"type": "object", "required": ["amount"]}});
    let own = OwnType::read("refund.proposed", fields.as_object().unwrap()).unwrap();
    let shown = ShownAs { version: ApiVersion::NEWEST, format: None, content_mode: ContentMode::Structured };
    let view = shown.one("refund.proposed", std::slice::from_ref(&own), PLACE).unwrap();
    assert!(view.custom && !view.operational);
    let with = body(
        &json!({"request_id": "r", "type": "refund.proposed", "data": {"amount": 3}}),
        shape(Format::Standard, ContentMode::Structured, ApiVersion::NEWEST),
    );
    let without = body(
        &json!({"request_id": "r", "type": "refund.proposed"}),
        shape(Format::Standard, ContentMode::Structured, ApiVersion::NEWEST),
    );
    assert_eq!(json_schema::errors(&view.schema, &with), Some(0));
    assert_eq!(json_schema::errors(&view.schema, &without), Some(1));
    assert!(shown.one("refund.other", &[own], PLACE).is_none());
}

#[test]
fn what_is_wrong_with_a_description_is_named() {
    let refused =
        |name: &str, fields: Value| OwnType::read(name, fields.as_object().unwrap()).unwrap_err().to_string();
    assert!(refused("no spaces", json!({})).starts_with("name: must be dot-separated"));
    assert!(refused("eval.failed", json!({})).starts_with("name: is one of Heliograph's own"));
    assert_eq!(refused("a.b", json!({"shema": {}})), "shema: is not a field; allowed: description, schema");
    assert!(refused("a.b", json!({"description": 1})).starts_with("description: must be a string"));
    assert!(refused("a.b", json!({"schema": []})).starts_with("schema: must be a JSON Schema: an object"));
    assert!(
        refused("a.b", json!({"schema": {"type": "nothing"}}))
            .starts_with("schema: must be a JSON Schema of")
    );
    assert!(
        refused("a.b", json!({"schema": {"$ref": "https://a.example.com"}})).starts_with("schema: must be")
    );
    assert!(refused("a.b", json!({"schema": {"title": "x".repeat(9000)}})).contains("at most 8192 bytes"));
    assert!(OwnType::read("a.b", json!({}).as_object().unwrap()).is_ok());
}

#[test]
fn the_documentation_knows_every_type_and_version() {
    let text = include_str!("../../docs/EVENT-TYPES.md");
    for spec in catalogue::all() {
        assert!(text.contains(&format!("`{}`", spec.name)), "docs/EVENT-TYPES.md lacks {}", spec.name);
    }
    for version in ApiVersion::ALL {
        assert!(text.contains(&format!("| `{}` |", version.name())));
    }
}
