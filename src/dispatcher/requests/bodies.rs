//! The bodies of a request, out of the archive.

use serde_json::value::RawValue;
use worker::Env;

use crate::{
    core::{
        envelope::ApiError,
        history::query::{RequestView, Row},
        json::Fields,
    },
    dispatcher::archive,
    edge::{clock, log::Line, settings::DispatcherSettings},
};

/// An exchange as text; nothing where it is not kept any more.
#[derive(Default)]
pub struct Bodies {
    text: Option<String>,
}

impl Bodies {
    /// Reads a request's out of the archive.
    pub async fn read(env: &Env, row: &Row) -> Result<Self, ApiError> {
        let Some(place) = row.place() else { return Ok(Self::default()) };
        let text = archive::exchange(env, &row.segment, place).await.map_err(|why| {
            Line::error("requests.unavailable").text("segment", &row.segment).text("why", &why).emit();
            ApiError::unavailable("the archive can't be read right now; send the same request again")
        })?;
        Ok(Self { text })
    }

    /// The request and the response.
    pub fn parts(&self) -> (Option<&RawValue>, Option<&RawValue>) {
        let fields = self.text.as_deref().and_then(|text| serde_json::from_str::<Fields<'_>>(text).ok());
        fields.map_or((None, None), |fields| (fields.get("request"), fields.get("response")))
    }
}

/// A row as the API shows it, with a fresh URL of its exchange.
pub fn view<'a>(day: i64, row: &'a Row, base_url: &str, settings: &DispatcherSettings) -> RequestView<'a> {
    let url = row.exchange().map(|exchange| settings.mint_whole().url(base_url, &exchange, clock::now()));
    RequestView::new(day, row, url.unwrap_or_default())
}
