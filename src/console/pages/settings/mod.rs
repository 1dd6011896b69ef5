//! The org: its keys, its rules, its types of events.
