//! An item of the queue.

use serde::{Deserialize, Serialize};

use super::{
    reason::Reason,
    request::{ClaimRequest, LabelRequest},
};

/// How an item stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// Nobody has it.
    Open,
    /// Somebody is looking at it.
    Claimed,
    /// Somebody has said what it is.
    Labelled,
}

impl State {
    /// Every state.
    pub const ALL: [Self; 3] = [Self::Open, Self::Claimed, Self::Labelled];

    /// As it is shown.
    pub fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Claimed => "claimed",
            Self::Labelled => "labelled",
        }
    }
}

/// One delivery that people are to look at. Its exchange is in R2.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// The delivery's id.
    pub id: String,
    /// When it was put in the queue, in milliseconds since 1970.
    pub at: i64,
    /// The event's type.
    pub event_type: String,
    /// Why it was put there.
    pub reason: Reason,
    /// Where its bodies are from.
    pub data: String,
    /// The gateway's id of the request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// The end user.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_id: Option<String>,
    /// The model.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// The provider, in the gateway's spelling.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider: Option<String>,
    /// Who had it last, unless they gave it back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub claim: Option<Claim>,
    /// What was said of it last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<Label>,
}

/// Somebody's claim, which ends by itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claim {
    /// Who has the item.
    pub reviewer: String,
    /// Until when, in milliseconds since 1970.
    pub until: i64,
}

/// What was said of an item.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Label {
    /// In a word.
    pub label: String,
    /// In more words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    /// By whom.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reviewer: Option<String>,
    /// When, in milliseconds since 1970. Unlike that of any other label of the queue.
    pub at: i64,
}

/// Why an item is not somebody's to have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// Somebody else has it.
    Held,
    /// It has its label.
    Labelled,
}

impl Refused {
    /// What the caller is told.
    pub fn message(self) -> &'static str {
        match self {
            Self::Held => "somebody else has claimed this review",
            Self::Labelled => "this review has its label; another label takes its place without a claim",
        }
    }
}

impl Item {
    /// How it stands at a moment.
    pub fn state(&self, now: i64) -> State {
        match (&self.label, self.holder(now)) {
            (Some(_), _) => State::Labelled,
            (None, Some(_)) => State::Claimed,
            (None, None) => State::Open,
        }
    }

    /// Who has it at a moment.
    pub fn holder(&self, now: i64) -> Option<&Claim> {
        self.claim.as_ref().filter(|claim| claim.until > now)
    }

    /// Gives it to somebody, or leaves it to them for longer.
    pub fn claim(&mut self, request: ClaimRequest, now: i64) -> Result<(), Refused> {
        if self.label.is_some() {
            return Err(Refused::Labelled);
        }
        self.not_of_another(Some(&request.reviewer), now)?;
        let until = now.saturating_add(request.seconds.saturating_mul(1000));
        self.claim = Some(Claim { reviewer: request.reviewer, until });
        Ok(())
    }

    /// Takes it back: from whoever has it, or where somebody is named, from them alone.
    pub fn release(&mut self, reviewer: Option<&str>, now: i64) -> Result<(), Refused> {
        self.not_of_another(reviewer, now)?;
        self.claim = None;
        Ok(())
    }

    /// Gives it a label, in the place of one that it had. Where nobody is named, it is by who has the item.
    pub fn label(&mut self, request: LabelRequest, now: i64, at: i64) -> Result<(), Refused> {
        self.not_of_another(request.reviewer.as_deref(), now)?;
        let holder = self.holder(now).map(|claim| claim.reviewer.clone());
        let LabelRequest { label, comment, reviewer } = request;
        self.label = Some(Label { label, comment, reviewer: reviewer.or(holder), at });
        self.claim = None;
        Ok(())
    }

    fn not_of_another(&self, reviewer: Option<&str>, now: i64) -> Result<(), Refused> {
        match (self.holder(now), reviewer) {
            (Some(claim), Some(reviewer)) if claim.reviewer != reviewer => Err(Refused::Held),
            _ => Ok(()),
        }
    }
}
