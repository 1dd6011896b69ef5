//! The little JavaScript that the platform's calls need by hand.

use worker::{
    js_sys::{Object, Reflect},
    wasm_bindgen::JsValue,
};

/// A plain object with these members.
pub fn object(members: &[(&str, JsValue)]) -> JsValue {
    let object = Object::new();
    for (name, value) in members {
        // Setting a member of a fresh plain object has no way to fail.
        let _ = Reflect::set(&object, &JsValue::from_str(name), value);
    }
    object.into()
}

/// The message of a thrown error, where it has one.
pub fn message(error: &JsValue) -> Option<String> {
    Reflect::get(error, &"message".into()).ok()?.as_string()
}
