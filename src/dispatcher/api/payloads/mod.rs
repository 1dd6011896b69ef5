//! `GET /payloads/{org}/{date}/{hour}/{segment}?…&signature=…`: the full exchange, to whoever holds the URL.

mod answer;
mod shaped;

use worker::{EncodeBody, Env, Method, Request, ResponseBody};

use self::answer::{answer, gone, range, unavailable, unsatisfiable};
use crate::{
    core::{
        byte_range::Wanted,
        content_coding,
        envelope::ApiError,
        signed_url::{self, Locator},
    },
    edge::{
        clock,
        http::{Answer, accept_encoding},
        settings, storage,
    },
};

/// Streams the slice that the URL was signed for, or the part of it that is asked for; of a shaped exchange, what its subscription
/// gets. 403 for everything else, without
/// saying whether anything is there.
pub async fn show(request: &Request, path: &str, env: &Env) -> Answer {
    if !matches!(request.method(), Method::Get | Method::Head) {
        return Err(ApiError::method("GET, HEAD"));
    }
    let settings = settings::dispatcher(env)?;
    let url = request.url().map_err(|_| refusal())?;
    let now = clock::now();
    if let Some(locator) = signed_url::open_shaped(path, url.query(), now, &settings.url_key) {
        return shaped::show(request, &locator, &settings, env).await;
    }
    let locator = signed_url::open(path, url.query(), now, &settings.url_key).ok_or_else(refusal)?;
    let total = locator.total();
    if request.method() == Method::Head {
        exists(env, &locator).await?;
        return answer(200, total, &[], ResponseBody::Empty);
    }
    match range(request, total) {
        Wanted::Whole if locator.unpacked.is_some() && takes_gzip(request) => {
            let stored = storage::get_stream(env, &locator.key, (locator.offset, locator.length)).await;
            let body = found(&locator, stored)?;
            let packed = answer(200, locator.length, &[("content-encoding", "gzip")], body)?;
            Ok(packed.with_encode_body(EncodeBody::Manual))
        }
        Wanted::Whole => answer(200, total, &[], read(env, &locator, (0, total)).await?),
        Wanted::Part(part) => {
            let (first, length) = locator.part(part);
            let body = read(env, &locator, (first, length)).await?;
            answer(206, length, &[("content-range", &part.content_range(total))], body)
        }
        Wanted::Unsatisfiable => {
            exists(env, &locator).await?;
            unsatisfiable(total)
        }
    }
}

/// Whether the client takes what is packed as it is stored.
fn takes_gzip(request: &Request) -> bool {
    accept_encoding(request).is_some_and(|header| content_coding::takes_gzip(&header))
}

/// These of the exchange's bytes, unpacked: so many from the first.
async fn read(env: &Env, locator: &Locator, (first, length): (u64, u64)) -> Result<ResponseBody, ApiError> {
    let Locator { key, offset, .. } = locator;
    let body = match locator.unpacked {
        None => storage::get_stream(env, key, (offset.saturating_add(first), length)).await,
        Some(total) => {
            storage::get_unpacked(env, key, (*offset, locator.length), total, (first, length)).await
        }
    };
    found(locator, body)
}

fn found(locator: &Locator, body: Result<Option<ResponseBody>, String>) -> Result<ResponseBody, ApiError> {
    body.map_err(|why| unavailable(&locator.key, &why))?.ok_or_else(gone)
}

async fn exists(env: &Env, locator: &Locator) -> Result<(), ApiError> {
    let found = storage::has_object(env, &locator.key).await;
    found.map_err(|why| unavailable(&locator.key, &why))?.then_some(()).ok_or_else(gone)
}

fn refusal() -> ApiError {
    ApiError::new(
        403,
        "this URL is not valid, or no longer: signed URLs expire, and every part of them is signed",
    )
}
