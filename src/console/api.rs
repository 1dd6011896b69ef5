//! Asking the API, in the name of who is logged in and without leaving the Worker. Whatever a page shows or does has passed the
//! checks that everybody's calls pass.

use serde::{Deserialize, de::DeserializeOwned};
use serde_json::Value;
use worker::{Env, Headers, Method, Request, RequestInit, Response};

use crate::{
    core::{envelope::ApiError, roles::Roles},
    dispatcher, receiver,
};

/// The API, for somebody.
pub struct Api<'a> {
    /// The platform.
    pub env: &'a Env,
    /// What the deployment answers.
    pub roles: Roles,
    /// Where it is reached.
    pub origin: String,
    /// The session.
    pub credential: String,
}

#[derive(Deserialize)]
#[serde(bound = "T: DeserializeOwned")]
struct Envelope<T> {
    data: T,
}

impl Api<'_> {
    /// Reads something: a path with its query string. A refusal is the API's own.
    pub async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, ApiError> {
        read(self.call(Method::Get, path, None, &[]).await?).await
    }

    /// Does something.
    pub async fn send<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        body: &Value,
    ) -> Result<T, ApiError> {
        read(self.call(method, path, Some(body), &[]).await?).await
    }

    /// Reads something together with its revision, for [`Api::send_at`].
    pub async fn get_at<T: DeserializeOwned>(&self, path: &str) -> Result<(T, String), ApiError> {
        let response = self.call(Method::Get, path, None, &[]).await?;
        let revision = response.headers().get("etag").ok().flatten().unwrap_or_default();
        Ok((read(response).await?, revision))
    }

    /// Does something to what is still at the revision that it was read at; 412 otherwise.
    pub async fn send_at<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        body: &Value,
        revision: &str,
    ) -> Result<T, ApiError> {
        read(self.call(method, path, Some(body), &[("if-match", revision)]).await?).await
    }

    /// Posts what may arrive twice, under a key by which the second is known.
    pub async fn create<T: DeserializeOwned>(
        &self,
        path: &str,
        body: &Value,
        idempotency_key: &str,
    ) -> Result<T, ApiError> {
        let headers = [("idempotency-key", idempotency_key)];
        read(self.call(Method::Post, path, Some(body), &headers).await?).await
    }

    /// Makes a call, for an answer that is no envelope.
    pub async fn call(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
        headers: &[(&str, &str)],
    ) -> Result<Response, ApiError> {
        let mut request = self.request(method, path, body, headers).map_err(|_| lost())?;
        let path = path.split_once('?').map_or(path, |(path, _)| path);
        match path {
            path if self.roles.receiver && receiver::api::has(path) => {
                receiver::api::route(&mut request, path, self.env).await
            }
            path if self.roles.dispatcher => dispatcher::api::route(&mut request, path, self.env).await,
            _ => Err(ApiError::not_found("path")),
        }
    }

    fn request(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
        more: &[(&str, &str)],
    ) -> worker::Result<Request> {
        let headers = Headers::new();
        headers.set("authorization", &format!("Bearer {}", self.credential))?;
        for (name, value) in more {
            headers.set(name, value)?;
        }
        let mut init = RequestInit::new();
        init.with_method(method);
        if let Some(body) = body {
            headers.set("content-type", "application/json")?;
            init.with_body(Some(body.to_string().into()));
        }
        init.with_headers(headers);
        Request::new_with_init(&format!("{}{path}", self.origin), &init)
    }
}

async fn read<T: DeserializeOwned>(mut response: Response) -> Result<T, ApiError> {
    let body = response.bytes().await.map_err(|_| lost())?;
    let envelope: Envelope<T> = serde_json::from_slice(&body).map_err(|_| lost())?;
    Ok(envelope.data)
}

fn lost() -> ApiError {
    ApiError::unavailable("the answer could not be read; try again")
}
