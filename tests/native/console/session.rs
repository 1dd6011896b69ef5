//! Sessions: what they hold, how long they last, and what breaks them.

use heliograph::core::{
    auth::{Session, session::form_token},
    hash::MacKey,
    time::Timestamp,
};

use crate::support::now;

const HASH: &str = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

fn key() -> MacKey {
    MacKey::new(b"a secret of the tests")
}

fn later(seconds: i64) -> Timestamp {
    now().plus_seconds(seconds)
}

#[test]
fn is_read_as_it_was_written_until_it_expires() {
    let session = Session::begin("acme", HASH, now());
    let text = session.write(&key());
    assert_eq!(Session::read(&text, &key(), now()).as_ref(), Some(&session));
    assert_eq!(Session::read(&text, &key(), later(3599)).as_ref(), Some(&session));
    assert_eq!(Session::read(&text, &key(), later(3600)), None);
    assert_eq!(Session::read(&text, &MacKey::new(b"another"), now()), None);
}

#[test]
fn is_worth_nothing_with_a_character_changed() {
    let text = Session::begin("acme", HASH, now()).write(&key());
    for at in 0..text.len() {
        let mut changed = text.clone().into_bytes();
        changed[at] = if changed[at] == b'0' { b'1' } else { b'0' };
        let changed = String::from_utf8(changed).unwrap();
        assert_eq!(Session::read(&changed, &key(), now()), None, "{at}");
    }
}

#[test]
fn is_renewed_by_use_and_not_for_ever() {
    let mut session = Session::begin("acme", HASH, now());
    assert_eq!(session.renewed(later(299)), None);
    let mut at = 0;
    while let Some(renewed) = session.renewed(later(at + 1800)) {
        at += 1800;
        assert!(renewed.expires > session.expires);
        session = renewed;
    }
    assert_eq!(session.expires, now().seconds() + 12 * 3600);
    assert_eq!(session.started, now().seconds());
}

#[test]
fn has_a_form_token_of_its_own_that_outlives_a_renewal() {
    let session = Session::begin("acme", HASH, now());
    let renewed = session.renewed(later(1800)).unwrap();
    assert_eq!(session.form_token(&key()), renewed.form_token(&key()));
    let another = Session::begin("acme", HASH, later(1));
    assert_ne!(session.form_token(&key()), another.form_token(&key()));
    assert_ne!(form_token("one browser", &key()), form_token("another", &key()));
}
