//! What is taken, in lines: where nobody sits at a terminal, or JSON is asked for.

use std::sync::mpsc::Receiver;

use serde_json::json;

use super::{News, Session, entry::Entry};
use crate::cli::{
    exit::Failure,
    output::{Output, plain},
};

/// Prints a line for each delivery until it is time to end. Answers how many were not taken.
pub fn show(session: &Session<'_>, news: &Receiver<News>, output: &mut Output<'_>) -> Result<usize, Failure> {
    // Piped is for programs, unless the terminal is there and only the keyboard is not.
    let is_json = output.is_json || output.width.is_none();
    match is_json {
        true => output.json(&json!({"listening": session.url, "webhook": session.webhook}))?,
        false => output.line(&format!("listening at {}", session.url))?,
    }
    let (mut taken, mut refused) = (0_usize, 0_usize);
    while session.count.is_none_or(|count| taken < count) {
        match news.recv() {
            Ok(News::Taken(entry)) => {
                taken = taken.saturating_add(1);
                refused = refused.saturating_add(usize::from(!entry.is_taken()));
                match is_json {
                    true => output.json(&entry.to_json(session.bodies))?,
                    false => output.line(&line(&entry))?,
                }
            }
            Ok(News::Said(text)) => output.note(&text)?,
            Ok(News::Stop) | Err(_) => break,
        }
    }
    Ok(refused)
}

fn line(entry: &Entry) -> String {
    let event_type = entry.event_type().unwrap_or_else(|| "-".to_owned());
    let id = entry.id().unwrap_or("-");
    let text = format!("{}  {}  {event_type}  {id}  {}", entry.at, entry.answered, entry.note());
    plain(text.trim_end())
}
