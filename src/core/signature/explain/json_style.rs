//! JSON as various programs write it.

use serde_json::{Map, Number, Value};

use crate::core::json::{write_number, write_string};

/// How programs write JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JsonStyle {
    /// `JSON.stringify`.
    Compact,
    /// With two spaces.
    Indented2,
    /// With four spaces.
    Indented4,
    /// With tabs.
    Tabs,
    /// Python's `json.dumps`.
    Python,
    /// Python's with `ensure_ascii=False`.
    PythonUnicode,
    /// Without spaces, beyond ASCII escaped.
    CompactAscii,
    /// Go's `json.Marshal`.
    Go,
    /// PHP's `json_encode`.
    Php,
    /// Without spaces, keys in order.
    Sorted,
    /// Python's with `sort_keys=True`.
    PythonSorted,
}

impl JsonStyle {
    /// All of them, the likeliest first.
    pub const ALL: [Self; 11] = [
        Self::Compact,
        Self::Python,
        Self::Indented2,
        Self::PythonUnicode,
        Self::Indented4,
        Self::Tabs,
        Self::CompactAscii,
        Self::Go,
        Self::Php,
        Self::Sorted,
        Self::PythonSorted,
    ];

    /// For people.
    pub fn name(self) -> &'static str {
        match self {
            Self::Compact => "JSON.stringify's, without spaces",
            Self::Indented2 => "indented by two spaces",
            Self::Indented4 => "indented by four spaces",
            Self::Tabs => "indented by tabs",
            Self::Python => "Python's json.dumps",
            Self::PythonUnicode => "Python's json.dumps with ensure_ascii=False",
            Self::CompactAscii => "without spaces, beyond ASCII escaped",
            Self::Go => "Go's json.Marshal, with <, > and & escaped",
            Self::Php => "PHP's json_encode, with / escaped",
            Self::Sorted => "without spaces, keys sorted",
            Self::PythonSorted => "Python's json.dumps with sort_keys=True",
        }
    }
}

/// What tells one style from another.
#[derive(Clone, Copy, Default)]
struct Traits {
    /// Whether a space follows the comma and the colon, on one line.
    is_spaced: bool,
    indent: Option<&'static str>,
    is_ascii: bool,
    /// Characters that are escaped beyond need.
    escaped: &'static str,
    is_sorted: bool,
    python_numbers: bool,
}

impl JsonStyle {
    fn traits(self) -> Traits {
        let compact = Traits::default();
        let python = Traits { is_spaced: true, is_ascii: true, python_numbers: true, ..compact };
        match self {
            Self::Compact => compact,
            Self::Indented2 => Traits { indent: Some("  "), ..compact },
            Self::Indented4 => Traits { indent: Some("    "), ..compact },
            Self::Tabs => Traits { indent: Some("\t"), ..compact },
            Self::Python => python,
            Self::PythonUnicode => Traits { is_ascii: false, ..python },
            Self::CompactAscii => Traits { is_ascii: true, ..compact },
            Self::Go => Traits { escaped: "<>&\u{2028}\u{2029}", ..compact },
            Self::Php => Traits { is_ascii: true, escaped: "/", ..compact },
            Self::Sorted => Traits { is_sorted: true, ..compact },
            Self::PythonSorted => Traits { is_sorted: true, ..python },
        }
    }

    /// A value written in this style.
    pub(super) fn write(self, value: &Value) -> Vec<u8> {
        let mut writer = Writer { traits: self.traits(), depth: 0, out: Vec::new() };
        writer.value(value);
        writer.out
    }
}

struct Writer {
    traits: Traits,
    depth: usize,
    out: Vec<u8>,
}

impl Writer {
    fn value(&mut self, value: &Value) {
        match value {
            Value::Null => self.out.extend_from_slice(b"null"),
            Value::Bool(value) => self.out.extend_from_slice(if *value { b"true" } else { b"false" }),
            Value::Number(number) => self.number(number),
            Value::String(text) => self.string(text),
            Value::Array(items) => self.list(b"[]", items.len(), items, Self::value),
            Value::Object(members) => self.object(members),
        }
    }

    fn object(&mut self, members: &Map<String, Value>) {
        let mut members: Vec<(&String, &Value)> = members.iter().collect();
        if self.traits.is_sorted {
            members.sort_by_key(|(name, _)| *name);
        }
        self.list(b"{}", members.len(), members, |writer, (name, value)| {
            writer.string(name);
            let is_spaced = writer.traits.is_spaced || writer.traits.indent.is_some();
            writer.out.extend_from_slice(if is_spaced { b": " } else { b":" });
            writer.value(value);
        });
    }

    fn list<T>(
        &mut self,
        brackets: &[u8; 2],
        length: usize,
        items: impl IntoIterator<Item = T>,
        mut each: impl FnMut(&mut Self, T),
    ) {
        let [open, close] = *brackets;
        self.out.push(open);
        self.depth = self.depth.saturating_add(1);
        for (at, item) in items.into_iter().enumerate() {
            if at > 0 {
                self.out.extend_from_slice(if self.traits.is_spaced { b", " } else { b"," });
            }
            self.line();
            each(self, item);
        }
        self.depth = self.depth.saturating_sub(1);
        if length > 0 {
            self.line();
        }
        self.out.push(close);
    }

    /// A new line, where the style has any.
    fn line(&mut self) {
        if let Some(indent) = self.traits.indent {
            self.out.push(b'\n');
            self.out.extend_from_slice(indent.repeat(self.depth).as_bytes());
        }
    }

    fn number(&mut self, number: &Number) {
        match number.as_f64().filter(|_| number.is_f64()) {
            Some(double) if self.traits.python_numbers => {
                self.out.extend_from_slice(python_number(double).as_bytes());
            }
            Some(double) => write_number(double, &mut self.out),
            None => self.out.extend_from_slice(number.to_string().as_bytes()),
        }
    }

    fn string(&mut self, text: &str) {
        let mut plain = Vec::new();
        write_string(text, &mut plain);
        for character in String::from_utf8_lossy(&plain).chars() {
            match character {
                '/' if self.traits.escaped.contains('/') => self.out.extend_from_slice(b"\\/"),
                other if self.traits.escaped.contains(other) => self.escape(other),
                // DEL is ASCII and is written as it is.
                other if self.traits.is_ascii && !other.is_ascii() => self.escape(other),
                other => self.out.extend_from_slice(other.encode_utf8(&mut [0; 4]).as_bytes()),
            }
        }
    }

    fn escape(&mut self, character: char) {
        for unit in character.encode_utf16(&mut [0; 2]) {
            self.out.extend_from_slice(format!("\\u{unit:04x}").as_bytes());
        }
    }
}

/// As Python's `repr`: an exponent below 1e-4 and from 1e16 on, of two digits at least.
fn python_number(number: f64) -> String {
    let size = number.abs();
    if number == 0.0 || (1e-4..1e16).contains(&size) {
        return format!("{number:?}");
    }
    let text = format!("{number:e}");
    match text.split_once('e') {
        Some((digits, exponent)) => {
            let (sign, exponent) = exponent.strip_prefix('-').map_or(('+', exponent), |rest| ('-', rest));
            format!("{digits}e{sign}{exponent:0>2}")
        }
        None => text,
    }
}
