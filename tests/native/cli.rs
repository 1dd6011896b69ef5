//! The command line's pure parts.

use crate::support::now;
use heliograph::{
    cli::{
        batches::Batches,
        command,
        curl::curl,
        entry::{Entry, Verdict},
        rehearsal::{Rehearsal, percent},
        saved,
        set::set_all,
        table,
        view::{Pane, View},
        when::moment,
    },
    core::signature::explain::{Mistake, Received},
};
use ratatui::{Terminal, backend::TestBackend};
use serde_json::json;

#[test]
fn the_grammar_is_sound() {
    command().debug_assert();
}

#[test]
fn a_member_is_set_however_deep() {
    let set = |assignments: &[&str]| {
        let mut value = json!({"a": 1, "user_id": "u"});
        let assignments: Vec<String> = assignments.iter().map(|&text| text.to_owned()).collect();
        set_all(&mut value, &assignments).map(|()| value)
    };
    let cases = [
        (&["a=2"][..], json!({"a": 2, "user_id": "u"})),
        (&["b.c=x", "b.d=[1]"], json!({"a": 1, "user_id": "u", "b": {"c": "x", "d": [1]}})),
        (&["a.b=true"], json!({"a": {"b": true}, "user_id": "u"})),
        (&["user_id="], json!({"a": 1, "user_id": ""})),
        (&["user_id=a=b"], json!({"a": 1, "user_id": "a=b"})),
        (&["user_id=\"7\"", "a=null"], json!({"a": null, "user_id": "7"})),
    ];
    for (assignments, expected) in cases {
        assert_eq!(set(assignments), Ok(expected), "{assignments:?}");
    }
    for wrong in ["a", "=1", "a..b=1", ".a=1"] {
        assert!(set(&[wrong]).is_err(), "{wrong}");
    }
}

