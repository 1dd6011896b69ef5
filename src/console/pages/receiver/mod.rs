//! What the receiver has seen.

mod counted;
mod doings;
mod queues;
mod review;

pub use self::{
    counted::{DayLine, Insights, RANGES, Range},
    queues::{inbox, reviews},
    review::{Judged, review},
};

use maud::{Markup, html};

use crate::{
    console::{
        frame::{Page, Place},
        models::inbox::{InboxPage, ReviewPage},
        pages::problem,
        viewer::Viewer,
    },
    core::envelope::ApiError,
};

/// What the page shows.
pub struct Receiver {
    /// How far back it looks.
    pub range: Range,
    /// What was counted; nothing where the viewer may not know.
    pub insights: Option<Result<Insights, ApiError>>,
    /// The newest deliveries that a handler gave up.
    pub dead: Result<InboxPage, ApiError>,
    /// The oldest open reviews; nothing where the viewer may not know.
    pub reviews: Option<Result<ReviewPage, ApiError>>,
}

/// The page.
pub fn render(viewer: &Viewer, receiver: &Receiver) -> Page {
    let content = html! {
        (queues::first(viewer, &receiver.dead, receiver.reviews.as_ref()))
        @match &receiver.insights {
            None => p.muted { "This key may not read what requests have cost and taken (" code { "requests:read" } ")." },
            Some(Err(error)) => (problem::part(error)),
            Some(Ok(insights)) => (counted::all(receiver.range, insights)),
        }
    };
    let actions = html! {
        a.button href="/console/receiver/inbox" { "Inbox" }
        @if receiver.reviews.is_some() { a.button href="/console/receiver/reviews" { "Reviews" } }
    };
    Page { actions, has_charts: true, ..Page::new(Place::Receiver, "Receiver", content) }
}

/// A part of the page with its heading.
fn part(id: &str, title: &str, content: &Markup) -> Markup {
    html! { section { h2 id=(id) { (title) } (content) } }
}
