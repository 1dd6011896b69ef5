//! `Backfill`: reads what was missed from the request API, a page at each alarm, and puts it on the inbox's queue. One object;
//! where a backfill goes on is written after each page, so that after a crash at most a page is read twice.

pub mod command;
mod store;

use std::cell::OnceCell;

use worker::{DurableObject, Env, Method, Request, Response, Result, State, durable_object};

use self::{
    command::{Command, Found},
    store::Store,
};
use crate::{
    core::{
        backfill::{Job, MAX_RUNNING, Page, Status, read_page},
        envelope::ApiError,
    },
    edge::{
        clock, http,
        log::Line,
        object,
        outbound::{self, Outgoing},
        random, settings,
        sql::once,
    },
    receiver::{enqueue::enqueue, helicone, settings as receiver_settings},
};

const BINDING: &str = "BACKFILL";

/// Between two pages, in milliseconds: the API has others to serve, and handlers their limits.
const STEP_MILLIS: i64 = 1000;

const DEADLINE_MS: u32 = 60_000;

/// How large a page may be: a hundred rows with what bodies they hold themselves.
const CAP: usize = 32 * 1024 * 1024;

/// Asks the object.
pub async fn call(env: &Env, command: &Command) -> std::result::Result<Found, ApiError> {
    object::call(env, BINDING, "backfill", command).await
}

/// The object.
#[durable_object]
pub struct Backfill {
    state: State,
    env: Env,
    store: OnceCell<Store>,
}

impl DurableObject for Backfill {
    fn new(state: State, env: Env) -> Self {
        Self { state, env, store: OnceCell::new() }
    }

    async fn fetch(&self, mut request: Request) -> Result<Response> {
        // Sets the pace of the clock, where it is not the real one.
        let _ = settings::roles(&self.env);
        Ok(http::respond(self.answer(&mut request).await))
    }

    async fn alarm(&self) -> Result<Response> {
        let _ = settings::roles(&self.env);
        // An alarm that returns an error is run again by the platform, later and later.
        match self.go_on().await {
            Ok(()) => Response::empty(),
            Err(error) => {
                Line::error("backfill.interrupted").text("why", &error.message).emit();
                Err(worker::Error::RustError(error.message))
            }
        }
    }
}

/// Why there is no page.
struct NoPage {
    why: String,
    is_final: bool,
}

impl Backfill {
    async fn answer(&self, request: &mut Request) -> http::Answer {
        let command: Command = object::command(request, "backfill").await?;
        let store = self.store()?;
        let job = match command {
            Command::Begin(spec) => {
                if store.count_running()? >= MAX_RUNNING {
                    let message = format!("{MAX_RUNNING} backfills are running; wait, or cancel one");
                    return Err(ApiError::limit(message));
                }
                let id = format!("backfill_{}", hex::encode(random::bytes::<12>()?));
                let job = Job::new(id, spec, clock::now());
                store.put(&job)?;
                self.wake_in(0).await?;
                Some(job)
            }
            Command::Find { id } => store.get(&id)?,
            Command::Cancel { id } => match store.get(&id)? {
                Some(mut job) if job.status == Status::Running => {
                    (job.status, job.updated_at) = (Status::Cancelled, clock::now().millis());
                    store.put(&job)?;
                    Some(job)
                }
                job => job,
            },
        };
        http::ok(200, &Found { job })
    }

    /// Takes a page of the oldest backfill that is running.
    async fn go_on(&self) -> std::result::Result<(), ApiError> {
        let store = self.store()?;
        let Some(job) = store.running()? else { return Ok(()) };
        let outcome = self.page(&job).await;
        let mut wait = STEP_MILLIS;
        // It may have been stopped while the page was read.
        let Some(mut job) = store.get(&job.id)?.filter(|job| job.status == Status::Running) else {
            return self.wake_in(wait).await;
        };
        let now = clock::now();
        match outcome {
            Ok(page) => {
                let queued = page.deliveries.len();
                for (message, body) in page.deliveries {
                    enqueue(&message, body, &self.env).await.map_err(ApiError::unavailable)?;
                }
                job.note(page.rows, queued, page.last, now);
            }
            Err(NoPage { why, is_final }) => {
                Line::warn("backfill.no_page").text("backfill", &job.id).text("why", &why).emit();
                if let Some(seconds) = job.fail(why, is_final, now) {
                    wait = clock::real_millis(i64::from(seconds).saturating_mul(1000));
                }
            }
        }
        store.put(&job)?;
        self.wake_in(wait).await
    }

    async fn page(&self, job: &Job) -> std::result::Result<Page, NoPage> {
        let gone = |why: &str, is_final: bool| NoPage { why: why.to_owned(), is_final };
        let settings = receiver_settings::read(&self.env).map_err(|error| gone(&error.message, true))?;
        let key = settings.api_key.as_ref().ok_or_else(|| gone("HELICONE_API_KEY: is not set", true))?;
        let url = helicone::query_url(&settings.api_url);
        let url = url.ok_or_else(|| gone("HELICONE_API_URL: must be an http(s) URL", true))?;
        let body = job.question().to_string();
        let headers = [
            helicone::authorization(key),
            ("content-type".into(), "application/json".to_owned()),
            ("accept".into(), "application/json".to_owned()),
        ];
        let outgoing = Outgoing {
            method: Method::Post,
            url: url.as_str(),
            headers: &headers,
            body: Some(body.as_bytes()),
            deadline_ms: DEADLINE_MS,
            cap: CAP,
        };
        let reply = outbound::send(&outgoing)
            .await
            .map_err(|failure| gone(&format!("the request API gave no answer: {}", failure.code()), false))?;
        let status = reply.status;
        match (status, reply.whole()) {
            (200..=299, Ok(text)) => {
                read_page(&String::from_utf8_lossy(&text), clock::now()).map_err(|why| gone(why, false))
            }
            (200..=299, Err(_)) => Err(gone("the request API's answer is too large", true)),
            // A key can be repaired and a limit passes; what is wrong with the question stays so.
            (400 | 404 | 405 | 422, _) => Err(gone(&format!("the request API answered {status}"), true)),
            _ => Err(gone(&format!("the request API answered {status}"), false)),
        }
    }

    fn store(&self) -> std::result::Result<&Store, ApiError> {
        once(&self.store, || Store::open(self.state.storage().sql()))
    }

    async fn wake_in(&self, millis: i64) -> std::result::Result<(), ApiError> {
        let set = self.state.storage().set_alarm(millis).await;
        set.map_err(|_| ApiError::unavailable("the backfill could not set its alarm"))
    }
}
