//! A subscription's share of a batch: its messages, from the claim to the acknowledgement.

use std::{
    cell::{Cell, RefCell},
    collections::VecDeque,
    rc::Rc,
};

use worker::Env;

use super::{
    act::{self, FAULT_DELAY_SECONDS, Moves},
    attempted::{Attempted, Fault},
};
use crate::{
    core::{
        delivery::Message,
        envelope::ApiError,
        ledger::{Grant, Hours, Lane, Row, Sending},
        subscription::Subscription,
        time::Timestamp,
    },
    dispatcher::{
        lanes,
        ledger::command::{Claimed, Command, Record, Recorded, Wanted},
        subscriptions::{self, Subscriptions},
    },
    edge::{
        clock,
        log::Line,
        queue::{Batch, Incoming},
        random,
    },
};

/// For how long a claim holds: as long as a batch of the lane can take.
const EXPRESS_LEASE_MS: u32 = 120_000;
const SLOW_LEASE_MS: u32 = 300_000;

/// How often a claim is tried, and giving it back: what waits can wait, but not for every call that a busy network loses.
const CLAIM_TRIES: u32 = 2;

/// A message that may be sent.
pub struct Job {
    pub(super) incoming: Incoming,
    /// What it says.
    pub message: Message,
    /// The body, where it came along.
    pub body: Option<String>,
    /// Its row as it was.
    pub(super) existing: Option<Row>,
}

impl Job {
    /// The row that it goes on with.
    pub fn row(&self) -> Row {
        Row::of(&self.message, self.existing.clone())
    }
}

/// Messages of one subscription.
pub struct Group {
    pub(super) org: String,
    pub(super) subscription_id: String,
    base_url: String,
    waiting: RefCell<VecDeque<Job>>,
    pub(super) done: RefCell<Vec<(Job, Attempted)>>,
    pub(super) released: RefCell<Vec<String>>,
    pub(super) first_result_at: Cell<Option<Timestamp>>,
    hanging: Cell<bool>,
    subscriptions: RefCell<Option<Rc<Subscriptions>>>,
    /// Tells this share of this batch from every other one.
    pub(super) mark: String,
    /// How often its outcomes were recorded.
    pub(super) records: Cell<u32>,
    /// What was recorded, as the ledger counts it.
    pub(super) counted: RefCell<Hours>,
}

/// Groups a batch's messages by subscription. What is no message of ours is put aside.
pub async fn split(batch: Batch, env: &Env) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for incoming in batch.into_messages() {
        let text = incoming.text().unwrap_or_default();
        for (incoming, decoded) in act::parts(incoming, &text) {
            match decoded {
                Ok((message, body)) => {
                    let body = body.map(str::to_owned);
                    add(&mut groups, Job { incoming, body, existing: None, message });
                }
                Err((text, why)) => act::put_aside(incoming, text, why, env).await,
            }
        }
    }
    groups
}

fn add(groups: &mut Vec<Group>, job: Job) {
    let is_its = |group: &&mut Group| {
        group.subscription_id == job.message.subscription && group.org == job.message.org
    };
    match groups.iter_mut().find(is_its) {
        Some(group) => group.waiting.get_mut().push_back(job),
        None => groups.push(Group::new(job)),
    }
}

impl Group {
    fn new(job: Job) -> Self {
        Self {
            org: job.message.org.clone(),
            subscription_id: job.message.subscription.clone(),
            base_url: job.message.base_url.clone(),
            waiting: RefCell::new(VecDeque::from([job])),
            done: RefCell::default(),
            released: RefCell::default(),
            first_result_at: Cell::new(None),
            hanging: Cell::new(false),
            subscriptions: RefCell::new(None),
            // Without randomness nothing was recorded before, as far as the ledger can tell.
            mark: random::bytes::<8>().map(hex::encode).unwrap_or_default(),
            records: Cell::new(0),
            counted: RefCell::default(),
        }
    }

    /// The org.
    pub fn org(&self) -> &str {
        &self.org
    }

    /// The subscription's id.
    pub fn subscription_id(&self) -> &str {
        &self.subscription_id
    }

    /// The address of this deployment as its messages have it.
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// How many messages wait for their turn.
    pub fn waiting(&self) -> usize {
        self.waiting.try_borrow().map_or(0, |waiting| waiting.len())
    }

    /// The next one.
    pub fn next(&self) -> Option<Job> {
        self.waiting.try_borrow_mut().ok()?.pop_front()
    }

    /// What deliveries are sent with.
    pub fn subscriptions(&self) -> Option<Rc<Subscriptions>> {
        self.subscriptions.try_borrow().ok()?.clone()
    }

