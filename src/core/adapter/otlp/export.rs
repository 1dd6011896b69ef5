//! One call taken apart: where its spans stand, none of them read. What is wrong with one does not concern the others.

/// How many resources, scopes and spans of any kind one call may hold.
pub const MAX_ENTRIES: usize = 50_000;

/// How a call is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// OTLP's JSON: protobuf's, with ids in hex and enums as numbers.
    Json,
    /// Protobuf.
    Protobuf,
}

impl Encoding {
    /// From a `Content-Type`; `None` for a type that is not taken.
    pub fn from_content_type(content_type: Option<&str>) -> Option<Self> {
        let media_type = content_type?.split(';').next().unwrap_or_default().trim();
        match media_type.to_ascii_lowercase().as_str() {
            "application/json" => Some(Self::Json),
            "application/x-protobuf" | "application/protobuf" => Some(Self::Protobuf),
            _ => None,
        }
    }

    /// The `Content-Type` of an answer.
    pub fn content_type(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::Protobuf => "application/x-protobuf",
        }
    }
}

/// Why a call was refused as a whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// It is not what its encoding says: what is wrong, and where. Holds no part of it.
    Malformed(String),
    /// More than [`MAX_ENTRIES`].
    TooMany,
}

/// A message that was not read yet.
#[derive(Clone, Copy, Debug)]
pub(super) enum Raw<'a> {
    Json(&'a str),
    Protobuf(&'a [u8]),
}

/// A span that was not read yet, and its place: of the resource, of the scope in it, and in that.
#[derive(Clone, Copy, Debug)]
pub(super) struct Located<'a> {
    pub(super) place: [usize; 3],
    pub(super) raw: Raw<'a>,
}

impl Located<'_> {
    /// The span's path, as the JSON encoding has it.
    pub(super) fn path(&self) -> String {
        let [resource, scope, span] = self.place;
        format!("resourceSpans[{resource}].scopeSpans[{scope}].spans[{span}]")
    }
}

/// The spans of a call, and the resources that they are of.
#[derive(Debug, Default)]
pub(super) struct Export<'a> {
    pub(super) resources: Vec<Option<Raw<'a>>>,
    pub(super) spans: Vec<Located<'a>>,
    entries: usize,
}

impl Export<'_> {
    /// Notes that there is one more of anything.
    pub(super) fn count(&mut self) -> Result<(), Refusal> {
        self.entries = self.entries.saturating_add(1);
        if self.entries > MAX_ENTRIES { Err(Refusal::TooMany) } else { Ok(()) }
    }
}
