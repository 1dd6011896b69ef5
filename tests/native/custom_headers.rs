//! Headers of the owner's own: which can be set, and which never.

use heliograph::core::{
    delivery::CustomHeaders,
    seal::SealingKey,
    subscription::{SealedHeaders, sealing_context},
};
use serde_json::{Value, json};

use crate::support::subscription;

fn read(value: Value) -> Result<Vec<(String, String)>, String> {
    let headers = CustomHeaders::default().patched(Some(&value)).map_err(|error| error.to_string())?;
    Ok(headers.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect())
}

fn pair(name: &str, value: &str) -> (String, String) {
    (name.to_owned(), value.to_owned())
}

#[test]
fn what_an_endpoint_may_want_is_taken() {
    let headers =
        read(json!({"Authorization": "Bearer x", "X-Api-Key": "  k  ", "X-Team": "a b", "x_team_2": "c"}));
    let wanted = [("Authorization", "Bearer x"), ("X-Api-Key", "k"), ("X-Team", "a b"), ("x_team_2", "c")];
    assert_eq!(headers.unwrap(), wanted.map(|(name, value)| pair(name, value)));
    assert_eq!(read(json!({})).unwrap(), []);
    assert_eq!(read(Value::Null).unwrap(), []);
    assert!(CustomHeaders::default().patched(None).unwrap().is_empty());
}

#[test]
fn what_is_not_the_owners_to_say_is_refused() {
    for name in [
        "Host",
        "content-length",
        "Content-Type",
        "Content-Encoding",
        "Transfer-Encoding",
        "TE",
        "Trailer",
        "Expect",
        "Connection",
        "Keep-Alive",
        "Upgrade",
        "HTTP2-Settings",
        "Proxy-Connection",
        "Proxy-Authorization",
        "Via",
        "Forwarded",
        "X-Forwarded-For",
        "X-Real-IP",
        "True-Client-IP",
        "CF-Connecting-IP",
        "CDN-Loop",
        "WEBHOOK-ID",
        "Webhook-Anything",
        "svix-id",
        "Helicone-Signature",
        "X-Helicone-Signature",
        "X-Heliograph-Org",
        "User-Agent",
        "traceparent",
        "tracestate",
        "baggage",
        "Cookie",
        "Set-Cookie",
        "Origin",
        "Referer",
        "Sec-Fetch-Mode",
        "Range",
        "If-None-Match",
        "Accept-Encoding",
        "Date",
        "Transfer_Encoding",
        "content.length",
        "HOST ",
        "Host\t",
        "Transfer-Encoding\r\nX-A",
        "X_Forwarded_For",
        "X-Forwarded",
        "Webhook_Id",
        "Webhook-Signature~",
        "webhook!id",
        "Helicone_Signature",
        "X_Helicone_Signature",
        "ce_id",
        "Ce-Source",
        ":path",
        "",
        "a b",
        "a:b",
        "a\nb",
        "é",
        &"x".repeat(65),
    ] {
        let error = read(json!({name: "v"})).unwrap_err();
        assert!(error.starts_with("headers."), "{name}: {error}");
    }
    for value in [
        "a\r\nX-Injected: 1",
        "a\nb",
        "a\rb",
        "a\u{0}b",
        "a\u{1b}b",
        "a\u{7f}b",
        "é",
        "\u{2028}",
        "\u{10a}",
        "",
        "   ",
        &"x".repeat(4097),
    ] {
        let error = read(json!({"X-A": value})).unwrap_err();
        assert!(error.starts_with("headers.X-A: must be a string"), "{value:?}: {error}");
        assert!(!error.contains("Injected"));
    }
    for odd in [json!("x"), json!([]), json!(7)] {
        assert!(read(odd).unwrap_err().starts_with("headers: must be an object"));
    }
    assert!(read(json!({"X-A": 7})).is_err());
    assert!(read(json!({"X-A": "1", "x-a": "2"})).unwrap_err().contains("twice"));
}

#[test]
fn number_and_size_are_bounded() {
    let many = |count: usize| -> Value {
        (0..count).map(|at| (format!("X-{at}"), json!("v"))).collect::<serde_json::Map<_, _>>().into()
    };
    assert!(read(many(20)).is_ok());
    assert!(read(many(21)).unwrap_err().starts_with("headers: may hold at most 20"));
    assert!(read(json!({"X-A": "x".repeat(4096)})).is_ok());
    assert!(
        read(json!({"X-A": "x".repeat(4096), "X-B": "x".repeat(4096)})).unwrap_err().contains("8192 bytes")
    );
}

#[test]
fn a_change_names_what_it_changes() {
    let before = CustomHeaders::default().patched(Some(&json!({"X-A": "1", "X-B": "2"}))).unwrap();
    let after = before.patched(Some(&json!({"x-a": null, "X-C": "3", "x-b": "4"}))).unwrap();
    let after: Vec<_> = after.iter().collect();
    assert_eq!(after, [("X-C", "3"), ("x-b", "4")]);
    assert!(before.patched(Some(&Value::Null)).unwrap().is_empty());
}

#[test]
fn a_creation_has_nothing_that_a_null_could_remove() {
    let refused = CustomHeaders::read(Some(&json!({"X-A": "1", "X-B": null}))).unwrap_err();
    assert_eq!(refused.path, "headers.X-B");
    assert!(CustomHeaders::read(Some(&Value::Null)).unwrap().is_empty());
    assert!(CustomHeaders::read(None).unwrap().is_empty());
    assert!(CustomHeaders::read(Some(&json!(["X-A"]))).is_err());
    let read = CustomHeaders::read(Some(&json!({"X-A": "1"}))).unwrap();
    assert_eq!(read.iter().collect::<Vec<_>>(), [("X-A", "1")]);
}

#[test]
fn values_are_stored_sealed_and_names_shown() {
    let key = SealingKey::parse(&"ab".repeat(32)).unwrap();
    let headers = CustomHeaders::default().patched(Some(&json!({"X-Api-Key": "secret-canary"}))).unwrap();
    let mut subscription = subscription("sub_1", json!({}));
    let text = serde_json::to_string(&headers).unwrap();
    let sealed = key.seal(&text, &sealing_context("default", "sub_1"), [6; 24]).unwrap();
    subscription.headers = Some(SealedHeaders { names: vec!["X-Api-Key".into()], sealed });
    assert!(!serde_json::to_string(&subscription).unwrap().contains("canary"));
    assert_eq!(subscription.open_headers("default", &key), Some(headers));
    assert_eq!(subscription.open_headers("acme", &key), None);
}
