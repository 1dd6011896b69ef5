//! What a queue takes in one call.

/// At most this many messages.
const MESSAGES: usize = 100;
/// And this many bytes, with room for what the platform adds to each.
const BYTES: usize = 240_000;

/// Groups texts so that a queue takes each group in one call. Made only as they are asked for.
pub fn chunks<T: AsRef<str>>(texts: impl Iterator<Item = T>) -> impl Iterator<Item = Vec<T>> {
    let mut texts = texts.peekable();
    std::iter::from_fn(move || {
        let mut chunk = vec![texts.next()?];
        let mut bytes = chunk.first().map_or(0, |text| text.as_ref().len());
        while chunk.len() < MESSAGES {
            let fits = |next: &T| bytes.saturating_add(next.as_ref().len()) <= BYTES;
            let Some(next) = texts.next_if(fits) else { break };
            bytes = bytes.saturating_add(next.as_ref().len());
            chunk.push(next);
        }
        Some(chunk)
    })
}
