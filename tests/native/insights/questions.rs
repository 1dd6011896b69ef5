//! The parameters of the API's calls.

use heliograph::core::{
    insights::{About, GroupBy, Name, Place, Query, Usage, UsersView},
    time::Timestamp,
};

use super::{DAY, HOUR, NOW};

fn ask(about: About, parameters: &[(&str, &str)]) -> Result<Query, String> {
    let pairs = parameters.iter().map(|(name, value)| ((*name).into(), (*value).into()));
    Query::read(about, pairs, Timestamp::from_millis(NOW)).map_err(|error| error.to_string())
}

#[test]
fn ranges_are_widened_to_what_sums_are_kept_by() {
    for (about, since, until) in [
        (About::Spend, DAY - 29 * 24, DAY + 24),
        (About::Tokens, DAY - 29 * 24, DAY + 24),
        (About::Users, DAY - 6 * 24, DAY + 24),
        (About::Latency, HOUR - 24, HOUR + 1),
        (About::Counters, HOUR - 24, HOUR + 1),
    ] {
        let query = ask(about, &[]).unwrap();
        assert_eq!((query.since, query.until), (since, until), "{about:?}");
    }
    let range = |about, since, until| {
        let query = ask(about, &[("since", since), ("until", until)]).unwrap();
        (query.since, query.until)
    };
    assert_eq!(range(About::Spend, "2026-11-20", "2026-11-21"), (DAY - 24, DAY), "until is not in it");
    assert_eq!(
        range(About::Spend, "2026-11-20T23:59:59+01:00", "2026-11-21T00:00:01Z"),
        (DAY - 24, DAY + 24)
    );
    assert_eq!(range(About::Latency, "2026-11-21T08:30:00Z", "2026-11-21T09:00:00Z"), (HOUR - 1, HOUR));
}

#[test]
fn groups() {
    let query = ask(About::Spend, &[("groupBy", "property"), ("property", "team"), ("limit", "7")]).unwrap();
    assert_eq!(
        (query.group_by, query.property.as_deref(), query.limit),
        (GroupBy::Property, Some("team"), 7)
    );
    let query = ask(About::Latency, &[("model", "gpt-4o")]).unwrap();
    assert_eq!((query.group_by, query.model.as_deref()), (GroupBy::Model, Some("gpt-4o")));
}

#[test]
fn what_is_wrong_is_named() {
    let until_31 = [("since", "2026-10-01"), ("until", "2026-11-21")];
    let by_user = [until_31.as_slice(), &[("groupBy", "user")]].concat();
    for (about, parameters, said) in [
        (About::Spend, [("since", "yesterday")].as_slice(), "since: must be a date such as"),
        (About::Spend, &[("until", "2026-02-30")], "until: must be a date such as"),
        (
            About::Spend,
            &[("since", "2026-11-21"), ("until", "2026-11-21")],
            "until: must be later than since",
        ),
        (About::Spend, &[("since", "2024-01-01")], "since: must be at most 366 days before until"),
        (About::Spend, &by_user, "since: must be at most 31 days before until"),
        (About::Latency, &until_31, "since: must be at most 31 days before until"),
        (About::Users, &until_31, "since: must be at most 31 days before until"),
        (About::Spend, &[("groupBy", "hour")], "groupBy: must be one of: day, model, user, property"),
        (About::Spend, &[("groupBy", "property")], "property: is required with groupBy=property"),
        (About::Spend, &[("property", "team")], "property: is required with groupBy=property"),
        (About::Spend, &[("model", "m"), ("groupBy", "user")], "model: can't be combined"),
        (About::Spend, &[("limit", "0")], "limit: must be a whole number from 1 to 200"),
        (About::Spend, &[("limit", "+5")], "limit: must be a whole number from 1 to 200"),
        (About::Spend, &[("limit", "5"), ("limit", "6")], "limit: must be given once"),
        (About::Users, &[("cursor", "?")], "cursor: must be the next_cursor of an answer"),
        (About::Users, &[("cursor", "KzUgLQ")], "cursor: must be the next_cursor of an answer"),
        (About::Users, &[("model", "m")], "model: is not a parameter; allowed: since, until, limit, cursor"),
        (About::Counters, &[("limit", "1")], "limit: is not a parameter"),
    ] {
        let error = ask(about, parameters).unwrap_err();
        assert!(error.starts_with(said), "{error} and not {said}");
    }
}

#[test]
fn a_page_of_users_ends_where_the_next_begins() {
    let user = |name: &str, requests| (Name::of(Some(name)), Usage { requests, ..Usage::default() });
    let query = Query { limit: 2, ..ask(About::Users, &[]).unwrap() };
    let view = UsersView::new(&query, &[user("a b", 3), user("ü", 2), user("c", 1)]);
    assert_eq!(view.users.len(), 2);
    let next = ask(About::Users, &[("cursor", &view.next_cursor.unwrap())]).unwrap();
    assert_eq!(next.after, Some(Place { requests: 2, name: "=ü".to_owned() }));
    assert_eq!(UsersView::new(&query, &[user("a", 3), user("b", 2)]).next_cursor, None);
    assert_eq!(UsersView::new(&query, &[]).next_cursor, None);
}
