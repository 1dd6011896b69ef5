//! What a browser brings along: its cookies, and where it wants to go after a login.

use url::Url;

/// The value of a cookie by the `Cookie` header; of several of one name the first.
pub fn value<'a>(header: &'a str, name: &str) -> Option<&'a str> {
    let mut cookies = header.split(';').filter_map(|cookie| cookie.trim().split_once('='));
    cookies.find(|(known, _)| *known == name).map(|(_, value)| value)
}

/// A path of the console, or its first page: a login leads nowhere else.
pub fn own_path(path: &str) -> &str {
    let is_ours = path == "/console" || path.starts_with("/console/") || path.starts_with("/console?");
    let is_plain = path.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    if is_ours && is_plain && is_resolved(path) { path } else { "/console" }
}

/// Whether a browser goes exactly there: dots in a path, in any spelling, lead out of where it begins.
fn is_resolved(path: &str) -> bool {
    let on_some_host = format!("https://host.invalid{path}");
    Url::parse(&on_some_host).is_ok_and(|url| url.as_str() == on_some_host)
}
