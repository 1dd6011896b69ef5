//! What stands around each page.

use maud::{DOCTYPE, Markup, html};

use super::{
    assets,
    form::TOKEN,
    viewer::{Theme, Viewer},
};

/// What each answer of the console forbids browsers: whatever does not come from here, scripts within pages, frames around them.
pub const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
    connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'";

/// htmx without what the policy forbids, and without a past of its own.
const HTMX_CONFIG: &str = r#"{"includeIndicatorCSS":false,"history":false}"#;

/// A place of the console that the menu leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// How everything stands.
    Overview,
    /// Subscriptions.
    Webhooks,
    /// Deliveries and their attempts.
    Deliveries,
    /// The history of requests.
    Events,
    /// What the receiver has seen.
    Receiver,
    /// The org and its keys.
    Settings,
}

impl Place {
    const ALL: [Self; 6] =
        [Self::Overview, Self::Webhooks, Self::Deliveries, Self::Events, Self::Receiver, Self::Settings];

    fn title(self) -> &'static str {
        match self {
            Self::Overview => "Overview",
            Self::Webhooks => "Subscriptions",
            Self::Deliveries => "Deliveries",
            Self::Events => "Events",
            Self::Receiver => "Receiver",
            Self::Settings => "Settings",
        }
    }

    /// Its path.
    pub fn path(self) -> &'static str {
        match self {
            Self::Overview => "/console",
            Self::Webhooks => "/console/webhooks",
            Self::Deliveries => "/console/deliveries",
            Self::Events => "/console/events",
            Self::Receiver => "/console/receiver",
            Self::Settings => "/console/settings",
        }
    }

    fn is_seen_by(self, viewer: &Viewer) -> bool {
        match self {
            Self::Overview => true,
            Self::Webhooks | Self::Deliveries => viewer.sees_webhooks(),
            Self::Events => viewer.sees_requests(),
            Self::Receiver => viewer.sees_receiver(),
            Self::Settings => viewer.sees_webhooks() || viewer.principal.is_root,
        }
    }
}

/// Something that was done, told on the next page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// Whether it was done, or refused.
    pub is_good: bool,
    /// In a sentence.
    pub text: String,
}

/// One page.
pub struct Page {
    /// Where it is.
    pub place: Place,
    /// For the tab, and the heading.
    pub title: String,
    /// The heading's right side: what can be done with the whole page.
    pub actions: Markup,
    /// What is on it.
    pub content: Markup,
    /// Whether it draws charts.
    pub has_charts: bool,
    /// The path of a script that it alone needs.
    pub script: Option<String>,
}

impl Page {
    /// A page without actions and charts.
    pub fn new(place: Place, title: impl Into<String>, content: Markup) -> Self {
        Self { place, title: title.into(), actions: html! {}, content, has_charts: false, script: None }
    }

    /// The whole document; `notice` is what was just done.
    pub fn render(&self, viewer: &Viewer, notice: Option<&Notice>) -> Markup {
        html! {
            (DOCTYPE)
            html lang="en" data-theme=(viewer.theme.name()) {
                (head(&self.title, self.has_charts, self.script.as_deref()))
                body {
                    a.skip href="#content" { "Skip to the content" }
                    div.shell {
                        (menu(self.place, viewer))
                        main id="content" tabindex="-1" {
                            header.heading {
                                h1 { (self.title) }
                                div.actions { (self.actions) }
                            }
                            @if let Some(notice) = notice { (told(notice)) }
                            (self.content)
                        }
                    }
                }
            }
        }
    }
}

/// A page that stands alone: before somebody is known.
pub fn alone(title: &str, theme: Theme, content: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" data-theme=(theme.name()) {
            (head(title, false, None))
            body.alone { main id="content" { (brand()) h1 { (title) } (content) } }
        }
    }
}

fn head(title: &str, has_charts: bool, script: Option<&str>) -> Markup {
    html! {
        head {
            meta charset="utf-8";
            meta name="viewport" content="width=device-width, initial-scale=1";
            meta name="color-scheme" content="light dark";
            meta name="htmx-config" content=(HTMX_CONFIG);
            title { (title) " · Heliograph" }
            link rel="icon" type="image/svg+xml" href=(assets::ICON.path());
            @for style in assets::STYLES { link rel="stylesheet" href=(style.path()); }
            // Not deferred: it says that there are scripts, before anything is shown that is there for those without.
            script src=(assets::SCRIPT.path()) {}
            script src=(assets::HTMX) defer {}
            @if has_charts {
                link rel="stylesheet" href=(assets::UPLOT_STYLE);
                script src=(assets::UPLOT) defer {}
            }
            @if let Some(script) = script { script src=(script) defer {} }
        }
    }
}

fn brand() -> Markup {
    html! { a.brand href="/console" { img src=(assets::ICON.path()) alt="" width="24" height="24"; "Heliograph" } }
}

fn menu(current: Place, viewer: &Viewer) -> Markup {
    html! {
        header.side {
            (brand())
            nav aria-label="Console" {
                ul {
                    @for place in Place::ALL.into_iter().filter(|place| place.is_seen_by(viewer)) {
                        li {
                            a href=(place.path()) aria-current=[(place == current).then_some("page")] {
                                (place.title())
                            }
                        }
                    }
                }
            }
            div.who {
                p { span.muted { "Org " } strong { (viewer.principal.org) } }
                form method="post" action="/console/theme" class="themes" {
                    (token(viewer))
                    @for theme in Theme::ALL {
                        button type="submit" name="theme" value=(theme.name()) aria-pressed=(theme == viewer.theme) {
                            (theme.name())
                        }
                    }
                }
                form method="post" action="/console/logout" {
                    (token(viewer))
                    button.plain type="submit" { "Log out" }
                }
            }
        }
    }
}

fn told(notice: &Notice) -> Markup {
    html! {
        p.notice.good[notice.is_good].bad[!notice.is_good] role=(if notice.is_good { "status" } else { "alert" }) {
            (notice.text)
        }
    }
}

/// What each form carries.
pub fn token(viewer: &Viewer) -> Markup {
    html! { input type="hidden" name=(TOKEN) value=(viewer.form_token); }
}
