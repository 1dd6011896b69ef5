//! When a delivery is tried again, and when it is given up.

use super::time::Timestamp;

/// Standard Webhooks' schedule: the delay before attempt 2, 3, …, in seconds. 75 h 35 min in all.
pub const DEFAULT_SCHEDULE: [u32; 9] = [5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400];

/// The longest delay that a queue takes: 24 hours.
pub const MAX_DELAY_SECONDS: u32 = 86_400;

/// How many retries a schedule may hold: a queue redelivers a message at most 100 times.
pub const MAX_RETRIES: usize = 50;

/// Delays are stretched by up to this share, so that what failed together does not come back together.
const JITTER: f64 = 0.2;

/// How one attempt ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The endpoint answered.
    Answered {
        /// The HTTP status.
        status: u16,
        /// The `Retry-After` header, as it came.
        retry_after: Option<String>,
    },
    /// It did not; why.
    Failed(Failure),
}

/// Why an endpoint did not answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// The deadline passed before the whole reply was there.
    Timeout,
    /// No connection, or it broke.
    Connection,
    /// The destination is not allowed.
    Blocked,
}

impl Failure {
    /// A stable name for logs.
    pub fn code(self) -> &'static str {
        match self {
            Self::Timeout => "timeout",
            Self::Connection => "connection",
            Self::Blocked => "blocked",
        }
    }
}

/// What is to be done after an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The endpoint has it.
    Delivered,
    /// Try again after this many seconds.
    RetryAfter(u32),
    /// Give up; why.
    DeadLetter(&'static str),
}

/// Decides after attempt number `attempt` (from 1).
///
/// Only 2xx is a success. 410 says that the endpoint is gone for good. A `Retry-After` is honoured in full: it can only
/// make the delay longer. `jitter` is a random number from 0 to 1.
pub fn decide(outcome: &Outcome, attempt: u32, schedule: &[u32], jitter: f64, now: Timestamp) -> Verdict {
    let asked = match outcome {
        Outcome::Answered { status: 200..=299, .. } => return Verdict::Delivered,
        Outcome::Answered { status: 410, .. } => {
            return Verdict::DeadLetter("the endpoint answered 410 Gone");
        }
        Outcome::Failed(Failure::Blocked) => return Verdict::DeadLetter("the destination is not allowed"),
        Outcome::Answered { retry_after, .. } => {
            retry_after.as_deref().and_then(|header| retry_after_seconds(header, now)).unwrap_or(0)
        }
        Outcome::Failed(_) => 0,
    };
    let Some(scheduled) = schedule.get(attempt.saturating_sub(1) as usize) else {
        return Verdict::DeadLetter("retries are used up");
    };
    let stretched = f64::from(*scheduled) * (1.0 + JITTER * jitter.clamp(0.0, 1.0));
    Verdict::RetryAfter((stretched.round() as u32).max(asked).min(MAX_DELAY_SECONDS))
}

/// Reads `Retry-After`: seconds, with or without a fraction (rounded up), or an HTTP date. Anything else is ignored.
pub fn retry_after_seconds(header: &str, now: Timestamp) -> Option<u32> {
    let header = header.trim();
    let seconds = if header.starts_with(|first: char| first.is_ascii_digit()) {
        header.parse::<f64>().ok()?
    } else {
        let date = httpdate::parse_http_date(header).ok()?;
        let at = date.duration_since(std::time::UNIX_EPOCH).ok()?.as_secs_f64();
        at - now.millis() as f64 / 1000.0
    };
    (seconds >= 0.0).then(|| seconds.ceil().min(f64::from(MAX_DELAY_SECONDS)) as u32)
}

/// Reads a schedule from a setting such as `5,300,1800`.
pub fn parse_schedule(setting: &str) -> Result<Vec<u32>, String> {
    let delays: Option<Vec<u32>> = setting.split(',').map(|delay| delay.trim().parse().ok()).collect();
    match delays {
        Some(delays) => check_schedule(&delays).map(|()| delays),
        None => Err("must be whole seconds separated by commas, such as 5,300,1800".to_owned()),
    }
}

/// Whether a schedule is within its bounds.
pub fn check_schedule(delays: &[u32]) -> Result<(), String> {
    if delays.len() > MAX_RETRIES {
        return Err(format!("may hold at most {MAX_RETRIES} delays"));
    }
    if delays.iter().any(|delay| *delay > MAX_DELAY_SECONDS) {
        return Err(format!("may hold delays of at most {MAX_DELAY_SECONDS} seconds"));
    }
    Ok(())
}
