//! Cookies as browsers send them, and where a login leads.

use heliograph::console::cookie::{own_path, value};

#[test]
fn a_cookie_is_found_by_its_whole_name() {
    let header = "a=1; __Host-heliograph=hgs_x.y=z;b=; a=2";
    assert_eq!(value(header, "a"), Some("1"));
    assert_eq!(value(header, "__Host-heliograph"), Some("hgs_x.y=z"));
    assert_eq!(value(header, "b"), Some(""));
    for absent in ["heliograph", "__host-heliograph", "1", ""] {
        assert_eq!(value(header, absent), None, "{absent}");
    }
    assert_eq!(value("", "a"), None);
    assert_eq!(value("a", "a"), None);
}

#[test]
fn a_login_leads_to_the_console_and_nowhere_else() {
    for path in [
        "/console",
        "/console?",
        "/console/webhooks/sub_1",
        "/console/events?q=a%20b&cursor=1.2",
        "/console/a..b",
    ] {
        assert_eq!(own_path(path), path);
    }
    for path in [
        "",
        "/",
        "/consoles",
        "//evil.example/console",
        "https://evil.example/console",
        "/console/\\evil.example",
        "/console/a b",
        "/console/\r\nset-cookie: a=b",
        // What a browser makes of dots.
        "/console/..",
        "/console/../webhook",
        "/console/..//evil.example",
        "/console/%2e%2E/webhook",
        "/console/.%2e",
        "/console/./x",
    ] {
        assert_eq!(own_path(path), "/console", "{path:?}");
    }
}
