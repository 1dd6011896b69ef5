//! `/v1/reviews`: the queue of deliveries that people look at, and what they said.

use futures_util::{StreamExt, stream};
use worker::{Env, Headers, Method, Request, Response, ResponseBuilder};

use super::access::allow;
use crate::{
    core::{
        auth::Scope,
        envelope::ApiError,
        field,
        ids::is_webhook_id,
        review::{
            CLAIM_FIELDS, ClaimRequest, FIRST, Item, LABEL_FIELDS, LabelRequest, Query, RELEASE_FIELDS,
            ReviewPage, ReviewView, State, exchange_key, reviewer,
        },
    },
    edge::{
        clock,
        http::{Answer, ok},
        input, storage,
    },
    receiver::reviews::{client, command::Command},
};

/// Tells where an export goes on.
const NEXT_CURSOR: &str = "next-cursor";

/// Answers what is below `/v1/reviews`.
pub async fn route(request: &mut Request, rest: &[&str], env: &Env) -> Answer {
    let (method, name, scope) = match rest {
        [] | [_] => (Method::Get, "GET", Scope::RequestsRead),
        [_, "claim" | "release" | "label"] => (Method::Post, "POST", Scope::ScoresWrite),
        _ => return Err(ApiError::not_found("path")),
    };
    if request.method() != method {
        return Err(ApiError::method(name));
    }
    allow(request, env, scope).await?;
    match rest {
        [] => list(request, env).await,
        ["export"] => export(request, env).await,
        [id] => show(id, env).await,
        [id, verb, ..] => change(request, id, verb, env).await,
    }
}

/// Lists items of a state, oldest first.
async fn list(request: &Request, env: &Env) -> Answer {
    let url = input::url(request)?;
    let query = Query::list(url.query_pairs())?;
    let items = client::list(env, &query).await?;
    ok(200, &ReviewPage::new(&items, query.limit, query.state, clock::now().millis()))
}

/// Shows one with its exchange.
async fn show(id: &str, env: &Env) -> Answer {
    let item = find(id, env).await?;
    let exchange = read_exchange(id, env).await.map_err(ApiError::unavailable)?;
    ok(200, &view(&item).with_exchange(exchange.as_deref()))
}

/// Claims, releases or labels one. What does not exist is not there, whatever is said of it.
async fn change(request: &mut Request, id: &str, verb: &str, env: &Env) -> Answer {
    let id = find(id, env).await?.id;
    let command = match verb {
        "claim" => {
            let fields = input::object(request).await?;
            field::only(&fields, &CLAIM_FIELDS)?;
            Command::Claim { id, request: ClaimRequest::read(&fields)? }
        }
        "label" => {
            let fields = input::object(request).await?;
            field::only(&fields, &LABEL_FIELDS)?;
            Command::Label { id, request: LabelRequest::read(&fields)? }
        }
        _ => {
            let fields = input::optional_object(request).await?;
            field::only(&fields, &RELEASE_FIELDS)?;
            Command::Release { id, reviewer: reviewer(&fields)? }
        }
    };
    let item = client::change(env, command).await?;
    ok(200, &view(&item))
}

/// Hands out what has a label, line by line and with its exchange, in the order of the labels.
async fn export(request: &Request, env: &Env) -> Answer {
    let url = input::url(request)?;
    let query = Query::export(url.query_pairs())?;
    let items = client::list(env, &query).await?;
    let last = items.last().map(|item| item.place(State::Labelled)).or(query.after);
    let next = last.map_or_else(|| FIRST.to_owned(), |place| place.to_string());
    let failed = |_| ApiError::unavailable("the export could not be written");
    let headers = Headers::new();
    headers.set("content-type", "application/x-ndjson").map_err(failed)?;
    headers.set("cache-control", "no-store").map_err(failed)?;
    headers.set(NEXT_CURSOR, &next).map_err(failed)?;
    Ok(streamed(items, env.clone()).map_err(failed)?.with_headers(headers))
}

/// One exchange is in memory at a time. Where one can't be read the answer breaks off, so that nobody takes it for whole.
fn streamed(items: Vec<Item>, env: Env) -> worker::Result<Response> {
    let lines = stream::iter(items).then(move |item| {
        let env = env.clone();
        async move {
            let exchange = read_exchange(&item.id, &env).await.map_err(worker::Error::RustError)?;
            let mut line = serde_json::to_vec(&view(&item).with_exchange(exchange.as_deref()))?;
            line.push(b'\n');
            Ok::<_, worker::Error>(line)
        }
    });
    ResponseBuilder::new().from_stream(lines)
}

async fn find(id: &str, env: &Env) -> Result<Item, ApiError> {
    match is_webhook_id(id) {
        true => client::find(env, id).await,
        false => Err(ApiError::not_found("review")),
    }
}

async fn read_exchange(id: &str, env: &Env) -> Result<Option<String>, String> {
    storage::get_text(env, &exchange_key(id)).await
}

fn view(item: &Item) -> ReviewView<'_> {
    ReviewView::new(item, clock::now().millis())
}
