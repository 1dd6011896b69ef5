//! Protobuf's wire format, read where it stands: nothing is copied, and what nobody asks for takes no memory. (A decoder that
//! builds messages makes sixteen bytes and more of the two that an empty one takes, which a body of 20 MiB holds millions of.)

/// The fields of one message, in the order they came. Ends after an error.
#[derive(Clone, Copy, Debug)]
pub struct Message<'a>(pub &'a [u8]);

/// A field's value.
#[derive(Clone, Copy, Debug)]
pub enum Field<'a> {
    /// An integer, an enum or a boolean.
    Varint(u64),
    /// Eight bytes: a double, or an integer of fixed size.
    Fixed64(u64),
    /// Four bytes, which no field that is read here has.
    Fixed32,
    /// Text, bytes or a message.
    Bytes(&'a [u8]),
}

/// What is wrong with a message, as the rest of a sentence.
pub type Problem = &'static str;

const CUT: Problem = "is not protobuf: it is cut short";
const OTHER_TYPE: Problem = "has another wire type in the protocol";

impl<'a> Field<'a> {
    /// A number of variable length.
    pub fn varint(self) -> Result<u64, Problem> {
        if let Self::Varint(number) = self { Ok(number) } else { Err(OTHER_TYPE) }
    }

    /// A number of eight bytes.
    pub fn fixed64(self) -> Result<u64, Problem> {
        if let Self::Fixed64(number) = self { Ok(number) } else { Err(OTHER_TYPE) }
    }

    /// What comes with its length.
    pub fn bytes(self) -> Result<&'a [u8], Problem> {
        if let Self::Bytes(bytes) = self { Ok(bytes) } else { Err(OTHER_TYPE) }
    }

    /// Text. What is no UTF-8 in it becomes U+FFFD: an exporter may have cut it in the middle of a character.
    pub fn text(self) -> Result<String, Problem> {
        Ok(String::from_utf8_lossy(self.bytes()?).into_owned())
    }
}

impl<'a> Iterator for Message<'a> {
    type Item = Result<(u64, Field<'a>), Problem>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.0.is_empty() {
            return None;
        }
        let field = self.field();
        if field.is_err() {
            self.0 = &[];
        }
        Some(field)
    }
}

impl<'a> Message<'a> {
    fn field(&mut self) -> Result<(u64, Field<'a>), Problem> {
        let key = self.varint()?;
        let field = match key & 7 {
            0 => Field::Varint(self.varint()?),
            1 => Field::Fixed64(u64::from_le_bytes(self.array()?)),
            2 => {
                let length = usize::try_from(self.varint()?).map_err(|_| CUT)?;
                Field::Bytes(self.take(length)?)
            }
            5 => {
                let _: [u8; 4] = self.array()?;
                Field::Fixed32
            }
            _ => return Err("is not protobuf: it has a wire type that does not exist"),
        };
        match key >> 3 {
            0 => Err("is not protobuf: it has a field number 0"),
            number => Ok((number, field)),
        }
    }

    fn varint(&mut self) -> Result<u64, Problem> {
        let mut number: u64 = 0;
        for shift in (0..64).step_by(7) {
            let [byte] = self.array()?;
            number |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Ok(number);
            }
        }
        Err("is not protobuf: it has a number of more than 64 bits")
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], Problem> {
        let (head, rest) = self.0.split_first_chunk().ok_or(CUT)?;
        self.0 = rest;
        Ok(*head)
    }

    fn take(&mut self, length: usize) -> Result<&'a [u8], Problem> {
        let (head, rest) = self.0.split_at_checked(length).ok_or(CUT)?;
        self.0 = rest;
        Ok(head)
    }
}
