//! The terminal: keys, and when to draw.

use std::{
    io::{self, Write},
    sync::{Arc, mpsc::Receiver},
    thread,
    time::Duration,
};

use base64::{Engine, engine::general_purpose::STANDARD};
use ratatui::{
    DefaultTerminal,
    crossterm::event::{self, Event, KeyCode, KeyEventKind, KeyModifiers},
};

use super::{
    News, Session,
    entry::Entry,
    view::{Pane, View},
};
use crate::cli::{client::segment, clock, exit::Failure, output::Output};

/// How long it waits for a key before it looks for deliveries.
const TICK: Duration = Duration::from_millis(100);

/// What a key asks for.
enum Wish {
    Stay,
    Quit,
}

/// Shows what is taken until somebody quits. Answers how many were not taken.
pub fn show(session: &Session<'_>, news: &Receiver<News>, output: &mut Output<'_>) -> Result<usize, Failure> {
    let mut view = View::new(title(session), session.forward_to.unwrap_or(session.url).to_owned());
    let mut terminal = ratatui::try_init()?;
    let result = run(session, news, &mut view, &mut terminal);
    ratatui::try_restore()?;
    result?;
    let (all, refused) = view.counts();
    output.line(&format!("{all} received, {refused} of them refused"))?;
    Ok(refused)
}

fn title(session: &Session<'_>) -> String {
    let mut title = format!("heliograph listen  {}", session.url);
    if let Some(url) = session.forward_to {
        title.push_str(&format!("  → {url}"));
    }
    if let Some(id) = session.webhook {
        title.push_str(&format!("  {id}"));
    }
    title
}

fn run(
    session: &Session<'_>,
    news: &Receiver<News>,
    view: &mut View,
    terminal: &mut DefaultTerminal,
) -> Result<(), Failure> {
    terminal.draw(|frame| view.draw(frame))?;
    loop {
        let mut is_changed = false;
        if event::poll(TICK)? {
            is_changed = true;
            if let Wish::Quit = key(&event::read()?, session, view)? {
                return Ok(());
            }
        }
        while let Ok(one) = news.try_recv() {
            is_changed = true;
            match one {
                News::Taken(entry) => view.add(*entry),
                News::Said(text) => view.notice = text,
                News::Stop => return Ok(()),
            }
        }
        if session.count.is_some_and(|count| view.counts().0 >= count) {
            return Ok(());
        }
        if is_changed {
            terminal.draw(|frame| view.draw(frame))?;
        }
    }
}

fn key(event: &Event, session: &Session<'_>, view: &mut View) -> Result<Wish, Failure> {
    let Event::Key(key) = event else { return Ok(Wish::Stay) };
    if key.kind == KeyEventKind::Release {
        return Ok(Wish::Stay);
    }
    view.notice.clear();
    match key.code {
        KeyCode::Char('c') if key.modifiers.contains(KeyModifiers::CONTROL) => return Ok(Wish::Quit),
        KeyCode::Char('q') => return Ok(Wish::Quit),
        KeyCode::Down | KeyCode::Char('j') => view.select(1),
        KeyCode::Up | KeyCode::Char('k') => view.select(-1),
        KeyCode::PageDown => view.page(true),
        KeyCode::PageUp => view.page(false),
        KeyCode::Enter => view.toggle(Pane::Request),
        KeyCode::Esc => view.pane = Pane::Closed,
        KeyCode::Char('c') => {
            if let Some(command) = view.curl() {
                copy(&command)?;
                view.toggle(Pane::Curl);
            }
        }
        KeyCode::Char('r') => view.notice = resend(session, view.selected()),
        _ => {}
    }
    Ok(Wish::Stay)
}

/// Asks the terminal to put a text on the clipboard (OSC 52), which works over SSH too.
fn copy(text: &str) -> io::Result<()> {
    let mut out = io::stdout();
    write!(out, "\x1b]52;c;{}\x07", STANDARD.encode(text))?;
    out.flush()
}

/// Hands a delivery on once more; where there is nobody to hand it to, asks the deployment to send it again.
fn resend(session: &Session<'_>, entry: Option<&Entry>) -> String {
    let Some(entry) = entry else { return "nothing is selected".to_owned() };
    if session.endpoint.forward.is_some() {
        let (endpoint, sender, mut entry) =
            (Arc::clone(session.endpoint), session.sender.clone(), entry.clone());
        thread::spawn(move || {
            let sent = endpoint.forward.as_ref().map(|forward| forward.send(&entry.received));
            entry.at = clock::now();
            entry.is_rehearsed = false;
            if let Some(sent) = sent {
                entry.answered = sent.as_ref().map_or(502, |reply| reply.status);
                entry.ms = sent.as_ref().map_or(0, |reply| reply.ms);
                entry.forwarded = Some(sent.map(|reply| (reply.status, reply.ms)));
                // Nobody is there to be told once the screen is closed.
                let _ = sender.send(News::Taken(Box::new(entry)));
            }
        });
        return "sent once more".to_owned();
    }
    match (session.client, entry.id()) {
        (Some(client), Some(id)) => {
            match client.call("POST", &format!("/v1/deliveries/{}/retry", segment(id)), None) {
                Ok(_) => "the deployment sends it again".to_owned(),
                Err(failure) => failure.to_string(),
            }
        }
        _ => "nobody to send it: resending takes --forward-to or --create".to_owned(),
    }
}
