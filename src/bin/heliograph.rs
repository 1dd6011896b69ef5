//! The command line: `heliograph help` says what it does, docs/CLI.md in more words.

use std::process::ExitCode;

fn main() -> ExitCode {
    heliograph::cli::main()
}
