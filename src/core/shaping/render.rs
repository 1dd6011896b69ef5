//! What leaves for one subscription: the body of its deliveries, and the exchange behind the signed URL.

use super::{
    event::shaped,
    guide::{Guide, UserId},
    report::Report,
    rules::{Bodies, FieldRules},
    user_id::UserIdKey,
};
use crate::core::{
    event::Event,
    json::write_key,
    payload::{self, Place, Rendered, Shape, Shaped},
    subscription::Subscription,
};

/// What makes the bodies of two subscriptions the same bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look<'a> {
    shape: Shape,
    rules: Option<&'a str>,
    /// Where what is sent is the subscription's alone.
    subscription: Option<&'a str>,
}

impl<'a> Look<'a> {
    /// How a subscription gets events of this type.
    pub fn of(subscription: &'a Subscription, event_type: &str) -> Self {
        let rules = subscription.settings.fields.as_ref();
        Self {
            shape: Shape::of(subscription, event_type),
            rules: rules.map(FieldRules::id),
            subscription: rules.filter(|rules| rules.hashes_user_ids()).map(|_| subscription.id.as_str()),
        }
    }
}

/// For whom something is shaped.
#[derive(Clone, Copy, Debug)]
pub struct Reader<'a> {
    /// The org.
    pub org: &'a str,
    /// The subscription's id.
    pub subscription: &'a str,
    /// What ids of users are hashed with.
    pub user_ids: &'a UserIdKey,
}

impl<'a> Reader<'a> {
    /// A subscription.
    pub fn of(subscription: &'a Subscription, org: &'a str, user_ids: &'a UserIdKey) -> Self {
        Self { org, subscription: &subscription.id, user_ids }
    }

    fn user(self, event: &Event, rules: &FieldRules) -> Option<UserId> {
        let plain = event.user_id.as_ref().filter(|_| rules.hash_user_id)?;
        let hash = self.user_ids.hash(self.org, self.subscription, plain);
        Some(UserId { plain: plain.clone(), hash })
    }
}

/// Renders an event for a subscription: as it came, unless the subscription has `fields`. `base_url` is the address of this deployment.
pub fn render(event: &Event, subscription: &Subscription, reader: Reader<'_>, base_url: &str) -> Rendered {
    let shape = Shape::of(subscription, &event.event_type);
    match &subscription.settings.fields {
        None => payload::render(event, shape, Place { org: reader.org, base_url }),
        Some(rules) => render_by(event, rules, shape, (reader, base_url), &mut Report::default()),
    }
}

/// Renders an event by rules, for somebody and at the address of this deployment.
pub fn render_by(
    event: &Event,
    rules: &FieldRules,
    shape: Shape,
    (reader, base_url): (Reader<'_>, &str),
    report: &mut Report,
) -> Rendered {
    let user = reader.user(event, rules);
    let left = shaped(event, Guide { rules, user: user.as_ref() }, report);
    // There where it would have been, unless all that was in it was left out.
    let metadata = event.model.is_some() && (has_numbers(&left) || (!has_numbers(event) && !rules.pick.only));
    let shaped = Shaped { uncut: rules.bodies == Bodies::Full, metadata, trace: rules.give_trace() };
    let shape = Shape { shaped: Some(shaped), ..shape };
    let mut rendered = payload::render(&left, shape, Place { org: reader.org, base_url });
    if !rules.give_url() {
        rendered.url_at = None;
    }
    rendered
}

/// Whether the flat body's `metadata` has anything to say.
fn has_numbers(event: &Event) -> bool {
    let counts = [event.usage.prompt, event.usage.completion, event.usage.total];
    event.cost.is_some() || event.latency_ms.is_some() || counts.iter().any(Option::is_some)
}

/// The exchange as a subscription gets it, as JSON text: `{"request":…,"response":…}`, either of which may be missing. `None` where
/// none leaves.
pub fn exchange(event: &Event, rules: Option<&FieldRules>, reader: Reader<'_>) -> Option<String> {
    let Some(rules) = rules else { return text(event) };
    if !rules.give_url() {
        return None;
    }
    let user = reader.user(event, rules);
    text(&shaped(event, Guide { rules, user: user.as_ref() }, &mut Report::default()))
}

fn text(event: &Event) -> Option<String> {
    let mut out = vec![b'{'];
    for (name, body) in [("request", &event.request), ("response", &event.response)] {
        if let Some(body) = body {
            write_key(name, &mut out);
            out.extend_from_slice(body.as_str().as_bytes());
        }
    }
    out.push(b'}');
    String::from_utf8(out).ok()
}
