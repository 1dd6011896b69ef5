//! `/console/settings/keys`.

use futures_util::future::join;
use serde_json::{Value, json};
use worker::Method;

use crate::{
    console::{
        answer::{Done, Outcome},
        form::{Form, query},
        models::settings::{Key, Org},
        pages::settings::{KEYS, keys},
        parts::errors::Errors,
        routes::visit::Visit,
    },
    core::{
        auth::DEFAULT_ORG,
        envelope::{ApiError, ErrorCode},
    },
    edge::random,
};

/// Answers a path below it.
pub async fn route(is_post: bool, segments: &[&str], visit: &Visit<'_>) -> Outcome {
    match (is_post, segments) {
        _ if !visit.viewer.principal.is_root => Ok(Done::Page(keys::without_root(&visit.viewer))),
        (false, []) => list(visit).await,
        (false, ["new"]) => form(visit, &visit.asked, None).await,
        (true, ["new"]) => create(visit).await,
        (false, [id, "revoke"]) => ask(visit, id, None).await,
        (true, [id, "revoke"]) => revoke(visit, id).await,
        _ => Err(ApiError::not_found("page")),
    }
}

fn org<'a>(visit: &'a Visit<'_>) -> &'a str {
    visit.asked.text("org").unwrap_or(DEFAULT_ORG)
}

fn listed(org: &str) -> String {
    format!("{KEYS}{}", query(&[("org", Some(org))]))
}

async fn list(visit: &Visit<'_>) -> Outcome {
    let org = org(visit);
    let path = format!("/v1/keys{}", query(&[("org", Some(org))]));
    let (keys, orgs) = join(visit.api.get::<Vec<Key>>(&path), visit.api.get::<Vec<Org>>("/v1/orgs")).await;
    Ok(Done::Page(keys::list(&visit.viewer, org, &orgs?, &keys?)))
}

async fn form(visit: &Visit<'_>, typed: &Form, error: Option<&ApiError>) -> Outcome {
    let orgs: Vec<Org> = visit.api.get("/v1/orgs").await?;
    // Whether a call whose answer was lost has made a key is known by the same word alone; after a refusal another one is needed.
    let kept = typed.text("once").filter(|_| error.is_some_and(|error| error.status >= 500));
    let once = match kept {
        Some(once) => once.to_owned(),
        None => hex::encode(random::bytes::<16>()?),
    };
    Ok(Done::Page(keys::new(&visit.viewer, &orgs, typed, &once, Errors(error))))
}

/// Makes a key and shows it, in the answer to the form itself: no page can be asked for it later.
async fn create(visit: &Visit<'_>) -> Outcome {
    let typed = &visit.form;
    let org = typed.text("org").unwrap_or(DEFAULT_ORG);
    let scopes: Vec<&str> = typed.all("scopes").collect();
    let body = json!({ "name": typed.raw("name").trim(), "org": org, "scopes": scopes });
    match visit.api.create::<Key>("/v1/keys", &body, typed.raw("once")).await {
        Ok(key) => Ok(Done::Page(keys::made(&visit.viewer, &key))),
        Err(error) if error.code == ErrorCode::AlreadyExists => {
            let text = "This form was sent before, and the key that it made was shown then. If nobody has it, revoke it and make another one.";
            Ok(Done::refused(listed(org), &ApiError::exists(text)))
        }
        Err(error) => form(visit, typed, Some(&error)).await,
    }
}

async fn ask(visit: &Visit<'_>, id: &str, error: Option<&str>) -> Outcome {
    let org = org(visit);
    Ok(Done::Page(keys::revoke(&visit.viewer, org, &find(visit, org, id).await?, error)))
}

async fn find(visit: &Visit<'_>, org: &str, id: &str) -> Result<Key, ApiError> {
    let path = format!("/v1/keys{}", query(&[("org", Some(org))]));
    let keys: Vec<Key> = visit.api.get(&path).await?;
    keys.into_iter().find(|key| key.id == id).ok_or_else(|| ApiError::not_found("key"))
}

async fn revoke(visit: &Visit<'_>, id: &str) -> Outcome {
    let org = org(visit);
    let key = find(visit, org, id).await?;
    if !keys::is_confirmed(&key, visit.form.raw("confirm")) {
        return ask(visit, id, Some("must be the name of this key, or its id")).await;
    }
    let path = format!("/v1/keys/{}{}", key.id, query(&[("org", Some(org))]));
    match visit.api.send::<Value>(Method::Delete, &path, &Value::Null).await {
        Ok(_) => {
            let text =
                format!("The key {} is revoked. It is refused everywhere within half a minute.", key.name);
            Ok(Done::told(listed(org), text))
        }
        Err(error) => Ok(Done::refused(listed(org), &error)),
    }
}
