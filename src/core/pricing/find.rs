//! Which line of the table a request is priced by: genai-prices' rules, in its order.

use super::{
    pattern::matches,
    table::{self, Model, Provider},
};
use crate::core::exchange;

/// What was found.
#[derive(Clone, Copy, Debug)]
pub(super) struct Found {
    /// As [`rates`](super::rates) reads them.
    pub prices: &'static str,
    /// Whether the model is its provider's own, and not another's that it sells too.
    pub is_own: bool,
    /// Whether the provider was told from the model.
    pub is_inferred: bool,
}

/// What was not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Missing {
    Provider,
    Model,
}

/// Looks a model up.
pub(super) fn find(provider: Option<&str>, model: Option<&str>) -> Result<Found, Missing> {
    let model = model.ok_or(Missing::Model)?.trim().to_lowercase();
    let named = provider.map(str::trim).filter(|name| !name.is_empty());
    let is_router = named.is_some_and(|name| name.eq_ignore_ascii_case("litellm"));
    // LiteLLM is nobody's provider, and says whose before the model's name.
    let routed = model
        .split_once('/')
        .filter(|_| is_router)
        .and_then(|(provider, model)| Some((of_name(provider)?, model)));
    let (provider, model, is_inferred) = match (routed, named) {
        (Some((provider, model)), _) => (provider, model, false),
        (None, Some(name)) if !is_router => (of_name(name).ok_or(Missing::Provider)?, model.as_str(), false),
        _ => (of_model(&model).ok_or(Missing::Provider)?, model.as_str(), true),
    };
    let found = in_provider(provider, model).or_else(|| in_provider(provider, &dashed(model)?));
    let (Model { prices, .. }, is_own) = found.ok_or(Missing::Model)?;
    Ok(Found { prices, is_own, is_inferred })
}

/// The provider of a name, in any spelling.
fn of_name(name: &str) -> Option<Provider> {
    let by_id = |id: &str| table::providers().find(|provider| provider.id == id);
    if let Some(id) = id_of(exchange::Provider::of(name)) {
        return by_id(id);
    }
    let name = name.trim().to_lowercase();
    by_id(&name)
        .or_else(|| table::providers().find(|provider| matches(provider.names, &name)))
        .or_else(|| {
            let plain = plain(&name);
            let short = plain.strip_suffix("ai").unwrap_or(&plain);
            table::providers().find(|provider| {
                let id = self::plain(provider.id);
                id == plain || id == short
            })
        })
        // What Cloudflare calls its own models.
        .or_else(|| by_id("cloudflare").filter(|_| plain(&name) == "workersai"))
}

fn plain(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).collect()
}

/// The table's id of those that gateways name in several ways.
fn id_of(provider: exchange::Provider) -> Option<&'static str> {
    use exchange::Provider;
    Some(match provider {
        Provider::OpenAi => "openai",
        Provider::Azure => "azure",
        Provider::Anthropic => "anthropic",
        Provider::Bedrock => "aws",
        Provider::Gemini | Provider::Vertex => "google",
        Provider::Groq => "groq",
        Provider::Mistral => "mistral",
        Provider::DeepSeek => "deepseek",
        Provider::Perplexity => "perplexity",
        Provider::XAi => "x-ai",
        Provider::Cohere => "cohere",
        Provider::OpenRouter => "openrouter",
        Provider::Other => return None,
    })
}

/// The provider whose a model is told to be by its name.
fn of_model(model: &str) -> Option<Provider> {
    table::providers().find(|provider| matches(provider.models, model))
}

/// A provider's model, and whether it is its own; if not, that of the first of those whose models it sells too.
fn in_provider(provider: Provider, model: &str) -> Option<(Model, bool)> {
    let own = first(provider.id, model).map(|found| (found, true));
    own.or_else(|| provider.fallbacks.split(' ').find_map(|id| Some((first(id, model)?, false))))
}

/// The first of a provider's models that matches.
fn first(provider: &str, model: &str) -> Option<Model> {
    let named = table::named(provider, model);
    table::rules(provider)
        .take_while(|(_, other)| named.is_none_or(|named| other.order < named.order))
        .find(|(rule, _)| matches(rule, model))
        .map(|(_, found)| found)
        .or(named)
}

/// A model's name with its date as `2025-12-11`, where it is written as `20251211`; `None` where it has none.
fn dashed(model: &str) -> Option<String> {
    let mut out = String::with_capacity(model.len().saturating_add(2));
    let mut is_changed = false;
    for (index, part) in model.split('-').enumerate() {
        if index > 0 {
            out.push('-');
        }
        let (date, rest) = part.split_once(':').map_or((part, None), |(date, rest)| (date, Some(rest)));
        match date_parts(date).filter(|_| index > 0) {
            Some([year, month, day]) => {
                is_changed = true;
                out.extend([year, "-", month, "-", day]);
                out.extend(rest.into_iter().flat_map(|rest| [":", rest]));
            }
            None => out.push_str(part),
        }
    }
    is_changed.then_some(out)
}

fn date_parts(text: &str) -> Option<[&str; 3]> {
    if text.len() != 8 || !text.starts_with("20") || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    chrono::NaiveDate::parse_from_str(text, "%Y%m%d").ok()?;
    Some([text.get(..4)?, text.get(4..6)?, text.get(6..)?])
}
