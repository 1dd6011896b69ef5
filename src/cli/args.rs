//! What stands behind `heliograph` on the command line.

use std::path::PathBuf;

use clap::{CommandFactory, Parser};

use super::commands::Command;

/// Signed LLM webhooks at the edge, from the command line.
#[derive(Debug, Parser)]
#[command(name = "heliograph", version, propagate_version = true, max_term_width = 100)]
pub(super) struct Args {
    /// The deployment's address [default: http://127.0.0.1:8787]
    #[arg(long, global = true, env = "HELIOGRAPH_URL", value_name = "URL", help_heading = "Deployment")]
    pub url: Option<String>,
    /// The API key; better in the environment or the configuration, where no list of processes shows it
    #[arg(
        long,
        global = true,
        env = "HELIOGRAPH_KEY",
        hide_env_values = true,
        value_name = "KEY",
        help_heading = "Deployment"
    )]
    pub key: Option<String>,
    /// The configuration file [default: heliograph/config.toml where this system keeps configurations]
    #[arg(long, global = true, env = "HELIOGRAPH_CONFIG", value_name = "FILE", help_heading = "Deployment")]
    pub config: Option<PathBuf>,
    /// The profile of the configuration to use
    #[arg(long, global = true, env = "HELIOGRAPH_PROFILE", value_name = "NAME", help_heading = "Deployment")]
    pub profile: Option<String>,
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
