//! Which of the two roles a deployment plays.

/// The roles a deployment answers for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Roles {
    /// Takes events in and delivers webhooks.
    pub dispatcher: bool,
    /// Is a webhook endpoint.
    pub receiver: bool,
}

impl Roles {
    /// From the `ROLES` setting: a comma-separated list of `dispatcher` and `receiver`. Unset or empty means both.
    pub fn parse(setting: Option<&str>) -> Result<Self, String> {
        let mut roles = Self { dispatcher: false, receiver: false };
        let names = setting.unwrap_or_default().split(',').map(str::trim).filter(|name| !name.is_empty());
        for name in names {
            match name {
                "dispatcher" => roles.dispatcher = true,
                "receiver" => roles.receiver = true,
                other => {
                    return Err(format!(
                        "ROLES: \"{other}\" is no role; allowed: dispatcher, receiver, or both"
                    ));
                }
            }
        }
        if roles.names().is_empty() {
            return Ok(Self { dispatcher: true, receiver: true });
        }
        Ok(roles)
    }

    /// The names of the roles that are on.
    pub fn names(self) -> Vec<&'static str> {
        [(self.dispatcher, "dispatcher"), (self.receiver, "receiver")]
            .into_iter()
            .filter_map(|(on, name)| on.then_some(name))
            .collect()
    }
}
