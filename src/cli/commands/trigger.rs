//! `heliograph trigger`.

use std::{thread, time::Duration};

use clap::Args;
use serde_json::{Value, json, value::RawValue};

use super::sign::Keys;
use crate::{
    cli::{
        client::{Client, Reply, send},
        clock,
        config::Config,
        exit::Failure,
        output::{Output, plain},
        secrets::SecretArgs,
        set::{put, set_all},
    },
    core::{
        auth::DEFAULT_ORG,
        delivery::{CustomHeaders, Message, Origin, Signer, UrlMint, attempt_request},
        destination::Policy,
        event::{REQUEST_COMPLETED, catalogue, is_event_type, read_event, write_record},
        hash::MacKey,
        ids,
        payload::{Place, Shape, render},
        signature::{SecretText, SignatureScheme, SignatureSchemes, SigningKeys, sign_helicone},
        subscription::{Settings, Subscription},
    },
};

/// How long an endpoint may take, as long as at most in a deployment.
const TIMEOUT: Duration = Duration::from_secs(120);

/// Sends events: into the deployment, which delivers them to whoever wants them, or with --to as signed deliveries to one endpoint.
#[derive(Debug, Args)]
pub struct Trigger {
    /// The event's type; examples are there for all that Heliograph knows
    #[arg(default_value = REQUEST_COMPLETED)]
    event_type: String,
    /// Change the example: a field of the event, such as user_id=u-7 or data.score=0.2; may be repeated
    #[arg(long, value_name = "PATH=VALUE")]
    set: Vec<String>,
    /// An endpoint to deliver it to, signed with --secret
    #[arg(long, value_name = "URL")]
    to: Option<String>,
    #[command(flatten)]
    secrets: SecretArgs,
    /// With --to: how the body is laid out
    #[arg(long, value_parser = ["helicone", "standard", "cloudevents"], requires = "to")]
    format: Option<String>,
    /// How many
    #[arg(long, default_value_t = 1)]
    count: u64,
    /// How many a second at most
    #[arg(long)]
    rate: Option<f64>,
}

impl Trigger {
    pub(super) fn run(self, config: &Config, output: &mut Output<'_>) -> Result<(), Failure> {
        if !is_event_type(&self.event_type) {
            return Err(Failure::usage(format!("`{}` is no event type", plain(&self.event_type))));
        }
        let pause = match self.rate {
            Some(rate) => Duration::try_from_secs_f64(1.0 / rate)
                .map_err(|_| Failure::usage("rate: must be more than 0, in events a second"))?,
            None => Duration::ZERO,
        };
        let target = match &self.to {
            Some(url) => Target::Endpoint(Box::new(Sender::new(
                url,
                self.format.as_deref(),
                &self.secrets.required(config)?,
            )?)),
            None => Target::Deployment(Client::new(config)),
        };
        let mut failed = 0_u64;
        for number in 0..self.count {
            if number > 0 {
                thread::sleep(pause);
            }
            let event = self.event()?;
            let is_taken = match &target {
                Target::Deployment(client) => {
                    let accepted = client.post("/v1/events", &event)?;
                    output.thing(&with(&accepted, "request_id", event.get("request_id")))?;
                    true
                }
                Target::Endpoint(sender) => sender.send(&event, output)?,
            };
            failed = failed.saturating_add(u64::from(!is_taken));
        }
        if failed == 0 { Ok(()) } else { Err(Failure::no()) }
    }

    /// The example with what was set, as a gateway would send it, and with a request id of its own.
    fn event(&self) -> Result<Value, Failure> {
        let mut event = catalogue::example(&self.event_type, &ids::request_id(clock::random()?));
        set_all(&mut event, &self.set).map_err(Failure::usage)?;
        Ok(event)
    }
}

enum Target {
    Deployment(Client),
    Endpoint(Box<Sender>),
}

fn with(answer: &Value, name: &str, value: Option<&Value>) -> Value {
    let mut answer = answer.clone();
    if let (Some(members), Some(value)) = (answer.as_object_mut(), value) {
        members.insert(name.to_owned(), value.clone());
    }
    answer
}

/// Delivers as the Worker does, without a deployment: what it says of a subscription stands here.
struct Sender {
    url: String,
    subscription: Subscription,
    /// `None` where only Helicone's scheme is signed by.
    signer: Option<Signer>,
    helicone: Option<MacKey>,
}

impl Sender {
    fn new(url: &str, format: Option<&str>, secrets: &[SecretText]) -> Result<Self, Failure> {
        let mut fields = serde_json::Map::new();
        fields.insert("destination".to_owned(), json!(url));
        if let Some(format) = format {
            fields.insert("format".to_owned(), json!(format));
        }
        let policy = Policy { allow_insecure: true, own_hosts: Vec::new() };
        let settings = Settings::read(&fields, &[], &policy)
            .map_err(|error| Failure::usage(error.to_string().replace("destination", "to")))?;
        let id = ids::subscription_id(clock::random()?);
        let subscription = Subscription::new(id, settings, clock::now().millis());
        let Keys { helicone, .. } = Keys::read(secrets)?;
        let signer = signer(secrets, helicone.as_deref())?;
        let helicone = helicone.map(|key| MacKey::new(key.as_bytes()));
        Ok(Self { url: url.to_owned(), subscription, signer, helicone })
    }

