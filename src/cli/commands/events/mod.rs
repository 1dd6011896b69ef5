//! `heliograph events`.

pub mod batches;
mod import;
mod progress;

use clap::Subcommand;

use crate::cli::{config::Config, exit::Failure, output::Output};

/// Events.
#[derive(Debug, Subcommand)]
pub enum Events {
    /// Take in a file of events, one a line (NDJSON); goes on where it was interrupted
    Import(import::Import),
}

impl Events {
    pub(super) fn run(self, config: &Config, output: &mut Output<'_>) -> Result<(), Failure> {
        match self {
            Self::Import(command) => command.run(config, output),
        }
    }
}
