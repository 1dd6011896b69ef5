//! The endpoint itself: what it takes is bounded in size and time.

use std::{
    convert::Infallible,
    net::TcpListener,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
        mpsc,
    },
    thread,
    time::{Duration, Instant},
};

use http_body_util::{BodyExt, Full, Limited};
use hyper::{
    Method, Request, Response, StatusCode,
    body::{Bytes, Incoming},
    server::conn::http1,
    service::service_fn,
};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{net::TcpListener as AsyncListener, runtime, sync::Semaphore, task, time};

use super::{
    News,
    entry::{Entry, Verdict},
    forward::Forward,
    rehearsal::Rehearsal,
};
use crate::{
    cli::{clock, exit::Failure},
    core::{
        limits::DELIVERY_BODY,
        signature::{
            SecretText, Secrets, SignatureHeaders, Verified,
            explain::{Against, Received, explain},
            verify,
        },
    },
};

/// How long a sender may take for the headers, and again for the body.
const READ_TIMEOUT: Duration = Duration::from_secs(10);
/// How many connections are served at once.
const CONNECTIONS: usize = 64;
/// How many deliveries are handed on at once.
const FORWARDS: usize = 32;
/// How long answers that are under way may take at the end.
const GRACE: Duration = Duration::from_secs(2);

/// What deliveries meet.
pub struct Endpoint {
    /// Verifies; absent where nothing is verified.
    pub verifier: Option<Secrets>,
    /// The same secrets as texts: what a refusal is explained by.
    pub secrets: Vec<SecretText>,
    pub requires_timestamp: bool,
    pub rehearsal: Rehearsal,
    pub forward: Option<Forward>,
}

/// A server that runs.
pub struct Serving {
    open: Arc<AtomicUsize>,
}

impl Serving {
    /// Lets the answers get away that are under way.
    pub fn finish(self) {
        let end = Instant::now();
        while self.open.load(Ordering::SeqCst) > 0 && end.elapsed() < GRACE {
            thread::sleep(Duration::from_millis(10));
        }
    }
}

/// Serves in a thread of its own, for as long as the process lives.
pub fn start(
    listener: TcpListener,
    endpoint: Arc<Endpoint>,
    news: mpsc::Sender<News>,
) -> Result<Serving, Failure> {
    listener.set_nonblocking(true)?;
    let runtime =
        runtime::Builder::new_current_thread().enable_all().max_blocking_threads(FORWARDS).build()?;
    let open = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&open);
    thread::spawn(move || {
        runtime.block_on(async move {
            task::spawn(stop(news.clone()));
            if let Err(error) = accept(listener, endpoint, &news, counter).await {
                let _ = news.send(News::Said(format!("nothing more can be taken: {error}")));
                let _ = news.send(News::Stop);
            }
        });
    });
    Ok(Serving { open })
}

async fn accept(
    listener: TcpListener,
    endpoint: Arc<Endpoint>,
    news: &mpsc::Sender<News>,
    open: Arc<AtomicUsize>,
) -> std::io::Result<()> {
    let listener = AsyncListener::from_std(listener)?;
    let places = Arc::new(Semaphore::new(CONNECTIONS));
    loop {
        let Ok(place) = Arc::clone(&places).acquire_owned().await else { return Ok(()) };
        // One connection that breaks off before it is accepted is no reason to end.
        let Ok((stream, _)) = listener.accept().await else {
            time::sleep(Duration::from_millis(100)).await;
            continue;
        };
        let (endpoint, news, open) = (Arc::clone(&endpoint), news.clone(), Arc::clone(&open));
        task::spawn(async move {
            open.fetch_add(1, Ordering::SeqCst);
            let service = service_fn(|request| answer(request, &endpoint, &news));
            let connection = http1::Builder::new()
                .timer(TokioTimer::new())
                .header_read_timeout(READ_TIMEOUT)
                // Each answer is followed by the connection's end, by which one knows that it got away.
                .keep_alive(false)
                .serve_connection(TokioIo::new(stream), service);
            let _ = connection.await;
            open.fetch_sub(1, Ordering::SeqCst);
            drop(place);
        });
    }
}

