//! The terminal: what was taken, and one delivery in full.

use std::collections::VecDeque;

use ratatui::{
    Frame,
    layout::{Constraint, Layout, Rect},
    style::{Color, Modifier, Style},
    text::Line,
    widgets::{Block, Borders, Cell, Paragraph, Row, Table, TableState, Wrap},
};

use super::entry::{Entry, Verdict};
use crate::{
    cli::{curl::curl, output::plain},
    core::signature::explain::Received,
};

/// How many deliveries are kept.
const KEPT: usize = 500;
/// From how many columns on ids are shown in full, and how long bodies are.
const WIDE: u16 = 120;
/// How much of a body is shown.
const SHOWN: usize = 64 * 1024;

/// What is shown of the delivery that is selected.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Pane {
    /// Nothing.
    #[default]
    Closed,
    /// Its headers and body.
    Request,
    /// The same as a command.
    Curl,
}

/// What is on the screen.
#[derive(Debug, Default)]
pub struct View {
    /// Where it listens, and what for.
    title: String,
    /// The URL that curl commands lead to.
    url: String,
    /// The newest first.
    entries: VecDeque<Entry>,
    /// The one that is selected, by its place.
    selected: usize,
    /// What is shown of it.
    pub pane: Pane,
    /// How many of its lines are above the pane.
    above: u16,
    /// What there is to say.
    pub notice: String,
    taken: usize,
    refused: usize,
}

impl View {
    /// An empty one under a title, whose curl commands lead to a URL.
    pub fn new(title: String, url: String) -> Self {
        Self { title, url, ..Self::default() }
    }

    /// Adds a delivery. The same one stays selected, unless it was the newest.
    pub fn add(&mut self, entry: Entry) {
        let count = if entry.is_taken() { &mut self.taken } else { &mut self.refused };
        *count = count.saturating_add(1);
        self.entries.push_front(entry);
        self.entries.truncate(KEPT);
        if self.selected > 0 || self.pane != Pane::Closed {
            self.step(1);
        }
    }

    /// How many deliveries there were, and how many of them were not taken.
    pub fn counts(&self) -> (usize, usize) {
        (self.taken.saturating_add(self.refused), self.refused)
    }

    /// The delivery that is selected.
    pub fn selected(&self) -> Option<&Entry> {
        self.entries.get(self.selected)
    }

    /// Moves the selection down, or up where it is negative.
    fn step(&mut self, by: isize) {
        let last = self.entries.len().saturating_sub(1);
        self.selected = self.selected.saturating_add_signed(by).min(last);
    }

    /// Goes a page down, or up: in the pane where one is open, else in the list.
    pub fn page(&mut self, is_down: bool) {
        match (self.pane, is_down) {
            (Pane::Closed, true) => self.step(20),
            (Pane::Closed, false) => self.step(-20),
            (_, true) => self.above = self.above.saturating_add(10),
            (_, false) => self.above = self.above.saturating_sub(10),
        }
    }

    /// Selects another one, shown from its beginning.
    pub fn select(&mut self, by: isize) {
        self.above = 0;
        self.step(by);
    }

    /// Opens a pane, or closes the one that is open already.
    pub fn toggle(&mut self, pane: Pane) {
        self.pane = if self.pane == pane { Pane::Closed } else { pane };
        self.above = 0;
    }

    /// The selected delivery as a command.
    pub fn curl(&self) -> Option<String> {
        let Received { headers, body } = &self.selected()?.received;
        Some(curl(&self.url, headers, body))
    }

    /// Draws it all.
    pub fn draw(&self, frame: &mut Frame<'_>) {
        let pane = if self.pane == Pane::Closed { Constraint::Length(0) } else { Constraint::Percentage(60) };
        let rows = [Constraint::Length(2), Constraint::Min(3), pane, Constraint::Length(1)];
        let [head, list, detail, foot] = Layout::vertical(rows).areas(frame.area());
        self.draw_head(frame, head);
        self.draw_list(frame, list);
        self.draw_pane(frame, detail);
        let keys = "↑↓ select  enter open  pgup pgdn scroll  c curl  r resend  q quit";
        let text = if self.notice.is_empty() { keys.to_owned() } else { plain(&self.notice) };
        frame.render_widget(Paragraph::new(text).style(Style::new().add_modifier(Modifier::DIM)), foot);
    }

    fn draw_head(&self, frame: &mut Frame<'_>, area: Rect) {
        let (all, refused) = self.counts();
        let taken = all.saturating_sub(refused);
        let lines = vec![
            Line::styled(plain(&self.title), Style::new().add_modifier(Modifier::BOLD)),
            Line::raw(format!("{all} received, {taken} taken, {refused} refused")),
        ];
        frame.render_widget(Paragraph::new(lines), area);
    }

