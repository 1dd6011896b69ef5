//! Hands each delivery on: to another Worker by the service binding `FORWARD`, or to `FORWARD_URL`. The way for teams that
//! write their handlers in another language.
//!
//! What is handed on is the delivery's body byte for byte, with its id and type as headers, signed by Standard Webhooks where
//! `FORWARD_SECRET` is set; with `FORWARD_EXCHANGE` it is `{"delivery":…,"data":…,"request":…,"response":…}` with the full
//! exchange.

use async_trait::async_trait;
use worker::{Fetcher, Headers, Method, Request, RequestInit, Url, wasm_bindgen::JsValue};

use crate::{
    core::{
        json::{Canonical, write_key, write_string},
        signature::StandardKey,
    },
    edge::settings::flag,
    receiver::{
        call::{self, Header},
        delivery::Delivery,
        handler::{Context, Failure, Handler, Kind},
    },
};

const SERVICE: &str = "FORWARD";
const WHAT: &str = "where deliveries are forwarded to";

/// The handler.
pub struct Forward {
    to: Target,
    key: Option<StandardKey>,
    with_exchange: bool,
}

enum Target {
    Service(Fetcher),
    Url(Url),
}

/// Sets it up.
pub fn make(context: &Context<'_>) -> Result<Kind, String> {
    let env = context.env;
    let to = match (env.service(SERVICE), call::url_setting(env, "FORWARD_URL")?) {
        (Ok(service), _) => Target::Service(service),
        (Err(_), Some(url)) => Target::Url(url),
        (Err(_), None) => {
            return Err("FORWARD_URL: is not set, and there is no service binding FORWARD".to_owned());
        }
    };
    let with_exchange = flag(env, "FORWARD_EXCHANGE").map_err(|error| error.message)?;
    let key = call::key_setting(env, "FORWARD_SECRET")?;
    Ok(Kind::Each(Box::new(Forward { to, key, with_exchange })))
}

#[async_trait(?Send)]
impl Handler for Forward {
    async fn handle(&self, delivery: &Delivery, _context: &Context<'_>) -> Result<(), Failure> {
        let body = if self.with_exchange { with_exchange(delivery) } else { delivery.body.clone() };
        let mut headers = match &self.key {
            Some(key) => call::signature_headers(key, &delivery.id, body.as_bytes()),
            None => vec![("webhook-id".into(), delivery.id.clone())],
        };
        headers.push(("webhook-event-type".into(), delivery.event_type.clone()));
        match &self.to {
            Target::Url(url) => call::post_json(WHAT, url, &headers, body.as_bytes()).await.map(|_| ()),
            Target::Service(service) => to_service(service, &headers, &body).await,
        }
    }
}

async fn to_service(service: &Fetcher, headers: &[Header], body: &str) -> Result<(), Failure> {
    let failed = |_| Failure::later("the service FORWARD gave no answer");
    let all = Headers::new();
    for (name, value) in headers {
        all.set(name, value).map_err(failed)?;
    }
    all.set("content-type", "application/json").map_err(failed)?;
    let mut init = RequestInit::new();
    init.with_method(Method::Post).with_headers(all).with_body(Some(JsValue::from_str(body)));
    let request = Request::new_with_init("https://forward/webhook", &init).map_err(failed)?;
    let response = service.fetch_request(request).await.map_err(failed)?;
    let retry_after = response.headers().get("retry-after").ok().flatten();
    call::judge(WHAT, response.status_code(), retry_after.as_deref())
}

/// The delivery as it came, and what is known beside it.
fn with_exchange(delivery: &Delivery) -> String {
    let mut out = vec![b'{'];
    write_key("delivery", &mut out);
    out.extend_from_slice(delivery.body.as_bytes());
    write_key("data", &mut out);
    write_string(delivery.data.name(), &mut out);
    let bodies = [("request", &delivery.payload.request), ("response", &delivery.payload.response)];
    for (name, body) in bodies {
        write_key(name, &mut out);
        out.extend_from_slice(body.as_ref().map_or("null", Canonical::as_str).as_bytes());
    }
    out.push(b'}');
    String::from_utf8(out).unwrap_or_default()
}
