//! Where a webhook may be sent: the guard against server-side request forgery.
//!
//! One function decides, and every place that stores or calls a destination asks it. It judges the host that the WHATWG
//! parser found, never the text, because a text can spell an address in a hundred ways. The address tables follow
//! the IANA special-purpose registries. What it cannot do: see which address a name resolves to at the moment of the call.
//! [`dns`] judges what a name resolves to beforehand, for deployments that ask.

mod addresses;
pub mod dns;

use std::fmt;

use url::{Host, Url};

/// The longest URL, in bytes, as it is given and in its canonical form.
pub const MAX_URL: usize = 2048;
const MAX_NAME: usize = 253;
const MAX_LABEL: usize = 63;

/// Last labels that never name a public host.
const PRIVATE_LABELS: [&str; 15] = [
    "localhost",
    "localdomain",
    "local",
    "internal",
    "intranet",
    "private",
    "corp",
    "home",
    "lan",
    "arpa",
    "svc",
    "onion",
    "test",
    "invalid",
    "ip6-localhost",
];

/// What a deployment allows beyond the rules.
#[derive(Clone, Debug, Default)]
pub struct Policy {
    /// Development only: lets `http://`, any port, loopback and private addresses through.
    pub allow_insecure: bool,
    /// Host names of this deployment itself, which may not be delivered to.
    pub own_hosts: Vec<String>,
}

/// Why a destination was refused. The code is stable; the text says what is allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Empty, too long, or not a URL.
    Parse,
    /// A control character, space or backslash in the text.
    Characters,
    /// Does not begin with `https://` and a host.
    Prefix,
    /// A user name or password.
    UserInfo,
    /// A fragment.
    Fragment,
    /// A port other than 443.
    Port,
    /// An IPv4 address in a private or special range.
    PrivateV4,
    /// An IPv6 address in a private or special range.
    PrivateV6,
    /// Any other address instead of a name.
    Literal,
    /// A name with an empty or overlong label.
    Label,
    /// A name that never names a public host.
    Name,
    /// One of our own names.
    Own,
    /// A name that resolves to an address in a private or special range.
    Resolves,
}

impl Refusal {
    /// The stable reason code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Parse => "parse",
            Self::Characters => "chars",
            Self::Prefix => "prefix",
            Self::UserInfo => "userinfo",
            Self::Fragment => "fragment",
            Self::Port => "port",
            Self::PrivateV4 => "v4",
            Self::PrivateV6 => "v6",
            Self::Literal => "literal",
            Self::Label => "label",
            Self::Name => "name",
            Self::Own => "self",
            Self::Resolves => "dns",
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Parse => "must be a valid URL of at most 2,048 bytes",
            Self::Characters => "must not contain control characters, spaces or backslashes",
            Self::Prefix => "must begin with https:// followed by a host name",
            Self::UserInfo => "must not contain a user name or password",
            Self::Fragment => "must not contain a fragment (#)",
            Self::Port => "must use port 443",
            Self::PrivateV4 | Self::PrivateV6 => "must not point to a private, loopback or reserved address",
            Self::Literal => "must name a host, not an address",
            Self::Label => "must name a host whose labels have 1 to 63 characters, 253 in all",
            Self::Name => "must name a public host",
            Self::Own => "must not point back to this dispatcher",
            Self::Resolves => "must not resolve to a private, loopback or reserved address",
        })
    }
}

/// Judges a destination and returns its canonical form: lower-case, punycode, without a trailing dot.
pub fn check(text: &str, policy: &Policy) -> Result<Url, Refusal> {
    if text.is_empty() || text.len() > MAX_URL {
        return Err(Refusal::Parse);
    }
    if text.bytes().any(|byte| byte <= b' ' || byte == 0x7f || byte == b'\\') {
        return Err(Refusal::Characters);
    }
    let authority = authority(text, policy.allow_insecure).ok_or(Refusal::Prefix)?;
    if authority.contains('@') {
        return Err(Refusal::UserInfo);
    }
    let mut url = Url::parse(text).map_err(|_| Refusal::Parse)?;
    if text.contains('#') {
        return Err(Refusal::Fragment);
    }
    if url.port().is_some() && !policy.allow_insecure {
        return Err(Refusal::Port);
    }
    let canonical_name = match url.host() {
        None => return Err(Refusal::Parse),
        Some(Host::Ipv4(_) | Host::Ipv6(_)) if policy.allow_insecure => None,
        Some(Host::Ipv4(address)) => {
            return Err(if addresses::is_special_v4(address) {
                Refusal::PrivateV4
            } else {
                Refusal::Literal
            });
        }
        Some(Host::Ipv6(address)) => {
            return Err(if addresses::is_special_v6(address) {
                Refusal::PrivateV6
            } else {
                Refusal::Literal
            });
        }
        Some(Host::Domain(name)) => {
            let bare = name.strip_suffix('.').unwrap_or(name);
            check_name(bare, policy)?;
            (bare.len() != name.len()).then(|| bare.to_owned())
        }
    };
    if let Some(name) = canonical_name {
        url.set_host(Some(&name)).map_err(|_| Refusal::Parse)?;
    }
    // Escaping can make it three times as long, and what is stored is judged again.
    if url.as_str().len() > MAX_URL {
        return Err(Refusal::Parse);
    }
    Ok(url)
}

/// The raw text between `https://` and the path, where there is any.
fn authority(text: &str, allow_http: bool) -> Option<&str> {
    let (scheme, rest) = text.split_once("://")?;
    let allowed = scheme.eq_ignore_ascii_case("https") || (allow_http && scheme.eq_ignore_ascii_case("http"));
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    // `https://` alone is a URL that lacks its host, which the parser says better; an authority beginning with a slash
    // is a trick that parsers repair.
    (allowed && (!authority.is_empty() || rest.is_empty())).then_some(authority)
}

fn check_name(name: &str, policy: &Policy) -> Result<(), Refusal> {
    if policy.own_hosts.iter().any(|own| own.eq_ignore_ascii_case(name)) {
        return Err(Refusal::Own);
    }
    let labels: Vec<&str> = name.split('.').collect();
    if name.len() > MAX_NAME || labels.iter().any(|label| label.is_empty() || label.len() > MAX_LABEL) {
        return Err(Refusal::Label);
    }
    let last = labels.last().copied().unwrap_or_default();
    if !policy.allow_insecure && (labels.len() < 2 || PRIVATE_LABELS.contains(&last)) {
        return Err(Refusal::Name);
    }
    Ok(())
}
