//! Several messages in one of the queue's. A queue bills each message by the 64 KB begun, three times over, however little is in
//! it; so what one call brings for one subscription travels together while it fits.
//!
//! A line of JSON that says how long each message is, in bytes, and behind it the messages as they are. A message alone goes
//! without that.

use serde::{Deserialize, Serialize};

/// At most this many messages: an attempt that fails sends its message on by itself, and the fewer there are the sooner a
/// consumer is through.
const MESSAGES: usize = 10;
/// And this many bytes, so that with the line before them they stay below 64,000.
const BYTES: usize = 63_000;

/// The number of this form; a message alone says another.
const FORM: u8 = 2;
/// What the line begins with. A message alone begins otherwise.
const BEGINNING: &str = "{\"v\":2,";

#[derive(Serialize, Deserialize)]
struct Head {
    v: u8,
    sizes: Vec<usize>,
}

/// Bundles messages that come one after another and are for the same subscription, each given with what tells that. Made only
/// as they are asked for.
pub fn bundles<K: PartialEq>(messages: impl Iterator<Item = (K, String)>) -> impl Iterator<Item = String> {
    let mut messages = messages.peekable();
    std::iter::from_fn(move || {
        let (whose, first) = messages.next()?;
        let mut bytes = first.len();
        let mut together = vec![first];
        while together.len() < MESSAGES {
            let fits =
                |(other, next): &(K, String)| *other == whose && bytes.saturating_add(next.len()) <= BYTES;
            let Some((_, next)) = messages.next_if(fits) else { break };
            bytes = bytes.saturating_add(next.len());
            together.push(next);
        }
        Some(bundle(together))
    })
}

fn bundle(mut messages: Vec<String>) -> String {
    if let [one] = messages.as_mut_slice() {
        return std::mem::take(one);
    }
    let head = Head { v: FORM, sizes: messages.iter().map(String::len).collect() };
    let mut text = serde_json::to_string(&head).unwrap_or_default();
    text.push('\n');
    messages.iter().for_each(|message| text.push_str(message));
    text
}

/// The messages that a text from the queue holds: itself, where it is no bundle. An error says what is wrong, and holds nothing
/// of the text.
pub fn unbundle(text: &str) -> Result<Vec<&str>, &'static str> {
    const WRONG: &str = "not a bundle of delivery messages";
    if !text.starts_with(BEGINNING) {
        return Ok(vec![text]);
    }
    let (head, mut rest) = text.split_once('\n').ok_or(WRONG)?;
    let head: Head = serde_json::from_str(head).map_err(|_| WRONG)?;
    let mut messages = Vec::new();
    for size in head.sizes {
        let (message, behind) = rest.split_at_checked(size).ok_or(WRONG)?;
        messages.push(message);
        rest = behind;
    }
    let is_whole = rest.is_empty() && !messages.is_empty();
    is_whole.then_some(messages).ok_or(WRONG)
}
