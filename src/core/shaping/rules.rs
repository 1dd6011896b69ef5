//! The setting `fields` of a subscription: read with errors that name the field, and compiled.

use std::fmt;

use serde::{Deserialize, Serialize, Serializer};
use serde_json::{Map, Value};

use super::{
    detect::{Detector, Detectors, findings},
    path::{MAX_PATHS, Paths, Step},
};
use crate::core::{field::FieldError, hash};

/// The longest `replacement`, in characters.
pub const MAX_REPLACEMENT: usize = 64;

/// What stands in place of what a path leads to.
pub(super) const HIDDEN: &str = "[redacted]";

/// The characters that a replacement may begin and end with: they belong to no kind of data, so that nothing can be found across it.
pub const EDGES: &str = "[]<>{}*#";

const FIELDS: [&str; 5] = ["include", "exclude", "bodies", "redact", "hashUserId"];
const REDACT_FIELDS: [&str; 3] = ["paths", "detectors", "replacement"];

/// What becomes of the two bodies.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Bodies {
    /// They are sent, and over 10 KB cut as `oversize` says.
    #[default]
    Truncated,
    /// They are sent uncut up to [`FULL_LIMIT`](crate::core::payload::FULL_LIMIT).
    Full,
    /// They do not leave at all, and there is no URL of them.
    None,
}

impl Bodies {
    /// All, by their names; the default first.
    pub const ALL: [(&str, Self); 3] =
        [("truncated", Self::Truncated), ("full", Self::Full), ("none", Self::None)];
}

/// What of an event leaves for one subscription. It is stored and shown as the JSON that it was made of, and is compiled again
/// when that is read back.
#[derive(Clone, Deserialize)]
#[serde(try_from = "Value")]
pub struct FieldRules {
    json: Value,
    id: String,
    pub(super) pick: Pick,
    pub(super) bodies: Bodies,
    pub(super) hidden: Paths,
    pub(super) detectors: Detectors,
    replacement: Option<String>,
    pub(super) hash_user_id: bool,
}

/// Which fields leave.
#[derive(Clone, Debug, Default)]
pub(super) struct Pick {
    /// Whether those alone leave that the paths lead to, or all others.
    pub only: bool,
    pub paths: Paths,
}

impl FieldRules {
    /// Checks and compiles the setting. What is wrong is named with a path that begins with `fields`.
    pub fn parse(json: &Value) -> Result<Self, FieldError> {
        read(json).map_err(|error| error.under("fields"))
    }

    /// Which rules these are, in 16 characters: equal rules have equal ids.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// What stands in place of what this detector found.
    pub(super) fn marker(&self, detector: Detector) -> &str {
        self.replacement.as_deref().unwrap_or(detector.marker())
    }

    /// What stands in place of what a path leads to.
    pub(super) fn hidden_marker(&self) -> &str {
        self.replacement.as_deref().unwrap_or(HIDDEN)
    }

    /// Whether ids of users are hashed: then what is sent differs from subscription to subscription.
    pub fn hashes_user_ids(&self) -> bool {
        self.hash_user_id
    }

    /// Whether the exchange behind the signed URL differs from the archived one.
    pub fn shape_the_exchange(&self) -> bool {
        let reaches_bodies = |paths: &Paths| {
            ["request_body", "response_body"].iter().any(|name| {
                let reach = paths.down(paths.start(), Step::Name(name));
                reach.hit || reach.leads_on()
            })
        };
        self.bodies == Bodies::None
            || self.pick.only
            || self.hash_user_id
            || !self.detectors.is_empty()
            || reaches_bodies(&self.pick.paths)
            || reaches_bodies(&self.hidden)
    }

    /// Whether there is a signed URL at all: it may be left out by itself, and leads nowhere where no part of a body leaves.
    pub fn give_url(&self) -> bool {
        let leaves = |name: &str| {
            let reach = self.pick.paths.down(self.pick.paths.start(), Step::Name(name));
            if self.pick.only { reach.hit || reach.leads_on() } else { !reach.hit }
        };
        self.bodies != Bodies::None
            && leaves("request_response_url")
            && (leaves("request_body") || leaves("response_body"))
    }

    /// Whether the trace is told in `traceparent`, the header or a CloudEvent's attribute: it may be left out by itself, or by what it is
    /// made of.
    pub fn give_trace(&self) -> bool {
        let is_hit = |paths: &Paths, name: &str| paths.down(paths.start(), Step::Name(name)).hit;
        let parts = ["traceparent", "trace_id", "span_id"];
        let is_hidden = parts.iter().any(|name| is_hit(&self.hidden, name));
        let is_picked = match self.pick.only {
            true => is_hit(&self.pick.paths, "traceparent"),
            false => !parts.iter().any(|name| is_hit(&self.pick.paths, name)),
        };
        is_picked && !is_hidden
    }

    /// Whether a text leaves that may stand under any of these names.
    pub fn lets_go(&self, names: &[&str]) -> bool {
        let is_hit = |paths: &Paths| names.iter().any(|name| paths.down(paths.start(), Step::Name(name)).hit);
        is_hit(&self.pick.paths) == self.pick.only && !is_hit(&self.hidden)
    }
}

