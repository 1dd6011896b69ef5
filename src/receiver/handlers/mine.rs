//! Your handler. It is called with every delivery that was verified, after its full exchange was fetched, and this file is
//! never changed by an update of Heliograph. docs/FORKING.md shows the way from here to a deployed handler.

use async_trait::async_trait;

use crate::receiver::{
    delivery::Delivery,
    handler::{Context, Failure, Handler},
};

/// The handler.
pub struct Mine;

#[async_trait(?Send)]
impl Handler for Mine {
    async fn handle(&self, _delivery: &Delivery, _context: &Context<'_>) -> Result<(), Failure> {
        Ok(())
    }
}
