//! Deliveries: listed, looked at and sent again.