    /// The subscription.
    pub fn find<'a>(&self, subscriptions: &'a Subscriptions) -> Option<&'a Subscription> {
        subscriptions.snapshot.find(&self.subscription_id)
    }

    /// Claims all messages, and decides those that are not to be sent now.
    pub async fn claim(&self, lane: Lane, env: &Env) -> Result<Claimed, Fault> {
        let wanted: Vec<Wanted> = match self.waiting.try_borrow() {
            Ok(waiting) => waiting
                .iter()
                .map(|job| Wanted {
                    id: job.message.id.clone(),
                    holder: job.incoming.id().to_owned(),
                    resend: job.message.resend.clone(),
                })
                .collect(),
            Err(_) => Vec::new(),
        };
        let fault = |error: ApiError| error.message;
        let mut current = subscriptions::current(env, &self.org).await.map_err(fault)?;
        let rate_limit = self.find(&current).and_then(Subscription::rate_limit);
        let lease_ms = match lane {
            Lane::Express => EXPRESS_LEASE_MS,
            Lane::Slow => SLOW_LEASE_MS,
        };
        let command = Command::Claim { wanted, lane, lease_ms, rate_limit };
        let claimed: Claimed = self.ask(&command, CLAIM_TRIES, env).await.map_err(fault)?;
        let known = self.find(&current).map(|subscription| subscription.revision);
        if claimed.standing.sending != Sending::Deleted
            && known.is_none_or(|known| known < claimed.standing.revision)
        {
            // The snapshot at hand is older than the subscription.
            current = subscriptions::refresh(env, &self.org).await.map_err(fault)?;
            if self.find(&current).is_none() {
                self.let_go("delivery.dropped", "the subscription was deleted");
            }
        }
        self.subscriptions.replace(Some(current));
        if claimed.standing.sending == Sending::Active && !claimed.is_elsewhere {
            self.sort(&claimed.grants, lane, env).await;
        }
        Ok(claimed)
    }

    /// Keeps the messages that were granted and decides the others.
    async fn sort(&self, grants: &[Grant], lane: Lane, env: &Env) {
        let mut moves = Moves::default();
        for (at, mut job) in self.waiting.take().into_iter().enumerate() {
            match grants.get(at) {
                // No answer is no leave.
                None => job.incoming.retry(FAULT_DELAY_SECONDS),
                Some(Grant::Settled) => {
                    Line::info("delivery.settled").text("delivery", &job.message.id).emit();
                    job.incoming.ack();
                }
                Some(Grant::Wait(seconds)) => job.incoming.retry(*seconds),
                Some(Grant::Limited(seconds)) => {
                    // As a new message: waiting for one's turn is no attempt, and the queue counts all of its own.
                    let queue = lanes::binding(lane);
                    moves.add(job.incoming, &job.message, job.body.as_deref(), queue, *seconds);
                }
                Some(Grant::Send(row)) => {
                    job.existing = row.as_ref().and_then(|row| Row::read(row.get(), job.message.whose()));
                    match Attempted::of_unrecorded(&job.message) {
                        Some(result) => self.add(job, result),
                        None => {
                            if let Ok(mut waiting) = self.waiting.try_borrow_mut() {
                                waiting.push_back(job);
                            }
                        }
                    }
                }
            }
        }
        moves.send(env).await;
    }

    /// Acknowledges every message that waits: nobody wants it now, and the archive keeps it.
    pub fn let_go(&self, event: &str, why: &str) {
        let jobs = self.waiting.take();
        if jobs.is_empty() {
            return;
        }
        Line::info(event)
            .text("subscription", &self.subscription_id)
            .size("deliveries", jobs.len())
            .text("why", why)
            .emit();
        for job in jobs {
            job.incoming.ack();
        }
    }

    /// Moves every message that waits to the slow lane; gives them back first where they were claimed, since the slow lane
    /// claims them itself.
    pub async fn divert(&self, claimed: bool, env: &Env) {
        let jobs: Vec<Job> = self.waiting.take().into();
        if jobs.is_empty() {
            return;
        }
        if claimed {
            let released = jobs.iter().map(|job| job.message.id.clone()).collect();
            let command = Command::Record(Box::new(Record { released, ..Record::default() }));
            if let Err(error) = self.ask::<Recorded>(&command, CLAIM_TRIES, env).await {
                // They wait for the lease's end.
                Line::warn("delivery.not_released").text("why", &error.message).emit();
            }
        }
        Line::info("delivery.diverted")
            .text("subscription", &self.subscription_id)
            .size("deliveries", jobs.len())
            .emit();
        let mut moves = Moves::default();
        for job in jobs {
            moves.add(job.incoming, &job.message, job.body.as_deref(), lanes::SLOW, 0);
        }
        moves.send(env).await;
    }

    fn release(&self, id: &str) {
        if let Ok(mut released) = self.released.try_borrow_mut() {
            released.push(id.to_owned());
        }
    }

    /// Notes what came of a message.
    pub fn add(&self, job: Job, result: Attempted) {
        if result.is_hanging {
            self.hanging.set(true);
        }
        if self.first_result_at.get().is_none() {
            self.first_result_at.set(Some(clock::now()));
        }
        if let Ok(mut done) = self.done.try_borrow_mut() {
            done.push((job, result));
        }
    }

    /// Whether the endpoint let a deadline pass.
    pub fn is_hanging(&self) -> bool {
        self.hanging.get()
    }

    /// How long the first result has been waiting to be recorded, in milliseconds.
    pub fn oldest_result_age(&self, now: Timestamp) -> i64 {
        self.first_result_at.get().map_or(0, |first| now.millis().saturating_sub(first.millis()))
    }

    /// A message could not be sent, through no fault of the endpoint's.
    pub fn halt(&self, job: Job, fault: &Fault) {
        self.release(&job.message.id);
        act::halted(job.incoming, &job.message, fault);
    }

    /// None of them could.
    pub fn halt_all(&self, fault: &Fault) {
        for job in self.waiting.take() {
            self.halt(job, fault);
        }
    }
}
