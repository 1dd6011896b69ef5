//! `/v1/rules`: what of many requests, or of a score, is worth an event.

use worker::{Env, Request};

use crate::{
    core::{
        answer::Deleted,
        auth::Principal,
        envelope::ApiError,
        ids,
        rules::{Detailed, MAX_RULES, Metric, Rule, RuleView},
        window::{hour_of, moment},
    },
    dispatcher::{orgs::settings, thresholds::client},
    edge::{
        clock,
        http::{Answer, ok},
        input, random,
    },
};

/// How many users or models a rule is shown with.
const SHOWN: usize = 20;

/// Lists all of them, in the order of their creation.
pub async fn list(principal: Principal, env: &Env) -> Answer {
    let settings = settings::find(env, &principal.org).await?;
    ok(200, &settings.rules.iter().map(RuleView::from).collect::<Vec<_>>())
}

/// Adds one. It counts from then on.
pub async fn create(request: &mut Request, principal: Principal, env: &Env) -> Answer {
    let rule = Rule::read(ids::rule_id(random::bytes()?), &input::object(request).await?)?;
    settings::change(env, &principal.org, None, |settings| {
        if settings.rules.len() >= MAX_RULES {
            let message = format!("an org may have at most {MAX_RULES} rules; delete one first");
            return Err(ApiError::limit(message));
        }
        settings.rules.push(rule.clone());
        Ok(())
    })
    .await?;
    ok(200, &RuleView::from(&rule))
}

/// Shows one, with how far its current window is.
pub async fn show(id: &str, principal: Principal, env: &Env) -> Answer {
    let settings = settings::find(env, &principal.org).await?;
    let rule = settings.rules.iter().find(|rule| rule.id == id).ok_or_else(unknown)?;
    let current = match rule.metric {
        Metric::Score => Vec::new(),
        _ => client::current(env, &principal.org, rule, SHOWN).await?.keys,
    };
    let begin = rule.window.of(hour_of(clock::now().millis()));
    ok(200, &Detailed { rule: rule.into(), window_start: moment(begin).to_string(), current })
}

/// Changes one by JSON merge patch (RFC 7396). A window that it was crossed in stays crossed.
pub async fn change(request: &mut Request, id: &str, principal: Principal, env: &Env) -> Answer {
    let patch = input::object(request).await?;
    let changed = settings::change(env, &principal.org, None, |settings| {
        let rule = settings.rules.iter_mut().find(|rule| rule.id == id).ok_or_else(unknown)?;
        *rule = rule.patched(&patch)?;
        Ok(())
    })
    .await?;
    let rule = changed.rules.iter().find(|rule| rule.id == id).ok_or_else(unknown)?;
    ok(200, &RuleView::from(rule))
}

/// Removes one.
pub async fn delete(id: &str, principal: Principal, env: &Env) -> Answer {
    settings::change(env, &principal.org, None, |settings| {
        let before = settings.rules.len();
        settings.rules.retain(|rule| rule.id != id);
        if settings.rules.len() == before { Err(unknown()) } else { Ok(()) }
    })
    .await?;
    ok(200, &Deleted { id, deleted: true })
}

fn unknown() -> ApiError {
    ApiError::not_found("rule")
}
