//! Who may call the receiver's API.

use worker::{Env, Request};

use crate::{
    core::{
        auth::{DEFAULT_ORG, Scope},
        envelope::ApiError,
    },
    edge::auth,
};

/// Whether who calls may do what the scope stands for. The receiver is its deployer's, whose org is the default one; another
/// org's key opens nothing here.
pub(super) async fn allow(request: &Request, env: &Env, scope: Scope) -> Result<(), ApiError> {
    let principal = auth::allow(request, env, scope).await?;
    match principal.org == DEFAULT_ORG {
        true => Ok(()),
        false => Err(ApiError::new(403, "only keys of the default org open the receiver's API")),
    }
}
