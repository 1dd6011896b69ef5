//! A delivery as a command for curl.

use base64::{Engine, engine::general_purpose::STANDARD};

/// Headers that curl makes itself.
const OF_CURL: [&str; 6] =
    ["host", "content-length", "connection", "transfer-encoding", "accept-encoding", "expect"];

/// A command for a POSIX shell that sends these bytes with these headers once more. Its signature is as old as the delivery.
pub fn curl(url: &str, headers: &[(String, String)], body: &[u8]) -> String {
    let mut lines = vec![format!("curl -sS -X POST {}", quoted(url))];
    for (name, value) in headers {
        if !OF_CURL.iter().any(|own| name.eq_ignore_ascii_case(own)) {
            lines.push(format!("  -H {}", quoted(&format!("{name}: {value}"))));
        }
    }
    match std::str::from_utf8(body).ok().filter(|text| !text.contains('\0')) {
        Some(text) => {
            lines.push(format!("  --data-raw {}", quoted(text)));
            lines.join(" \\\n")
        }
        None => {
            lines.push("  --data-binary @-".to_owned());
            format!("printf %s {} | base64 -d | {}", quoted(&STANDARD.encode(body)), lines.join(" \\\n"))
        }
    }
}

/// One word for the shell, whatever is in it.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}
