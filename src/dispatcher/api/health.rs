//! `GET /healthz`.

use worker::{Method, Request, ResponseBuilder};

use crate::{
    core::{answer::Health, envelope::ApiError, roles::Roles},
    edge::http::Answer,
};

/// Says that this deployment answers, and as what.
pub fn show(request: &Request, roles: Roles) -> Answer {
    if !matches!(request.method(), Method::Get | Method::Head) {
        return Err(ApiError::method("GET, HEAD"));
    }
    let health = Health { status: "ok", roles: roles.names(), version: env!("CARGO_PKG_VERSION") };
    ResponseBuilder::new()
        .from_json(&health)
        .map_err(|_| ApiError::new(500, "the answer could not be written"))
}
