//! Calling the `History` of an org's day.

use worker::Env;

use super::{
    command::{Checked, Command, Page, join, split},
    question::{Found, Question},
};
use crate::{
    core::{
        envelope::ApiError,
        history::{IndexRow, day, numbered_day, object_name},
        time::Timestamp,
    },
    edge::object,
};

const BINDING: &str = "HISTORY";
/// How much of a refusal is passed on, in characters.
const MAX_WHY: usize = 200;

/// Notes a segment, which the org keeps for so many days. An error means that it may or may not be noted.
pub async fn append(
    env: &Env,
    org: &str,
    key: &str,
    at: Timestamp,
    days: Option<u32>,
    rows: &[IndexRow],
) -> Result<(), String> {
    let events = rows.iter().map(|row| row.events).collect();
    let command = Command::Append { key: key.to_owned(), at: at.millis(), events, days };
    let bodies = rows.iter().map(|row| row.body.as_str());
    let text = join(&command, bodies).ok_or_else(|| "the index can't be written".to_owned())?;
    exchange(env, org, &day(at), text).await.map(|_| ())
}

/// Rows of a day (`YYYY-MM-DD`, UTC) in the order they were added: at most `limit` behind `after_seq`.
pub async fn page(env: &Env, org: &str, day: &str, after_seq: u64, limit: usize) -> Result<Page, ApiError> {
    ask(env, org, day, &Command::Page { after_seq, limit }).await
}

/// The newest rows of a day, newest first: as many as it takes to come to so many events, all of them before `before_seq`.
pub async fn latest(
    env: &Env,
    org: &str,
    day: &str,
    events: usize,
    before_seq: Option<u64>,
) -> Result<Page, ApiError> {
    ask(env, org, day, &Command::Latest { events, before_seq }).await
}

/// The rows of a day that are to be compared with the ledgers now, of the new ones those that were added by `until`: at most
/// `limit`.
pub async fn unchecked(
    env: &Env,
    org: &str,
    day: &str,
    now: Timestamp,
    until: Timestamp,
    limit: usize,
) -> Result<Page, ApiError> {
    let command = Command::Unchecked { now: now.millis(), until: until.millis(), limit };
    ask(env, org, day, &command).await
}

/// Notes that rows of a day were compared.
pub async fn set_checked(env: &Env, org: &str, day: &str, checked: Checked) -> Result<(), ApiError> {
    ask(env, org, day, &Command::Checked(checked)).await.map(|_| ())
}

/// Asks a day, by its number, about its requests. A refusal comes back as it was made there.
pub async fn question(env: &Env, org: &str, day: i64, question: &Question) -> Result<Found, ApiError> {
    let command = Command::Ask { day, question: question.clone() };
    object::call(env, BINDING, &object_name(org, &numbered_day(day)), &command).await
}

/// Tells a day that it is kept for so many days from now on.
pub async fn keep_for(env: &Env, org: &str, day: &str, days: u32) -> Result<(), ApiError> {
    ask(env, org, day, &Command::KeepFor { days }).await.map(|_| ())
}

async fn ask(env: &Env, org: &str, day: &str, command: &Command) -> Result<Page, ApiError> {
    let unavailable =
        |_: String| ApiError::unavailable("the history can't be read right now; send the same request again");
    let text = join(command, std::iter::empty()).ok_or_else(|| unavailable(String::new()))?;
    let text = exchange(env, org, day, text).await.map_err(unavailable)?;
    let (head, bodies) = split(&text);
    let mut page: Page = serde_json::from_str(head).map_err(|error| unavailable(error.to_string()))?;
    for (row, body) in page.rows.iter_mut().zip(bodies) {
        body.clone_into(&mut row.body);
    }
    Ok(page)
}

async fn exchange(env: &Env, org: &str, day: &str, text: String) -> Result<String, String> {
    match object::exchange(env, BINDING, &object_name(org, day), &text).await {
        Ok((200, text)) => Ok(text),
        // A refusal of its own, which names no event.
        Ok((status, text)) => Err(format!("{status} {}", text.chars().take(MAX_WHY).collect::<String>())),
        Err(error) => Err(error.message),
    }
}