#[test]
fn moments_are_read_as_people_write_them() {
    let told = |text: &str| moment(text, now()).map(|moment| moment.to_string());
    for (text, expected) in [
        ("90s", "2026-11-21T08:58:30.000Z"),
        ("15m", "2026-11-21T08:45:00.000Z"),
        ("24h", "2026-11-20T09:00:00.000Z"),
        ("7d", "2026-11-14T09:00:00.000Z"),
        ("2026-11-20", "2026-11-20T00:00:00.000Z"),
        ("2026-11-20T01:00:00+01:00", "2026-11-20T00:00:00.000Z"),
    ] {
        assert_eq!(told(text).as_deref(), Ok(expected), "{text}");
    }
    for wrong in ["", "h", "-1h", "1w", "1.5h", "soon", "1hh"] {
        assert!(told(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn a_delivery_becomes_a_command_for_any_shell() {
    let headers = [("Host", "x"), ("webhook-id", "msg_1"), ("x-own", "it's"), ("Content-Length", "3")]
        .map(|(name, value)| (name.to_owned(), value.to_owned()));
    let text = curl("http://127.0.0.1:1/a?b='c'", &headers, b"@it's\n{}");
    let expected = r"curl -sS -X POST 'http://127.0.0.1:1/a?b='\''c'\''' \
  -H 'webhook-id: msg_1' \
  -H 'x-own: it'\''s' \
  --data-raw '@it'\''s
{}'";
    assert_eq!(text, expected);
    // What is no text goes through base64.
    let binary = curl("http://x/", &[], &[0xff, 0x00]);
    assert!(binary.starts_with("printf %s '/wA=' | base64 -d | curl "), "{binary}");
}

#[test]
fn requests_are_read_in_the_forms_that_tools_save() {
    let http = b"POST /webhook HTTP/1.1\r\nHost: x\r\nWebhook-Id:  msg_1 \r\n\r\n{\"a\":1}\n\n";
    let read = saved::read(http).unwrap();
    assert_eq!(read.header("webhook-id"), Some("msg_1"));
    // Every byte behind the empty line.
    assert_eq!(read.body, b"{\"a\":1}\n\n");
    assert_eq!(saved::read(b"webhook-id: msg_1\n\nx").unwrap().body, b"x");
    for (headers, body) in [
        (json!({"webhook-id": "msg_1"}), json!({"body": "x"})),
        (json!({"webhook-id": ["msg_1"]}), json!({"body_base64": "eA=="})),
        (json!([["webhook-id", "msg_1"]]), json!({"body": "eA==", "isBase64Encoded": true})),
        (json!([{"name": "webhook-id", "value": "msg_1"}]), json!({"body": "x"})),
    ] {
        let mut request = body;
        request["headers"] = headers;
        let read = saved::read(request.to_string().as_bytes()).unwrap_or_else(|| panic!("{request}"));
        assert_eq!(read.header("Webhook-ID"), Some("msg_1"), "{request}");
        assert_eq!(read.body, b"x", "{request}");
    }
    for wrong in
        ["", "{}", "{\"headers\":{}}", "[1]", "no colon\n\nx", "webhook-id: msg_1\n", "{\"body\":\"x\"}"]
    {
        assert!(saved::read(wrong.as_bytes()).is_none(), "{wrong}");
    }
}

#[test]
fn failures_are_rehearsed_as_they_are_asked_for() {
    let none = Rehearsal::default();
    assert_eq!(none.answer(0.0), None);
    let all = Rehearsal { status: Some(503), ..none };
    assert_eq!(all.answer(0.99), Some(503));
    let some = Rehearsal { fail_percent: Some(30.0), ..none };
    assert_eq!((some.answer(0.0), some.answer(0.299), some.answer(0.3)), (Some(500), Some(500), None));
    let never = Rehearsal { fail_percent: Some(0.0), status: Some(429), ..none };
    assert_eq!(never.answer(0.0), None);
    let always = Rehearsal { fail_percent: Some(100.0), status: Some(429), ..none };
    assert_eq!(always.answer(0.999_999), Some(429));
    assert_eq!(percent("30%"), Ok(30.0));
    assert!(percent("101").is_err() && percent("-1").is_err() && percent("NaN").is_err());
}

#[test]
fn a_file_is_taken_apart_into_batches_that_know_their_lines() {
    let text = "a\n\nb\nc\n  \nd";
    let mut batches = Batches::new(text.as_bytes(), 10, 2);
    let mut found = Vec::new();
    while let Some(batch) = batches.read().unwrap() {
        found.push((String::from_utf8(batch.bytes).unwrap(), batch.lines, batch.length, batch.last_line));
    }
    let expected = [("a\nb\n".to_owned(), vec![11, 13], 5, 13), ("c\nd".to_owned(), vec![14, 16], 6, 16)];
    assert_eq!(found, expected);
    // A batch ends before it is too large for a call, and a line that fits no call is named.
    let line = format!("{}\n", "x".repeat(3 * 1024 * 1024));
    let two = line.repeat(2);
    let mut batches = Batches::new(two.as_bytes(), 0, 100);
    assert_eq!(batches.read().unwrap().unwrap().lines, [1]);
    assert_eq!(batches.read().unwrap().unwrap().lines, [2]);
    assert_eq!(batches.read().unwrap(), None);
    let endless = "x".repeat(20 * 1024 * 1024 + 1);
    let error = Batches::new(endless.as_bytes(), 6, 100).read().unwrap_err();
    assert!(error.to_string().starts_with("line 7 "), "{error}");
}

#[test]
fn a_table_fits_the_terminal() {
    let rows = vec![vec!["msg_1".to_owned(), "a".repeat(120)], vec!["msg_22".to_owned(), "b".to_owned()]];
    let piped = table(&["id", "what"], &rows, None);
    let lines: Vec<&str> = piped.lines().collect();
    assert_eq!(lines.first(), Some(&"ID      WHAT"));
    assert_eq!(lines.get(2), Some(&"msg_22  b"));
    let narrow = table(&["id", "what"], &rows, Some(40));
    assert!(narrow.lines().all(|line| line.chars().count() <= 40), "{narrow}");
}

/// A delivery like those of `tests/vectors/signature_explain.json`.
fn entry(number: usize, verdict: Verdict, answered: u16) -> Entry {
    let headers = [
        ("webhook-id", format!("msg_a1670652{number:024}")),
        ("webhook-event-type", "request.completed".to_owned()),
        ("webhook-attempt", "2".to_owned()),
        ("x-steering", "\u{1b}[2Jcleared".to_owned()),
    ];
    Entry {
        at: now(),
        received: Received {
            headers: headers.map(|(name, value)| (name.to_owned(), value)).to_vec(),
            body: br#"{"request_id":"r-1","user_id":"u-1"}"#.to_vec(),
        },
        verdict,
        answered,
        ms: 12,
        is_rehearsed: false,
        forwarded: Some(Ok((answered, 11))),
    }
}

fn screen(view: &View, width: u16) -> Vec<String> {
    let mut terminal = Terminal::new(TestBackend::new(width, 24)).unwrap();
    terminal.draw(|frame| view.draw(frame)).unwrap();
    let buffer = terminal.backend().buffer();
    let symbols: Vec<&str> = buffer.content().iter().map(|cell| cell.symbol()).collect();
    symbols.chunks(usize::from(width)).map(|row| row.concat().trim_end().to_owned()).collect()
}

#[test]
fn the_screen_shows_what_was_taken_at_any_width() {
    let mut view = View::new("heliograph listen  http://127.0.0.1:1/".to_owned(), "http://x/".to_owned());
    let refused = Verdict::Refused { code: "mismatch", mistakes: vec![Mistake::NewlineAdded] };
    view.add(entry(1, Verdict::Valid("standard"), 200));
    view.add(entry(2, refused, 401));
    for width in [80, 200] {
        let lines = screen(&view, width);
        assert!(lines[0].starts_with("heliograph listen  http://127.0.0.1:1/"), "{lines:#?}");
        assert_eq!(lines[1], "2 received, 1 taken, 1 refused");
        assert!(lines[2].starts_with("TIME     ANSWER TYPE"), "{lines:#?}");
        // The newest first, with why it was refused.
        assert!(lines[3].starts_with("09:00:00 ✗ 401  request.completed"), "{lines:#?}");
        assert!(lines[3].contains("the body has a line"), "{lines:#?}");
        assert!(lines[4].starts_with("09:00:00 ✓ 200  request.completed"), "{lines:#?}");
        let id = if width == 200 { "msg_a1670652000000000000000000000001" } else { "…00000001" };
        assert!(lines[4].contains(id), "{lines:#?}");
    }
    assert!(screen(&view, 200)[4].ends_with("forwarded: 200 in 11 ms"));
    view.select(5);
    view.toggle(Pane::Request);
    // What comes in leaves the one that is looked at where it is.
    view.add(entry(3, Verdict::Valid("standard"), 200));
    assert_eq!(view.selected().unwrap().id(), Some("msg_a1670652000000000000000000000001"));
    let lines = screen(&view, 80).join("\n");
    assert!(lines.contains("webhook-attempt: 2") && lines.contains(r#"  "request_id": "r-1","#), "{lines}");
    assert!(!lines.contains('\u{1b}'), "a header steers the terminal");
    view.page(true);
    assert!(!screen(&view, 80).join("\n").contains("webhook-attempt"));
    view.toggle(Pane::Curl);
    assert!(screen(&view, 80).join("\n").contains("curl -sS -X POST 'http://x/'"));
    view.toggle(Pane::Curl);
    assert_eq!(view.pane, Pane::Closed);
}

#[test]
fn a_line_holds_headers_and_body_only_where_they_are_asked_for() {
    let taken = entry(1, Verdict::Valid("standard"), 200);
    let said = taken.to_json(false);
    assert_eq!(said["type"], "request.completed");
    assert_eq!((&said["verified"], &said["attempt"]), (&json!(true), &json!(2)));
    assert!(!said.to_string().contains("u-1") && said.get("headers").is_none(), "{said}");
    // What it then says can be verified again.
    let said = taken.to_json(true);
    let read = saved::read(said.to_string().as_bytes()).unwrap();
    assert_eq!(read.body, taken.received.body);
    assert_eq!(read.header("webhook-id"), taken.id());
}
