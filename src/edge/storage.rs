//! R2 and KV, as far as both roles need them.

use worker::{Env, Range, ResponseBody};

use super::gzip;

/// The binding of the R2 bucket.
const ARCHIVE: &str = "ARCHIVE";
/// The binding of the KV namespace.
const SUBSCRIPTIONS: &str = "SUBSCRIPTIONS";

/// How long an edge location may serve a KV value from its cache: the shortest that KV takes.
const KV_CACHE_SECONDS: u64 = 30;

/// Stores an object.
pub async fn put_object(env: &Env, key: &str, body: Vec<u8>, content_type: &str) -> Result<(), String> {
    put(env, key, body, content_type, None).await
}

/// Stores an object that is one gzip member, and says so: a client that reads it by the bucket's own way out unpacks it.
pub async fn put_gzip(env: &Env, key: &str, member: Vec<u8>, content_type: &str) -> Result<(), String> {
    put(env, key, member, content_type, Some("gzip")).await
}

async fn put(
    env: &Env,
    key: &str,
    body: Vec<u8>,
    content_type: &str,
    content_encoding: Option<&str>,
) -> Result<(), String> {
    let bucket = env.bucket(ARCHIVE).map_err(text)?;
    let metadata = worker::HttpMetadata {
        content_type: Some(content_type.to_owned()),
        content_encoding: content_encoding.map(str::to_owned),
        // For those who read it by the bucket's own way out.
        cache_control: Some("private, no-store".to_owned()),
        ..Default::default()
    };
    bucket.put(key, body).http_metadata(metadata).execute().await.map(|_| ()).map_err(text)
}

/// An object as text; `None` when there is no such object.
pub async fn get_text(env: &Env, key: &str) -> Result<Option<String>, String> {
    let Some(bytes) = get_bytes(env, key, None).await? else { return Ok(None) };
    String::from_utf8(bytes).map(Some).map_err(text)
}

/// An object, or a slice of it; `None` when there is no such object.
pub async fn get_bytes(env: &Env, key: &str, slice: Option<(u64, u64)>) -> Result<Option<Vec<u8>>, String> {
    let Some(body) = get(env, key, slice).await? else { return Ok(None) };
    body.bytes().await.map(Some).map_err(text)
}

/// A slice of an object as a stream that passes by the Worker's memory.
pub async fn get_stream(env: &Env, key: &str, slice: (u64, u64)) -> Result<Option<ResponseBody>, String> {
    let Some(body) = get(env, key, Some(slice)).await? else { return Ok(None) };
    body.response_body().map(Some).map_err(text)
}

/// Of a slice that is a gzip member of `total` bytes, these of its bytes, unpacked, as a stream: `length` from the one at `first`.
pub async fn get_unpacked(
    env: &Env,
    key: &str,
    slice: (u64, u64),
    total: u64,
    (first, length): (u64, u64),
) -> Result<Option<ResponseBody>, String> {
    let Some(body) = get_stream(env, key, slice).await? else { return Ok(None) };
    let ResponseBody::Stream(member) = body else { return Ok(Some(body)) };
    let unpacked = match (first, length) {
        (0, length) if length == total => gzip::unpacked(&member, total),
        _ => gzip::unpacked_part(&member, first, length),
    };
    unpacked.map(|stream| Some(ResponseBody::Stream(stream))).map_err(|_| "it can't be unpacked".to_owned())
}

/// Whether there is such an object.
pub async fn has_object(env: &Env, key: &str) -> Result<bool, String> {
    env.bucket(ARCHIVE).map_err(text)?.head(key).await.map(|object| object.is_some()).map_err(text)
}

/// Deletes an object.
pub async fn delete_object(env: &Env, key: &str) -> Result<(), String> {
    env.bucket(ARCHIVE).map_err(text)?.delete(key).await.map_err(text)
}

/// Deletes up to a thousand objects.
pub async fn delete_objects(env: &Env, keys: Vec<String>) -> Result<(), String> {
    env.bucket(ARCHIVE).map_err(text)?.delete_multiple(keys).await.map_err(text)
}

async fn get(env: &Env, key: &str, slice: Option<(u64, u64)>) -> Result<Option<Body>, String> {
    let bucket = env.bucket(ARCHIVE).map_err(text)?;
    let mut get = bucket.get(key);
    if let Some((offset, length)) = slice {
        get = get.range(Range::OffsetWithLength { offset, length });
    }
    Ok(get.execute().await.map_err(text)?.map(Body))
}

/// An object that was found.
struct Body(worker::Object);

impl Body {
    async fn bytes(self) -> worker::Result<Vec<u8>> {
        match self.0.body() {
            Some(body) => body.bytes().await,
            None => Ok(Vec::new()),
        }
    }

    fn response_body(self) -> worker::Result<ResponseBody> {
        match self.0.body() {
            Some(body) => body.response_body(),
            None => Ok(ResponseBody::Empty),
        }
    }
}

/// Reads a value from KV, up to 30 seconds old.
pub async fn read_kv(env: &Env, key: &str) -> Result<Option<String>, String> {
    let kv = env.kv(SUBSCRIPTIONS).map_err(text)?;
    kv.get(key).cache_ttl(KV_CACHE_SECONDS).text().await.map_err(text)
}

/// Writes a value to KV.
pub async fn write_kv(env: &Env, key: &str, value: &str) -> Result<(), String> {
    let kv = env.kv(SUBSCRIPTIONS).map_err(text)?;
    kv.put(key, value).map_err(text)?.execute().await.map_err(text)
}

fn text(error: impl std::fmt::Display) -> String {
    error.to_string()
}