fn read(json: &Value) -> Result<FieldRules, FieldError> {
    let fields = object(json, &FIELDS)?;
    let given = |name: &str| fields.get(name).filter(|value| !value.is_null());
    let (include, exclude) = (given("include"), given("exclude"));
    let pick = match (include, exclude) {
        (None, None) => Pick::default(),
        (Some(_), Some(_)) => {
            return Err(FieldError::new("include", "must be absent where there is exclude"));
        }
        (Some(list), None) => {
            Pick { only: true, paths: paths(list, false).map_err(|error| error.under("include"))? }
        }
        (None, Some(list)) => {
            Pick { only: false, paths: paths(list, true).map_err(|error| error.under("exclude"))? }
        }
    };
    let bodies = match given("bodies") {
        None => Bodies::default(),
        Some(value) => {
            let found = Bodies::ALL.iter().find(|(name, _)| value.as_str() == Some(name));
            let problem = "must be one of: truncated, full, none";
            found.map(|(_, bodies)| *bodies).ok_or_else(|| FieldError::new("bodies", problem))?
        }
    };
    let hash_user_id = match given("hashUserId") {
        None => false,
        Some(value) => {
            value.as_bool().ok_or_else(|| FieldError::new("hashUserId", "must be true or false"))?
        }
    };
    let redact = given("redact").map(redact).transpose().map_err(|error| error.under("redact"))?;
    let Redact { paths: hidden, detectors, replacement } = redact.unwrap_or_default();
    Ok(FieldRules {
        id: hash::name("heliograph/field-rules", &[&json.to_string()], 8),
        json: json.clone(),
        pick,
        bodies,
        hidden,
        detectors,
        replacement,
        hash_user_id,
    })
}

#[derive(Default)]
struct Redact {
    paths: Paths,
    detectors: Detectors,
    replacement: Option<String>,
}

fn redact(json: &Value) -> Result<Redact, FieldError> {
    let fields = object(json, &REDACT_FIELDS)?;
    let given = |name: &str| fields.get(name).filter(|value| !value.is_null());
    let hidden =
        given("paths").map(|list| paths(list, true)).transpose().map_err(|error| error.under("paths"))?;
    let detectors =
        given("detectors").map(detectors).transpose().map_err(|error| error.under("detectors"))?;
    if hidden.is_none() && detectors.is_none() {
        return Err(FieldError::new("", "must have paths, or detectors, or both"));
    }
    let replacement =
        given("replacement").map(replacement).transpose().map_err(|error| error.under("replacement"))?;
    Ok(Redact { paths: hidden.unwrap_or_default(), detectors: detectors.unwrap_or_default(), replacement })
}

fn object<'a>(json: &'a Value, allowed: &[&str]) -> Result<&'a Map<String, Value>, FieldError> {
    let fields = json.as_object().ok_or_else(|| FieldError::new("", "must be an object"))?;
    match fields.keys().find(|name| !allowed.contains(&name.as_str())) {
        Some(unknown) => {
            let shown: String = unknown.chars().take(64).collect();
            Err(FieldError::new(shown, format!("is not a field; allowed: {}", allowed.join(", "))))
        }
        None => Ok(fields),
    }
}

fn paths(list: &Value, takes_away: bool) -> Result<Paths, FieldError> {
    let rule = || FieldError::new("", format!("must be a list of 1 to {MAX_PATHS} paths"));
    let list = list.as_array().filter(|list| (1..=MAX_PATHS).contains(&list.len())).ok_or_else(rule)?;
    let texts: Result<Vec<String>, FieldError> = list
        .iter()
        .enumerate()
        .map(|(at, path)| {
            path.as_str()
                .map(str::to_owned)
                .ok_or_else(|| FieldError::new(format!("[{at}]"), "must be a string"))
        })
        .collect();
    Paths::read(&texts?, takes_away)
}

fn detectors(value: &Value) -> Result<Detectors, FieldError> {
    if value.as_str() == Some("all") {
        return Ok(Detectors::ALL);
    }
    let names = || Detector::ALL.map(Detector::name).join(", ");
    let rule = || FieldError::new("", format!("must be \"all\" or a list of some of: {}", names()));
    let list = value.as_array().filter(|list| !list.is_empty()).ok_or_else(rule)?;
    list.iter().enumerate().try_fold(Detectors::NONE, |all, (at, name)| {
        let detector = name.as_str().and_then(Detector::from_name);
        let rule = || FieldError::new(format!("[{at}]"), format!("must be one of: {}", names()));
        detector.map(|detector| all.with(detector)).ok_or_else(rule)
    })
}

fn replacement(value: &Value) -> Result<String, FieldError> {
    let is_one = |text: &&str| {
        (1..=MAX_REPLACEMENT).contains(&text.chars().count())
            && text.starts_with(|first| EDGES.contains(first))
            && text.ends_with(|last| EDGES.contains(last))
            && !text.chars().any(char::is_control)
            && findings(text, Detectors::ALL).is_empty()
    };
    value.as_str().filter(is_one).map(str::to_owned).ok_or_else(|| {
        let problem = format!(
            "must be 1 to {MAX_REPLACEMENT} characters that no detector takes for its own, the first and the last of them out of {EDGES}"
        );
        FieldError::new("", problem)
    })
}

impl TryFrom<Value> for FieldRules {
    type Error = FieldError;

    fn try_from(json: Value) -> Result<Self, FieldError> {
        Self::parse(&json)
    }
}

impl Serialize for FieldRules {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.json.serialize(serializer)
    }
}

/// What they were compiled to follows from the JSON, so that alone counts.
impl PartialEq for FieldRules {
    fn eq(&self, other: &Self) -> bool {
        self.json == other.json
    }
}

impl Eq for FieldRules {}

impl fmt::Debug for FieldRules {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FieldRules({})", self.json)
    }
}
