//! What is counted, and what of it is a part of what.

/// What has a price.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(usize)]
pub enum Unit {
    /// Tokens of the prompt.
    Input,
    /// Tokens of the completion.
    Output,
    /// Characters of the prompt.
    Characters,
    /// Messages of text sent in a conversation.
    Messages,
    /// Seconds of audio.
    AudioSeconds,
    /// Pages of a document.
    Pages,
    /// Searches of the web.
    WebSearches,
    /// Searches of what is stored.
    StorageSearches,
    /// Requests: always one.
    Requests,
    /// Tokens read from a cache.
    CacheRead,
    /// Tokens written to a cache.
    CacheWrite,
    /// Audio tokens of the prompt.
    InputAudio,
    /// Audio tokens of the completion.
    OutputAudio,
    /// Image tokens of the prompt.
    InputImage,
    /// Image tokens of the completion.
    OutputImage,
    /// Video tokens of the prompt.
    InputVideo,
    /// Video tokens of the completion.
    OutputVideo,
    /// Tokens of thoughts.
    Reasoning,
    /// Tokens of citations.
    Citation,
    /// Seconds of audio sent.
    InputAudioSeconds,
    /// Pages of a document that were annotated.
    AnnotatedPages,
    /// Tokens written to a cache for an hour.
    CacheWriteHour,
    /// Audio tokens read from a cache.
    CacheReadAudio,
    /// Image tokens read from a cache.
    CacheReadImage,
}

/// How many units there are.
const COUNT: usize = 24;

/// [`Amount`](super::Amount)'s parts in a price of 10^-18 dollars, by what the price is per.
const PER_MILLION: u128 = 9;
const PER_THOUSAND: u128 = 9_000;
const PER_HOUR: u128 = 2_500;

type Row = (Unit, &'static str, u128, &'static [Unit]);

/// The order of [`Unit`], in which whatever is a part stands behind what it is a part of; the table's word for each, its scale,
/// and what it is a part of.
const UNITS: [Row; COUNT] = {
    use Unit::*;
    [
        (Input, "i", PER_MILLION, &[]),
        (Output, "o", PER_MILLION, &[]),
        (Characters, "ch", PER_MILLION, &[]),
        (Messages, "ms", PER_THOUSAND, &[]),
        (AudioSeconds, "as", PER_HOUR, &[]),
        (Pages, "pg", PER_THOUSAND, &[]),
        (WebSearches, "ws", PER_THOUSAND, &[]),
        (StorageSearches, "ss", PER_THOUSAND, &[]),
        (Requests, "rq", PER_THOUSAND, &[]),
        (CacheRead, "cr", PER_MILLION, &[Input]),
        (CacheWrite, "cw", PER_MILLION, &[Input]),
        (InputAudio, "ia", PER_MILLION, &[Input]),
        (OutputAudio, "oa", PER_MILLION, &[Output]),
        (InputImage, "ii", PER_MILLION, &[Input]),
        (OutputImage, "oi", PER_MILLION, &[Output]),
        (InputVideo, "iv", PER_MILLION, &[Input]),
        (OutputVideo, "ov", PER_MILLION, &[Output]),
        (Reasoning, "or", PER_MILLION, &[Output]),
        (Citation, "oc", PER_MILLION, &[Output]),
        (InputAudioSeconds, "ias", PER_HOUR, &[AudioSeconds]),
        (AnnotatedPages, "pga", PER_THOUSAND, &[Pages]),
        (CacheWriteHour, "cwh", PER_MILLION, &[Input, CacheWrite]),
        (CacheReadAudio, "cra", PER_MILLION, &[Input, CacheRead, InputAudio]),
        (CacheReadImage, "cri", PER_MILLION, &[Input, CacheRead, InputImage]),
    ]
};

impl Unit {
    /// All of them; whatever is a part stands behind what it is a part of.
    pub fn all() -> impl DoubleEndedIterator<Item = Self> {
        UNITS.iter().map(|(unit, ..)| *unit)
    }

    /// By the table's word for it.
    pub fn of_code(code: &str) -> Option<Self> {
        UNITS.iter().find(|(_, known, ..)| *known == code).map(|(unit, ..)| *unit)
    }

    /// What it is a part of.
    pub fn wholes(self) -> &'static [Self] {
        UNITS.get(self as usize).map_or(&[], |(.., wholes)| wholes)
    }

    /// What one of it at a price of 10^-18 dollars comes to, in parts of an amount.
    pub(super) fn scale(self) -> u128 {
        UNITS.get(self as usize).map_or(0, |(_, _, scale, _)| *scale)
    }
}

/// Something of each unit, or nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct PerUnit<T>([Option<T>; COUNT]);

impl<T: Copy> Default for PerUnit<T> {
    fn default() -> Self {
        Self([None; COUNT])
    }
}

impl<T: Copy> PerUnit<T> {
    pub(super) fn get(&self, unit: Unit) -> Option<T> {
        self.0.get(unit as usize).copied().flatten()
    }

    pub(super) fn set(&mut self, unit: Unit, value: Option<T>) {
        if let Some(slot) = self.0.get_mut(unit as usize) {
            *slot = value;
        }
    }
}

/// How much of each unit a request used. Absent is unknown; of a part, that there was none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts(PerUnit<u64>);

impl Counts {
    /// How much of a unit.
    pub fn get(&self, unit: Unit) -> Option<u64> {
        self.0.get(unit)
    }

    /// Says how much of a unit.
    pub fn set(&mut self, unit: Unit, count: Option<u64>) {
        self.0.set(unit, count);
    }

    /// Whether nothing is known.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}
