//! Which path of the console is answered in which file.

mod deliveries;
mod events;
mod overview;
mod receiver;
mod settings;
mod visit;
mod webhooks;

use worker::{Env, Method, Request, Response};

use self::visit::Visit;
use super::{
    answer::{self, Outcome},
    form::Form,
    login, pages,
    viewer::Theme,
};
use crate::{
    core::{envelope::ApiError, limits, roles::Roles},
    edge::{body, http::header, input, log::Line},
};

/// Whether a path is one of the console's.
pub fn has(path: &str) -> bool {
    path == "/console" || path.starts_with("/console/")
}

/// Answers one. Whatever goes wrong is a page too.
pub async fn route(request: &mut Request, path: &str, roles: Roles, env: &Env) -> Response {
    let theme = login::theme(request);
    match enter(request, path, roles, env).await {
        Ok(response) => response,
        Err(error) => answer::page(error.status, pages::problem::alone(theme, &error)),
    }
}

async fn enter(request: &mut Request, path: &str, roles: Roles, env: &Env) -> Result<Response, ApiError> {
    let url = input::url(request)?;
    let origin = url.origin().ascii_serialization();
    let asked = Form::read(url.query().unwrap_or_default().as_bytes());
    let is_part = header(request, "hx-request").is_some();
    let form = match request.method() {
        Method::Get | Method::Head => Form::default(),
        Method::Post => read(request, &origin).await?,
        _ => return Err(ApiError::method("GET, HEAD, POST")),
    };
    if path == "/console/login" {
        return match request.method() {
            Method::Post => login::begin(request, &form, env).await,
            _ => login::show(request, &asked, env),
        };
    }
    let Some(mut visit) = Visit::begin(request, origin, roles, env).await? else {
        return Ok(login::first(request, is_part));
    };
    (visit.asked, visit.form, visit.is_part) = (asked, form, is_part);
    let is_post = request.method() == Method::Post;
    if is_post && !visit.form.has_token(&visit.viewer.form_token) {
        let rule = "this form is not from this session: load the page again, and send it once more";
        return Ok(visit.problem(&ApiError::new(403, rule)));
    }
    let segments: Vec<&str> = path.trim_matches('/').split('/').skip(1).collect();
    let outcome = match (is_post, segments.as_slice()) {
        (true, ["logout"]) => return Ok(login::end()),
        (true, ["theme"]) => return Ok(set_theme(request, &visit)),
        _ => page(is_post, &segments, &visit).await,
    };
    Ok(visit.answer(outcome))
}

async fn page(is_post: bool, segments: &[&str], visit: &Visit<'_>) -> Outcome {
    match (is_post, segments) {
        (false, []) => overview::show(visit).await,
        (true, ["sample"]) => overview::send_sample(visit).await,
        (_, ["webhooks", rest @ ..]) => webhooks::route(is_post, rest, visit).await,
        (_, ["deliveries", rest @ ..]) => deliveries::route(is_post, rest, visit).await,
        (_, ["events", rest @ ..]) => events::route(is_post, rest, visit).await,
        (_, ["receiver", rest @ ..]) => receiver::route(is_post, rest, visit).await,
        (_, ["settings", rest @ ..]) => settings::route(is_post, rest, visit).await,
        _ => Err(ApiError::not_found("page")),
    }
}

async fn read(request: &mut Request, origin: &str) -> Result<Form, ApiError> {
    login::check_site(request, origin).inspect_err(|_| Line::warn("console.foreign_form").emit())?;
    let content_type = header(request, "content-type").unwrap_or_default();
    if !content_type.starts_with("application/x-www-form-urlencoded") {
        return Err(ApiError::new(415, "content-type: must be application/x-www-form-urlencoded"));
    }
    Ok(Form::read(&body::read(request, limits::CALL_BODY).await?))
}

/// Back to where the switch was, in other colours.
fn set_theme(request: &Request, visit: &Visit<'_>) -> Response {
    const YEAR: i64 = 365 * 86_400;
    let from = header(request, "referer").unwrap_or_default();
    let back = from.strip_prefix(&visit.viewer.origin).filter(|path| has(path)).unwrap_or("/console");
    let response = answer::redirect(back);
    let theme = Theme::parse(visit.form.raw("theme"));
    answer::set_cookie(&response, login::THEME, Some(theme.name()), YEAR);
    response
}
