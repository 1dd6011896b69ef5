//! Calling the queue.

use serde::de::DeserializeOwned;
use worker::Env;

use super::command::{Command, Found};
use crate::{
    core::{
        envelope::ApiError,
        review::{Item, Query},
    },
    edge::object,
};

const BINDING: &str = "REVIEWS";

/// People are slow: one object is enough for all of them.
const NAME: &str = "reviews";

/// Puts items in the queue.
pub async fn put(env: &Env, items: Vec<Item>) -> Result<(), ApiError> {
    call::<u64>(env, &Command::Put(items)).await.map(|_| ())
}

/// One item; 404 where there is none of that id.
pub async fn find(env: &Env, id: &str) -> Result<Item, ApiError> {
    let found: Found = call(env, &Command::Find { id: id.to_owned() }).await?;
    found.item.ok_or_else(|| ApiError::not_found("review"))
}

/// Items of a state, oldest first.
pub async fn list(env: &Env, query: &Query) -> Result<Vec<Item>, ApiError> {
    call(env, &Command::List(query.clone())).await
}

/// Changes an item: as it is then.
pub async fn change(env: &Env, command: Command) -> Result<Item, ApiError> {
    call(env, &command).await
}

async fn call<T: DeserializeOwned>(env: &Env, command: &Command) -> Result<T, ApiError> {
    object::call(env, BINDING, NAME, command).await
}
