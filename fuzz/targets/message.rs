//! What travels on the queues, and what a delivery says when it arrives: read as it was written, and the door of one mind with the
//! handlers.
#![no_main]

use heliograph::core::{
    delivery::Message,
    history::SegmentIndex,
    inbox::{InboxMessage, Origin, Payload, PayloadHead, exchange_of_row},
};
use heliograph_fuzz::now;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Ok((message, body)) = Message::decode(text) {
        let again = message.encode_with(body);
        let (message_again, body_again) = Message::decode(&again).expect("what is queued is read");
        assert_eq!((&message_again, body_again), (&message, body));
    }
    if let Ok((message, body)) = InboxMessage::decode(text) {
        let again = message.encode(body);
        let (message_again, body_again) = InboxMessage::decode(&again).expect("what is queued is read");
        assert_eq!((&message_again, body_again), (&message, body));
    }
    if let Some(index) = SegmentIndex::decode(text) {
        let events: usize = index
            .rows()
            .iter()
            .filter_map(|row| SegmentIndex::decode(&row.body))
            .map(|part| part.events.len())
            .sum();
        assert_eq!(events, index.events.len());
    }
    let (head, payload) = (PayloadHead::read(text), Payload::read(text));
    match (&head, &payload) {
        (Ok(head), Ok(payload)) => {
            assert_eq!((&head.event_type, &head.request_id), (&payload.event_type, &payload.request_id));
            assert!(payload.cost.is_none_or(|cost| cost >= 0.0));
            assert!(payload.metadata.properties.len() <= 50);
            // Whatever a body calls its event and its request, a message about it has bounds.
            let message = InboxMessage::new(
                "msg_1".to_owned(),
                head.event_type.clone(),
                head.request_id.as_deref(),
                Origin::default(),
                now(),
            );
            assert!(message.encode(None).len() < 1024);
        }
        (Err(head), Err(payload)) => assert_eq!(head, payload),
        both => panic!("{both:?}"),
    }
    let _ = exchange_of_row(text);
    if let Ok(mut payload) = payload {
        assert!(
            payload.fetchable_url().is_none_or(|url| Some(url) == payload.request_response_url.as_deref())
        );
        let _ = payload.adopt_exchange(text);
    }
});
