//! Every schema: those of answers derived from the types, those of requests written with their bounds.

use serde_json::{Map, Value};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{RefOr, Schema},
};

use super::{
    adapters, errors, event, filter, history,
    paths::{alerts, rules},
    requests, settings,
};
use crate::core::{
    answer::{
        Accepted, Deleted, DeliveryPage, Health, KeyView, Logged, OrgView, Queued, Received, Secret,
        SettingsView, Tested,
    },
    backfill::BackfillView,
    delivery::RequestView,
    delivery_alerts::{self, Alert},
    diagnosis::{Arrivals, Diagnosis},
    event_types::EventTypeView,
    history::query::{DayPlan, RequestPage},
    inbox::{InboxPage, InboxView},
    insights::{CountersView, LatencyView, SpendView, TokensView, UsersView},
    metrics::MetricsView,
    replay::JobView,
    review::ReviewPage,
    rules::{Detailed, RuleView},
    shaping::ShapePreview,
    subscription::{Preview, Verdicts, View},
};

/// The components, by name.
pub fn all() -> Value {
    let mut derived = Vec::new();
    add::<View>(&mut derived);
    add::<Secret>(&mut derived);
    add::<Deleted>(&mut derived);
    add::<Tested>(&mut derived);
    add::<Preview>(&mut derived);
    add::<ShapePreview>(&mut derived);
    add::<Accepted>(&mut derived);
    add::<Logged<'_>>(&mut derived);
    add::<DeliveryPage>(&mut derived);
    add::<Queued>(&mut derived);
    add::<RequestView>(&mut derived);
    add::<MetricsView>(&mut derived);
    add::<JobView>(&mut derived);
    add::<KeyView>(&mut derived);
    add::<OrgView>(&mut derived);
    add::<SettingsView>(&mut derived);
    add::<RequestPage>(&mut derived);
    add::<DayPlan>(&mut derived);
    add::<Verdicts<'_>>(&mut derived);
    add::<ReviewPage>(&mut derived);
    add::<Received>(&mut derived);
    add::<InboxPage>(&mut derived);
    add::<InboxView>(&mut derived);
    add::<BackfillView>(&mut derived);
    add::<SpendView>(&mut derived);
    add::<LatencyView>(&mut derived);
    add::<TokensView>(&mut derived);
    add::<UsersView>(&mut derived);
    add::<CountersView>(&mut derived);
    add::<EventTypeView>(&mut derived);
    add::<RuleView>(&mut derived);
    add::<Detailed>(&mut derived);
    add::<Alert>(&mut derived);
    add::<delivery_alerts::Detailed<'_>>(&mut derived);
    add::<Health>(&mut derived);
    add::<Diagnosis>(&mut derived);
    add::<Arrivals>(&mut derived);
    derived.sort_by(|(one, _), (other, _)| one.cmp(other));
    let mut all: Map<String, Value> = derived
        .into_iter()
        .map(|(name, schema)| (name, serde_json::to_value(schema).unwrap_or_default()))
        .collect();
    for (name, schema) in [
        ("Error", errors::schema()),
        ("Event", event::schema()),
        ("Filter", filter::schema()),
        ("FilterCondition", filter::condition()),
        ("NewWebhook", settings::creation()),
        ("WebhookChange", settings::change()),
        ("Rotation", requests::rotation()),
        ("Test", requests::test()),
        ("Preview", requests::preview()),
        ("Shape", settings::shaping()),
        ("Recovery", requests::recovery()),
        ("NewBackfill", requests::backfill()),
        ("NewKey", requests::key()),
        ("NewDiagnosis", requests::diagnosis()),
        ("NewOrg", requests::org()),
        ("SettingsChange", requests::settings()),
        ("NewRule", rules::creation()),
        ("RuleChange", rules::merge()),
        ("NewAlert", alerts::creation()),
        ("AlertChange", alerts::merge()),
        ("EventTypeDescription", requests::event_type()),
        ("RequestQuery", history::query()),
        ("RequestFilter", history::filter()),
        ("RequestIds", history::ids()),
        ("RequestScores", history::scores()),
        ("RequestFeedback", history::feedback()),
        ("RequestProperty", history::property()),
        ("ReviewClaim", requests::review_claim()),
        ("ReviewRelease", requests::review_release()),
        ("ReviewLabel", requests::review_label()),
        ("Delivery", requests::delivery()),
        ("Exchange", requests::exchange()),
        ("HeliconeLog", adapters::helicone_log()),
        ("LiteLlmPayload", adapters::litellm_payload()),
    ] {
        all.insert(name.to_owned(), schema);
    }
    all.into()
}

/// A type's schema and those that it refers to.
fn add<T: ToSchema + PartialSchema>(all: &mut Vec<(String, RefOr<Schema>)>) {
    all.push((T::name().into_owned(), T::schema()));
    T::schemas(all);
}
