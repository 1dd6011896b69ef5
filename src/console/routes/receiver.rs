//! `/console/receiver`.

use futures_util::{
    future::{OptionFuture, join_all},
    join,
};
use serde_json::{Map, Value};
use worker::Method;

use super::visit::Visit;
use crate::{
    console::{
        answer::{Done, Outcome},
        form::query,
        models::{
            inbox::{InboxPage, Review, ReviewPage},
            insights::{Counters, Latency, Spend, SpendRow, Tokens, UserPage},
        },
        pages::receiver::{self, DayLine, Insights, Judged, Range, Receiver},
    },
    core::{auth::Scope, envelope::ApiError, ids::is_webhook_id},
};

/// How many models and users the page shows.
const MODELS: &str = "20";
const USERS: &str = "20";

/// How many models have a line of their own.
const LINES: usize = 5;

/// Answers a path below it.
pub async fn route(is_post: bool, segments: &[&str], visit: &Visit<'_>) -> Outcome {
    if !visit.viewer.sees_receiver() {
        return Err(ApiError::not_found("page"));
    }
    match (is_post, segments) {
        (false, []) => show(visit).await,
        (false, ["inbox"]) => inbox(visit).await,
        (true, ["inbox", id, "retry"]) => retry(known(id, "delivery")?, visit).await,
        (false, ["reviews"]) => reviews(visit).await,
        (false, ["reviews", id]) => review(known(id, "review")?, visit, Judged::default()).await,
        (true, ["reviews", id]) => judge(known(id, "review")?, visit).await,
        _ => Err(ApiError::not_found("page")),
    }
}

/// What can't be an id leads nowhere else.
fn known<'a>(id: &'a str, what: &str) -> Result<&'a str, ApiError> {
    if is_webhook_id(id) { Ok(id) } else { Err(ApiError::not_found(what)) }
}

async fn show(visit: &Visit<'_>) -> Outcome {
    let range = Range::parse(visit.asked.raw("range"));
    let sees_requests = visit.viewer.may(Scope::RequestsRead);
    let dead = visit.api.get::<InboxPage>("/v1/inbox?state=dead&limit=5");
    let reviews = sees_requests.then(|| visit.api.get::<ReviewPage>("/v1/reviews?state=open&limit=5"));
    let insights = sees_requests.then(|| insights(range, visit));
    let (dead, reviews, insights) = join!(dead, OptionFuture::from(reviews), OptionFuture::from(insights));
    let receiver = Receiver { range, insights, dead, reviews };
    Ok(Done::Page(receiver::render(&visit.viewer, &receiver)))
}

async fn insights(range: Range, visit: &Visit<'_>) -> Result<Insights, ApiError> {
    let since = range.since(visit.viewer.now);
    let path = |name: &str, more: &[(&str, Option<&str>)]| {
        let mut asked = vec![("since", Some(since.as_str()))];
        asked.extend_from_slice(more);
        format!("/v1/insights/{name}{}", query(&asked))
    };
    let by_model = [("groupBy", Some("model")), ("limit", Some(MODELS))];
    let cursor = visit.asked.text("users");
    let paths = [
        path("spend", &[("groupBy", Some("day"))]),
        path("spend", &by_model),
        path("latency", &[("groupBy", Some(range.latency_by()))]),
        path("latency", &by_model),
        path("tokens", &by_model),
        path("users", &[("limit", Some(USERS)), ("cursor", cursor)]),
        path("counters", &[]),
    ];
    let [days, models, hours, latency, tokens, users, counters] = &paths;
    let (days, models, hours, latency, tokens, users, counters) = join!(
        visit.api.get::<Spend>(days),
        visit.api.get::<Spend>(models),
        visit.api.get::<Latency>(hours),
        visit.api.get::<Latency>(latency),
        visit.api.get::<Tokens>(tokens),
        visit.api.get::<UserPage>(users),
        visit.api.get::<Counters>(counters),
    );
    let models = models?;
    let dearest = models.groups.iter().filter_map(|row| row.group.clone()).take(LINES);
    let dearest = dearest.filter(|_| range.days > 1).map(|model| async {
        let asked = path("spend", &[("groupBy", Some("day")), ("model", Some(&model))]);
        let days: Vec<SpendRow> = visit.api.get::<Spend>(&asked).await?.groups;
        Ok::<_, ApiError>(DayLine { model, days })
    });
    let lines: Vec<Result<DayLine, ApiError>> = join_all(dearest).await;
    Ok(Insights {
        now: visit.viewer.now,
        days: days?,
        models,
        lines: lines.into_iter().collect::<Result<_, _>>()?,
        hours: hours?,
        latency: latency?,
        tokens: tokens?,
        users: users?,
        is_later: cursor.is_some(),
        counters: counters?,
    })
}

async fn inbox(visit: &Visit<'_>) -> Outcome {
    let state = visit.asked.text("state").unwrap_or("dead");
    let asked = query(&[("state", Some(state)), ("cursor", visit.asked.text("cursor"))]);
    let page: InboxPage = visit.api.get(&format!("/v1/inbox{asked}")).await?;
    Ok(Done::Page(receiver::inbox(&visit.viewer, state, &page)))
}

async fn retry(id: &str, visit: &Visit<'_>) -> Outcome {
    let back = "/console/receiver/inbox";
    match visit.api.call(Method::Post, &format!("/v1/inbox/{id}/retry"), None, &[]).await {
        Ok(_) => Ok(Done::told(back, "The handlers that gave it up are run again.")),
        Err(error) => Ok(Done::refused(back, &error)),
    }
}

async fn reviews(visit: &Visit<'_>) -> Outcome {
    let state = visit.asked.text("state").unwrap_or("open");
    let asked = query(&[("state", Some(state)), ("cursor", visit.asked.text("cursor"))]);
    let page: ReviewPage = visit.api.get(&format!("/v1/reviews{asked}")).await?;
    Ok(Done::Page(receiver::reviews(&visit.viewer, state, &page)))
}

async fn review(id: &str, visit: &Visit<'_>, judged: Judged) -> Outcome {
    let review: Review = visit.api.get(&format!("/v1/reviews/{id}")).await?;
    Ok(Done::Page(receiver::review(&visit.viewer, &review, &judged)))
}

/// Claims it, gives it back, or says what it is.
async fn judge(id: &str, visit: &Visit<'_>) -> Outcome {
    let (verb, fields, text): (_, &[&str], _) = match visit.form.raw("do") {
        "claim" => ("claim", &["reviewer"], "It is yours for 15 minutes."),
        "release" => ("release", &["reviewer"], "It was given back."),
        _ => ("label", &["label", "comment", "reviewer"], "It was labelled."),
    };
    let body: Map<String, Value> =
        fields.iter().filter_map(|name| Some(((*name).to_owned(), visit.form.text(name)?.into()))).collect();
    let path = format!("/v1/reviews/{id}/{verb}");
    match visit.api.send::<Value>(Method::Post, &path, &body.into()).await {
        Ok(_) => Ok(Done::told(format!("/console/receiver/reviews/{id}"), text)),
        Err(ApiError { status: 400, message, field: Some(field), .. }) => {
            let typed = |name: &str| visit.form.raw(name).to_owned();
            let (label, comment, reviewer) = (typed("label"), typed("comment"), typed("reviewer"));
            let judged = Judged { label, comment, reviewer, wrong: Some((field, message)) };
            review(id, visit, judged).await
        }
        Err(error) => Ok(Done::refused(format!("/console/receiver/reviews/{id}"), &error)),
    }
}
