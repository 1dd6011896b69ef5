//! Where records stand in the archive, packed and not.

use heliograph::core::{
    content_coding::takes_gzip,
    delivery::Message,
    event::{
        RecordPlace, Stored, Unpacked, append_packed, join_unpacked, read_event, read_record, write_record,
    },
    history::{IndexedEvent, SegmentIndex},
    time::Timestamp,
};
use serde_json::{json, value::to_raw_value};

use crate::support::{indexed, subscription};

const UNPACKED: Unpacked = Unpacked { head: 60, exchange: 70 };

fn place(numbers: &[u64]) -> Option<RecordPlace> {
    serde_json::from_value(json!(numbers)).ok()
}

#[test]
fn a_place_is_four_numbers_or_packed_six() {
    let plain = place(&[1, 2, 3, 4]).unwrap();
    assert_eq!((plain.unpacked, plain.unpacked_length(), plain.gap()), (None, 2, 1));
    let packed = place(&[1, 2, 3, 4, 60, 70]).unwrap();
    assert_eq!((packed.unpacked, packed.unpacked_length(), packed.gap()), (Some(UNPACKED), 131, 0));
    assert_eq!(json!([plain, packed]), json!([[1, 2, 3, 4], [1, 2, 3, 4, 60, 70]]));
    for wrong in [&[][..], &[1, 2, 3], &[1, 2, 3, 4, 5], &[1, 2, 3, 4, 5, 6, 7]] {
        assert_eq!(place(wrong), None, "{wrong:?}");
    }
}

/// With a packer that only turns bytes around.
#[test]
fn records_of_both_kinds_are_found_and_read_alike() {
    let turned = |bytes: &[u8]| bytes.iter().rev().copied().collect::<Vec<u8>>();
    let events = ["a", "b"].map(|id| {
        let raw = to_raw_value(&json!({"request_id": id, "request": {"text": "\u{1F600} é"}})).unwrap();
        read_event(&raw, Timestamp::from_millis(0)).unwrap()
    });
    let mut plain = Vec::new();
    let places: Vec<RecordPlace> = events.iter().map(|event| write_record(event, &mut plain)).collect();
    let mut packed = b"before".to_vec();
    for (event, plain_place) in events.iter().zip(places) {
        let Some(Stored::Plain(line)) = plain_place.find(&plain, 0) else { panic!("{plain_place:?}") };
        assert_eq!(&read_record(std::str::from_utf8(line).unwrap()).unwrap(), event);
        let (head, exchange) = plain_place.parts(&plain).unwrap();
        let unpacked = Unpacked { head: head.len() as u64, exchange: exchange.len() as u64 };
        let from = packed.len() as u64;
        let packed_place = append_packed(&turned(head), &turned(exchange), unpacked, &mut packed);
        assert_eq!(packed_place.offset, from);
        assert_eq!(packed_place.offset + packed_place.length, packed.len() as u64);
        assert_eq!(packed_place.unpacked_length(), plain_place.length);
        for part in [0, from] {
            let bytes = &packed[part as usize..];
            let Some(Stored::Packed { head, exchange, unpacked: lengths }) = packed_place.find(bytes, part)
            else {
                panic!("{packed_place:?}")
            };
            assert_eq!(lengths, unpacked);
            assert_eq!(join_unpacked(turned(head), &turned(exchange)), line);
        }
    }
}

#[test]
fn what_is_not_in_a_part_is_not_found() {
    let bytes = [0; 10];
    for wrong in [[0, 11, 0, 0], [3, 5, 0, 0], [u64::MAX, 1, 0, 0], [5, u64::MAX, 0, 0]] {
        assert_eq!(place(&wrong).unwrap().find(&bytes, 4), None, "{wrong:?}");
    }
    for wrong in [[5, 4, 4, 1], [5, 4, 6, 9], [3, 4, 5, 1], [5, 4, u64::MAX, 1]] {
        let packed = [wrong.as_slice(), &[1, 1]].concat();
        assert_eq!(place(&packed).unwrap().find(&bytes, 4), None, "{wrong:?}");
    }
}

#[test]
fn a_message_says_where_its_record_stands_and_old_ones_say_it_as_ever() {
    let message = |numbers: &[u64]| {
        let index = SegmentIndex {
            events: vec![IndexedEvent {
                place: place(numbers).unwrap(),
                ..indexed("a", "request.completed")
            }],
            ..SegmentIndex::default()
        };
        let read = SegmentIndex::decode(&index.rows()[0].body).unwrap();
        assert_eq!(read, index);
        read.message("acme", "archive/k", 0, &subscription("sub_1", json!({}))).unwrap().encode(None)
    };
    for numbers in [&[1, 20, 3, 4][..], &[1, 20, 3, 4, 60, 70]] {
        let text = message(numbers);
        assert_eq!(text.contains("unpacked"), numbers.len() == 6, "{text}");
        let (read, _) = Message::decode(&text).unwrap();
        assert_eq!(Some(read.place()), place(numbers));
        assert_eq!(read.without_body().place(), read.place(), "a row keeps it");
    }
}

#[test]
fn gzip_is_for_those_who_name_it() {
    for yes in ["gzip", "br, gzip", "GZIP;q=0.5, *;q=0", "deflate , gzip ;q=1", "gzip;q=0.001"] {
        assert!(takes_gzip(yes), "{yes}");
    }
    for no in ["", "identity", "br", "*", "gzip;q=0", "gzip; q=0.000", "gzip ; q = 0", "xgzip"] {
        assert!(!takes_gzip(no), "{no}");
    }
}
