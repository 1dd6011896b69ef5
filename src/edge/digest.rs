//! The platform's SHA-256: native code, where ours is WebAssembly.

use worker::{
    js_sys::{Array, Promise, Uint8Array},
    wasm_bindgen::{self, JsCast, JsValue, prelude::wasm_bindgen},
    wasm_bindgen_futures::JsFuture,
};

#[wasm_bindgen(module = "/src/edge/calls.js")]
extern "C" {
    #[wasm_bindgen(catch)]
    fn digests(heads: &Array, tail: &[u8]) -> Result<Promise, JsValue>;
}

/// From so many bytes on it pays. It takes a tenth of the time by the byte, and a promise, which takes as long as some kilobytes do.
const LONG: usize = 4096;

/// The SHA-256 of each head with the tail behind it. None at all where they are made sooner here, by whoever wants them: of a short
/// tail, whose heads nobody asks for, and where the platform makes none.
pub async fn of_long(heads: impl FnOnce() -> Vec<Vec<u8>>, tail: &[u8]) -> Vec<[u8; 32]> {
    if tail.len() < LONG {
        return Vec::new();
    }
    let heads = heads();
    // No copy of the tail for nobody: a signature may need no hash of ours.
    if heads.is_empty() {
        return Vec::new();
    }
    sha256(&heads, tail).await.unwrap_or_default()
}

async fn sha256(heads: &[Vec<u8>], tail: &[u8]) -> Option<Vec<[u8; 32]>> {
    let heads: Array = heads.iter().map(|head| Uint8Array::from(head.as_slice())).collect();
    let made = JsFuture::from(digests(&heads, tail).ok()?).await.ok()?;
    let bytes = made.dyn_into::<Uint8Array>().ok()?.to_vec();
    Some(bytes.as_chunks().0.to_vec())
}
