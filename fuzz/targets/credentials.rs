//! API keys, sessions, seals and cookies: what was issued is read, what differs from it in anything is not.
#![no_main]

use std::sync::LazyLock;

use arbitrary::Arbitrary;
use heliograph::{
    console::{cookie, form::Form},
    core::{
        auth::{ApiKey, Session, bearer, is_org_id, is_root, session::LIFE_SECONDS},
        hash::MacKey,
        seal::SealingKey,
    },
};
use heliograph_fuzz::{edit::Edit, now};
use libfuzzer_sys::fuzz_target;
use url::Url;

#[derive(Arbitrary, Debug)]
struct Input {
    org: u8,
    random: [u8; 24],
    text: String,
    edit: Edit,
    age: u16,
    cookies: Vec<(u8, String)>,
    header: String,
    next: String,
}

static KEY: LazyLock<MacKey> = LazyLock::new(|| MacKey::new(b"a key of the fuzz targets"));
static SEALING: LazyLock<SealingKey> = LazyLock::new(|| SealingKey::parse(&"5a".repeat(32)).expect("a key"));

const ORGS: [&str; 4] = ["default", "a", "acme-2", "0"];
const COOKIES: [&str; 4] = ["__Host-heliograph", "__Host-heliograph-login", "a", "__host-heliograph"];

fuzz_target!(|input: Input| {
    let org = ORGS[usize::from(input.org) % ORGS.len()];
    keys(org, &input);
    sessions(org, &input);
    seals(org, &input);
    cookies(&input);
    if let Some(key) = bearer(Some(&input.header)) {
        assert!(!key.is_empty() && key == key.trim() && input.header.contains(key));
    }
    assert!(!is_root(&input.text, "") && (is_root(&input.text, "root") == (input.text == "root")));
    if is_org_id(&input.text) {
        assert!(input.text.len() <= 40 && !input.text.contains(['_', '/', '.', ':']));
    }
});

fn changed(text: &str, edit: &Edit) -> Option<String> {
    let mut changed = text.to_owned();
    edit.text(&mut changed);
    (changed != text).then_some(changed)
}

fn keys(org: &str, input: &Input) {
    let key = ApiKey::issue(org, input.random, &KEY);
    assert_eq!(ApiKey::read(&key.text, &KEY).as_ref(), Some(&key));
    if let Some(changed) = changed(&key.text, &input.edit) {
        assert_eq!(ApiKey::read(&changed, &KEY), None, "{changed}");
    }
    assert_eq!(ApiKey::read(&input.text, &KEY), None, "{}", input.text);
    assert!(!Session::is_meant(&key.text));
}

fn sessions(org: &str, input: &Input) {
    let hash = "a".repeat(64);
    let session = Session::begin(org, &hash, now());
    let text = session.write(&KEY);
    let at = now().plus_seconds(i64::from(input.age));
    let expected = Some(&session).filter(|session| at.seconds() < session.expires);
    assert_eq!(Session::read(&text, &KEY, at).as_ref(), expected);
    if let Some(renewed) = session.renewed(at) {
        assert!(renewed.expires > session.expires && renewed.expires <= session.started + LIFE_SECONDS);
        assert_eq!(renewed.form_token(&KEY), session.form_token(&KEY));
    }
    if let Some(changed) = changed(&text, &input.edit) {
        // Hex is read in either case: the same tag, and the same session.
        let is_same = changed.eq_ignore_ascii_case(&text)
            && changed.rsplit_once('.').map(|(body, _)| body) == text.rsplit_once('.').map(|(body, _)| body);
        let read = Session::read(&changed, &KEY, now());
        assert_eq!(read, is_same.then_some(session), "{changed}");
    }
    assert_eq!(Session::read(&input.text, &KEY, now()), None);
}

fn seals(org: &str, input: &Input) {
    let sealed = SEALING.seal(&input.text, org, input.random).expect("a seal");
    assert_eq!(SEALING.open(&sealed, org).as_deref(), Some(input.text.as_str()));
    assert_eq!(SEALING.open(&sealed, "another"), None);
    if let Some(changed) = changed(&sealed, &input.edit) {
        assert_eq!(SEALING.open(&changed, org), None, "{changed}");
    }
}

fn cookies(input: &Input) {
    let pairs: Vec<String> = input
        .cookies
        .iter()
        .map(|(name, value)| {
            // What a browser sends: no value holds what ends it.
            let value: String = value
                .chars()
                .filter(|one| one.is_ascii_graphic() && !matches!(one, ';' | ',' | '"'))
                .collect();
            format!("{}={value}", COOKIES[usize::from(*name) % COOKIES.len()])
        })
        .collect();
    let header = pairs.join("; ");
    for name in COOKIES {
        let expected = pairs.iter().find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='));
        assert_eq!(cookie::value(&header, name), expected, "{header}");
        let _ = cookie::value(&input.header, name);
    }
    let asked = format!("/console{}", input.next);
    let next = cookie::own_path(&asked);
    assert!(next == "/console" || next == asked);
    // Where a browser goes that is told so.
    let host = Url::parse("https://hooks.example.com/console/login").expect("a URL");
    let reached = host.join(next).expect("a path");
    assert!(reached.host() == host.host() && reached.port() == host.port(), "{next}");
    assert!(reached.path() == "/console" || reached.path().starts_with("/console/"), "{next}");
    let form = Form::read(input.header.as_bytes());
    assert!(!form.has_token("") && (!form.has_token(&input.text) || form.raw("form_token") == input.text));
}
