//! `/v1/orgs`: the tenants of a deployment, which the root key alone manages.

use worker::{Env, Request};

use crate::{
    core::{
        answer::OrgView,
        auth::DEFAULT_ORG,
        field::{self, FieldError},
        org::Org,
        time::Timestamp,
    },
    dispatcher::orgs,
    edge::{
        clock,
        http::{Answer, ok},
        input,
    },
};

const FIELDS: [&str; 2] = ["id", "name"];

/// Adds an org.
pub async fn create(request: &mut Request, env: &Env) -> Answer {
    let fields = input::object(request).await?;
    field::only(&fields, &FIELDS)?;
    let id = input::text(&fields, "id")?
        .ok_or_else(|| FieldError::new("id", format!("is required and {}", orgs::ID_RULE)))?;
    let name = input::name(&fields)?.unwrap_or(id);
    let org = Org { id: id.to_owned(), name: name.to_owned(), created_at: clock::now().millis() };
    ok(200, &view(orgs::create(env, org).await?))
}

/// Lists all orgs, the default one first.
pub async fn list(env: &Env) -> Answer {
    let default = OrgView { id: DEFAULT_ORG.to_owned(), name: DEFAULT_ORG.to_owned(), created_at: None };
    let rows: Vec<OrgView> =
        std::iter::once(default).chain(orgs::all(env).await?.into_iter().map(view)).collect();
    ok(200, &rows)
}

fn view(org: Org) -> OrgView {
    OrgView {
        id: org.id,
        name: org.name,
        created_at: Some(Timestamp::from_millis(org.created_at).to_string()),
    }
}
