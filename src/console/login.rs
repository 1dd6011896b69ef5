//! Logging in with an API key, and what a login leaves in the browser: a signed cookie that holds no key.

use worker::{Env, Method, Request, Response};

use super::{
    answer,
    cookie::{self, own_path},
    form::{Form, is_own_site, query},
    pages,
    viewer::Theme,
};
use crate::{
    core::{
        auth::{
            Session,
            session::{IDLE_SECONDS, form_token},
        },
        envelope::ApiError,
    },
    edge::{auth, clock, http::header, limiter, log::Line, random, settings},
};

/// The session. A name that begins so is bound by browsers to this host, and to a connection that nobody reads.
pub const SESSION: &str = "__Host-heliograph";
/// What the form for logging in is bound to.
const BEFORE: &str = "__Host-heliograph-login";
/// The colours that somebody wants.
pub const THEME: &str = "__Host-heliograph-theme";
/// What the next page says was done.
pub const NOTICE: &str = "__Host-heliograph-notice";

/// The rate limit on logins, by where they come from, and its period in wrangler.toml.
const LIMIT: &str = "LOGIN";
const PERIOD_SECONDS: u32 = 60;

/// How long somebody may look at the form, in seconds.
const FORM_SECONDS: i64 = 3600;

/// A cookie of the request.
pub fn cookie(request: &Request, name: &str) -> Option<String> {
    cookie::value(&header(request, "cookie")?, name).map(str::to_owned)
}

/// The colours that the request asks for.
pub fn theme(request: &Request) -> Theme {
    Theme::parse(cookie(request, THEME).as_deref().unwrap_or_default())
}

/// `GET /console/login`: the form.
pub fn show(request: &Request, asked: &Form, env: &Env) -> Result<Response, ApiError> {
    form(request, 200, asked.raw("next"), None, env)
}

fn form(
    request: &Request,
    status: u16,
    next: &str,
    error: Option<&str>,
    env: &Env,
) -> Result<Response, ApiError> {
    let keys = settings::keys(env)?;
    let before = hex::encode(random::bytes::<16>()?);
    let token = form_token(&before, &keys.credential_key);
    let markup = pages::login::render(theme(request), &token, own_path(next), error);
    let response = answer::page(status, markup);
    answer::set_cookie(&response, BEFORE, Some(&before), FORM_SECONDS);
    Ok(response)
}

/// `POST /console/login`: begins a session, always a new one.
pub async fn begin(request: &Request, form: &Form, env: &Env) -> Result<Response, ApiError> {
    let next = form.raw("next");
    let source = header(request, "cf-connecting-ip").unwrap_or_default();
    if limiter::refuses(LIMIT, &source, env).await {
        Line::warn("console.login_limited").emit();
        let text = "Too many attempts. Wait a minute, then try again.";
        return self::form(request, 429, next, Some(text), env).inspect(|response| {
            let _ = response.headers().set("retry-after", &PERIOD_SECONDS.to_string());
        });
    }
    let keys = settings::keys(env)?;
    let before = cookie(request, BEFORE).unwrap_or_default();
    if before.is_empty() || !form.has_token(&form_token(&before, &keys.credential_key)) {
        return self::form(request, 403, next, Some("This form is too old. Try again."), env);
    }
    // A session is no key: it would live for ever, from one login to the next.
    let key = form.text("key").filter(|key| !Session::is_meant(key)).unwrap_or_default();
    let found = match auth::whose(key, env)? {
        Some((org, hash)) => auth::principal_of(&org, &hash, env).await?.map(|_| (org, hash)),
        None => None,
    };
    let Some((org, hash)) = found else {
        Line::warn("console.login_refused").emit();
        return self::form(
            request,
            401,
            next,
            Some("This is no key of this deployment, or it was revoked."),
            env,
        );
    };
    Line::info("console.login").text("org", &org).emit();
    let session = Session::begin(&org, &hash, clock::now()).write(&keys.credential_key);
    let response = answer::redirect(own_path(next));
    answer::set_cookie(&response, SESSION, Some(&session), IDLE_SECONDS);
    answer::set_cookie(&response, BEFORE, None, 0);
    Ok(response)
}

/// `POST /console/logout`.
pub fn end() -> Response {
    let response = answer::redirect("/console/login");
    answer::set_cookie(&response, SESSION, None, 0);
    response
}

/// Where somebody goes who has to log in first; back to where they wanted to, if they only wanted to look.
pub fn first(request: &Request, is_part: bool) -> Response {
    let wanted = request.url().ok().map(|url| match url.query() {
        Some(query) => format!("{}?{query}", url.path()),
        None => url.path().to_owned(),
    });
    let wanted = wanted.filter(|path| request.method() == Method::Get && path != "/console" && !is_part);
    let path = format!("/console/login{}", query(&[("next", wanted.as_deref())]));
    if is_part { answer::send_away(&path) } else { answer::redirect(&path) }
}

/// 403 for a form that another site sent.
pub fn check_site(request: &Request, origin: &str) -> Result<(), ApiError> {
    let (site, from) = (header(request, "sec-fetch-site"), header(request, "origin"));
    match is_own_site(site.as_deref(), from.as_deref(), origin) {
        true => Ok(()),
        false => Err(ApiError::new(403, "this form was sent from another site")),
    }
}
