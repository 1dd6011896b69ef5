//! The commands, one file each. They take arguments apart, call the API or the core, and print; no rule of deliveries is here.

mod completions;
mod deliveries;
mod doctor;
pub mod events;
mod keys;
pub mod listen;
mod recover;
mod sign;
mod tail;
mod trigger;
mod verify;
mod webhooks;

use clap::Subcommand;

use super::{config::Config, exit::Failure, output::Output};

/// What can be done.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Take deliveries on this machine: verify, show, forward, and rehearse failures
    Listen(listen::Listen),
    /// Send example events to the deployment, or signed deliveries straight to an endpoint
    Trigger(trigger::Trigger),
    /// Sign a body, and print the headers
    Sign(sign::Sign),
    /// Verify a saved request, and say why a signature does not hold
    Verify(verify::Verify),
    /// List, create, change, test and delete webhooks
    #[command(subcommand)]
    Webhooks(webhooks::Webhooks),
    /// List and show deliveries, and send them again
    #[command(subcommand)]
    Deliveries(deliveries::Deliveries),
    /// Send again what failed, was held or is missing
    Recover(recover::Recover),
    /// List, issue and revoke API keys
    #[command(subcommand)]
    Keys(keys::Keys),
    /// Follow a webhook's deliveries
    Tail(tail::Tail),
    /// Take events in from files
    #[command(subcommand)]
    Events(events::Events),
    /// Check a deployment from end to end
    Doctor(doctor::Doctor),
    /// Print a completion script for a shell
    Completions(completions::Completions),
}

/// Runs one. `grammar` is that of the whole command line.
pub(super) fn run(
    command: Command,
    config: &Config,
    grammar: fn() -> clap::Command,
    output: &mut Output<'_>,
) -> Result<(), Failure> {
    match command {
        Command::Listen(command) => command.run(config, output),
        Command::Trigger(command) => command.run(config, output),
        Command::Sign(command) => command.run(config, output),
        Command::Verify(command) => command.run(config, output),
        Command::Webhooks(command) => command.run(config, output),
        Command::Deliveries(command) => command.run(config, output),
        Command::Recover(command) => command.run(config, output),
        Command::Keys(command) => command.run(config, output),
        Command::Tail(command) => command.run(config, output),
        Command::Events(command) => command.run(config, output),
        Command::Doctor(command) => command.run(config, output),
        Command::Completions(command) => command.run(grammar(), output),
    }
}
