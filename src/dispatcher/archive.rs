//! Records into the archive and out of it, packed or not. Each record's place says which it is, so that both stand side by
//! side: a change of `ARCHIVE_GZIP` concerns what is written from then on.

use worker::Env;

use crate::{
    core::{
        event::{Event, RecordPlace, Stored, Unpacked, append_packed, join_unpacked, read_record},
        history::SegmentIndex,
    },
    edge::{gzip, storage},
};

/// Packs each record of a segment, and notes in its index where the records then stand.
pub async fn pack(segment: &mut Vec<u8>, index: &mut SegmentIndex) -> Result<(), String> {
    let mut packed = Vec::new();
    for event in &mut index.events {
        let (head, exchange) = event.place.parts(segment).ok_or("a record is not where it was written")?;
        let unpacked = Unpacked { head: head.len() as u64, exchange: exchange.len() as u64 };
        let (head, exchange) = (gzip::pack(head).await?, gzip::pack(exchange).await?);
        event.place = append_packed(&head, &exchange, unpacked, &mut packed);
    }
    *segment = packed;
    Ok(())
}

/// The event of a record; `None` where it can't be read.
pub async fn event(stored: Stored<'_>) -> Option<Event> {
    match stored {
        Stored::Plain(line) => read(line),
        Stored::Packed { head, exchange, unpacked } => {
            let head = gzip::unpack(head, unpacked.head).await.ok()?;
            let exchange = gzip::unpack(exchange, unpacked.exchange).await.ok()?;
            read(&join_unpacked(head, &exchange))
        }
    }
}

fn read(line: &[u8]) -> Option<Event> {
    read_record(std::str::from_utf8(line).ok()?).ok()
}

/// The exchange of a record as text; `None` where it is not there, or can't be read.
pub async fn exchange(env: &Env, segment: &str, place: RecordPlace) -> Result<Option<String>, String> {
    let slice = (place.exchange_offset, place.exchange_length);
    let Some(bytes) = storage::get_bytes(env, segment, Some(slice)).await? else { return Ok(None) };
    let bytes = match place.unpacked {
        Some(unpacked) => gzip::unpack(&bytes, unpacked.exchange).await?,
        None => bytes,
    };
    Ok(String::from_utf8(bytes).ok())
}
