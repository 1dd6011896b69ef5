//! Forms: what a browser sends, and what each of ours has to carry.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use url::form_urlencoded;

use crate::core::hash::same;

/// The field of the token.
pub const TOKEN: &str = "form_token";

/// Where people come from whom a form is taken, by `Sec-Fetch-Site` and `Origin`, which a page of another site can't set.
pub fn is_own_site(site: Option<&str>, from: Option<&str>, own: &str) -> bool {
    let same_site = site.is_none_or(|site| matches!(site, "same-origin" | "none"));
    // Browsers name no origin where they keep the referrer to themselves.
    let same_origin = from.is_none_or(|from| from == own || (from == "null" && site == Some("same-origin")));
    same_site && same_origin
}

/// The fields of a form, in their order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Form(Vec<(String, String)>);

impl Form {
    /// Reads `application/x-www-form-urlencoded`, as bodies and query strings are.
    pub fn read(body: &[u8]) -> Self {
        Self(form_urlencoded::parse(body).into_owned().collect())
    }

    /// As if these had been typed: what a form is shown with before anybody has.
    pub fn of<'a>(fields: impl IntoIterator<Item = (&'a str, String)>) -> Self {
        Self(fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
    }

    /// The text of a field as it was typed; empty where there is none.
    pub fn raw(&self, name: &str) -> &str {
        self.0.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }

    /// The text of a field without space around it; `None` where nothing was typed.
    pub fn text(&self, name: &str) -> Option<&str> {
        Some(self.raw(name).trim()).filter(|text| !text.is_empty())
    }

    /// The texts of a field that may be there many times.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Whether a box is ticked.
    pub fn is_on(&self, name: &str) -> bool {
        self.0.iter().any(|(known, _)| known == name)
    }

    /// Whether it carries this token.
    pub fn has_token(&self, token: &str) -> bool {
        !token.is_empty() && same(self.raw(TOKEN).as_bytes(), token.as_bytes())
    }
}

/// A part of a path, whatever somebody typed into an address.
pub fn path_part(text: &str) -> String {
    const OTHERS: &AsciiSet = &NON_ALPHANUMERIC.remove(b'_');
    utf8_percent_encode(text, OTHERS).to_string()
}

/// A query string of these, those without a value left out; with its question mark, or empty.
pub fn query(parameters: &[(&str, Option<&str>)]) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    for (name, value) in parameters {
        if let Some(value) = value {
            query.append_pair(name, value);
        }
    }
    let query = query.finish();
    if query.is_empty() { query } else { format!("?{query}") }
}