async fn answer(
    request: Request<Incoming>,
    endpoint: &Arc<Endpoint>,
    news: &mpsc::Sender<News>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let (began, at) = (Instant::now(), clock::now());
    if request.method() != Method::POST {
        return Ok(reply(405, "heliograph listen: send deliveries by POST"));
    }
    let text = |value: &hyper::header::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    let headers =
        request.headers().iter().map(|(name, value)| (name.as_str().to_owned(), text(value))).collect();
    let body = time::timeout(READ_TIMEOUT, Limited::new(request.into_body(), DELIVERY_BODY).collect()).await;
    let body = match body {
        Ok(Ok(body)) => body.to_bytes().to_vec(),
        Ok(Err(error)) if error.is::<http_body_util::LengthLimitError>() => {
            let _ =
                news.send(News::Said(format!("a delivery of more than {DELIVERY_BODY} bytes was refused")));
            return Ok(reply(413, "more than 1 MiB"));
        }
        Ok(Err(_)) => return Ok(reply(400, "the body broke off")),
        Err(_) => return Ok(reply(408, "the body did not come in time")),
    };
    let received = Received { headers, body };
    let mut entry = Entry {
        verdict: judge(&received, endpoint),
        at,
        received,
        answered: 200,
        ms: 0,
        is_rehearsed: false,
        forwarded: None,
    };
    let response = respond(&mut entry, endpoint).await;
    time::sleep(endpoint.rehearsal.delay).await;
    entry.answered = response.status().as_u16();
    entry.ms = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
    let _ = news.send(News::Taken(Box::new(entry)));
    Ok(response)
}

/// Verifies as the receiver does.
fn judge(received: &Received, endpoint: &Endpoint) -> Verdict {
    let Some(secrets) = &endpoint.verifier else { return Verdict::Unchecked };
    let now = clock::now();
    match verify(&SignatureHeaders::of(&received.headers), &received.body, secrets, now) {
        Ok(Verified::Standard { .. }) => Verdict::Valid("standard"),
        Ok(Verified::Helicone) => Verdict::Valid("helicone"),
        Err(refused) => {
            let against = Against {
                secrets: &endpoint.secrets,
                others: &[],
                requires_timestamp: endpoint.requires_timestamp,
                now,
            };
            Verdict::Refused { code: refused.code(), mistakes: explain(received, &against).mistakes }
        }
    }
}

async fn respond(entry: &mut Entry, endpoint: &Arc<Endpoint>) -> Response<Full<Bytes>> {
    if let Verdict::Refused { code, .. } = &entry.verdict {
        let status = if matches!(*code, "incomplete" | "id" | "timestamp") { 400 } else { 401 };
        return reply(status, "the signature does not hold");
    }
    // Without randomness nothing is refused on purpose.
    let draw =
        clock::random::<4>().map_or(1.0, |bytes| f64::from(u32::from_le_bytes(bytes)) / 4_294_967_296.0);
    if let Some(status) = endpoint.rehearsal.answer(draw) {
        entry.is_rehearsed = true;
        return reply(status, "refused on purpose");
    }
    if endpoint.forward.is_none() {
        return reply(200, "ok");
    }
    let (shared, received) = (Arc::clone(endpoint), entry.received.clone());
    let sent =
        task::spawn_blocking(move || shared.forward.as_ref().map(|forward| forward.send(&received))).await;
    match sent {
        Ok(Some(Ok(answer))) => {
            entry.forwarded = Some(Ok((answer.status, answer.ms)));
            let mut response = Response::new(Full::new(Bytes::from(answer.body)));
            *response.status_mut() = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::BAD_GATEWAY);
            let content_type = answer.content_type.and_then(|text| text.parse().ok());
            if let Some(content_type) = content_type {
                response.headers_mut().insert(hyper::header::CONTENT_TYPE, content_type);
            }
            response
        }
        Ok(Some(Err(why))) => {
            entry.forwarded = Some(Err(why));
            reply(502, "the endpoint behind this one did not answer")
        }
        Ok(None) | Err(_) => reply(502, "the endpoint behind this one could not be asked"),
    }
}

fn reply(status: u16, text: &'static str) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from_static(text.as_bytes())));
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    response
}

/// Says when the process is asked to end, so that what was created can be deleted.
async fn stop(news: mpsc::Sender<News>) {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        for kind in [SignalKind::interrupt(), SignalKind::terminate(), SignalKind::hangup()] {
            let news = news.clone();
            if let Ok(mut asked) = signal(kind) {
                task::spawn(async move {
                    asked.recv().await;
                    let _ = news.send(News::Stop);
                });
            }
        }
    }
    #[cfg(not(unix))]
    if tokio::signal::ctrl_c().await.is_ok() {
        let _ = news.send(News::Stop);
    }
}