    fn draw_list(&self, frame: &mut Frame<'_>, area: Rect) {
        let is_wide = area.width >= WIDE;
        let length = |wide: u16, narrow: u16| Constraint::Length(if is_wide { wide } else { narrow });
        let mut columns = vec![
            ("TIME", Constraint::Length(8)),
            ("ANSWER", Constraint::Length(6)),
            ("TYPE", length(28, 18)),
            ("ID", length(36, 9)),
            ("TRY", Constraint::Length(3)),
        ];
        if is_wide {
            columns.push(("  BYTES", Constraint::Length(7)));
        }
        columns.extend([("   MS", Constraint::Length(5)), ("NOTE", Constraint::Fill(1))]);
        let header = Row::new(columns.iter().map(|(title, _)| *title));
        let header = header.style(Style::new().add_modifier(Modifier::BOLD));
        let widths = columns.iter().map(|(_, width)| *width);
        let rows = self.entries.iter().map(|entry| row(entry, is_wide));
        let table = Table::new(rows, widths)
            .header(header)
            .column_spacing(1)
            .row_highlight_style(Style::new().add_modifier(Modifier::REVERSED));
        let selected = (!self.entries.is_empty()).then_some(self.selected);
        let mut state = TableState::new().with_selected(selected);
        frame.render_stateful_widget(table, area, &mut state);
    }

    fn draw_pane(&self, frame: &mut Frame<'_>, area: Rect) {
        let (title, text) = match (self.pane, self.selected()) {
            (Pane::Request, Some(entry)) => (" request ", request(entry)),
            (Pane::Curl, Some(_)) => (" curl, in the clipboard too ", self.curl().unwrap_or_default()),
            _ => return,
        };
        let lines: Vec<Line<'_>> = text.lines().map(|line| Line::raw(plain(line))).collect();
        let last = u16::try_from(lines.len()).unwrap_or(u16::MAX).saturating_sub(1);
        let block = Block::new().borders(Borders::TOP).title(title);
        frame.render_widget(
            Paragraph::new(lines).block(block).wrap(Wrap { trim: false }).scroll((self.above.min(last), 0)),
            area,
        );
    }
}

fn row(entry: &Entry, is_wide: bool) -> Row<'static> {
    let at = entry.at.to_string();
    let time = at.get(11..19).unwrap_or_default().to_owned();
    let id = entry.id().unwrap_or("-");
    // The end of an id tells one from another: its beginning is the subscription's.
    let length = id.chars().count();
    let id = match is_wide || length <= 9 {
        true => id.to_owned(),
        false => format!("…{}", id.chars().skip(length.saturating_sub(8)).collect::<String>()),
    };
    let mark = match (&entry.verdict, entry.is_taken()) {
        (Verdict::Refused { .. }, _) => "✗",
        (_, true) => "✓",
        (_, false) => "!",
    };
    let colour = match (&entry.verdict, entry.is_taken()) {
        (Verdict::Refused { .. }, _) => Color::Red,
        (_, true) => Color::Green,
        (_, false) => Color::Yellow,
    };
    let mut cells = vec![
        Cell::from(time),
        Cell::from(format!("{mark} {}", entry.answered)).style(Style::new().fg(colour)),
        Cell::from(plain(&entry.event_type().unwrap_or_else(|| "-".to_owned()))),
        Cell::from(plain(&id)),
        Cell::from(format!("{:>3}", plain(entry.attempt().unwrap_or("-")))),
    ];
    if is_wide {
        cells.push(Cell::from(format!("{:>7}", entry.received.body.len())));
    }
    cells.extend([Cell::from(format!("{:>5}", entry.ms)), Cell::from(plain(&entry.note()))]);
    Row::new(cells)
}

/// Headers, an empty line, and the body; JSON is indented, which is for reading alone.
fn request(entry: &Entry) -> String {
    let mut lines: Vec<String> =
        entry.received.headers.iter().map(|(name, value)| format!("{name}: {value}")).collect();
    lines.push(String::new());
    let body = &entry.received.body;
    let parsed: Option<serde_json::Value> = serde_json::from_slice(body).ok();
    let pretty = parsed.and_then(|value| serde_json::to_string_pretty(&value).ok());
    let text = pretty.unwrap_or_else(|| String::from_utf8_lossy(body).into_owned());
    lines.push(text.get(..text.floor_char_boundary(SHOWN)).unwrap_or(&text).to_owned());
    lines.join("\n")
}