    /// Sends one delivery and tells what came of it: whether it was taken.
    fn send(&self, event: &Value, output: &mut Output<'_>) -> Result<bool, Failure> {
        let now = clock::now();
        let text =
            RawValue::from_string(event.to_string()).map_err(|error| Failure::usage(error.to_string()))?;
        let event = read_event(&text, now).map_err(|error| Failure::usage(format!("event: {error}")))?;
        let place = Place { org: DEFAULT_ORG, base_url: &self.url };
        let mut rendered = render(&event, Shape::of(&self.subscription, &event.event_type), place);
        // Nothing is archived, so there is no exchange to point to.
        rendered.url_at = None;
        let origin = Origin {
            org: DEFAULT_ORG,
            event: &event.id,
            event_type: &event.event_type,
            accepted_at: now,
            base_url: &self.url,
            segment: "",
            place: write_record(&event, &mut Vec::new()),
            traceparent: event.trace.header(),
            trace_id: event.trace.trace_id.as_deref(),
            route_id: None,
            model: event.model.as_deref(),
            provider: event.provider.as_deref(),
            cost_status: None,
        };
        let id = ids::delivery_id(DEFAULT_ORG, &event.id, &self.subscription.id);
        let mut message = Message::new(&origin, id.clone(), &self.subscription);
        message.adopt(&rendered);
        let (headers, body): (Vec<(String, String)>, Vec<u8>) = match &self.signer {
            Some(signer) => {
                let key = MacKey::new(b"");
                let mint = UrlMint { key: &key, ttl_seconds: 0, presigner: None, is_shaped: false };
                let request = attempt_request(
                    &message,
                    &rendered.body,
                    1,
                    signer,
                    &CustomHeaders::default(),
                    &mint,
                    now,
                );
                let headers = request.headers.into_iter().map(|(name, value)| (name.into_owned(), value));
                (headers.collect(), request.body)
            }
            None => self.legacy(&rendered.body),
        };
        let sent = send(&self.url, &headers, &body, TIMEOUT);
        self.tell(&id, &event.event_type, &sent, output)
    }

    /// As Helicone itself sends it: with a signature and nothing else.
    fn legacy(&self, body: &str) -> (Vec<(String, String)>, Vec<u8>) {
        let mut headers = vec![("content-type".to_owned(), "application/json".to_owned())];
        if let Some(key) = &self.helicone {
            headers.push(("helicone-signature".to_owned(), sign_helicone(key, body.as_bytes())));
        }
        (headers, body.as_bytes().to_vec())
    }

    fn tell(
        &self,
        id: &str,
        event_type: &str,
        sent: &Result<Reply, String>,
        output: &mut Output<'_>,
    ) -> Result<bool, Failure> {
        let is_taken = sent.as_ref().is_ok_and(|reply| (200..300).contains(&reply.status));
        let mut said = json!({"id": id, "type": event_type, "delivered": is_taken});
        match sent {
            Ok(Reply { status, ms, body, .. }) => {
                put(&mut said, "status", json!(status));
                put(&mut said, "ms", json!(ms));
                put(&mut said, "reply", json!(String::from_utf8_lossy(body)));
            }
            Err(why) => put(&mut said, "error", json!(why)),
        }
        match output.is_json {
            true => output.json(&said)?,
            false => {
                let came = match sent {
                    Ok(Reply { status, ms, .. }) => format!("{status} in {ms} ms"),
                    Err(why) => plain(why),
                };
                output.line(&format!("{id}  {event_type}  {came}"))?;
            }
        }
        Ok(is_taken)
    }
}

/// What signs by Standard Webhooks, and by Helicone's scheme beside it; `None` where there is no secret for the former.
fn signer(secrets: &[SecretText], helicone: Option<&str>) -> Result<Option<Signer>, Failure> {
    let starts = |prefix: &str| {
        let mut found = secrets.iter().filter(|secret| secret.text.starts_with(prefix));
        found.next().map(|secret| secret.text.clone())
    };
    let (v1, v1a) = (starts("whsec_"), starts("whsk_"));
    let schemes: Vec<SignatureScheme> = [
        (SignatureScheme::Helicone, helicone.is_some()),
        (SignatureScheme::V1, v1.is_some()),
        (SignatureScheme::V1a, v1a.is_some()),
    ]
    .into_iter()
    .filter_map(|(scheme, is_there)| is_there.then_some(scheme))
    .collect();
    let Ok(wanted) = SignatureSchemes::new(&schemes) else { return Ok(None) };
    let keys = SigningKeys {
        hmac_key: helicone.unwrap_or_default().to_owned(),
        signing_secret: v1.unwrap_or_default(),
        asymmetric_key: v1a.unwrap_or_default(),
    };
    let signer = Signer::new(&[keys], wanted);
    signer.map(Some).ok_or_else(|| Failure::usage("secret: is none that can sign"))
}
