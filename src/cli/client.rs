//! HTTP: calls of the deployment's API, and requests to endpoints.

use std::time::{Duration, Instant};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;
use ureq::{Agent, http};

use super::{
    config::Config,
    exit::{Exit, Failure},
    socket::{Opening, Socket},
};

/// How long a call of the API may take.
const CALL_SECONDS: u64 = 120;
/// The longest answer of the API.
const ANSWER_BYTES: u64 = 64 * 1024 * 1024;
/// How much of an endpoint's reply is read.
const REPLY_BYTES: u64 = 64 * 1024;
/// What a path's segment keeps as it is.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// A deployment's API.
pub(super) struct Client {
    agent: Agent,
    url: String,
    key: Option<String>,
}

impl Client {
    /// The deployment of a configuration.
    pub fn new(config: &Config) -> Self {
        Self::at(&config.url, config.key.clone())
    }

    /// The deployment at a URL.
    pub fn at(url: &str, key: Option<String>) -> Self {
        Self { agent: agent(CALL_SECONDS), url: url.to_owned(), key }
    }

    /// Reads something.
    pub fn get(&self, path: &str) -> Result<Value, Failure> {
        self.call("GET", path, None)
    }

    /// Sends JSON.
    pub fn post(&self, path: &str, body: &Value) -> Result<Value, Failure> {
        self.call("POST", path, Some(("application/json", body.to_string().into_bytes())))
    }

    /// Makes a call with a body of a type, and answers its `data`.
    pub fn call(&self, method: &str, path: &str, body: Option<(&str, Vec<u8>)>) -> Result<Value, Failure> {
        let key = self.key()?;
        let request = http::Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.url))
            .header("authorization", format!("Bearer {key}"))
            .header("accept", "application/json");
        let sent = match body {
            Some((content_type, body)) => {
                request.header("content-type", content_type).body(body).map(|request| self.agent.run(request))
            }
            None => request.body(()).map(|request| self.agent.run(request)),
        };
        let sent = sent.map_err(|error| Failure::usage(format!("{method} {path}: {error}")))?;
        let mut response = sent.map_err(|error| self.unreachable(&error))?;
        let text = response.body_mut().with_config().limit(ANSWER_BYTES).read_to_vec();
        let text = text.map_err(|error| self.unreachable(&error))?;
        let answer: Option<Value> = serde_json::from_slice(&text).ok();
        let status = response.status().as_u16();
        match answer {
            Some(Value::Object(mut answer)) if (200..300).contains(&status) => {
                Ok(answer.remove("data").unwrap_or_default())
            }
            answer => {
                let after = response.headers().get("retry-after");
                let after = after.and_then(|value| value.to_str().ok()?.parse().ok());
                Err(self.refused(status, answer.as_ref()).until(after))
            }
        }
    }

    /// Opens a WebSocket.
    pub fn watch(&self, path: &str) -> Result<Socket, Failure> {
        Socket::open(&format!("{}{path}", self.url), self.key()?).map_err(|error| match error {
            Opening::Failed(failure) => failure,
            Opening::Refused(status, answer) => self.refused(status, answer.as_ref()),
        })
    }

    fn key(&self) -> Result<&str, Failure> {
        self.key.as_deref().ok_or_else(|| {
            Failure::new(
                Exit::Forbidden,
                "there is no API key: set HELIOGRAPH_KEY, or `key` in the configuration file",
            )
        })
    }

    fn unreachable(&self, error: &ureq::Error) -> Failure {
        Failure::new(Exit::Unavailable, format!("{}: {}", self.url, why(error)))
    }

    fn refused(&self, status: u16, answer: Option<&Value>) -> Failure {
        let exit = match status {
            401 | 403 => Exit::Forbidden,
            404 => Exit::NotFound,
            400..=499 if status != 429 => Exit::Refused,
            200..=399 => Exit::Refused,
            _ => Exit::Unavailable,
        };
        let said = answer.and_then(|answer| answer.get("error")).and_then(Value::as_str);
        let message = match said {
            Some(said) => format!("{said} ({status})"),
            None => format!("{} answered {status}, which is no answer of Heliograph's API", self.url),
        };
        Failure::new(exit, message)
    }
}

/// One segment of a path.
pub(super) fn segment(text: &str) -> String {
    utf8_percent_encode(text, SEGMENT).to_string()
}

/// A query of those parameters that are there, with its question mark.
pub(super) fn query(parameters: &[(&str, Option<String>)]) -> String {
    let mut pairs = url::form_urlencoded::Serializer::new(String::new());
    for (name, value) in parameters {
        if let Some(value) = value {
            pairs.append_pair(name, value);
        }
    }
    let text = pairs.finish();
    if text.is_empty() { text } else { format!("?{text}") }
}

/// What an endpoint answered.
pub(super) struct Reply {
    pub status: u16,
    pub ms: u64,
    pub body: Vec<u8>,
    pub content_type: Option<String>,
}

/// Sends a request to an endpoint as it is. Redirects are not followed, and an error says why there was no answer.
pub(super) fn send(
    url: &str,
    headers: &[(String, String)],
    body: &[u8],
    timeout: Duration,
) -> Result<Reply, String> {
    let began = Instant::now();
    let mut request = http::Request::builder().method("POST").uri(url);
    for (name, value) in headers {
        request = request.header(name, value);
    }
    let request = request.body(body).map_err(|error| error.to_string())?;
    let agent = agent(timeout.as_secs().max(1));
    let mut response = agent.run(request).map_err(|error| why(&error))?;
    // A reply that is cut off was an answer all the same.
    let body = response.body_mut().with_config().limit(REPLY_BYTES).read_to_vec().unwrap_or_default();
    let content_type = response.headers().get("content-type").and_then(|value| value.to_str().ok());
    Ok(Reply {
        status: response.status().as_u16(),
        ms: u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX),
        content_type: content_type.map(str::to_owned),
        body,
    })
}

/// Gets something that needs no key: its status and its body.
pub(super) fn fetch(url: &str, timeout: Duration) -> Result<(u16, Vec<u8>), String> {
    let mut response = agent(timeout.as_secs().max(1)).get(url).call().map_err(|error| why(&error))?;
    let body = response.body_mut().with_config().limit(ANSWER_BYTES).read_to_vec();
    Ok((response.status().as_u16(), body.map_err(|error| why(&error))?))
}

fn agent(seconds: u64) -> Agent {
    Agent::config_builder()
        .http_status_as_error(false)
        // A redirect would carry the key or the delivery to somebody else.
        .max_redirects(0)
        .max_redirects_will_error(false)
        .timeout_global(Some(Duration::from_secs(seconds)))
        .user_agent(concat!("heliograph-cli/", env!("CARGO_PKG_VERSION")))
        .build()
        .into()
}

fn why(error: &ureq::Error) -> String {
    match error {
        ureq::Error::Timeout(_) => "no answer in time".to_owned(),
        ureq::Error::HostNotFound => "there is no such host".to_owned(),
        ureq::Error::Io(error) => error.to_string(),
        other => other.to_string(),
    }
}
