//! What is read of a query, and which days it is about.

use heliograph::core::{
    history::{
        begin_of, number_of,
        query::{Days, Filter, Order, Place, Query, RowKey, Span, read_ids, read_list},
    },
    limits,
};
use serde_json::{Value, json};

use super::{all_asked, given, query};
use crate::support::now;

#[test]
fn a_query_is_read_and_what_is_wrong_with_it_is_named() {
    let read = query(json!({
        "filter": {}, "isCached": false, "limit": 10, "offset": 0, "sort": {"created_at": "desc"},
        "isPartOfExperiment": false, "includeInputs": false,
    }));
    assert_eq!(read.unwrap(), Query { limit: 10, ..Query::default() });
    let read = query(json!({"sort": {"created_at": "asc"}, "cursor": "20778.5", "offset": 3})).unwrap();
    assert_eq!((read.order, read.offset), (Order::Oldest, 3));
    assert_eq!(read.after, Some(Place { day: 20778, key: RowKey(5) }));
    for (body, says) in [
        (json!({"limit": 0}), "limit: must be a whole number from 1 to 1000"),
        (json!({"limit": 1001}), "limit: must be a whole number from 1 to 1000"),
        (json!({"offset": -1}), "offset: must be a whole number from 0 to 100000"),
        (json!({"offset": 1.5}), "offset: must be a whole number from 0 to 100000"),
        (json!({"sort": {"cost": "asc"}}), "sort.cost: is not what requests are kept in order of"),
        (json!({"sort": {"created_at": "up"}}), "sort.created_at: must be one of: asc, desc"),
        (json!({"sort": "asc"}), "sort: must be an object"),
        (json!({"isCached": "yes"}), "isCached: must be true or false"),
        (json!({"isScored": 1}), "isScored: must be true or false"),
        (json!({"cursor": "x"}), "cursor: must be the cursor"),
        (json!({"page": 1}), "page: is not a field; allowed: filter"),
    ] {
        let error = query(body).unwrap_err();
        assert!(error.starts_with(says), "{error}");
    }
    let ids = |body: Value| read_ids(body.as_object().unwrap()).map_err(|error| error.path);
    assert_eq!(ids(json!({"requestIds": ["a", "b"]})).unwrap(), ["a", "b"]);
    assert_eq!(ids(json!({"requestIds": ["a", 1]})).unwrap_err(), "requestIds");
    assert_eq!(ids(json!({"requestIds": vec!["a"; 1001]})).unwrap_err(), "requestIds");
    assert_eq!(ids(json!({"ids": []})).unwrap_err(), "ids");
}

#[test]
fn a_list_is_read_from_parameters() {
    let list = |pairs: &[(&str, &str)]| {
        read_list(pairs.iter().copied(), limits::page, limits::PAGE, &["filter"])
            .map_err(|error| error.to_string())
    };
    let (_, day) = given();
    let ids = |pairs: &[(&str, &str)]| all_asked(&day, &list(pairs).unwrap().filter);
    assert_eq!(ids(&[("userId", "bob")]), ["r2"]);
    assert_eq!(ids(&[("startDate", "2026-11-22")]), ["r8"]);
    assert_eq!(ids(&[("endDate", "2026-11-20")]), ["r7"]);
    assert_eq!(
        ids(&[("startDate", "2026-11-21T09:00:00Z"), ("endDate", "2026-11-21T12:00:00Z")]),
        ["r9", "r4"]
    );
    assert_eq!(list(&[("filter", "x"), ("limit", "7")]).unwrap().limit, 7);
    assert_eq!(list(&[]).unwrap().limit, 50);
    for (pair, says) in [
        (("limit", "0"), "limit: "),
        (("limit", "+5"), "limit: "),
        (("cursor", "1.2.3"), "cursor: "),
        (("startDate", "soon"), "startDate: "),
        (("endDate", "2026-13-01"), "endDate: "),
        (
            ("user", "x"),
            "user: is not a parameter; allowed: userId, startDate, endDate, limit, cursor, filter",
        ),
    ] {
        let error = list(&[pair]).unwrap_err();
        assert!(error.starts_with(says), "{error}");
    }
}

#[test]
fn a_cursor_is_what_was_given_out() {
    let place = Place { day: 20_778, key: RowKey::LAST };
    assert_eq!(Place::parse(&place.to_string()), Some(place));
    for wrong in [
        "",
        ".",
        "1",
        "1.",
        ".1",
        "+1.1",
        "1.-1",
        "1.1.1",
        "x.1",
        "1.9007199254740992",
        "9999999.1",
        "1.99999999999999999999",
    ] {
        assert_eq!(Place::parse(wrong), None, "{wrong}");
    }
}

#[test]
fn days_are_looked_at_from_where_the_query_begins_to_where_it_ends() {
    let days = |from: Option<&str>, order, after| {
        let filter = match from {
            Some(from) => json!({"request_response_rmt": {"request_created_at": {"gte": from}}}),
            None => json!({}),
        };
        let span = Span::of(&Filter::read(&filter).unwrap());
        Days::new(now(), 3, span, order, after).take(10)
    };
    let today = number_of("2026-11-21").unwrap();
    assert_eq!(days(None, Order::Newest, None), [today, today - 1, today - 2, today - 3]);
    assert_eq!(days(None, Order::Oldest, None), [today - 3, today - 2, today - 1, today]);
    // A clock may be ahead by up to a day.
    assert_eq!(days(Some("2026-11-21T08:00:00Z"), Order::Newest, None), [today, today - 1]);
    let at = |day| Some(Place { day, key: RowKey(7) });
    assert_eq!(days(None, Order::Newest, at(today - 2)), [today - 2, today - 3]);
    assert_eq!(days(None, Order::Oldest, at(today - 1)), [today - 1, today]);
    assert!(days(Some("2027-01-01T00:00:00Z"), Order::Newest, None).is_empty());
    let none = Span { from: Some(2), to: Some(1) };
    assert!(Days::new(now(), 3, none, Order::Newest, None).take(10).is_empty());
}

#[test]
fn a_span_is_as_narrow_as_the_filter_allows() {
    let span = |filter: Value| Span::of(&Filter::read(&filter).unwrap());
    let at = |tests: Value| json!({"request_response_rmt": {"request_created_at": tests}});
    let (one, two) = ("2026-11-21T00:00:00Z", "2026-11-21T00:00:01Z");
    let begin = begin_of(number_of("2026-11-21").unwrap()).millis();
    let (one_at, two_at) = (Some(begin), Some(begin + 1000));
    assert_eq!(span(at(json!({"gte": one, "lt": two}))), Span { from: one_at, to: two_at });
    assert_eq!(span(at(json!({"equals": two}))), Span { from: two_at, to: two_at });
    let either =
        json!({"left": at(json!({"gt": one})), "operator": "or", "right": at(json!({"equals": two}))});
    assert_eq!(span(either), Span { from: one_at, to: None });
    let both = json!({"left": at(json!({"gt": one})), "operator": "and", "right": at(json!({"gte": two}))});
    assert_eq!(span(both), Span { from: two_at, to: None });
    let none = json!({"left": at(json!({"gt": one})), "operator": "or", "right": "all"});
    assert_eq!(span(none), Span::default());
}
