//! How a command ends.

use std::{fmt, io, process::ExitCode};

use serde_json::json;

/// The exit codes, which docs/CLI.md promises.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Exit {
    /// All is well, or nobody reads on.
    Done = 0,
    /// It was done, and the answer is no: the signature does not hold, an event was rejected, a delivery was not taken.
    No = 1,
    /// Arguments, the configuration, or a file are not right.
    Usage = 2,
    /// 401 or 403: there is no key, it is wrong, or it may not do this.
    Forbidden = 3,
    /// 404: there is no such thing.
    NotFound = 4,
    /// Another 4xx: the deployment refuses this.
    Refused = 5,
    /// No answer, or 5xx: try again.
    Unavailable = 6,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// Why a command ends early.
#[derive(Clone, Debug)]
pub(super) struct Failure {
    pub exit: Exit,
    message: String,
    /// When to come back, in seconds, where the deployment said so.
    pub retry_after: Option<u32>,
}

impl Failure {
    pub fn new(exit: Exit, message: impl Into<String>) -> Self {
        Self { exit, message: message.into(), retry_after: None }
    }

    pub fn usage(message: impl Into<String>) -> Self {
        Self::new(Exit::Usage, message)
    }

    /// The same, with when to come back.
    pub fn until(self, retry_after: Option<u32>) -> Self {
        Self { retry_after, ..self }
    }

    /// The answer is no, and the command has said so itself.
    pub fn no() -> Self {
        Self::new(Exit::No, "")
    }

    /// A file that could not be read or written.
    pub fn file(path: &std::path::Path, error: &io::Error) -> Self {
        Self::usage(format!("{}: {error}", path.display()))
    }

    /// What is told on standard error; `None` where there is nothing to say.
    pub fn said(&self, is_json: bool) -> Option<String> {
        if self.message.is_empty() {
            return None;
        }
        Some(match is_json {
            true => json!({"error": self.message, "exit": self.exit as u8}).to_string(),
            false => format!("heliograph: {}", self.message),
        })
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            // `heliograph tail … | head`: whoever was reading has enough.
            io::ErrorKind::BrokenPipe => Self::new(Exit::Done, ""),
            _ => Self::usage(error.to_string()),
        }
    }
}
