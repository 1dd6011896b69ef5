//! gzip by the runtime's own streams, so that the Worker carries no packer. A `DecompressionStream` takes one member and refuses whatever
//! follows it. A member from the archive is held to the length that it is to come to: what unpacks to more fails before it is in
//! memory.

use futures_util::{StreamExt, stream};
use worker::{
    ByteStream, Error, ResponseBody, ResponseBuilder,
    js_sys::{Array, Function, Reflect, Uint8Array, global},
    wasm_bindgen::{JsCast, JsValue},
    wasm_bindgen_futures::JsFuture,
    web_sys::{ReadableStream, Response},
};

use super::js;

/// Packs bytes into one member.
pub async fn pack(bytes: &[u8]) -> Result<Vec<u8>, String> {
    let packed = stream_of(bytes).and_then(|stream| through(&stream, "CompressionStream", &"gzip".into()));
    collect(packed.map_err(why)?).await.map_err(why)
}

/// Unpacks one member that comes to exactly `length` bytes.
pub async fn unpack(member: &[u8], length: u64) -> Result<Vec<u8>, String> {
    let unpacked = stream_of(member).and_then(|stream| unpacked(&stream, length));
    collect(unpacked.map_err(why)?).await.map_err(why)
}

/// The bytes behind a member of unknown length. Whoever reads them holds them to a bound.
pub fn unpacked_unbounded(member: &ReadableStream) -> Result<ReadableStream, JsValue> {
    through(member, "DecompressionStream", &"gzip".into())
}

/// The bytes behind a member that comes to exactly `length` of them. They pass by the Worker's memory.
pub fn unpacked(member: &ReadableStream, length: u64) -> Result<ReadableStream, JsValue> {
    of_length(&unpacked_unbounded(member)?, length)
}

/// Some of the bytes behind a member: `length` of them, from the one at `first`. What follows is not unpacked.
pub fn unpacked_part(member: &ReadableStream, first: u64, length: u64) -> Result<ReadableStream, JsValue> {
    let bytes = byte_stream(unpacked_unbounded(member)?).map_err(JsValue::from)?;
    let part = stream::unfold((bytes, first, length), |(mut bytes, mut skip, left)| async move {
        if left == 0 {
            return None;
        }
        loop {
            let chunk = match bytes.next().await? {
                Ok(chunk) => chunk,
                Err(error) => return Some((Err(error), (bytes, 0, 0))),
            };
            let size = chunk.len() as u64;
            if size <= skip {
                skip = skip.saturating_sub(size);
                continue;
            }
            let begin = usize::try_from(skip).unwrap_or(usize::MAX);
            let end = usize::try_from(skip.saturating_add(left).min(size)).unwrap_or(usize::MAX);
            let taken = chunk.get(begin..end).unwrap_or_default().to_vec();
            let left = left.saturating_sub(taken.len() as u64);
            return Some((Ok::<_, Error>(taken), (bytes, 0, left)));
        }
    });
    let response = ResponseBuilder::new().from_stream(Box::pin(part)).map_err(JsValue::from)?;
    match response.body() {
        ResponseBody::Stream(stream) => of_length(stream, length),
        _ => Err(JsValue::from_str("no stream")),
    }
}

/// A stream of the runtime as one of Rust's.
pub fn byte_stream(stream: ReadableStream) -> worker::Result<ByteStream> {
    worker::Response::from_body(ResponseBody::Stream(stream))?.stream()
}

/// The same bytes, which fail unless there are exactly so many. An answer whose body these are says its length.
fn of_length(stream: &ReadableStream, length: u64) -> Result<ReadableStream, JsValue> {
    // Exact: no object in the archive comes near 2^53 bytes.
    through(stream, "FixedLengthStream", &JsValue::from_f64(length as f64))
}

/// The readable side of one of the runtime's transformers.
fn through(stream: &ReadableStream, name: &str, argument: &JsValue) -> Result<ReadableStream, JsValue> {
    let constructor: Function = Reflect::get(&global(), &name.into())?.dyn_into()?;
    let transformer = Reflect::construct(&constructor, &Array::of1(argument))?;
    let pipe_through: Function = Reflect::get(stream, &"pipeThrough".into())?.dyn_into()?;
    Ok(pipe_through.call1(stream, &transformer)?.unchecked_into())
}

fn stream_of(bytes: &[u8]) -> Result<ReadableStream, JsValue> {
    let response = Response::new_with_opt_js_u8_array(Some(&Uint8Array::from(bytes)))?;
    response.body().ok_or_else(|| JsValue::from_str("no stream"))
}

async fn collect(stream: ReadableStream) -> Result<Vec<u8>, JsValue> {
    let whole = Response::new_with_opt_readable_stream(Some(&stream))?.array_buffer()?;
    Ok(Uint8Array::new(&JsFuture::from(whole).await?).to_vec())
}

fn why(error: JsValue) -> String {
    js::message(&error).unwrap_or_else(|| "gzip failed".to_owned())
}
