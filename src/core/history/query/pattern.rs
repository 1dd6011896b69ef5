//! Patterns of `like` and `ilike`: `%` is any text, `_` any one character, `\` takes the next one as it is.
//!
//! SQLite's own `LIKE` knows no case, and the platform takes patterns of 50 bytes at most. So the usual patterns (a text with `%`
//! before it, behind it, or both) become comparisons without a bound, and only others become a `GLOB`, which knows case.

use super::sql::Statement;

/// The longest pattern that the platform's SQLite takes, in bytes.
const MAX_GLOB: usize = 50;

enum Piece {
    Text(String),
    Any,
    One,
}

/// Appends the condition that an expression fits a pattern. `None` where the pattern is too long for what it asks.
pub(super) fn compile(expression: &str, pattern: &str, statement: &mut Statement) -> Option<()> {
    let pieces = pieces(pattern);
    let condition = match pieces.as_slice() {
        [] => {
            let text = statement.bind("");
            format!("{expression} = {text}")
        }
        [Piece::Any] => format!("{expression} IS NOT NULL"),
        [Piece::Text(text)] => {
            let text = statement.bind(text.as_str());
            format!("{expression} = {text}")
        }
        [Piece::Any, Piece::Text(text), Piece::Any] => {
            let text = statement.bind(text.as_str());
            format!("instr({expression}, {text}) > 0")
        }
        [Piece::Text(text), Piece::Any] => {
            let text = statement.bind(text.as_str());
            format!("substr({expression}, 1, length({text})) = {text}")
        }
        [Piece::Any, Piece::Text(text)] => {
            let text = statement.bind(text.as_str());
            format!("substr({expression}, -length({text})) = {text}")
        }
        pieces => {
            let glob = glob(pieces);
            if glob.len() > MAX_GLOB {
                return None;
            }
            let glob = statement.bind(glob);
            format!("{expression} GLOB {glob}")
        }
    };
    statement.push(&condition);
    Some(())
}

/// Whether the platform can look for a pattern.
pub(super) fn is_possible(pattern: &str) -> bool {
    compile("''", pattern, &mut Statement::default()).is_some()
}

fn pieces(pattern: &str) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    let mut characters = pattern.chars().peekable();
    while let Some(character) = characters.next() {
        let literal = match character {
            '%' => {
                if !matches!(pieces.last(), Some(Piece::Any)) {
                    pieces.push(Piece::Any);
                }
                continue;
            }
            '_' => {
                pieces.push(Piece::One);
                continue;
            }
            '\\' => characters.next().unwrap_or('\\'),
            other => other,
        };
        match pieces.last_mut() {
            Some(Piece::Text(text)) => text.push(literal),
            _ => pieces.push(Piece::Text(literal.to_string())),
        }
    }
    pieces
}

fn glob(pieces: &[Piece]) -> String {
    let mut glob = String::new();
    for piece in pieces {
        match piece {
            Piece::Any => glob.push('*'),
            Piece::One => glob.push('?'),
            Piece::Text(text) => text.chars().for_each(|character| match character {
                '*' | '?' | '[' => {
                    glob.push('[');
                    glob.push(character);
                    glob.push(']');
                }
                other => glob.push(other),
            }),
        }
    }
    glob
}
