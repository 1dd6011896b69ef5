//! R2 and KV, as far as both roles need them.

use worker::{Env, Range, ResponseBody};

/// The binding of the R2 bucket.
const ARCHIVE: &str = "ARCHIVE";
/// The binding of the KV namespace.
const SUBSCRIPTIONS: &str = "SUBSCRIPTIONS";

/// How long an edge location may serve a KV value from its cache: the shortest that KV takes.
const KV_CACHE_SECONDS: u64 = 30;

/// Stores an object.
pub async fn put_object(env: &Env, key: &str, body: Vec<u8>, content_type: &str) -> Result<(), String> {
    let bucket = env.bucket(ARCHIVE).map_err(text)?;
    let metadata = worker::HttpMetadata {
        content_type: Some(content_type.to_owned()),
        // For those who read it by the bucket's own way out.
        cache_control: Some("private, no-store".to_owned()),
        ..Default::default()
    };
    bucket.put(key, body).http_metadata(metadata).execute().await.map(|_| ()).map_err(text)
}

/// A slice of an object as text; `None` when there is no such object.
pub async fn get_text(env: &Env, key: &str, slice: Option<(u64, u64)>) -> Result<Option<String>, String> {
    let Some(body) = get(env, key, slice).await? else { return Ok(None) };
    body.text().await.map(Some).map_err(text)
}

/// A slice of an object as a stream that passes by the Worker's memory.
pub async fn get_stream(env: &Env, key: &str, slice: (u64, u64)) -> Result<Option<ResponseBody>, String> {
    let Some(body) = get(env, key, Some(slice)).await? else { return Ok(None) };
    body.response_body().map(Some).map_err(text)
}

/// Whether there is such an object.
pub async fn has_object(env: &Env, key: &str) -> Result<bool, String> {
    env.bucket(ARCHIVE).map_err(text)?.head(key).await.map(|object| object.is_some()).map_err(text)
}

/// Deletes an object.
pub async fn delete_object(env: &Env, key: &str) -> Result<(), String> {
    env.bucket(ARCHIVE).map_err(text)?.delete(key).await.map_err(text)
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
    async fn text(self) -> worker::Result<String> {
        match self.0.body() {
            Some(body) => body.text().await,
            None => Ok(String::new()),
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
