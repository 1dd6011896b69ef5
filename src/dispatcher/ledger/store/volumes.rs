//! The volumes: which there are, and the tables that each has.

use serde::Deserialize;

use super::Store;
use crate::{
    core::{
        envelope::ApiError,
        ledger::{Room, Volume},
    },
    edge::sql::write,
};

/// The note of what is forgotten.
const FORGOTTEN: &str = "forgotten";

/// How many deliveries that are due again outlive their volume, when it has to go for its space.
const CARRIED: usize = 10_000;
const CARRIED_AT_ONCE: usize = 500;

#[derive(Deserialize)]
struct Kept {
    number: f64,
    began: f64,
    first_seq: f64,
    bytes_before: f64,
}

#[derive(Deserialize)]
struct Last {
    seq: f64,
    at: f64,
}

impl Volume {
    /// The table of its deliveries.
    pub fn deliveries(&self) -> String {
        self.table("deliveries")
    }

    /// The table of their order.
    pub fn log(&self) -> String {
        self.table("log")
    }

    fn table(&self, name: &str) -> String {
        match self.number {
            0 => name.to_owned(),
            number => format!("{name}_{number}"),
        }
    }
}

impl Store {
    /// All volumes, oldest first: at least one.
    pub(super) fn volumes(&self) -> Vec<Volume> {
        self.volumes.try_borrow().map(|volumes| volumes.clone()).unwrap_or_default()
    }

    /// The same, newest first: most that is looked for has just come.
    pub(super) fn newest_first(&self) -> impl Iterator<Item = Volume> {
        self.volumes().into_iter().rev()
    }

    /// Reads which volumes there are. The first one is there without being noted, as long as it holds anything or no other does.
    pub(super) fn read_volumes(&self) -> Result<(), ApiError> {
        let query = "SELECT number, began, first_seq, bytes_before FROM volumes ORDER BY number";
        let rows: Vec<Kept> = self.database.rows(query, vec![])?;
        let mut volumes: Vec<Volume> = rows
            .iter()
            .map(|row| Volume {
                number: row.number as u32,
                began: Some(row.began as i64),
                first_seq: row.first_seq as u64,
                bytes_before: row.bytes_before as u64,
            })
            .collect();
        let began = self.database.number("SELECT at AS value FROM log ORDER BY seq LIMIT 1", vec![])?;
        if began > 0 || volumes.is_empty() {
            let began = (began > 0).then(|| i64::try_from(began).unwrap_or_default());
            volumes.insert(0, Volume { number: 0, began, first_seq: 1, bytes_before: 0 });
        }
        self.volumes.replace(volumes);
        Ok(())
    }

    /// The volume that a delivery which appears now belongs in.
    pub(super) fn volume_for_new(&self, room: &Room, now: i64) -> Result<Volume, ApiError> {
        let volumes = self.volumes();
        if room.begins_volume(&volumes, self.database.bytes(), now) {
            self.begin_volume(volumes.last(), now)?;
        }
        let mut volumes = self.volumes.try_borrow_mut().map_err(|_| busy())?;
        let last = volumes.last_mut().ok_or_else(busy)?;
        last.began.get_or_insert(now);
        Ok(*last)
    }

    fn begin_volume(&self, last: Option<&Volume>, now: i64) -> Result<(), ApiError> {
        let first_seq = match last {
            Some(last) => self.last_of_log(last)?.map_or(last.first_seq, |(seq, _)| seq.saturating_add(1)),
            None => 1,
        };
        let number = last.map_or(1, |last| last.number.saturating_add(1));
        let bytes_before = self.database.bytes();
        self.make_tables(&Volume { number, began: Some(now), first_seq, bytes_before })?;
        let values = [f64::from(number), now as f64, first_seq as f64, bytes_before as f64];
        let statement = "INSERT INTO volumes (number, began, first_seq, bytes_before) VALUES (?, ?, ?, ?)";
        self.database.run(statement, values.map(Into::into).to_vec())?;
        self.read_volumes()
    }

