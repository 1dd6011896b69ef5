//! What went wrong, as a page.

use maud::{Markup, html};

use crate::{
    console::{
        frame::{self, Page, Place},
        viewer::{Theme, Viewer},
    },
    core::envelope::ApiError,
};

/// In the frame, for whoever is logged in.
pub fn page(viewer: &Viewer, error: &ApiError) -> Markup {
    Page::new(Place::Overview, title(error), said(error)).render(viewer, None)
}

/// By itself.
pub fn alone(theme: Theme, error: &ApiError) -> Markup {
    frame::alone(title(error), theme, &said(error))
}

/// Within a page.
pub fn part(error: &ApiError) -> Markup {
    html! { p.notice.bad role="alert" { (error.message) } }
}

fn title(error: &ApiError) -> &'static str {
    match error.status {
        403 => "Not allowed",
        404 => "Not found",
        429 => "Too many requests",
        503 => "Not available right now",
        400..=499 => "That did not work",
        _ => "Something is wrong here",
    }
}

fn said(error: &ApiError) -> Markup {
    html! {
        p.notice.bad role="alert" { (error.message) }
        p { a href="/console" { "Back to the overview" } }
    }
}
