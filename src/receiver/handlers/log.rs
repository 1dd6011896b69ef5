//! Logs one line per delivery: ids, model, cost and sizes, never a body.

use async_trait::async_trait;
use worker::Env;

use super::{Delivery, Handler};
use crate::{core::json::Canonical, edge::log::Line};

/// The handler.
pub struct Log;

#[async_trait(?Send)]
impl Handler for Log {
    fn name(&self) -> &'static str {
        "log"
    }

    async fn handle(&self, delivery: &Delivery<'_>, _env: &Env) -> Result<(), String> {
        let payload = delivery.payload;
        let size = |body: &Option<Canonical>| body.as_ref().map_or(0, |body| body.as_str().len());
        Line::info("handler.log")
            .text("delivery", delivery.id)
            .text("type", delivery.event_type)
            .maybe("request_id", payload.request_id.as_deref())
            .maybe("model", payload.model.as_deref())
            .maybe("provider", payload.provider.as_deref())
            .amount("cost", payload.cost)
            .text("data", delivery.data.name())
            .size("request_bytes", size(&payload.request))
            .size("response_bytes", size(&payload.response))
            .number("attempt", delivery.attempt)
            .emit();
        Ok(())
    }
}
