//! A file of lines in batches that one call takes.

use std::io::{self, BufRead};

/// The most bytes of a batch; the API takes 20 MiB.
const MOST_BYTES: usize = 4 * 1024 * 1024;
/// The longest line: as much as the API takes at all.
const LONGEST_LINE: u64 = 20 * 1024 * 1024;

/// Some lines of the file.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Batch {
    /// The lines as they are, each with its line break.
    pub bytes: Vec<u8>,
    /// The numbers of those that are not blank, from 1: the API counts them so.
    pub lines: Vec<u64>,
    /// How many bytes of the file it is, blank lines too.
    pub length: u64,
    /// The number of its last line, blank or not.
    pub last_line: u64,
}

/// Reads a file batch by batch.
pub struct Batches<R> {
    reader: R,
    most_lines: usize,
    line: u64,
    /// A line that was read and no longer fitted.
    left: Option<Vec<u8>>,
}

impl<R: BufRead> Batches<R> {
    /// From a reader that stands behind so many lines, with so many lines a batch at most.
    pub fn new(reader: R, behind_line: u64, most_lines: usize) -> Self {
        Self { reader, most_lines, line: behind_line, left: None }
    }

    /// The next one; `None` at the end. An error names the line that is too long.
    pub fn read(&mut self) -> io::Result<Option<Batch>> {
        let mut batch = Batch::default();
        while batch.lines.len() < self.most_lines {
            let line = match self.left.take() {
                Some(line) => line,
                None => self.read_line()?,
            };
            if line.is_empty() {
                break;
            }
            if !batch.bytes.is_empty() && batch.bytes.len().saturating_add(line.len()) > MOST_BYTES {
                self.left = Some(line);
                break;
            }
            self.line = self.line.saturating_add(1);
            batch.last_line = self.line;
            batch.length = batch.length.saturating_add(u64::try_from(line.len()).unwrap_or(u64::MAX));
            if !line.trim_ascii().is_empty() {
                batch.lines.push(self.line);
                batch.bytes.extend_from_slice(&line);
            }
        }
        Ok((batch.length > 0).then_some(batch))
    }

    fn read_line(&mut self) -> io::Result<Vec<u8>> {
        let mut line = Vec::new();
        let mut bounded = io::Read::take(&mut self.reader, LONGEST_LINE);
        bounded.read_until(b'\n', &mut line)?;
        if bounded.limit() == 0 && !line.ends_with(b"\n") {
            let number = self.line.saturating_add(1);
            return Err(io::Error::other(format!("line {number} is longer than {LONGEST_LINE} bytes")));
        }
        Ok(line)
    }
}
