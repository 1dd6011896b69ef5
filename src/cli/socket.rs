//! WebSockets of the deployment: what it tells of by itself.

use std::{
    net::{TcpStream, ToSocketAddrs},
    time::Duration,
};

use serde_json::Value;
use tungstenite::{
    Error, Message, WebSocket,
    client::IntoClientRequest,
    client_tls,
    handshake::HandshakeError,
    http::{HeaderValue, header::AUTHORIZATION},
    stream::MaybeTlsStream,
};
use url::Url;

use super::exit::{Exit, Failure};

/// How long a connection may take to come about.
const CONNECT: Duration = Duration::from_secs(10);
/// The server closes one after five minutes. What is silent for longer is gone, and nobody has said so.
const SILENCE: Duration = Duration::from_secs(330);

/// An open connection.
pub(super) struct Socket(WebSocket<MaybeTlsStream<TcpStream>>);

impl Socket {
    /// Opens one to an `http` or `https` address. An answer that is no connection is told as its status and its body.
    pub fn open(url: &str, key: &str) -> Result<Self, Opening> {
        let unreachable =
            |error: String| Opening::Failed(Failure::new(Exit::Unavailable, format!("{url}: {error}")));
        let wrong = || Opening::Failed(Failure::usage("url: must begin with http:// or https://"));
        let parsed = Url::parse(url).map_err(|_| wrong())?;
        let (host, port) = parsed.host_str().zip(parsed.port_or_known_default()).ok_or_else(wrong)?;
        let address =
            (host.trim_matches(['[', ']']), port).to_socket_addrs().ok().and_then(|mut found| found.next());
        let address = address.ok_or_else(|| unreachable("there is no such host".to_owned()))?;
        let stream =
            TcpStream::connect_timeout(&address, CONNECT).map_err(|error| unreachable(error.to_string()))?;
        for set in [stream.set_read_timeout(Some(SILENCE)), stream.set_write_timeout(Some(CONNECT))] {
            set.map_err(|error| unreachable(error.to_string()))?;
        }
        // `http` and `https` become `ws` and `wss`.
        let mut request = url
            .replacen("http", "ws", 1)
            .into_client_request()
            .map_err(|error| Opening::Failed(Failure::usage(error.to_string())))?;
        let credential = HeaderValue::from_str(&format!("Bearer {key}"));
        let credential =
            credential.map_err(|_| Opening::Failed(Failure::usage("key: can't stand in a header")))?;
        request.headers_mut().insert(AUTHORIZATION, credential);
        match client_tls(request, stream) {
            Ok((socket, _)) => Ok(Self(socket)),
            Err(HandshakeError::Failure(Error::Http(response))) => {
                let status = response.status().as_u16();
                let answer = response.body().as_ref().and_then(|body| serde_json::from_slice(body).ok());
                Err(Opening::Refused(status, answer))
            }
            Err(error) => Err(unreachable(error.to_string())),
        }
    }

    /// The next text; `None` where the connection is over, for whatever reason.
    pub fn next(&mut self) -> Option<String> {
        loop {
            match self.0.read() {
                Ok(Message::Text(text)) => return Some(text.to_string()),
                Ok(Message::Close(_)) | Err(_) => return None,
                Ok(_) => {}
            }
        }
    }

    /// Sends a text. Where that fails, [`Self::next`] says that it is over.
    pub fn send(&mut self, text: &str) {
        let _ = self.0.send(Message::text(text));
    }
}

/// Why there is no connection.
pub(super) enum Opening {
    /// The server answered something else.
    Refused(u16, Option<Value>),
    /// There was no answer, or no question.
    Failed(Failure),
}
