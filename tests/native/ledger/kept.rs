//! A row in the ledger's database: small, and the same when it is read again.

use heliograph::core::{
    delivery::Whose,
    ledger::{Attempt, Lane, Remembered, Row, State},
};
use proptest::prelude::*;
use serde_json::{Value, json};

const WHOSE: Whose<'_> = Whose { id: "msg_1", org: "acme", subscription: "sub_1" };

/// A row with everything that is usual.
fn usual() -> Row {
    let message = json!({
        "v": 1, "id": "msg_1", "org": "acme", "subscription": "sub_1",
        "event": "request.completed:9f1c2a1e-5e0b-4f0f-8f5e-1a2b3c4d5e6f", "event_type": "request.completed",
        "accepted_at": 1_795_251_600_001_i64, "base_url": "https://hooks.example.com",
        "segment": "archive/acme/2026-11-21/09/1795251600001-0011223344556677", "record": [0, 1127],
        "exchange": [180, 900], "api_version": "2026-11-01", "model": "gpt-4o", "provider": "OPENAI",
    });
    let attempt = json!({
        "number": 1, "at": 1_795_251_600_020_i64, "ms": 108, "lane": "express", "status": 200, "reply": "ok",
        "signatures": [["helicone-signature", "c1".repeat(32)], ["webhook-signature", format!("v1,{}=", "K".repeat(43))]],
    });
    let row = json!({
        "message": message, "state": "delivered", "made": 1, "updated_at": 1_795_251_600_130_i64, "attempts": [attempt],
    });
    serde_json::from_value(row).unwrap()
}

#[test]
fn a_row_is_kept_in_three_fifths_of_its_size() {
    let row = usual();
    let kept = row.keep().unwrap();
    assert_eq!(Row::read(kept.get(), WHOSE).unwrap(), row);
    let whole = serde_json::to_string(&row).unwrap();
    assert!(
        kept.get().len() * 100 < whole.len() * 61,
        "{} of {}: {}",
        kept.get().len(),
        whole.len(),
        kept.get()
    );
    // And what was kept before there was this form is still read.
    assert_eq!(Row::read(&whole, WHOSE).unwrap(), row);
    for wrong in ["", "{}", "null", r#"{"message":{}}"#, r#"{"m":{},"s":"delivered"}"#] {
        assert!(Row::read(wrong, WHOSE).is_none(), "{wrong}");
    }
}

#[test]
fn segments_and_events_of_any_name_come_back() {
    for segment in [
        "archive/acme/2026-11-21/09/1795251600001-0011223344556677.x",
        "archive/acme/2026-11-21/10/1795251600001-0011223344556677",
        "archive/other/2026-11-21/09/1795251600001-0011223344556677",
        "1795251600001-0011",
        "archive/x",
        "",
    ] {
        for event in ["request.completed:", "request.completed", "request.completedx", "evt_1", ":", ""] {
            let mut row = usual();
            row.message.segment = segment.to_owned();
            row.message.event = event.to_owned();
            let kept = row.keep().unwrap();
            assert_eq!(Row::read(kept.get(), WHOSE).unwrap().message, row.message, "{segment} {event}");
        }
    }
}

fn text() -> impl Strategy<Value = String> {
    "\\PC{0,30}"
}

fn maybe() -> impl Strategy<Value = Option<String>> {
    prop::option::of(text())
}

prop_compose! {
    fn attempts()(
        number in any::<u32>(), at in any::<i64>(), ms in any::<i64>(), slow in any::<bool>(),
        status in prop::option::of(any::<u16>()), failure in maybe(), reply in "\\PC{0,100}",
        signatures in prop::collection::vec(("(h|w|helicone-signature|webhook-signature)", text()), 0..3),
    ) -> Attempt {
        // A name that is a short one's would come back as the long one; headers have no such names.
        let signatures = signatures.into_iter().filter(|(name, _)| name.len() > 1).collect();
        let lane = if slow { Lane::Slow } else { Lane::Express };
        Attempt { number, at, ms, lane, status, failure, reply, signatures }
    }
}

proptest! {
    #[test]
    fn whatever_is_in_a_row_comes_back(
        event in text(), event_type in text(), base_url in text(), segment in text(), texts in prop::array::uniform8(maybe()),
        numbers in prop::array::uniform4(0_u64..1 << 53), made in any::<u32>(), before in any::<u32>(),
        due in prop::option::of(any::<i64>()), attempts in prop::collection::vec(attempts(), 0..4), dead in any::<bool>(),
    ) {
        let mut row = usual();
        let [fields, traceparent, model, provider, trace_id, route_id, resend, why] = texts;
        let [offset, length, exchange_offset, exchange_length] = numbers;
        let message = &mut row.message;
        (message.event, message.event_type, message.base_url, message.segment) = (event, event_type, base_url, segment);
        (message.fields, message.traceparent, message.model, message.provider) = (fields, traceparent, model, provider);
        (message.trace_id, message.route_id, message.resend) = (trace_id, route_id, resend.clone());
        (message.record, message.exchange) = ((offset, length), (exchange_offset, exchange_length));
        row = Row {
            made, before_round: before, due, attempts, resend, why,
            state: if dead { State::Dead } else { State::Retrying },
            ..row
        };
        let kept = row.keep().unwrap();
        prop_assert_eq!(Row::read(kept.get(), WHOSE).unwrap(), row);
    }
}

#[test]
fn what_may_be_forgotten_is_not_taken_for_never_tried() {
    let remembered = |until: Option<i64>| -> Remembered {
        serde_json::from_value::<Remembered>(json!({"ids": ["msg_1"], "forgotten_until": until})).unwrap()
    };
    assert!(remembered(None).lacks("msg_2", 0));
    assert!(!remembered(None).lacks("msg_1", 0));
    let some = remembered(Some(1000));
    assert_eq!([999, 1000, 1001].map(|at| some.lacks("msg_2", at)), [false, false, true]);
    let mut both = remembered(Some(5));
    both.merge(remembered(Some(7)));
    both.merge(remembered(None));
    assert_eq!(both.forgotten_until, Some(7));
    assert_eq!(serde_json::to_value(&both).unwrap()["forgotten_until"], Value::from(7));
}
