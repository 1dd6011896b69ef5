//! What a walk through JSON goes by: the rules, and where it stands among their paths.

use super::{
    path::{Reach, Step},
    rules::FieldRules,
};

/// The id of a user, and what stands for it.
#[derive(Clone, Debug)]
pub(super) struct UserId {
    pub plain: String,
    pub hash: String,
}

/// What a walk goes by.
#[derive(Clone, Copy)]
pub(super) struct Guide<'a> {
    pub rules: &'a FieldRules,
    /// The user's id, where it is hashed.
    pub user: Option<&'a UserId>,
}

/// Where a walk stands among the paths.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    pub pick: Reach,
    pub hidden: Reach,
    /// Whether the name of the member says that it is about a user.
    pub names_user: bool,
}

impl Guide<'_> {
    /// Outside of everything.
    pub(super) fn start(self) -> Place {
        Place { pick: self.rules.pick.paths.start(), hidden: self.rules.hidden.start(), names_user: false }
    }

    /// Where no path leads: only what is found there is replaced.
    pub(super) fn without_paths(self, names_user: bool) -> Place {
        let pick = if self.rules.pick.only { Reach::HIT } else { Reach::default() };
        Place { pick, hidden: Reach::default(), names_user }
    }

    /// One step further in.
    pub(super) fn down(self, from: Place, step: Step<'_>) -> Place {
        Place {
            pick: self.rules.pick.paths.down(from.pick, step),
            hidden: self.rules.hidden.down(from.hidden, step),
            names_user: match step {
                Step::Name(name) => names_user(name),
                Step::Index(_) => from.names_user,
            },
        }
    }

    /// Whether what stands there does not leave.
    pub(super) fn is_dropped(self, at: Place) -> bool {
        if self.rules.pick.only { !at.pick.hit && !at.pick.leads_on() } else { at.pick.hit }
    }

    /// Whether of what stands there only parts leave.
    pub(super) fn is_partial(self, at: Place) -> bool {
        self.rules.pick.only && !at.pick.hit
    }

    /// Whether paths lead into what stands there.
    pub(super) fn is_path_inside(self, at: Place) -> bool {
        at.pick.leads_on() || at.hidden.leads_on()
    }

    /// Whether what stands there leaves as it is, whatever it is.
    pub(super) fn is_untouched(self, at: Place) -> bool {
        !self.is_dropped(at) && !at.hidden.hit && !self.is_path_inside(at) && !self.looks()
    }

    /// Whether texts are looked into.
    pub(super) fn looks(self) -> bool {
        !self.rules.detectors.is_empty() || self.user.is_some()
    }

    /// Whether a text is the user's id, in a place that is about users.
    pub(super) fn hash_of(&self, text: &str, names_user: bool) -> Option<&str> {
        self.user.filter(|user| names_user && user.plain == text).map(|user| user.hash.as_str())
    }
}

/// Names such as `user`, `userId`, `end_user_id`; and OpenAI's newer one.
fn names_user(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name.contains("user") || name == "safety_identifier"
}
