//! Who looks at a page, and how.

use crate::core::{
    auth::{DEFAULT_ORG, Principal, Scope},
    roles::Roles,
    time::Timestamp,
};

/// The colours that somebody wants.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// As their system has them.
    #[default]
    System,
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
}

impl Theme {
    /// Every one, in the order in which they are offered.
    pub const ALL: [Self; 3] = [Self::System, Self::Light, Self::Dark];

    /// As it is written.
    pub fn name(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// Reads one; whatever else it is, it is the system's.
    pub fn parse(text: &str) -> Self {
        Self::ALL.into_iter().find(|theme| theme.name() == text).unwrap_or_default()
    }
}

/// Who looks.
#[derive(Clone, Debug)]
pub struct Viewer {
    /// Who they are to the API.
    pub principal: Principal,
    /// What each of their forms carries.
    pub form_token: String,
    /// How they want it.
    pub theme: Theme,
    /// What the deployment answers.
    pub roles: Roles,
    /// Where the deployment is reached, without a slash at the end: `https://hooks.example.com`.
    pub origin: String,
    /// When it is.
    pub now: Timestamp,
}

impl Viewer {
    /// Whether they may do what the scope stands for.
    pub fn may(&self, scope: Scope) -> bool {
        self.principal.may(scope)
    }

    /// Whether there is a dispatcher whose webhooks they may see.
    pub fn sees_webhooks(&self) -> bool {
        self.roles.dispatcher && self.may(Scope::WebhooksRead)
    }

    /// Whether there is one whose webhooks they may change.
    pub fn changes_webhooks(&self) -> bool {
        self.roles.dispatcher && self.may(Scope::WebhooksWrite)
    }

    /// Whether there is a history that they may read.
    pub fn sees_requests(&self) -> bool {
        self.roles.dispatcher && self.may(Scope::RequestsRead)
    }

    /// Whether there is a receiver that is theirs: its deployer's, whose org is the default one.
    pub fn sees_receiver(&self) -> bool {
        self.roles.receiver && self.principal.org == DEFAULT_ORG && self.may(Scope::WebhooksRead)
    }
}
