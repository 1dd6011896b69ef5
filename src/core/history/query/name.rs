//! Names of properties and scores.

use crate::core::field::FieldError;

/// The score that feedback is kept as, as Helicone names it.
pub const FEEDBACK: &str = "helicone-score-feedback";

/// The longest name of a property or a score, in characters.
const MAX_NAME: usize = 256;

/// Names stand in a JSON path, quoted.
pub(super) fn check_name(name: &str) -> Result<(), FieldError> {
    let is_plain = |character: char| !character.is_control() && !matches!(character, '"' | '\\');
    match !name.is_empty() && name.chars().count() <= MAX_NAME && name.chars().all(is_plain) {
        true => Ok(()),
        false => Err(FieldError::new(
            "",
            format!(
                "must be a name of 1 to {MAX_NAME} characters without quotation marks, backslashes and control characters"
            ),
        )),
    }
}
