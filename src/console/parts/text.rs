//! Text that somebody else wrote: nothing in it can hide, turn the line around, or be mistaken for the page's own.

/// How much of a text stands in a line of a list, in characters.
const SHORT: usize = 80;

/// The same text with what is not seen made visible: control characters as their pictures (`␀`), and what changes the direction
/// of writing, or takes no room, by its code point (`⟨U+202E⟩`). Line breaks and tabs stay.
pub fn visible(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\n' | '\t' => out.push(character),
            '\r' => {}
            '\u{7f}' => out.push('\u{2421}'),
            '\0'..='\u{1f}' => {
                let picture = u32::from(character).saturating_add(0x2400);
                out.push(char::from_u32(picture).unwrap_or(char::REPLACEMENT_CHARACTER));
            }
            unseen if is_unseen(unseen) => out.push_str(&format!("⟨U+{:04X}⟩", u32::from(unseen))),
            seen => out.push(seen),
        }
    }
    out
}

/// The beginning of it, on one line.
pub fn short(text: &str) -> String {
    let line = visible(cut(text, SHORT)).replace(['\n', '\t'], " ");
    if text.chars().nth(SHORT).is_some() { format!("{line}…") } else { line }
}

/// At most so many characters of the beginning.
pub fn cut(text: &str, characters: usize) -> &str {
    match text.char_indices().nth(characters) {
        Some((end, _)) => text.get(..end).unwrap_or(text),
        None => text,
    }
}

/// What turns the direction of writing, takes no room, or is a control character beyond ASCII. The joiners that emoji and some
/// scripts are written with are not among them.
fn is_unseen(character: char) -> bool {
    matches!(
        character,
        '\u{80}'..='\u{9f}'
            | '\u{ad}'
            | '\u{61c}'
            | '\u{180e}'
            | '\u{200b}'
            | '\u{200e}'
            | '\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e007f}'
    )
}
