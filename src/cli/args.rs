//! What stands behind `heliograph` on the command line.

use clap::{CommandFactory, Parser};

use super::{commands::Command, config::DeploymentArgs};

/// Signed LLM webhooks at the edge, from the command line.
#[derive(Debug, Parser)]
#[command(name = "heliograph", version, propagate_version = true, max_term_width = 100)]
pub(super) struct Args {
    #[command(flatten)]
    pub deployment: DeploymentArgs,
    /// Print JSON, one object a line, instead of tables
    #[arg(long, global = true)]
    pub json: bool,
    #[command(subcommand)]
    pub command: Command,
}

/// The whole grammar: what completions are made of.
pub fn command() -> clap::Command {
    Args::command()
}
