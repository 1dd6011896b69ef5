//! Volumes: a ledger's deliveries by the time at which they first appeared, each volume in tables of its own. What is old is
//! dropped with its tables, since a row that is deleted is billed like one that is written, and a dropped one is not.

const DAY_MILLIS: i64 = 86_400_000;

/// How many volumes the time that is kept is divided into, and the space likewise. Each is looked through for a delivery that may
/// be in any, so not many; with each more is kept than has to be, so not few.
const PARTS: u32 = 8;

/// Some of a ledger's deliveries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Volume {
    /// Its number, which its tables are named by: 0 is the first.
    pub number: u32,
    /// When it got its first delivery, in milliseconds since 1970; `None` while it is empty.
    pub began: Option<i64>,
    /// The first place of the log that is in it.
    pub first_seq: u64,
    /// What the database takes without it, in bytes, while it is the newest.
    pub bytes_before: u64,
}

/// For how long deliveries are kept, and how much space they may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Room {
    /// For how many days.
    pub days: u32,
    /// How large the database may grow, in bytes.
    pub most_bytes: u64,
}

impl Room {
    /// Before this moment nothing has to be kept: a day more than the days, which are whole ones.
    pub fn oldest(&self, now: i64) -> i64 {
        now.saturating_sub(self.kept())
    }

    fn kept(&self) -> i64 {
        i64::from(self.days).saturating_add(1).saturating_mul(DAY_MILLIS)
    }

    /// For how long a volume takes deliveries, in milliseconds.
    fn span(&self) -> i64 {
        i64::from(self.days.div_ceil(PARTS).max(1)).saturating_mul(DAY_MILLIS)
    }

    /// Whether a delivery that appears now begins a volume, in a database of so many bytes. `volumes` are all there are, oldest
    /// first.
    pub fn begins_volume(&self, volumes: &[Volume], bytes: u64, now: i64) -> bool {
        let Some(last) = volumes.last() else { return true };
        let Some(began) = last.began else { return false };
        // So that no more than a part of the space goes at once when it is used up.
        let own = bytes.saturating_sub(last.bytes_before);
        own.saturating_mul(u64::from(PARTS)) >= self.most_bytes || now.saturating_sub(began) >= self.span()
    }

    /// How many volumes, the oldest ones, are not kept any longer for their age. `ends` is when the last delivery of each appeared,
    /// oldest first; `None` for one that is empty.
    pub fn expired(&self, ends: &[Option<i64>], now: i64) -> usize {
        let oldest = self.oldest(now);
        ends.iter().take_while(|end| end.is_some_and(|end| end < oldest)).count()
    }

    /// When the time of a volume that ended then is over, in milliseconds since 1970.
    pub fn expires_at(&self, end: i64) -> i64 {
        end.saturating_add(self.kept())
    }

    /// Whether the oldest of several volumes has to go before its time, for its space.
    pub fn is_full(&self, volumes: &[Volume], bytes: u64) -> bool {
        bytes > self.most_bytes && volumes.len() > 1
    }
}
