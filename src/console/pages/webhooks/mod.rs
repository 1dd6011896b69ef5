//! Subscriptions: listed, made, changed and tried.
