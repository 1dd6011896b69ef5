//! `GET /v1/request/{id}`.

use worker::{Env, Request};

use super::parameters::{flag, only};
use crate::{
    core::auth::Principal,
    dispatcher::{
        intake::base_url,
        requests::{
            bodies::{Bodies, view},
            walk::Walk,
        },
    },
    edge::{
        http::{Answer, ok},
        input, settings,
    },
};

/// Shows one request; with `includeBody=true` what was asked and answered, too.
pub async fn handle(request: &Request, id: &str, principal: Principal, env: &Env) -> Answer {
    let url = input::url(request)?;
    only(&url, &["includeBody"])?;
    let with_bodies = flag(&url, "includeBody")?;
    let settings = settings::dispatcher(env)?;
    let (day, row) = Walk::new(env, &principal.org).await?.find(id).await?;
    let bodies = if with_bodies { Bodies::read(env, &row).await? } else { Bodies::default() };
    let (asked, answered) = bodies.parts();
    let view = view(day, &row, &base_url(&settings, request), &settings);
    ok(200, &view.with_bodies(asked, answered))
}
