//! Writing a JSON object member by member, for bodies that are put together of parts.

use crate::core::{
    field::FieldError,
    json::{Canonical, write_key, write_string},
};

/// An object being written. A name that is written twice counts where it is written last.
pub(super) struct Object(Vec<u8>);

impl Object {
    pub(super) fn new() -> Self {
        Self(vec![b'{'])
    }

    /// A member whose value is JSON text.
    pub(super) fn json(&mut self, name: &str, value: &str) {
        write_key(name, &mut self.0);
        self.0.extend_from_slice(value.as_bytes());
    }

    /// A member whose value is text.
    pub(super) fn text(&mut self, name: &str, value: &str) {
        write_key(name, &mut self.0);
        write_string(value, &mut self.0);
    }

    /// The object. An error, at `path`, where one of the values is no JSON that can be held.
    pub(super) fn finish(mut self, path: &str) -> Result<Canonical, FieldError> {
        self.0.push(b'}');
        Canonical::from_text(&String::from_utf8(self.0).unwrap_or_default())
            .map_err(|error| FieldError::new(path, error.to_string()))
    }
}
