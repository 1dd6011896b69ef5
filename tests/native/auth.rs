//! Who calls: the root key, API keys, scopes.

use heliograph::core::{
    auth::{ApiKey, Principal, Scope, bearer, is_org_id, is_root},
    hash::MacKey,
};

#[test]
fn only_the_exact_root_key_is_root() {
    for (header, expected) in [
        (Some("Bearer root"), true),
        (Some("bearer root"), true),
        (Some("Bearer  root "), true),
        (Some("Bearer roo"), false),
        (Some("Bearer root2"), false),
        (Some("Bearer "), false),
        (Some("Basic root"), false),
        (Some("root"), false),
        (Some(""), false),
        (None, false),
    ] {
        assert_eq!(bearer(header).is_some_and(|key| is_root(key, "root")), expected, "{header:?}");
    }
    assert!(!is_root("", ""), "an unset root key lets nobody in");
}

#[test]
fn a_key_is_read_back_and_nothing_else_is() {
    let checksums = MacKey::new(&[1; 32]);
    let key = ApiKey::issue("acme-2", [7; 24], &checksums);
    assert!(key.text.starts_with("hg_acme-2_"));
    assert_eq!(ApiKey::read(&key.text, &checksums), Some(key.clone()));
    assert_eq!(ApiKey::read(&key.text, &MacKey::new(&[2; 32])), None, "issued elsewhere");
    let other = ApiKey::issue("acme-2", [8; 24], &checksums);
    assert_ne!((key.hash(), &key.text), (other.hash(), &other.text));
    assert!(!key.hash().contains(&key.text[10..30]));
    for at in 0..key.text.len() {
        let changed = format!(
            "{}{}{}",
            &key.text[..at],
            if &key.text[at..=at] == "0" { "1" } else { "0" },
            &key.text[at + 1..]
        );
        assert_eq!(ApiKey::read(&changed, &checksums), None, "{changed}");
    }
    for wrong in
        ["", "hg_", "hg_acme_", "hg__", &key.text[..key.text.len() - 1], &format!("{}0", key.text), "hg_é_ü"]
    {
        assert_eq!(ApiKey::read(wrong, &checksums), None, "{wrong}");
    }
}

#[test]
fn org_ids() {
    for (id, is_id) in [
        ("a", true),
        ("acme-2", true),
        ("default", true),
        (&"a".repeat(40), true),
        ("", false),
        ("root", false),
        ("-a", false),
        ("Acme", false),
        ("a_b", false),
        ("a/b", false),
        ("ä", false),
        (&"a".repeat(41), false),
    ] {
        assert_eq!(is_org_id(id), is_id, "{id}");
    }
}

#[test]
fn scopes_allow_what_they_name_and_root_everything() {
    for scope in Scope::ALL {
        assert_eq!(Scope::parse(scope.name()), Some(scope));
        assert_eq!(serde_json::to_value(scope).unwrap(), scope.name());
        assert!(Principal::root().may(scope));
        let principal = Principal { org: "acme".into(), is_root: false, scopes: vec![scope] };
        for other in Scope::ALL {
            assert_eq!(principal.may(other), other == scope);
        }
    }
    assert_eq!(Scope::parse("events:*"), None);
}
