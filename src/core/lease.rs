//! Who is at which delivery right now. Kept in memory alone: a lost lease costs at most a duplicate.

use std::collections::HashMap;

/// Deliveries that were handed out and not yet recorded: to whom, and until when. Moments are in milliseconds of the real
/// clock, as attempts take real time.
#[derive(Debug, Default)]
pub struct Leases(HashMap<String, (String, i64)>);

impl Leases {
    /// How long a delivery is still somebody else's, in milliseconds; 0 where it is nobody's, or the asker's own: whoever
    /// did not hear the answer asks again.
    pub fn remaining(&self, id: &str, holder: &str, now: i64) -> i64 {
        let others = self.0.get(id).filter(|(other, _)| other != holder);
        others.map_or(0, |(_, until)| until.saturating_sub(now).max(0))
    }

    /// Hands a delivery out.
    pub fn take(&mut self, id: &str, holder: &str, until: i64) {
        self.0.insert(id.to_owned(), (holder.to_owned(), until));
    }

    /// Takes it back.
    pub fn release(&mut self, id: &str) {
        self.0.remove(id);
    }

    /// Forgets those that have ended.
    pub fn prune(&mut self, now: i64) {
        self.0.retain(|_, (_, until)| *until > now);
    }
}
