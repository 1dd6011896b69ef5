//! Reading bodies with a bound, counted after decompression.

use futures_util::StreamExt;
use worker::{ByteStream, Request};

use super::{gzip, http::header};
use crate::core::envelope::ApiError;

/// Reads a request's body, gzip undone, as long as it stays within `limit` bytes.
pub async fn read(request: &mut Request, limit: usize) -> Result<Vec<u8>, ApiError> {
    let gzip = match header(request, "content-encoding").as_deref().map(str::trim) {
        None | Some("" | "identity") => false,
        Some(encoding) if encoding.eq_ignore_ascii_case("gzip") => true,
        Some(_) => return Err(ApiError::new(415, "content-encoding: must be gzip or absent")),
    };
    let declared: Option<usize> =
        header(request, "content-length").and_then(|length| length.trim().parse().ok());
    let is_declared_too_large = declared.is_some_and(|declared| declared > limit);
    let broken = |_| ApiError::bad_request("the body could not be read to its end");
    if !gzip && declared.is_some() && !is_declared_too_large {
        // The server holds a client to the length that it declared, so this is within the limit.
        return request.bytes().await.map_err(broken);
    }
    if request.inner().body().is_none() {
        return Ok(Vec::new());
    }
    // What is too large as it is sent is not unpacked, only read to its end.
    let stream = if gzip && !is_declared_too_large { gunzip(request) } else { request.stream().ok() };
    let mut stream = stream.ok_or_else(|| ApiError::bad_request("the body could not be read"))?;
    if is_declared_too_large {
        discard(&mut stream, limit).await;
        return Err(too_large(limit));
    }
    read_stream(&mut stream, limit).await
}

/// Reads on without keeping anything. A client that is answered while it still sends may see its connection break and never
/// read the answer; one that sends no more than a few times the limit is therefore heard out.
async fn discard(stream: &mut ByteStream, limit: usize) {
    const TIMES: usize = 4;
    let mut left = limit.saturating_mul(TIMES);
    while let Some(Ok(chunk)) = stream.next().await {
        match left.checked_sub(chunk.len()) {
            Some(rest) => left = rest,
            None => return,
        }
    }
}

async fn read_stream(stream: &mut ByteStream, limit: usize) -> Result<Vec<u8>, ApiError> {
    let mut body = Vec::new();
    while let Some(chunk) = stream.next().await {
        let chunk = chunk.map_err(|_| {
            ApiError::bad_request("the body could not be read to its end; if it says gzip, is it gzip?")
        })?;
        if body.len().saturating_add(chunk.len()) > limit {
            drop(body);
            discard(stream, limit).await;
            return Err(too_large(limit));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// The body, unpacked as it is read.
fn gunzip(request: &Request) -> Option<ByteStream> {
    let unpacked = gzip::unpacked_unbounded(&request.inner().body()?).ok()?;
    gzip::byte_stream(unpacked).ok()
}

fn too_large(limit: usize) -> ApiError {
    ApiError::new(
        413,
        format!("the body is too large: at most {limit} bytes are taken, counted after decompression"),
    )
}
