//! Forms: what is read of them, and from whom they are taken.

use heliograph::console::form::{Form, is_own_site, query};

#[test]
fn reads_what_browsers_send() {
    let form = Form::read(b"name=+a%20b+&types=one&types=two&on=on&empty=&plus=1%2B1");
    assert_eq!(form.raw("name"), " a b ");
    assert_eq!(form.text("name"), Some("a b"));
    assert_eq!(form.text("empty"), None);
    assert_eq!(form.text("absent"), None);
    assert_eq!(form.text("plus"), Some("1+1"));
    assert_eq!(form.all("types").collect::<Vec<_>>(), ["one", "two"]);
    assert!(form.is_on("on") && !form.is_on("off"));
}

#[test]
fn is_taken_with_its_token_alone() {
    assert!(Form::read(b"form_token=abc").has_token("abc"));
    assert!(!Form::read(b"form_token=abd").has_token("abc"));
    assert!(!Form::read(b"").has_token("abc"));
    assert!(!Form::read(b"form_token=").has_token(""));
}

#[test]
fn is_taken_from_its_own_site_alone() {
    let own = "https://hooks.example.com";
    let cases = [
        (Some("same-origin"), Some(own), true),
        (None, Some(own), true),
        // Tools that are no browser.
        (None, None, true),
        (Some("same-origin"), Some("null"), true),
        (None, Some("null"), false),
        (Some("cross-site"), Some(own), false),
        (Some("same-site"), Some(own), false),
        (None, Some("https://evil.example"), false),
        (None, Some("http://hooks.example.com"), false),
        (None, Some("https://hooks.example.com.evil.example"), false),
    ];
    for (site, origin, is_own) in cases {
        assert_eq!(is_own_site(site, origin, own), is_own, "{site:?} {origin:?}");
    }
}

#[test]
fn writes_query_strings() {
    assert_eq!(query(&[("a", Some("x y&z")), ("b", None), ("c", Some(""))]), "?a=x+y%26z&c=");
    assert_eq!(query(&[("a", None)]), "");
}
