//! `/v1/event-types`: the catalogue, and the types that an org describes itself. `/schemas/…`: what a CloudEvent's `dataschema`
//! leads to.

use worker::{Env, Request};

use crate::{
    core::{
        answer::Deleted,
        api_version::ApiVersion,
        auth::Principal,
        envelope::ApiError,
        event::catalogue,
        event_types::ShownAs,
        org::{MAX_TYPES, OwnType},
        payload::Place,
    },
    dispatcher::{intake, orgs::settings},
    edge::{
        etag::if_match,
        http::{Answer, ok, public_json},
        input, settings as deployment,
    },
};

/// Lists all types in the version and format that the query asks for.
pub async fn list(request: &Request, principal: Principal, env: &Env) -> Answer {
    let (shown, base_url) = asked(request, env)?;
    let settings = settings::find(env, &principal.org).await?;
    ok(200, &shown.all(&settings.event_types, Place { org: &principal.org, base_url: &base_url }))
}

/// Shows one; 404 for one that nobody describes, though events of it are taken.
pub async fn show(request: &Request, name: &str, principal: Principal, env: &Env) -> Answer {
    let (shown, base_url) = asked(request, env)?;
    let settings = settings::find(env, &principal.org).await?;
    let place = Place { org: &principal.org, base_url: &base_url };
    ok(200, &found(shown.one(name, &settings.event_types, place))?)
}

/// Describes a type, or describes it anew.
pub async fn describe(request: &mut Request, name: &str, principal: Principal, env: &Env) -> Answer {
    let expected = if_match(request, "these settings")?;
    let (shown, base_url) = asked(request, env)?;
    let fields = input::optional_object(request).await?;
    let own = OwnType::read(name, &fields)?;
    let changed = settings::change(env, &principal.org, expected, |settings| {
        let types = &mut settings.event_types;
        types.retain(|other| other.name != own.name);
        if types.len() >= MAX_TYPES {
            let message = format!("an org may describe at most {MAX_TYPES} event types; delete one first");
            return Err(ApiError::limit(message));
        }
        types.push(own.clone());
        Ok(())
    });
    let settings = changed.await?;
    let place = Place { org: &principal.org, base_url: &base_url };
    ok(200, &found(shown.one(name, &settings.event_types, place))?)
}

/// Forgets the description of a type; events of it are taken all the same.
pub async fn forget(name: &str, principal: Principal, env: &Env) -> Answer {
    settings::change(env, &principal.org, None, |settings| {
        let before = settings.event_types.len();
        settings.event_types.retain(|own| own.name != name);
        match settings.event_types.len() == before {
            true => Err(ApiError::not_found("event type")),
            false => Ok(()),
        }
    })
    .await?;
    ok(200, &Deleted { id: name, deleted: true })
}

/// `/schemas/{version}/{type}.json`: the schema of a type's `data`, for everybody and not in the envelope.
pub fn schema(version: &str, file: &str) -> Answer {
    let found = ApiVersion::parse(version).zip(file.strip_suffix(".json").and_then(catalogue::find));
    let (version, spec) = found.ok_or_else(|| ApiError::not_found("schema"))?;
    public_json("application/schema+json", &catalogue::data_schema(Some(spec), None, version))
}

fn asked(request: &Request, env: &Env) -> Result<(ShownAs, String), ApiError> {
    let url = input::url(request)?;
    let parameter =
        |name: &str| url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned());
    let shown = ShownAs::read(parameter)?;
    let settings = deployment::dispatcher(env)?;
    Ok((shown, intake::base_url(&settings, request)))
}

fn found<T>(view: Option<T>) -> Result<T, ApiError> {
    view.ok_or_else(|| ApiError::not_found("event type"))
}
