//! `heliograph completions`.

use clap::Args;
use clap_complete::{Shell, generate};

use crate::cli::{exit::Failure, output::Output};

/// A completion script: `heliograph completions bash > ~/.local/share/bash-completion/completions/heliograph`.
#[derive(Debug, Args)]
pub struct Completions {
    /// The shell
    shell: Shell,
}

impl Completions {
    pub(super) fn run(&self, mut grammar: clap::Command, output: &mut Output<'_>) -> Result<(), Failure> {
        let mut script = Vec::new();
        generate(self.shell, &mut grammar, "heliograph", &mut script);
        Ok(output.raw(&script)?)
    }
}
