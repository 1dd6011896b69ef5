//! `GET /docs`: the API's description as a page. The page and what it loads are static files beside the Worker; the page
//! alone passes here, so that another method is refused as everywhere else.

use worker::{Env, Method, Request};

use crate::{
    core::envelope::ApiError,
    edge::{http::Answer, log::Line},
};

/// The binding of the static files.
const ASSETS: &str = "ASSETS";

/// Hands the page out, with the headers that `web/_headers` gives it.
pub async fn show(request: &Request, env: &Env) -> Answer {
    if !matches!(request.method(), Method::Get | Method::Head) {
        return Err(ApiError::method("GET, HEAD"));
    }
    let page = async { env.assets(ASSETS)?.fetch_request(request.clone()?).await };
    page.await.map_err(|error| {
        Line::error("docs.unavailable").text("why", &error.to_string()).emit();
        ApiError::unavailable("the page can't be read right now; try again")
    })
}