    /// The tables as the first volume has them.
    fn make_tables(&self, volume: &Volume) -> Result<(), ApiError> {
        let (deliveries, log) = (volume.deliveries(), volume.log());
        self.database.run(
            &format!(
                "CREATE TABLE IF NOT EXISTS {deliveries} (id TEXT PRIMARY KEY, state TEXT NOT NULL, due INTEGER, resend TEXT,
                    made INTEGER NOT NULL, body TEXT NOT NULL) STRICT, WITHOUT ROWID"
            ),
            vec![],
        )?;
        let log = format!(
            "CREATE TABLE IF NOT EXISTS {log} (seq INTEGER PRIMARY KEY, at INTEGER NOT NULL, ids TEXT NOT NULL) STRICT"
        );
        self.database.run(&log, vec![])
    }

    /// Drops the volumes whose time is over.
    pub fn drop_expired(&self, room: &Room, now: i64) -> Result<(), ApiError> {
        let volumes = self.volumes();
        let ends: Vec<Option<i64>> =
            volumes.iter().map(|volume| self.end(volume)).collect::<Result<_, ApiError>>()?;
        let expired = room.expired(&ends, now);
        volumes.iter().take(expired).try_for_each(|volume| self.drop_volume(volume))
    }

    /// Drops the oldest volumes as long as the database is larger than it may be, whatever their age; what is due again in them goes
    /// on in the newest. Says how many went.
    pub fn drop_for_space(&self, room: &Room, now: i64) -> Result<usize, ApiError> {
        let mut dropped: usize = 0;
        loop {
            let volumes = self.volumes();
            let is_full = room.is_full(&volumes, self.database.bytes());
            let Some((oldest, newest)) = volumes.first().zip(volumes.last()).filter(|_| is_full) else {
                return Ok(dropped);
            };
            self.carry_over(oldest, newest, now)?;
            self.drop_volume(oldest)?;
            dropped = dropped.saturating_add(1);
        }
    }

    /// When the oldest volume's time is over, in milliseconds since 1970; `None` where there is nothing.
    pub fn expires_at(&self, room: &Room) -> Result<Option<i64>, ApiError> {
        let end = self.volumes().first().map(|oldest| self.end(oldest)).transpose()?.flatten();
        Ok(end.map(|end| room.expires_at(end)))
    }

    /// Drops every volume.
    pub(super) fn drop_all(&self) -> Result<(), ApiError> {
        self.volumes().iter().try_for_each(|volume| self.drop_volume(volume))
    }

    /// Copies what is due again, as far as it is little: of what there is too much of, each retry begins as if it were the first.
    fn carry_over(&self, from: &Volume, to: &Volume, now: i64) -> Result<(), ApiError> {
        let (old, new) = (from.deliveries(), to.deliveries());
        let query = format!("SELECT id FROM open JOIN {old} USING (id) LIMIT CAST(? AS INTEGER)");
        let open: Vec<String> = self.ids(&query, vec![(CARRIED as f64).into()])?;
        let open: Vec<&str> = open.iter().map(String::as_str).collect();
        let copy = format!(
            "INSERT OR IGNORE INTO {new} SELECT * FROM {old} WHERE id IN (SELECT value FROM json_each(?))"
        );
        for ids in open.chunks(CARRIED_AT_ONCE) {
            self.database.run(&copy, vec![write(&ids)?.into()])?;
            self.append(to, ids, now)?;
        }
        Ok(())
    }

    fn drop_volume(&self, volume: &Volume) -> Result<(), ApiError> {
        let deliveries = volume.deliveries();
        let bytes = self.database.bytes();
        if let Some(end) = self.end(volume)? {
            self.set_note(FORGOTTEN, &end.max(self.forgotten_until()?.unwrap_or(end)))?;
        }
        let its = |table: &str| format!("SELECT id FROM open JOIN {table} USING (id)");
        let newest = self.volumes().last().filter(|newest| *newest != volume).map(Volume::deliveries);
        let carried = newest.map_or_else(String::new, |newest| format!("EXCEPT {}", its(&newest)));
        let gone = format!("DELETE FROM open WHERE id IN ({} {carried})", its(&deliveries));
        self.database.run(&gone, vec![])?;
        for table in [deliveries, volume.log()] {
            self.database.run(&format!("DROP TABLE IF EXISTS {table}"), vec![])?;
        }
        match volume.number {
            // An older version of this Worker knows of no other tables than these.
            0 => self.make_tables(volume)?,
            number => {
                self.database.run("DELETE FROM volumes WHERE number = ?", vec![f64::from(number).into()])?
            }
        }
        let freed = bytes.saturating_sub(self.database.bytes());
        let statement = "UPDATE volumes SET bytes_before = max(bytes_before - ?, 0)
                         WHERE number = (SELECT max(number) FROM volumes)";
        self.database.run(statement, vec![(freed as f64).into()])?;
        self.read_volumes()
    }

    /// Up to when the last delivery appeared that is forgotten: whether one that was accepted before had a row is not known.
    pub fn forgotten_until(&self) -> Result<Option<i64>, ApiError> {
        self.note(FORGOTTEN)
    }

    /// When the last of a volume's deliveries appeared.
    fn end(&self, volume: &Volume) -> Result<Option<i64>, ApiError> {
        Ok(self.last_of_log(volume)?.map(|(_, at)| at))
    }

    /// The last place of a volume's log, and when it was written.
    fn last_of_log(&self, volume: &Volume) -> Result<Option<(u64, i64)>, ApiError> {
        let query = format!("SELECT seq, at FROM {} ORDER BY seq DESC LIMIT 1", volume.log());
        let rows: Vec<Last> = self.database.rows(&query, vec![])?;
        Ok(rows.first().map(|last| (last.seq as u64, last.at as i64)))
    }
}

fn busy() -> ApiError {
    ApiError::unavailable("the ledger is busy")
}
