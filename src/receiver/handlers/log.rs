//! Logs one line per delivery: ids, model, cost and sizes, never a body.

use async_trait::async_trait;

use crate::{
    core::json::Canonical,
    edge::log::Line,
    receiver::{
        delivery::Delivery,
        handler::{Context, Failure, Handler},
    },
};

/// The handler.
pub struct Log;

#[async_trait(?Send)]
impl Handler for Log {
    async fn handle(&self, delivery: &Delivery, _context: &Context<'_>) -> Result<(), Failure> {
        let payload = &delivery.payload;
        let size = |body: &Option<Canonical>| body.as_ref().map_or(0, |body| body.as_str().len());
        Line::info("handler.log")
            .text("delivery", &delivery.id)
            .text("type", &delivery.event_type)
            .maybe("request_id", payload.request_id.as_deref())
            .maybe("model", payload.model.as_deref())
            .maybe("provider", payload.provider.as_deref())
            .amount("cost", payload.cost)
            .text("data", delivery.data.name())
            .size("request_bytes", size(&payload.request))
            .size("response_bytes", size(&payload.response))
            .emit();
        Ok(())
    }
}
