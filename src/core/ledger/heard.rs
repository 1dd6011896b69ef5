//! Records that were taken already. Whoever did not hear the answer sends the same record again, and must not count twice.

use std::collections::VecDeque;

/// How many answers are remembered: a record is repeated within a second, if at all.
const KEPT: usize = 64;

/// The last answers, by the mark of the record that each was given to. Kept in memory alone.
#[derive(Debug)]
pub struct Heard<T>(VecDeque<(String, T)>);

impl<T> Default for Heard<T> {
    fn default() -> Self {
        Self(VecDeque::new())
    }
}

impl<T: Clone> Heard<T> {
    /// What was answered to the record of this mark.
    pub fn answer(&self, mark: &str) -> Option<T> {
        self.0.iter().find(|(known, _)| known == mark).map(|(_, answer)| answer.clone())
    }

    /// Remembers an answer. A record without a mark has none that could be asked for.
    pub fn remember(&mut self, mark: &str, answer: T) {
        if mark.is_empty() {
            return;
        }
        if self.0.len() >= KEPT {
            self.0.pop_front();
        }
        self.0.push_back((mark.to_owned(), answer));
    }
}
