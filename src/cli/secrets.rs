//! Secrets as arguments.

use clap::Args;

use super::{config::Config, exit::Failure};
use crate::core::signature::{SecretText, Secrets};

/// What deliveries are signed or verified with.
#[derive(Debug, Args)]
pub(super) struct SecretArgs {
    /// A secret or key: whsec_…, whpk_… or an hmac_key; may be repeated. By default those of HELIOGRAPH_SECRETS
    /// (written like WEBHOOK_SECRETS) or of the configuration
    #[arg(long = "secret", value_name = "SECRET")]
    given: Vec<String>,
}

impl SecretArgs {
    /// Those that were given, else those of the configuration. May be none.
    pub fn or(&self, config: &Config) -> Vec<SecretText> {
        match self.given.is_empty() {
            true => config.secrets.clone(),
            false => texts(&self.given),
        }
    }

    /// The same, and at least one.
    pub fn required(&self, config: &Config) -> Result<Vec<SecretText>, Failure> {
        let secrets = self.or(config);
        match secrets.is_empty() {
            true => Err(Failure::usage("there is no secret: give --secret, or set HELIOGRAPH_SECRETS")),
            false => Ok(secrets),
        }
    }
}

/// Secrets that are good for ever.
pub(super) fn texts(given: &[String]) -> Vec<SecretText> {
    given.iter().map(|text| SecretText { text: text.clone(), not_after: None }).collect()
}

/// The same for verifying. An error names which one cannot serve, by its position, and shows none of it.
pub(super) fn usable(texts: &[SecretText]) -> Result<Secrets, Failure> {
    Secrets::of(texts).map_err(|error| Failure::usage(error.to_string().replace("WEBHOOK_SECRETS", "secret")))
}
