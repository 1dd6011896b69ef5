//! One request of somebody who is logged in.

use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use worker::{Env, Request, Response};

use crate::{
    console::{
        answer::{self, Done, Outcome},
        api::Api,
        form::Form,
        frame::Notice,
        login::{self, NOTICE, SESSION},
        pages,
        viewer::Viewer,
    },
    core::{
        auth::{Session, session::IDLE_SECONDS},
        envelope::ApiError,
        roles::Roles,
    },
    edge::{auth, clock, http::header, settings},
};

/// How long a notice waits for its page, in seconds.
const NOTICE_SECONDS: i64 = 60;

/// The longest notice, in bytes: a cookie has room for it.
const NOTICE_BYTES: usize = 600;

/// A request, and who made it.
pub struct Visit<'a> {
    /// Who looks.
    pub viewer: Viewer,
    /// The API, in their name.
    pub api: Api<'a>,
    /// The query string.
    pub asked: Form,
    /// The form that was sent.
    pub form: Form,
    /// Whether a script asks for a part of a page.
    pub is_part: bool,
    /// Which site's page asks, where the browser says so.
    pub from: Option<String>,
    /// What the page before has done.
    notice: Option<Notice>,
    /// The cookie with which the session goes on.
    renewed: Option<String>,
}

impl<'a> Visit<'a> {
    /// Finds out who looks; `None` where they have to log in.
    pub async fn begin(
        request: &Request,
        origin: String,
        roles: Roles,
        env: &'a Env,
    ) -> Result<Option<Self>, ApiError> {
        let (keys, now) = (settings::keys(env)?, clock::now());
        let Some(credential) = login::cookie(request, SESSION) else { return Ok(None) };
        let Some(session) = Session::read(&credential, &keys.credential_key, now) else { return Ok(None) };
        let found = auth::principal_of(&session.org, &session.key_hash, env).await?;
        let Some(principal) = found else { return Ok(None) };
        let viewer = Viewer {
            principal,
            form_token: session.form_token(&keys.credential_key),
            theme: login::theme(request),
            roles,
            origin: origin.clone(),
            now,
        };
        Ok(Some(Self {
            viewer,
            api: Api { env, roles, origin, credential },
            asked: Form::default(),
            form: Form::default(),
            is_part: false,
            from: header(request, "origin"),
            notice: login::cookie(request, NOTICE).as_deref().and_then(read_notice),
            renewed: session.renewed(now).map(|session| session.write(&keys.credential_key)),
        }))
    }

    /// Answers with what a handler came to.
    pub fn answer(&self, outcome: Outcome) -> Response {
        match outcome {
            Err(error) => self.problem(&error),
            Ok(Done::Page(page)) => {
                let response = answer::page(200, page.render(&self.viewer, self.notice.as_ref()));
                if self.notice.is_some() {
                    answer::set_cookie(&response, NOTICE, None, 0);
                }
                self.finish(response)
            }
            Ok(Done::Part(markup)) => self.finish(answer::page(200, markup)),
            Ok(Done::Raw(response)) => response,
            Ok(Done::See(path)) => self.finish(self.go(&path)),
            Ok(Done::Told(path, notice)) => {
                let response = self.go(&path);
                answer::set_cookie(&response, NOTICE, Some(&write_notice(&notice)), NOTICE_SECONDS);
                self.finish(response)
            }
        }
    }

    /// Answers with what went wrong.
    pub fn problem(&self, error: &ApiError) -> Response {
        let markup = match self.is_part {
            true => pages::problem::part(error),
            false => pages::problem::page(&self.viewer, error),
        };
        self.finish(answer::page(error.status, markup))
    }

    fn go(&self, path: &str) -> Response {
        if self.is_part { answer::send_away(path) } else { answer::redirect(path) }
    }

    /// With the cookie of a session that goes on.
    fn finish(&self, response: Response) -> Response {
        if let Some(session) = &self.renewed {
            answer::set_cookie(&response, SESSION, Some(session), IDLE_SECONDS);
        }
        response
    }
}

fn write_notice(notice: &Notice) -> String {
    let mut end = notice.text.len().min(NOTICE_BYTES);
    while !notice.text.is_char_boundary(end) {
        end = end.saturating_sub(1);
    }
    let text = notice.text.get(..end).unwrap_or_default();
    let kind = if notice.is_good { "good" } else { "bad" };
    format!("{kind}.{}", utf8_percent_encode(text, NON_ALPHANUMERIC))
}

fn read_notice(cookie: &str) -> Option<Notice> {
    let (kind, text) = cookie.split_once('.')?;
    let text = percent_decode_str(text).decode_utf8().ok()?.into_owned();
    Some(Notice { is_good: kind == "good", text })
}
