//! Paths into an event, such as `response_body.choices[*].message.content`, and where a walk stands among many of them.

use crate::core::field::FieldError;

/// How many paths a list may hold.
pub const MAX_PATHS: usize = 100;
/// How deep a path may lead.
pub const MAX_STEPS: usize = 20;
/// How long a path may be, in bytes.
pub const MAX_PATH: usize = 512;

/// What the flat body calls otherwise than the standard one, as the paths that stand for one and the same.
const ALIASES: [(&str, &[&str]); 5] = [
    ("cost", &["cost"]),
    ("promptTokens", &["usage", "prompt_tokens"]),
    ("completionTokens", &["usage", "completion_tokens"]),
    ("totalTokens", &["usage", "total_tokens"]),
    ("latencyMs", &["latency_ms"]),
];

/// What a path that ends at `metadata` covers.
const METADATA: [&str; 3] = ["cost", "usage", "latency_ms"];

/// Names that events come in with, and what they are delivered under.
const DELIVERED_AS: [(&str, &str); 4] = [
    ("request", "request_body"),
    ("response", "response_body"),
    ("requestId", "request_id"),
    ("userId", "user_id"),
];

#[derive(Clone, Debug, PartialEq, Eq)]
enum Segment {
    /// A member; where the name is a number, the element of a list as well.
    Name(String, Option<usize>),
    /// An element of a list.
    Index(usize),
    /// Every element of a list.
    Elements,
    /// Every member, every element.
    Any,
}

/// One step into a value.
#[derive(Clone, Copy, Debug)]
pub(super) enum Step<'a> {
    /// To a member.
    Name(&'a str),
    /// To an element.
    Index(usize),
}

impl Segment {
    fn matches(&self, step: Step<'_>) -> bool {
        match (self, step) {
            (Self::Any, _) | (Self::Elements, Step::Index(_)) => true,
            (Self::Name(name, _), Step::Name(other)) => name == other,
            (Self::Name(_, index), Step::Index(other)) => *index == Some(other),
            (Self::Index(index), Step::Index(other)) => *index == other,
            (Self::Elements | Self::Index(_), Step::Name(_)) => false,
        }
    }

    fn name(name: &str) -> Self {
        Self::Name(name.to_owned(), name.parse().ok())
    }
}

/// Where a walk stands: which paths lead further from there, and whether one of them has come to its end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Reach {
    /// One bit a path: it has matched so far, and goes on.
    alive: u128,
    depth: usize,
    /// A path ended here or above.
    pub hit: bool,
}

impl Reach {
    /// Everything below a path's end.
    pub(super) const HIT: Self = Self { alive: 0, depth: 0, hit: true };

    /// Whether some path leads further.
    pub(super) fn leads_on(self) -> bool {
        self.alive != 0
    }
}

/// A list of paths.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Paths(Vec<Vec<Segment>>);

impl Paths {
    /// Reads a list. An error is at the list's own place, such as `[3]`. Paths of what can't be left out are refused where the
    /// list `takes_away`.
    pub(super) fn read(texts: &[String], takes_away: bool) -> Result<Self, FieldError> {
        let mut paths = Vec::new();
        for (at, text) in texts.iter().enumerate() {
            let wrong = |problem: String| FieldError::new(format!("[{at}]"), problem);
            let path = checked(parse(text).map_err(wrong)?, takes_away).map_err(wrong)?;
            let aliases = aliases(&path);
            for path in std::iter::once(path).chain(aliases) {
                if !paths.contains(&path) {
                    paths.push(path);
                }
            }
        }
        Ok(Self(paths))
    }

    /// Outside of everything.
    pub(super) fn start(&self) -> Reach {
        let all = u32::try_from(self.0.len()).ok().and_then(|count| 1_u128.checked_shl(count));
        Reach { alive: all.map_or(u128::MAX, |bit| bit.wrapping_sub(1)), depth: 0, hit: false }
    }

    /// One step further in.
    pub(super) fn down(&self, from: Reach, step: Step<'_>) -> Reach {
        if from.hit {
            return Reach::HIT;
        }
        let mut next = Reach { alive: 0, depth: from.depth.saturating_add(1), hit: false };
        let mut left = from.alive;
        while left != 0 {
            let bit = left & left.wrapping_neg();
            left ^= bit;
            let path = usize::try_from(bit.trailing_zeros()).ok().and_then(|at| self.0.get(at));
            let Some(path) = path else { continue };
            if path.get(from.depth).is_some_and(|segment| segment.matches(step)) {
                match path.len() == next.depth {
                    true => next.hit = true,
                    false => next.alive |= bit,
                }
            }
        }
        next
    }
}

