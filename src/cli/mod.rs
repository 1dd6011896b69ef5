//! The command line, native only: the API at hand, and what takes part in development: a local endpoint, deliveries made by hand,
//! and why a signature does not hold.
//!
//! It shares the core with the Worker, so that what it says is what the Worker does. One file a command lives in `commands`;
//! what they share is here. Nothing prints but through [`Output`].

mod args;
mod client;
mod clock;
mod commands;
mod config;
pub mod curl;
mod exit;
mod output;
pub mod saved;
mod secrets;
pub mod set;
mod socket;
pub mod when;

pub use args::command;
pub use commands::{
    events::batches,
    listen::{entry, rehearsal, view},
};
pub use output::table;

use std::{
    io::{self, IsTerminal, Write},
    process::ExitCode,
};

use clap::Parser;

use self::{args::Args, config::Config, exit::Failure, output::Output};

/// Runs the command that the process was started with.
pub fn main() -> ExitCode {
    let args = match Args::try_parse() {
        Ok(args) => args,
        Err(error) => {
            // What is asked for (help, the version) goes to standard output, and what is wrong to the other.
            let _ = error.print();
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2));
        }
    };
    let (mut out, mut err) = (io::stdout(), io::stderr());
    let is_json = args.json;
    let result = {
        let mut output = Output::new(&mut out, &mut err, is_json, terminal_width());
        run(args, &mut output)
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            if let Some(message) = failure.said(is_json) {
                // Nobody is left to be told where this fails.
                let _ = writeln!(err, "{message}");
            }
            failure.exit.into()
        }
    }
}

fn run(args: Args, output: &mut Output<'_>) -> Result<(), Failure> {
    let config = Config::read(&args.deployment)?;
    commands::run(args.command, &config, command, output)
}

/// How wide the terminal is, in columns; `None` where standard output is none.
fn terminal_width() -> Option<u16> {
    let is_terminal = io::stdout().is_terminal();
    is_terminal.then(|| ratatui::crossterm::terminal::size().map_or(80, |(columns, _)| columns))
}
