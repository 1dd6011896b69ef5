//! Where the deployment is and what opens it: from arguments, the environment and the configuration file, in this order.

use std::{collections::BTreeMap, env, fs, io, path::PathBuf};

use clap::Args;
use serde::Deserialize;

use super::exit::Failure;
use crate::core::signature::{SecretText, Secrets};

const DEFAULT_URL: &str = "http://127.0.0.1:8787";

/// Where the deployment is, as arguments and the environment say it.
#[derive(Debug, Args)]
pub(super) struct DeploymentArgs {
    /// The deployment's address [default: http://127.0.0.1:8787]
    #[arg(long, global = true, env = "HELIOGRAPH_URL", value_name = "URL", help_heading = "Deployment")]
    url: Option<String>,
    /// The API key; better in the environment or the configuration, where no list of processes shows it
    #[arg(
        long,
        global = true,
        env = "HELIOGRAPH_KEY",
        hide_env_values = true,
        value_name = "KEY",
        help_heading = "Deployment"
    )]
    key: Option<String>,
    /// The configuration file [default: heliograph/config.toml where this system keeps configurations]
    #[arg(long, global = true, env = "HELIOGRAPH_CONFIG", value_name = "FILE", help_heading = "Deployment")]
    config: Option<PathBuf>,
    /// The profile of the configuration to use
    #[arg(long, global = true, env = "HELIOGRAPH_PROFILE", value_name = "NAME", help_heading = "Deployment")]
    profile: Option<String>,
}

/// What a command has to know.
pub(super) struct Config {
    /// The deployment's address, without a slash at its end.
    pub url: String,
    /// The API key.
    pub key: Option<String>,
    /// What deliveries are verified with, where no argument says it.
    pub secrets: Vec<SecretText>,
}

/// The file: a deployment, and others by name.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    url: Option<String>,
    key: Option<String>,
    #[serde(default)]
    secrets: Vec<String>,
    #[serde(default)]
    profiles: BTreeMap<String, Profile>,
}

/// Another deployment.
#[derive(Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Profile {
    url: Option<String>,
    key: Option<String>,
    #[serde(default)]
    secrets: Vec<String>,
}

impl Config {
    /// Puts together what was given.
    pub fn read(args: &DeploymentArgs) -> Result<Self, Failure> {
        let file = read_file(args)?;
        // A profile is a deployment of its own: nothing of the file's other one goes with it.
        let Profile { url, key, secrets } = match &args.profile {
            None => Profile { url: file.url, key: file.key, secrets: file.secrets },
            Some(name) => {
                let there = file.profiles.get(name).cloned();
                there.ok_or_else(|| {
                    Failure::usage(format!("profile: there is no `{name}` in the configuration"))
                })?
            }
        };
        let url = args.url.clone().or(url).unwrap_or_else(|| DEFAULT_URL.to_owned());
        let url = url.trim_end_matches('/').to_owned();
        let parsed = url::Url::parse(&url).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
        let parsed = parsed.ok_or_else(|| Failure::usage("url: must begin with http:// or https://"))?;
        let key = args.key.clone().filter(|key| !key.is_empty()).or(key);
        // `npm run cli` hands the local deployment's key and secrets over, which are nobody else's business.
        let local = || env::var("HELIOGRAPH_LOCAL_KEY").ok().filter(|_| is_loopback(&parsed));
        let set = |name: &str| env::var(name).ok().filter(|setting| !setting.trim().is_empty());
        let local_secrets =
            || set("HELIOGRAPH_LOCAL_SECRETS").filter(|_| secrets.is_empty() && is_loopback(&parsed));
        let secrets = match set("HELIOGRAPH_SECRETS").or_else(local_secrets) {
            Some(setting) => Secrets::entries(&setting)
                .map_err(|error| Failure::usage(error.to_string().replace("WEBHOOK_", "HELIOGRAPH_")))?,
            None => secrets.into_iter().map(|text| SecretText { text, not_after: None }).collect(),
        };
        Ok(Self { url, key: key.or_else(local), secrets })
    }
}

/// Whether a URL leads to this machine.
fn is_loopback(url: &url::Url) -> bool {
    match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost",
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

fn read_file(args: &DeploymentArgs) -> Result<File, Failure> {
    let Some(path) = args.config.clone().or_else(usual_place) else { return Ok(File::default()) };
    match fs::read_to_string(&path) {
        // The whole error would show the line, which may hold a key.
        Ok(text) => toml::from_str(&text).map_err(|error| {
            let before = error.span().and_then(|span| text.get(..span.start));
            let line = before.map(|before| before.matches('\n').count().saturating_add(1));
            let line = line.map(|line| format!(":{line}")).unwrap_or_default();
            Failure::usage(format!("{}{line}: {}", path.display(), error.message()))
        }),
        Err(error) if error.kind() == io::ErrorKind::NotFound && args.config.is_none() => Ok(File::default()),
        Err(error) => Err(Failure::file(&path, &error)),
    }
}

fn usual_place() -> Option<PathBuf> {
    let folder = |name: &str| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let base = folder("XDG_CONFIG_HOME")
        .or_else(|| folder("APPDATA"))
        .or_else(|| folder("HOME").map(|home| home.join(".config")))?;
    Some(base.join("heliograph").join("config.toml"))
}
