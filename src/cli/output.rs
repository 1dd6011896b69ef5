//! What a command prints: for people, or JSON a line.

use std::io::{self, Write};

use comfy_table::{ContentArrangement, Table, presets};
use serde_json::Value;

/// Where a command prints to.
pub(super) struct Output<'a> {
    out: &'a mut dyn Write,
    err: &'a mut dyn Write,
    /// Whether JSON was asked for.
    pub is_json: bool,
    /// The terminal's columns; `None` where there is none.
    pub width: Option<u16>,
}

impl<'a> Output<'a> {
    pub fn new(out: &'a mut dyn Write, err: &'a mut dyn Write, is_json: bool, width: Option<u16>) -> Self {
        Self { out, err, is_json, width }
    }

    /// A line for people, or for a program that reads it as it is.
    pub fn line(&mut self, text: &str) -> io::Result<()> {
        writeln!(self.out, "{text}")?;
        self.out.flush()
    }

    /// One JSON value.
    pub fn json(&mut self, value: &Value) -> io::Result<()> {
        self.line(&value.to_string())
    }

    /// What is not part of the answer: on standard error.
    pub fn note(&mut self, text: &str) -> io::Result<()> {
        writeln!(self.err, "{text}")
    }

    /// Bytes as they are.
    pub fn raw(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.out.write_all(bytes)?;
        self.out.flush()
    }

    /// A list: each item in a line of JSON, or in a row of these columns: their titles, and where their values are.
    pub fn list(&mut self, items: &[Value], columns: &[(&str, &str)]) -> io::Result<()> {
        if self.is_json {
            return items.iter().try_for_each(|item| self.json(item));
        }
        let titles: Vec<&str> = columns.iter().map(|(title, _)| *title).collect();
        let row = |item: &Value| columns.iter().map(|(_, path)| cell(item.pointer(path))).collect();
        let rows: Vec<Vec<String>> = items.iter().map(row).collect();
        let text = table(&titles, &rows, self.width);
        self.line(&text)
    }

    /// One thing: a line of JSON, or its members one below another.
    pub fn thing(&mut self, value: &Value) -> io::Result<()> {
        let Value::Object(members) = value else { return self.json(value) };
        if self.is_json {
            return self.json(value);
        }
        let width = members.keys().map(|name| name.chars().count()).max().unwrap_or_default();
        for (name, value) in members {
            self.line(&format!("{name:width$}  {}", cell(Some(value))))?;
        }
        Ok(())
    }
}

/// A table without rules, at most so many columns wide where that is said. Rows are as long as the titles.
pub fn table(titles: &[&str], rows: &[Vec<String>], width: Option<u16>) -> String {
    let mut table = Table::new();
    table.load_preset(presets::NOTHING).set_header(titles.iter().map(|title| title.to_uppercase()));
    table.set_content_arrangement(ContentArrangement::Disabled);
    if let Some(width) = width {
        table.set_content_arrangement(ContentArrangement::Dynamic).set_width(width);
    }
    table.add_rows(rows);
    let last = titles.len().saturating_sub(1);
    for (at, column) in table.column_iter_mut().enumerate() {
        column.set_padding((0, if at == last { 0 } else { 2 }));
    }
    let text = table.to_string();
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    lines.join("\n")
}

/// A value in one line: nothing of it can steer the terminal.
fn cell(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => "-".to_owned(),
        Some(Value::String(text)) => plain(text),
        Some(Value::Array(items)) if items.iter().all(|item| item.is_string() || item.is_number()) => {
            let items: Vec<String> = items.iter().map(|item| cell(Some(item))).collect();
            if items.is_empty() { "-".to_owned() } else { items.join(", ") }
        }
        Some(other) => plain(&other.to_string()),
    }
}

/// A text without control characters: they are shown escaped.
pub(super) fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character.is_control() {
            true => out.extend(character.escape_default()),
            false => out.push(character),
        }
    }
    out
}
