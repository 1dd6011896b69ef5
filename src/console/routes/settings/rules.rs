//! `/console/settings/rules`: both lists, and one rule.

use futures_util::future::{join, join_all, join3};
use serde_json::Value;
use worker::Method;

use crate::{
    console::{
        answer::{Done, Outcome},
        form::Form,
        models::{
            rules::{AlertRow, RuleRow},
            webhook::Webhook,
        },
        pages::settings::{RULES, rule, rules},
        parts::errors::Errors,
        routes::visit::Visit,
    },
    core::envelope::ApiError,
};

/// Of how many the list says how far they are; of the others their own page does.
const ASKED: usize = 20;

/// Answers a path below it.
pub async fn route(is_post: bool, segments: &[&str], visit: &Visit<'_>) -> Outcome {
    match (is_post, segments) {
        (false, []) => list(visit).await,
        (false, ["new"]) => Ok(Done::Page(rule::new(&visit.viewer, &Form::default(), Errors::default()))),
        (false, ["fields"]) => Ok(Done::Part(rule::fields(&visit.asked, Errors::default()))),
        (true, ["new"]) => create(visit).await,
        (false, [id]) => show(visit, id, None, None).await,
        (true, [id]) => change(visit, id).await,
        (true, [id, "delete"]) => delete(visit, &format!("/v1/rules/{id}"), "The rule").await,
        _ => Err(ApiError::not_found("page")),
    }
}

async fn list(visit: &Visit<'_>) -> Outcome {
    let (mut rules, mut alerts, webhooks) = {
        let rules = visit.api.get::<Vec<RuleRow>>("/v1/rules");
        let alerts = visit.api.get::<Vec<AlertRow>>("/v1/alerts");
        let webhooks = visit.api.get::<Vec<Webhook>>("/v1/webhooks");
        let (rules, alerts, webhooks) = join3(rules, alerts, webhooks).await;
        (rules?, alerts?, webhooks?)
    };
    let known_rules = join_all(
        rules
            .iter()
            .take(ASKED)
            .map(async |row| visit.api.get::<RuleRow>(&format!("/v1/rules/{}", row.rule.id)).await.ok()),
    );
    let known_alerts = join_all(
        alerts
            .iter()
            .take(ASKED)
            .map(async |row| visit.api.get::<AlertRow>(&format!("/v1/alerts/{}", row.alert.id)).await.ok()),
    );
    let (known_rules, known_alerts) = join(known_rules, known_alerts).await;
    put(&mut rules, known_rules);
    put(&mut alerts, known_alerts);
    Ok(Done::Page(rules::render(&visit.viewer, &rules, &alerts, &webhooks)))
}

/// What is known more closely in the place of what is not.
fn put<T>(rows: &mut [T], known: Vec<Option<T>>) {
    for (row, known) in rows.iter_mut().zip(known) {
        if let Some(known) = known {
            *row = known;
        }
    }
}

async fn create(visit: &Visit<'_>) -> Outcome {
    match visit.api.send::<RuleRow>(Method::Post, "/v1/rules", &rule::body(&visit.form)).await {
        Ok(row) => Ok(Done::told(RULES, format!("The rule {} counts from now on.", row.rule.name))),
        Err(error) => Ok(Done::Page(rule::new(&visit.viewer, &visit.form, Errors(Some(&error))))),
    }
}

async fn show(visit: &Visit<'_>, id: &str, typed: Option<&Form>, error: Option<&ApiError>) -> Outcome {
    let row: RuleRow = visit.api.get(&format!("/v1/rules/{id}")).await?;
    let typed = typed.cloned().unwrap_or_else(|| rule::typed(&row.rule));
    Ok(Done::Page(rule::show(&visit.viewer, &row, &typed, Errors(error))))
}

async fn change(visit: &Visit<'_>, id: &str) -> Outcome {
    let path = format!("/v1/rules/{id}");
    match visit.api.send::<RuleRow>(Method::Patch, &path, &rule::body(&visit.form)).await {
        Ok(row) => Ok(Done::told(format!("{RULES}/{}", row.rule.id), "Saved.")),
        Err(error) => show(visit, id, Some(&visit.form), Some(&error)).await,
    }
}

/// Takes a rule or an alert away, by its path.
pub async fn delete(visit: &Visit<'_>, path: &str, what: &str) -> Outcome {
    match visit.api.send::<Value>(Method::Delete, path, &Value::Null).await {
        Ok(_) => Ok(Done::told(RULES, format!("{what} is deleted."))),
        Err(error) if error.status == 404 => Err(error),
        Err(error) => Ok(Done::refused(RULES, &error)),
    }
}
