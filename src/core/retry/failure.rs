//! Why there was no answer, read from the platform's words for it.

/// Why an endpoint did not answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// The deadline passed before the whole reply was there.
    Timeout,
    /// The host's name has no address.
    Dns,
    /// Nothing listens there.
    Refused,
    /// The endpoint broke the connection off.
    Reset,
    /// No secure connection: a certificate that is not valid, or no TLS at all.
    Tls,
    /// The reply leads elsewhere, where nobody follows.
    Redirect,
    /// The reply is larger than what is taken.
    Oversized,
    /// The destination is not allowed.
    Blocked,
    /// No connection, or it broke; the platform does not say how.
    Connection,
    /// The request never left, through no fault of the endpoint's.
    Internal,
}

/// What the words stand for, the first that is found: lower-case, and in this order since a text may hold several ("TLS
/// handshake failed: Connection reset by peer").
const WORDS: [(Failure, &[&str]); 10] = [
    (
        Failure::Internal,
        &["too many subrequests", "connection limit", "memory limit", "fetch api cannot load", "invalid url"],
    ),
    (Failure::Redirect, &["redirect"]),
    (Failure::Oversized, &["too large", "too big", "exceeded maximum", "exceeds the maximum"]),
    (Failure::Blocked, &["is not allowed", "blocked by restrictpeers"]),
    (Failure::Timeout, &["timed out", "timeout", "timedout"]),
    (
        Failure::Dns,
        &[
            "dns lookup",
            "dns error",
            "dns resol",
            "lookup address information",
            "name or service not known",
            "no addresses to connect to",
            "enotfound",
            "eai_again",
            "getaddrinfo",
            "could not resolve",
        ],
    ),
    (Failure::Refused, &["connection refused", "econnrefused"]),
    // Before TLS: "peer disconnected without gracefully ending TLS session" is a connection that broke.
    (Failure::Reset, &["disconnected", "econnreset", "epipe", "broken pipe", "premature eof"]),
    (Failure::Tls, &["tls", "ssl", "certificate", "handshake"]),
    (Failure::Reset, &["connection reset", "reset by peer"]),
];

impl Failure {
    /// Every one.
    pub const ALL: [Self; 10] = [
        Self::Timeout,
        Self::Dns,
        Self::Refused,
        Self::Reset,
        Self::Tls,
        Self::Redirect,
        Self::Oversized,
        Self::Blocked,
        Self::Connection,
        Self::Internal,
    ];

    /// The one of this code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|failure| failure.code() == code)
    }

    /// A stable name for logs and answers, in snake case.
    pub fn code(self) -> &'static str {
        match self {
            Self::Timeout => "timeout",
            Self::Dns => "dns",
            Self::Refused => "refused",
            Self::Reset => "reset",
            Self::Tls => "tls",
            Self::Redirect => "redirect",
            Self::Oversized => "oversized",
            Self::Blocked => "blocked",
            Self::Connection => "connection",
            Self::Internal => "internal",
        }
    }

    /// What a thrown error's text tells; [`Self::Connection`] where it does not tell.
    ///
    /// The platform mostly does not. Measured with workerd of November 2026: a refused connection, one that is reset or closed,
    /// a body that ends early and a reply that is no HTTP are all "Network connection lost."; a name without address, a
    /// certificate that is not valid and an address that is not allowed are all "internal error; reference = …", which says
    /// nothing about whose fault it is. The other words are those that the platform's log, its connect() and Node have for
    /// the same, so that they are told apart wherever they do come through.
    pub fn classify(message: &str) -> Self {
        let message = message.to_ascii_lowercase();
        WORDS
            .iter()
            .find(|(_, words)| words.iter().any(|word| message.contains(word)))
            .map_or(Self::Connection, |(failure, _)| *failure)
    }
}
