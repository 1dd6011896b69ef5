//! Which deliveries are asked for.

use worker::Request;

use crate::{
    core::{
        envelope::ApiError,
        field::FieldError,
        ledger::{Answered, Place, State, Untried, UntriedPlace},
        limits,
        time::Timestamp,
    },
    dispatcher::ledger::command::Query,
    edge::input,
};

const TRIED: [(&str, State); 3] =
    [("retrying", State::Retrying), ("delivered", State::Delivered), ("dead", State::Dead)];
const UNTRIED: [(&str, Untried); 2] = [("held", Untried::Held), ("waiting", Untried::Waiting)];

const PARAMETERS: &str =
    "is not a parameter; allowed: limit, cursor, state, eventType, status, since, until, requestId, userId";
const ALONE: &str = "held and waiting can each be asked for alone, since they are looked up elsewhere";

/// What a list is asked for.
pub struct Asked {
    /// What the ledger is asked.
    pub query: Query,
    /// Where they are of a state that the ledger does not know: which, and where the page before ended.
    pub untried: Option<(Untried, Option<UntriedPlace>)>,
    /// Whose events alone.
    pub of: Option<Of>,
}

/// Whose events.
pub enum Of {
    /// A request's, or the event of this id.
    Request(String),
    /// An end user's.
    User(String),
}

impl Asked {
    /// Reads the parameters of a webhook's list.
    pub fn read(request: &Request) -> Result<Self, ApiError> {
        let url = input::url(request)?;
        let mut asked =
            Self { query: Query { limit: limits::PAGE, ..Query::default() }, untried: None, of: None };
        let mut untried = None;
        for (name, value) in url.query_pairs() {
            match name.as_ref() {
                "state" => asked.take_state(&value, &mut untried)?,
                name => asked.take(name, &value)?,
            }
        }
        if let Some(state) = untried {
            if !asked.query.states.is_empty() {
                return Err(FieldError::new("state", ALONE).into());
            }
            if asked.of.is_some() || !asked.query.answered.is_empty() {
                let rule = "held and waiting can't be asked for by status, requestId or userId";
                return Err(FieldError::new("state", rule).into());
            }
            asked.untried = Some((state, asked.query.before.take().map(UntriedPlace::from)));
        }
        if asked.of.is_some() && asked.query.before.is_some() {
            let rule = "is not taken with requestId or userId, whose deliveries are on one page";
            return Err(FieldError::new("cursor", rule).into());
        }
        Ok(asked)
    }

    /// The same of the list of all webhooks, which has no further pages.
    pub fn read_newest(request: &Request) -> Result<Self, ApiError> {
        let asked = Self::read(request)?;
        if asked.untried.is_some() {
            let rule =
                "must be one of: retrying, delivered, dead; held and waiting can be asked for by webhook";
            return Err(FieldError::new("state", rule).into());
        }
        if asked.query.before.is_some() {
            return Err(FieldError::new("cursor", "is taken by the lists of single webhooks alone").into());
        }
        Ok(asked)
    }

    fn take(&mut self, name: &str, value: &str) -> Result<(), FieldError> {
        let wrong = |rule: &str| FieldError::new(name, rule);
        let moment = || Timestamp::parse(value).map(Timestamp::millis).ok_or_else(|| wrong(Timestamp::RULE));
        match name {
            "limit" => self.query.limit = limits::page(value)?,
            "cursor" => {
                let place = Place::parse(value);
                self.query.before = Some(place.ok_or_else(|| wrong("must be the next_cursor of an answer"))?);
            }
            "eventType" => self.query.event_types.push(value.to_owned()),
            "status" => {
                self.query.answered.push(Answered::parse(value).ok_or_else(|| wrong(Answered::RULE))?);
            }
            "since" => self.query.since = Some(moment()?),
            "until" => self.query.until = Some(moment()?),
            "requestId" | "userId" => {
                if value.is_empty() || self.of.is_some() {
                    return Err(wrong("must be one id, of a request or of a user"));
                }
                let id = value.to_owned();
                self.of = Some(if name == "userId" { Of::User(id) } else { Of::Request(id) });
            }
            _ => return Err(wrong(PARAMETERS)),
        }
        Ok(())
    }

    fn take_state(&mut self, value: &str, untried: &mut Option<Untried>) -> Result<(), FieldError> {
        let wrong = |rule: &str| FieldError::new("state", rule);
        match (find_state(&TRIED, value), find_state(&UNTRIED, value)) {
            (Some(state), _) => self.query.states.push(state),
            (_, Some(state)) if untried.is_none_or(|other| other == state) => *untried = Some(state),
            (_, Some(_)) => return Err(wrong(ALONE)),
            _ => return Err(wrong("must be one of: retrying, delivered, dead, held, waiting")),
        }
        Ok(())
    }
}

fn find_state<T: Copy>(states: &[(&str, T)], named: &str) -> Option<T> {
    states.iter().find(|(name, _)| *name == named).map(|(_, state)| *state)
}
