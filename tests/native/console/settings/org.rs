//! The org, the keys and the orgs.

use heliograph::{
    console::{
        form::Form,
        models::settings::{Key, Org, Settings},
        pages::settings::{
            keys,
            org::{self, History},
            orgs,
        },
        parts::errors::Errors,
        viewer::Viewer,
    },
    core::{envelope::ApiError, field::FieldError},
};
use serde_json::json;

use super::{EVIL, editor, reader, root, text};

fn settings() -> Settings {
    serde_json::from_value(json!({ "retain": "matched", "retentionDays": 30 })).unwrap()
}

fn history(viewer: &Viewer, typed: Option<Form>, error: Option<&ApiError>) -> String {
    let settings = settings();
    let typed = typed.unwrap_or_else(|| org::typed(&settings));
    let history = History { settings: &settings, revision: "\"3\"", typed, errors: Errors(error) };
    text(viewer, &org::render(viewer, Some(&history)))
}

fn key(name: &str, secret: Option<&str>) -> Key {
    serde_json::from_value(json!({
        "id": "key_1", "org": "acme", "name": name, "scopes": ["events:write", EVIL], "created_at": "2026-11-21T08:00:00Z",
        "last_used_at": null, "key": secret,
    }))
    .unwrap()
}

fn all_orgs() -> Vec<Org> {
    serde_json::from_value(json!([
        { "id": "default", "name": "default", "created_at": null },
        { "id": "acme", "name": EVIL, "created_at": "2026-11-21T08:00:00Z" },
    ]))
    .unwrap()
}

#[test]
fn the_history_is_changed_by_those_who_may() {
    let page = history(&editor(), None, None);
    assert!(page.contains(r#"value="matched" checked"#) && page.contains(r#"value="30""#), "{page}");
    assert!(page.contains(r#"value="&quot;3&quot;""#), "{page}");
    let page = history(&reader(), None, None);
    assert!(!page.contains(r#"name="retain""#) && page.contains("30 days"), "{page}");
    let page = text(&root(), &org::render(&root(), None));
    assert!(page.contains("the root key") && page.contains(env!("CARGO_PKG_VERSION")), "{page}");
}

#[test]
fn what_was_typed_is_kept_beside_what_is_wrong_with_it() {
    let typed = || Form::of([("retain", "all".to_owned()), ("retentionDays", EVIL.to_owned())]);
    let wrong: ApiError = FieldError::new("retentionDays", "must be a whole number").into();
    let page = history(&editor(), Some(typed()), Some(&wrong));
    assert!(page.contains(r#"id="retentionDays-error">must be a whole number<"#), "{page}");
    assert!(page.contains(r#"value="all" checked"#) && page.contains("&lt;script"), "{page}");
    assert!(!page.contains("notice"), "{page}");
    let page = history(&editor(), Some(typed()), Some(&ApiError::new(412, "the settings were changed")));
    assert!(page.contains("Somebody else") && page.contains("30 days"), "{page}");
    assert!(page.contains(r#"value="all" checked"#), "{page}");
    let page = history(&editor(), Some(typed()), Some(&ApiError::unavailable("try again")));
    assert!(page.contains(r#"role="alert">try again"#), "{page}");
}

#[test]
fn an_error_stands_at_its_field_alone() {
    let error: ApiError = FieldError::new("scopes[0]", "must be one").into();
    let errors = Errors(Some(&error));
    assert_eq!(errors.at("scopes"), Some("must be one"));
    assert_eq!(errors.at("scope"), None);
    assert_eq!(errors.above(&["scopes"]).into_string(), "");
    assert!(errors.above(&["name"]).into_string().contains("scopes[0]: must be one"));
    assert_eq!(Errors::default().above(&[]).into_string(), "");
}

#[test]
fn keys_are_listed_without_their_texts() {
    let keys = [key("gateway", None), key(EVIL, None)];
    let page = text(&root(), &keys::list(&root(), "acme", &all_orgs(), &keys));
    assert!(page.contains("never") && page.contains("/keys/key_1/revoke?org=acme"), "{page}");
    let page = text(&reader(), &keys::without_root(&reader()));
    assert!(page.contains("root key") && !page.contains("/keys/new"), "{page}");
}

#[test]
fn a_key_is_shown_where_it_was_made() {
    let page = text(&root(), &keys::made(&root(), &key("gateway", Some("hg_acme_0f"))));
    assert!(page.contains("hg_acme_0f") && page.contains("shown this once"), "{page}");
    let typed = Form::read(b"name=x&org=acme&scopes=webhooks%3Aread");
    let page = text(&root(), &keys::new(&root(), &all_orgs(), &typed, "a1", Errors::default()));
    assert!(
        page.contains(r#"name="once" value="a1""#) && page.contains(r#"value="acme" selected"#),
        "{page}"
    );
    assert_eq!(page.matches(" checked").count(), 1);
}

#[test]
fn a_key_is_revoked_by_its_name_or_its_id() {
    let named = key(" gateway ", None);
    assert!(keys::is_confirmed(&named, "gateway") && keys::is_confirmed(&named, " key_1"));
    for typed in ["", " ", "Gateway", "gatewa", "key_2"] {
        assert!(!keys::is_confirmed(&named, typed), "{typed:?}");
    }
    assert!(!keys::is_confirmed(&key(" ", None), " "));
    let page = text(&root(), &keys::revoke(&root(), "acme", &key(EVIL, None), Some("must be the name")));
    assert!(page.contains(r#"id="confirm-error">must be the name"#), "{page}");
}

#[test]
fn orgs_are_listed_with_the_way_to_their_keys() {
    let typed = Form::read(b"id=Acme");
    let error: ApiError = FieldError::new("id", "must be lower-case").into();
    let page = text(&root(), &orgs::render(&root(), &all_orgs(), &typed, Errors(Some(&error))));
    assert!(page.contains("/console/settings/keys?org=acme") && page.contains("always there"), "{page}");
    assert!(
        page.contains(r#"value="Acme""#) && page.contains(r#"id="id-error">must be lower-case"#),
        "{page}"
    );
}
