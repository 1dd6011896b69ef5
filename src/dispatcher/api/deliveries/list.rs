//! `GET /v1/webhooks/{id}/deliveries`, and `GET /v1/deliveries`: the newest of all webhooks.

use std::cmp::Reverse;

use futures_util::future::{join, try_join_all};
use worker::{Env, Request};

use super::{
    asked::{Asked, Of},
    untried,
};
use crate::{
    core::{
        answer::DeliveryPage,
        auth::{Principal, Scope},
        envelope::ApiError,
        field::FieldError,
        history::query::read_list,
        ledger::{DeliveryView, Row, sought},
        limits,
        subscription::{Snapshot, Subscription},
    },
    dispatcher::{
        ledger::{
            client,
            command::{Command, Page, Query},
        },
        requests::walk::Walk,
        subscriptions,
    },
    edge::{
        auth::require,
        http::{Answer, ok},
    },
};

/// How many of a user's requests are looked at.
const REQUESTS: usize = limits::MAX_PAGE;

/// Lists a subscription's deliveries, newest first.
pub async fn of_webhook(request: &Request, id: &str, principal: Principal, env: &Env) -> Answer {
    let Asked { query, untried, of } = Asked::read(request)?;
    let (snapshot, requests) = both(of, &principal, env).await?;
    let subscription = snapshot.find(id).ok_or_else(|| ApiError::not_found("webhook"))?;
    if let Some((state, place)) = untried {
        return untried::list(subscription, &principal.org, state, place, &query, env).await;
    }
    let query = narrowed(query, requests.as_deref(), &snapshot, subscription, &principal.org);
    let page: Page = client::call(env, &principal.org, id, &Command::List(query)).await?;
    let deliveries = page.rows.iter().map(DeliveryView::short).collect();
    ok(200, &DeliveryPage { deliveries, next_cursor: page.next.map(|place| place.to_string()) })
}

/// Lists the newest deliveries of all subscriptions: every ledger is asked at once for as many as are wanted in all.
pub async fn of_org(request: &Request, principal: Principal, env: &Env) -> Answer {
    let Asked { query, of, .. } = Asked::read_newest(request)?;
    if matches!(of, Some(Of::User(_))) {
        return Err(FieldError::new("userId", "is taken by the lists of single webhooks alone").into());
    }
    let (snapshot, requests) = both(of, &principal, env).await?;
    let asked = snapshot.subscriptions.iter().map(|subscription| {
        let query = narrowed(query.clone(), requests.as_deref(), &snapshot, subscription, &principal.org);
        let org = &principal.org;
        async move { client::call::<Page>(env, org, &subscription.id, &Command::List(query)).await }
    });
    let pages = try_join_all(asked).await?;
    let mut rows: Vec<Row> = pages.into_iter().flat_map(|page| page.rows).collect();
    rows.sort_by_key(|row| Reverse(row.message.accepted_at));
    rows.truncate(query.limit);
    ok(200, &DeliveryPage { deliveries: rows.iter().map(DeliveryView::short).collect(), next_cursor: None })
}

/// The org's subscriptions and, at the same time, the requests whose deliveries alone are wanted.
async fn both(
    of: Option<Of>,
    principal: &Principal,
    env: &Env,
) -> Result<(Snapshot, Option<Vec<String>>), ApiError> {
    let requests = async {
        match of {
            None => Ok::<_, ApiError>(None),
            Some(Of::Request(id)) => Ok(Some(vec![id])),
            Some(Of::User(id)) => {
                // Who has made which requests is the history's to tell.
                require(principal, Scope::RequestsRead)?;
                let pairs = [("userId", id.as_str())];
                let query = read_list(pairs.into_iter(), limits::page, REQUESTS, &[])?;
                let hits = Walk::new(env, &principal.org).await?.page(&query).await?;
                Ok(Some(hits.into_iter().map(|(_, row)| row.request_id).collect()))
            }
        }
    };
    let (snapshot, requests) = join(subscriptions::truth(env, &principal.org), requests).await;
    Ok((snapshot?, requests?))
}

/// The query for one subscription's ledger.
fn narrowed(
    mut query: Query,
    requests: Option<&[String]>,
    snapshot: &Snapshot,
    subscription: &Subscription,
    org: &str,
) -> Query {
    query.ids = requests.map(|requests| {
        let own = &snapshot.org.event_types;
        let found = requests.iter().map(|id| sought(id, own, &query.event_types, org, subscription));
        found.flatten().collect()
    });
    query
}
