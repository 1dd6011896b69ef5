//! `heliograph keys`: with the root key.

use clap::Subcommand;
use serde_json::{Value, json};

use crate::{
    cli::{
        client::{Client, query, segment},
        config::Config,
        exit::Failure,
        output::Output,
        set::put,
    },
    core::auth::Scope,
};

/// API keys.
#[derive(Debug, Subcommand)]
pub enum Keys {
    /// List an org's keys
    List {
        /// The org [default: default]
        #[arg(long)]
        org: Option<String>,
    },
    /// Issue a key; it is shown once
    Create {
        /// A name for people
        name: String,
        /// What it may do; may be repeated
        #[arg(long = "scope", value_name = "SCOPE", required = true, value_parser = scopes())]
        scopes: Vec<String>,
        /// The org [default: default]
        #[arg(long)]
        org: Option<String>,
    },
    /// Revoke a key
    Revoke {
        /// The key's id, key_…
        id: String,
        /// The org [default: default]
        #[arg(long)]
        org: Option<String>,
    },
}

fn scopes() -> [&'static str; 5] {
    Scope::ALL.map(Scope::name)
}

impl Keys {
    pub(super) fn run(self, config: &Config, output: &mut Output<'_>) -> Result<(), Failure> {
        let client = Client::new(config);
        match self {
            Self::List { org } => {
                let keys = client.get(&format!("/v1/keys{}", query(&[("org", org)])))?;
                let columns =
                    [("id", "/id"), ("name", "/name"), ("scopes", "/scopes"), ("last used", "/last_used_at")];
                output.list(keys.as_array().map(Vec::as_slice).unwrap_or_default(), &columns)?;
            }
            Self::Create { name, scopes, org } => {
                let mut body = json!({"name": name, "scopes": scopes});
                if let Some(org) = org {
                    put(&mut body, "org", Value::String(org));
                }
                output.thing(&client.post("/v1/keys", &body)?)?;
            }
            Self::Revoke { id, org } => {
                let path = format!("/v1/keys/{}{}", segment(&id), query(&[("org", org)]));
                output.thing(&client.call("DELETE", &path, None)?)?;
            }
        }
        Ok(())
    }
}
