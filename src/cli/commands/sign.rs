//! `heliograph sign`.

use std::path::PathBuf;

use clap::Args;
use serde_json::{Map, Value};

use super::verify::read_input;
use crate::{
    cli::{
        clock, config::Config, curl::curl, exit::Failure, output::Output, secrets::SecretArgs, when::moment,
    },
    core::{
        hash::MacKey,
        ids,
        signature::{SecretText, Signed, StandardKey, sign_helicone, sign_standard},
        time::Timestamp,
    },
};

/// Signs a body as a delivery of Heliograph is signed.
#[derive(Debug, Args)]
pub struct Sign {
    /// The body's file; - or nothing for standard input
    file: Option<PathBuf>,
    #[command(flatten)]
    secrets: SecretArgs,
    /// The webhook-id [default: a fresh one]
    #[arg(long)]
    id: Option<String>,
    /// When it is signed: a date and time, or how long ago (10m) [default: now]
    #[arg(long)]
    at: Option<String>,
    /// Print a curl command that sends it to this URL
    #[arg(long, value_name = "URL")]
    curl: Option<String>,
}

impl Sign {
    pub(super) fn run(self, config: &Config, output: &mut Output<'_>) -> Result<(), Failure> {
        let secrets = self.secrets.required(config)?;
        let id = match self.id {
            Some(id) if ids::is_webhook_id(&id) => id,
            Some(_) => return Err(Failure::usage("id: must be 1 to 64 letters, digits, - or _")),
            None => fresh_id()?,
        };
        let now = clock::now();
        let at = self.at.map_or(Ok(now), |at| moment(&at, now)).map_err(Failure::usage)?;
        let body = read_input(self.file.as_deref())?;
        let headers = headers(&secrets, &id, at, &body)?;
        if let Some(url) = self.curl {
            let mut all = vec![("content-type".to_owned(), "application/json".to_owned())];
            all.extend(headers);
            return Ok(output.line(&curl(&url, &all, &body))?);
        }
        if output.is_json {
            let members: Map<String, Value> =
                headers.into_iter().map(|(name, value)| (name, Value::String(value))).collect();
            return Ok(output.json(&Value::Object(members))?);
        }
        for (name, value) in headers {
            output.line(&format!("{name}: {value}"))?;
        }
        Ok(())
    }
}

/// A `webhook-id` that nobody used.
fn fresh_id() -> Result<String, Failure> {
    Ok(format!("msg_{}", hex::encode(clock::random::<16>()?)))
}

/// The headers of a signature: by Standard Webhooks with every secret of it, by Helicone's scheme with the first `hmac_key`.
fn headers(
    secrets: &[SecretText],
    id: &str,
    at: Timestamp,
    body: &[u8],
) -> Result<Vec<(String, String)>, Failure> {
    let Keys { standard, helicone } = Keys::read(secrets)?;
    let mut headers = Vec::new();
    if !standard.is_empty() {
        headers.push(("webhook-id".to_owned(), id.to_owned()));
        headers.push(("webhook-timestamp".to_owned(), at.seconds().to_string()));
        headers.push(("webhook-signature".to_owned(), sign_standard(&standard, Signed { id, at, body })));
    }
    if let Some(key) = helicone {
        headers.push(("helicone-signature".to_owned(), sign_helicone(&MacKey::new(key.as_bytes()), body)));
    }
    Ok(headers)
}

/// Secrets by what they sign.
pub(super) struct Keys {
    pub standard: Vec<StandardKey>,
    /// The first `hmac_key`.
    pub helicone: Option<String>,
}

impl Keys {
    /// Sorts them. A public key signs nothing, and is refused.
    pub fn read(secrets: &[SecretText]) -> Result<Self, Failure> {
        let mut keys = Self { standard: Vec::new(), helicone: None };
        for (at, SecretText { text, .. }) in secrets.iter().enumerate() {
            let number = at.saturating_add(1);
            if text.starts_with("whpk_") {
                return Err(Failure::usage(format!("secret {number}: is a public key, which signs nothing")));
            }
            match StandardKey::parse(text) {
                Some(key) => keys.standard.push(key),
                None if text.starts_with("whsec_") || text.starts_with("whsk_") || text.is_empty() => {
                    return Err(Failure::usage(format!("secret {number}: is none that can sign")));
                }
                None if keys.helicone.is_none() => keys.helicone = Some(text.clone()),
                None => {}
            }
        }
        Ok(keys)
    }
}
