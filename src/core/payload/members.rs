//! The members of a body's `data`, in order, each as JSON text. Versions are rendered by changing these.

use std::borrow::Cow;

use crate::core::json::{Canonical, write_key, write_number, write_string};

/// Members of one JSON object.
#[derive(Debug, Default)]
pub(super) struct Members<'e> {
    list: Vec<(&'e str, Cow<'e, str>)>,
    /// Whether some of the names are not ours: they may repeat, or look like integers, which JavaScript would reorder.
    has_foreign: bool,
}

impl<'e> Members<'e> {
    /// Adds a member of ours.
    pub fn push(&mut self, name: &'static str, json: impl Into<Cow<'e, str>>) {
        self.list.push((name, json.into()));
    }

    /// Adds a text, where there is one.
    pub fn text(&mut self, name: &'static str, text: Option<&str>) {
        if let Some(text) = text {
            let mut out = Vec::with_capacity(text.len().saturating_add(2));
            write_string(text, &mut out);
            self.push(name, written(out));
        }
    }

    /// Adds a number, where there is one.
    pub fn number(&mut self, name: &'static str, number: Option<f64>) {
        if let Some(number) = number {
            let mut out = Vec::new();
            write_number(number, &mut out);
            self.push(name, written(out));
        }
    }

    /// Adds JSON as it is, where there is some.
    pub fn json(&mut self, name: &'static str, json: Option<&'e Canonical>) {
        if let Some(json) = json {
            self.push(name, json.as_str());
        }
    }

    /// Adds a member under a name of somebody else's.
    pub fn foreign(&mut self, name: &'e str, json: impl Into<Cow<'e, str>>) {
        self.has_foreign = true;
        self.list.push((name, json.into()));
    }

    /// The names that are taken.
    pub fn names(&self) -> impl Iterator<Item = &'e str> {
        self.list.iter().map(|(name, _)| *name)
    }

    /// Gives a member another name.
    pub fn rename(&mut self, name: &str, new: &'static str) {
        for (other, _) in &mut self.list {
            if *other == name {
                *other = new;
            }
        }
    }

    /// Takes a member out.
    pub fn remove(&mut self, name: &str) {
        self.list.retain(|(other, _)| *other != name);
    }

    /// The object.
    pub fn write(self) -> String {
        let length = self.list.iter().fold(2_usize, |sum, (name, json)| {
            sum.saturating_add(name.len()).saturating_add(json.len()).saturating_add(4)
        });
        let mut out = Vec::with_capacity(length);
        out.push(b'{');
        for (name, json) in &self.list {
            write_key(name, &mut out);
            out.extend_from_slice(json.as_bytes());
        }
        out.push(b'}');
        let text = written(out);
        let reordered = if self.has_foreign { Canonical::from_text(&text).ok() } else { None };
        reordered.map_or(text, |canonical| canonical.as_str().to_owned())
    }
}

fn written(out: Vec<u8>) -> String {
    String::from_utf8(out).unwrap_or_default()
}

/// Appends a member that is a text.
pub(super) fn text_member(name: &str, text: &str, out: &mut Vec<u8>) {
    write_key(name, out);
    write_string(text, out);
}

/// Appends a member that is JSON already.
pub(super) fn raw_member(name: &str, json: &str, out: &mut Vec<u8>) {
    write_key(name, out);
    out.extend_from_slice(json.as_bytes());
}