/// What else a path stands for, so that one list serves both shapes of a body.
fn aliases(path: &[Segment]) -> Vec<Vec<Segment>> {
    let names = |names: &[&str]| names.iter().map(|name| Segment::name(name)).collect::<Vec<_>>();
    let Some((first, rest)) = path.split_first() else { return Vec::new() };
    if rest.is_empty() && *first == Segment::name("outcome") {
        // It is the status in a word.
        return vec![names(&["status"])];
    }
    if !first.matches(Step::Name("metadata")) {
        return Vec::new();
    }
    let covered = ALIASES.iter().filter(|(name, _)| match rest {
        [last] => last.matches(Step::Name(name)),
        _ => false,
    });
    let all =
        METADATA.iter().filter(|_| rest.is_empty() || rest == [Segment::Any]).map(|name| names(&[name]));
    covered.map(|(_, path)| names(path)).chain(all).collect()
}

/// A path without what may stand in front of it, unless it leads where nothing is.
fn checked(mut path: Vec<Segment>, takes_away: bool) -> Result<Vec<Segment>, String> {
    let is = |path: &[Segment], at: usize, name: &str| matches!(path.get(at), Some(Segment::Name(found, _)) if found == name);
    let in_data = path.len() > 1 && is(&path, 0, "data");
    if in_data {
        path.remove(0);
        if is(&path, 0, "data") {
            return Err(
                "must name what stands in data.data by its own name: all of it is called data".to_owned()
            );
        }
    }
    if let Some((_, delivered)) = DELIVERED_AS.iter().find(|(name, _)| !in_data && is(&path, 0, name)) {
        return Err(format!("must be the name that is delivered: {delivered}"));
    }
    let is_fixed =
        is(&path, 0, "request_id") || (!in_data && (is(&path, 0, "type") || is(&path, 0, "timestamp")));
    if takes_away && is_fixed {
        return Err("can't be left out or replaced: receivers tell deliveries apart by it".to_owned());
    }
    Ok(path)
}

fn parse(text: &str) -> Result<Vec<Segment>, String> {
    const RULE: &str =
        "must be a path such as request_body.messages[*].content, with names, [n], [*], [\"a name\"] and *";
    let wrong = || RULE.to_owned();
    if text.len() > MAX_PATH {
        return Err(format!("must be at most {MAX_PATH} bytes long"));
    }
    let mut rest = text.strip_prefix('$').unwrap_or(text);
    rest = rest.strip_prefix('.').unwrap_or(rest);
    let mut path = Vec::new();
    while !rest.is_empty() {
        let (segment, behind) = match rest.strip_prefix('[') {
            Some(inside) => bracketed(inside).ok_or_else(wrong)?,
            None => {
                let end = rest.find(['.', '[']).unwrap_or(rest.len());
                let (name, behind) = rest.split_at_checked(end).ok_or_else(wrong)?;
                let is_name = !name.is_empty()
                    && !name.contains([']', '"', '\''])
                    && (name == "*" || !name.contains('*'));
                if !is_name {
                    return Err(wrong());
                }
                (if name == "*" { Segment::Any } else { Segment::name(name) }, behind)
            }
        };
        path.push(segment);
        rest = match behind.strip_prefix('.') {
            Some("") => return Err(wrong()),
            Some(next) => next,
            None if behind.is_empty() || behind.starts_with('[') => behind,
            None => return Err(wrong()),
        };
    }
    if path.len() > MAX_STEPS {
        return Err(format!("must lead at most {MAX_STEPS} steps deep"));
    }
    match path.first() {
        Some(Segment::Name(..) | Segment::Any) => Ok(path),
        _ => Err(wrong()),
    }
}

/// What stands behind a `[`, and what follows its `]`.
fn bracketed(inside: &str) -> Option<(Segment, &str)> {
    for quote in ['"', '\''] {
        if let Some(quoted) = inside.strip_prefix(quote) {
            let (name, behind) = quoted.split_once(quote)?;
            let behind = behind.strip_prefix(']').filter(|_| !name.is_empty())?;
            return Some((Segment::Name(name.to_owned(), None), behind));
        }
    }
    let (index, behind) = inside.split_once(']')?;
    let is_number = !index.is_empty() && index.len() <= 9 && index.bytes().all(|byte| byte.is_ascii_digit());
    match index {
        "*" => Some((Segment::Elements, behind)),
        _ if is_number => Some((Segment::Index(index.parse().ok()?), behind)),
        _ => None,
    }
}
