//! Keeps deliveries as lines of JSON in R2, one object for each batch and hour, in folders by date and hour that DuckDB and its
//! like read as columns.
//!
//! An object's name follows from the deliveries in it. Where a batch comes a second time as it was, it is written over; where
//! it comes in other company, a line stands in two objects: queries count distinct ids.

use std::collections::BTreeMap;

use async_trait::async_trait;

use crate::{
    core::{
        hash,
        inbox::{RowHead, write_row},
    },
    edge::{settings::setting, storage},
    receiver::{
        delivery::Delivery,
        handler::{BatchHandler, Context, Failure, Kind},
    },
};

/// Where the objects are, unless `ARCHIVE_PREFIX` says so.
const DEFAULT_PREFIX: &str = "deliveries/";

const CONTENT_TYPE: &str = "application/x-ndjson";

/// The handler.
pub struct Archive {
    prefix: String,
}

/// Sets it up.
pub fn make(context: &Context<'_>) -> Result<Kind, String> {
    let prefix = setting(context.env, "ARCHIVE_PREFIX").unwrap_or_else(|| DEFAULT_PREFIX.to_owned());
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/_-.".contains(&byte);
    // The dispatcher's archive, the inbox and the reviews have the other places, and delete what is there.
    let is_taken = ["archive/", "inbox/", "reviews/"].iter().any(|taken| prefix.starts_with(taken));
    if !prefix.ends_with('/') || prefix.starts_with('/') || !prefix.bytes().all(is_plain) || is_taken {
        return Err(
            "ARCHIVE_PREFIX: must be a folder such as deliveries/, of letters, digits, -, _, . and /, \
                    and not archive/, inbox/ or reviews/"
                .to_owned(),
        );
    }
    Ok(Kind::Batch(Box::new(Archive { prefix })))
}

#[async_trait(?Send)]
impl BatchHandler for Archive {
    async fn handle(&self, deliveries: &[&Delivery], context: &Context<'_>) -> Vec<Result<(), Failure>> {
        let mut hours: BTreeMap<(String, String), Vec<(usize, &Delivery)>> = BTreeMap::new();
        for (at, delivery) in deliveries.iter().enumerate() {
            hours.entry(delivery.received_at.date_and_hour()).or_default().push((at, delivery));
        }
        let mut results = vec![Ok(()); deliveries.len()];
        for ((date, hour), members) in hours {
            let key = format!("{}date={date}/hour={hour}/{}.ndjson", self.prefix, name(&members));
            let mut lines = Vec::new();
            for (_, delivery) in &members {
                write_row(&head(delivery), &delivery.payload, &mut lines);
                lines.push(b'\n');
            }
            if let Err(why) = storage::put_object(context.env, &key, lines, CONTENT_TYPE).await {
                for (at, _) in members {
                    if let Some(result) = results.get_mut(at) {
                        *result = Err(Failure::later(format!("the archive took nothing: {why}")));
                    }
                }
            }
        }
        results
    }
}

fn head(delivery: &Delivery) -> RowHead<'_> {
    RowHead {
        id: &delivery.id,
        event_type: &delivery.event_type,
        received_at: delivery.received_at,
        origin: delivery.origin.name(),
        data: delivery.data.name(),
    }
}

/// Sortable by time, and the same for the same deliveries.
fn name(members: &[(usize, &Delivery)]) -> String {
    let ids: Vec<&str> = members.iter().map(|(_, delivery)| delivery.id.as_str()).collect();
    let first = members.iter().map(|(_, delivery)| delivery.received_at.millis()).min().unwrap_or_default();
    format!("{first:013}-{}", hash::name("heliograph/archive-object", &ids, 8))
}
