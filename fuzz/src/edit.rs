//! One change to a text or to bytes.

use arbitrary::Arbitrary;

/// What is done.
#[derive(Arbitrary, Clone, Debug)]
pub enum Edit {
    /// A byte is another one.
    Replace(u16, u8),
    /// A byte is gone.
    Delete(u16),
    /// There is one more.
    Insert(u16, u8),
    /// Two neighbours change places.
    Swap(u16),
    /// The end is cut off.
    Cut(u16),
    /// Something stands behind the end.
    Append(Vec<u8>),
    /// A letter is of the other case.
    Case(u16),
    /// It is something else altogether.
    Other(Vec<u8>),
}

impl Edit {
    /// Makes the change.
    pub fn bytes(&self, bytes: &mut Vec<u8>) {
        let within = |at: u16, length: usize| usize::from(at) % length.max(1);
        let length = bytes.len();
        match self {
            Self::Insert(at, byte) => bytes.insert(within(*at, length + 1), *byte),
            Self::Append(more) => bytes.extend_from_slice(more),
            Self::Other(other) => bytes.clone_from(other),
            _ if length == 0 => {}
            Self::Replace(at, byte) => bytes[within(*at, length)] = *byte,
            Self::Delete(at) => {
                bytes.remove(within(*at, length));
            }
            Self::Swap(at) => {
                let at = within(*at, length);
                bytes.swap(at, (at + 1) % length);
            }
            Self::Cut(at) => bytes.truncate(within(*at, length)),
            Self::Case(at) => bytes[within(*at, length)] ^= 0x20,
        }
    }

    /// The same of a text, which stays one.
    pub fn text(&self, text: &mut String) {
        let mut bytes = std::mem::take(text).into_bytes();
        self.bytes(&mut bytes);
        *text = String::from_utf8_lossy(&bytes).into_owned();
    }
}
