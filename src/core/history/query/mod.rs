//! Asking the history for requests: Helicone's filter tree, and the statements that it becomes.
//!
//! A day's object keeps one row per LLM request (`schema/history/0002.sql`), made of the journal when somebody first asks. What
//! is asked comes in as data ([`Query`], [`Filter`]) and goes out as parameterised SQL ([`Statement`]): no text of a client's ever
//! becomes a part of a statement's own text.

mod column;
mod days;
mod filter;
mod key;
mod name;
mod note;
mod pattern;
mod read;
mod row;
mod span;
mod sql;
mod statements;
mod test;
mod view;

pub use column::{Column, Kind, LEGACY_TABLES, MAIN_TABLE, REFUSED, columns_of};
pub use days::Days;
pub use filter::{Filter, Leaf, MAX_DEPTH, MAX_VALUES, Subject};
pub use key::{Place, RowKey};
pub use name::FEEDBACK;
pub use note::{MAX_SCORES, Note, by_name, read_feedback, read_property, read_scores};
pub use read::{
    DEFAULT_LIMIT, LIST_PARAMETERS, MAX_EXPORT, MAX_EXPORT_BODIES, MAX_IDS, MAX_LIMIT, MAX_OFFSET, Order,
    QUERY_FIELDS, Query, export_limit, read_ids, read_list, read_query,
};
pub use row::Row;
pub use span::Span;
pub use sql::{Bound, Statement};
pub use statements::{Asked, by_ids, count, find, note, page, skip, upsert};
pub use test::{Comparison, MAX_TEXT, Test, TextTest};
pub use view::{DayPlan, RequestPage, RequestView};
