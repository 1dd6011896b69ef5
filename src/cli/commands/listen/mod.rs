//! `heliograph listen`: an endpoint on this machine.
//!
//! A thread of its own serves (`server`); what it takes comes through a channel to whoever shows it: lines (`lines`), or the
//! terminal (`screen`, drawn by `view`).

pub mod entry;
mod forward;
mod lines;
mod registration;
pub mod rehearsal;
mod screen;
mod server;
pub mod view;

use std::{
    io::IsTerminal,
    net::TcpListener,
    sync::{Arc, mpsc},
    time::Duration,
};

use clap::Args;

use self::{
    entry::Entry, forward::Forward, registration::Registration, rehearsal::Rehearsal, server::Endpoint,
};
use crate::cli::{
    client::Client,
    config::Config,
    exit::Failure,
    output::Output,
    secrets::{SecretArgs, usable},
};

/// Takes deliveries on this machine, verifies them, and shows what they are.
#[derive(Debug, Args)]
pub struct Listen {
    /// The port; 0 for any that is free
    #[arg(long, short, default_value_t = 8789)]
    port: u16,
    /// The address to listen at
    #[arg(long, default_value = "127.0.0.1", value_name = "ADDRESS")]
    bind: std::net::IpAddr,
    /// Hand verified deliveries on to this URL as they are, and answer what it answers
    #[arg(long, value_name = "URL")]
    forward_to: Option<String>,
    /// Create a webhook of the deployment for as long as this runs, and verify with its secrets
    #[arg(long)]
    create: bool,
    /// With --create: the URL by which the deployment reaches this machine, such as a tunnel's
    #[arg(long, value_name = "URL", requires = "create")]
    public_url: Option<String>,
    /// With --create: a type that it gets; may be repeated
    #[arg(long = "event-type", value_name = "TYPE", requires = "create", default_value = "*")]
    event_types: Vec<String>,
    #[command(flatten)]
    secrets: SecretArgs,
    /// Take everything, signed or not
    #[arg(long, conflicts_with = "create")]
    no_verify: bool,
    /// Take nothing that is signed without its time, as with REQUIRE_TIMESTAMP
    #[arg(long)]
    require_timestamp: bool,
    /// Rehearse: refuse so many percent of the deliveries
    #[arg(long, value_name = "PERCENT", value_parser = rehearsal::percent)]
    fail_rate: Option<f64>,
    /// Rehearse: answer this status; with --fail-rate to those that are refused [default there: 500]
    #[arg(long, value_parser = clap::value_parser!(u16).range(200..=599))]
    status: Option<u16>,
    /// Rehearse: wait so many milliseconds before each answer
    #[arg(long, value_name = "MS", default_value_t = 0)]
    delay: u64,
    /// End after so many deliveries; an error where one of them was refused
    #[arg(long)]
    count: Option<usize>,
    /// With JSON: headers and bodies too, which `verify` reads
    #[arg(long)]
    bodies: bool,
}

/// What the server tells.
pub(super) enum News {
    /// A delivery was answered.
    Taken(Box<Entry>),
    /// Something else to say.
    Said(String),
    /// The process is asked to end.
    Stop,
}

impl Listen {
    pub(super) fn run(self, config: &Config, output: &mut Output<'_>) -> Result<(), Failure> {
        let busy = |error| Failure::usage(format!("{}:{}: {error}", self.bind, self.port));
        let listener = TcpListener::bind((self.bind, self.port)).map_err(busy)?;
        let url = format!("http://{}/", listener.local_addr()?);
        let registration = match self.create {
            true => {
                let destination = self.public_url.as_deref().unwrap_or(&url);
                Some(Registration::create(Client::new(config), destination, &self.event_types)?)
            }
            false => None,
        };
        let result = self.listen(listener, &url, registration.as_ref(), config, output);
        // Also where something failed: nobody answers there any more.
        let removed = registration.map_or(Ok(()), Registration::remove);
        result.and(removed)
    }

    fn listen(
        &self,
        listener: TcpListener,
        url: &str,
        registration: Option<&Registration>,
        config: &Config,
        output: &mut Output<'_>,
    ) -> Result<(), Failure> {
        let secrets = match registration {
            Some(registration) => registration.secrets.clone(),
            None if self.no_verify => Vec::new(),
            None => self.secrets.required(config)?,
        };
        let endpoint = Arc::new(Endpoint {
            verifier: match self.no_verify {
                true => None,
                false => Some(usable(&secrets)?.requiring_timestamps(self.require_timestamp)),
            },
            secrets,
            requires_timestamp: self.require_timestamp,
            rehearsal: Rehearsal {
                fail_percent: self.fail_rate,
                status: self.status,
                delay: Duration::from_millis(self.delay),
            },
            forward: self.forward_to.clone().map(Forward::new),
        });
        let (sender, news) = mpsc::channel();
        let serving = server::start(listener, Arc::clone(&endpoint), sender.clone())?;
        let session = Session {
            url,
            webhook: registration.map(|registration| registration.id.as_str()),
            forward_to: self.forward_to.as_deref(),
            client: registration.map(|registration| &registration.client),
            endpoint: &endpoint,
            sender,
            count: self.count,
            bodies: self.bodies,
        };
        let is_screen = !output.is_json && output.width.is_some() && std::io::stdin().is_terminal();
        let refused = if is_screen {
            screen::show(&session, &news, output)?
        } else {
            lines::show(&session, &news, output)?
        };
        serving.finish();
        match self.count.is_some() && refused > 0 {
            true => Err(Failure::no()),
            false => Ok(()),
        }
    }
}

/// What those who show it have to know.
pub(super) struct Session<'a> {
    /// Where it listens.
    pub url: &'a str,
    /// The webhook that was created for it.
    pub webhook: Option<&'a str>,
    pub forward_to: Option<&'a str>,
    /// The deployment, where a webhook was created.
    pub client: Option<&'a Client>,
    pub endpoint: &'a Arc<Endpoint>,
    /// Takes what comes of a resend.
    pub sender: mpsc::Sender<News>,
    /// After how many deliveries it ends.
    pub count: Option<usize>,
    pub bodies: bool,
}
