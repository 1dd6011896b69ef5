//! What a filter can be about, under the names of Helicone's tables.

use serde::{Deserialize, Serialize};

/// The table that Helicone's documentation filters by.
pub const MAIN_TABLE: &str = "request_response_rmt";

/// Older tables that are taken as well, each with its own names of the same columns.
pub const LEGACY_TABLES: [&str; 4] = ["request", "response", "request_response_log", "feedback"];

/// Columns of Helicone's that are refused: the history does not keep them, and a filter that silently finds nothing is worse
/// than none.
pub const REFUSED: &str = "is not kept by the history";

/// A column of the table of requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Column {
    /// The gateway's id of the request.
    RequestId,
    /// When it was made.
    CreatedAt,
    /// The end user.
    UserId,
    /// The model.
    Model,
    /// The provider.
    Provider,
    /// The HTTP status of the response.
    Status,
    /// US dollars.
    Cost,
    /// Milliseconds.
    Latency,
    /// Milliseconds until the first token.
    FirstToken,
    /// Tokens of the prompt.
    PromptTokens,
    /// Tokens of the completion.
    CompletionTokens,
    /// Tokens in all.
    TotalTokens,
    /// Tokens of the prompt that were read from a cache.
    CacheReadTokens,
    /// Tokens of the prompt that were written to one.
    CacheWriteTokens,
    /// Tokens of thoughts.
    ReasoningTokens,
    /// Whether the gateway answered from its cache.
    Cached,
    /// Whether it has scores.
    Scored,
}

/// What a column holds, and so what it can be compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Text.
    Text,
    /// A number.
    Number,
    /// A moment.
    Time,
    /// Yes or no.
    Flag,
}

const MAIN: [(&str, Column); 15] = [
    ("request_id", Column::RequestId),
    ("request_created_at", Column::CreatedAt),
    ("user_id", Column::UserId),
    ("model", Column::Model),
    ("provider", Column::Provider),
    ("status", Column::Status),
    ("cost", Column::Cost),
    ("latency", Column::Latency),
    ("time_to_first_token", Column::FirstToken),
    ("prompt_tokens", Column::PromptTokens),
    ("completion_tokens", Column::CompletionTokens),
    ("total_tokens", Column::TotalTokens),
    ("prompt_cache_read_tokens", Column::CacheReadTokens),
    ("prompt_cache_write_tokens", Column::CacheWriteTokens),
    ("reasoning_tokens", Column::ReasoningTokens),
];

const LOG: [(&str, Column); 5] = [
    ("latency", Column::Latency),
    ("status", Column::Status),
    ("request_created_at", Column::CreatedAt),
    ("model", Column::Model),
    ("user_id", Column::UserId),
];

const REQUEST: [(&str, Column); 4] = [
    ("id", Column::RequestId),
    ("created_at", Column::CreatedAt),
    ("user_id", Column::UserId),
    ("model", Column::Model),
];

const RESPONSE: [(&str, Column); 4] = [
    ("status", Column::Status),
    ("model", Column::Model),
    ("body_model", Column::Model),
    ("body_tokens", Column::TotalTokens),
];

/// The plain columns of a table by Helicone's names; none where there is no such table.
pub fn columns_of(table: &str) -> &'static [(&'static str, Column)] {
    match table {
        MAIN_TABLE => &MAIN,
        "request_response_log" => &LOG,
        "request" => &REQUEST,
        "response" => &RESPONSE,
        _ => &[],
    }
}

impl Column {
    /// What it holds.
    pub fn kind(self) -> Kind {
        match self {
            Self::RequestId | Self::UserId | Self::Model | Self::Provider => Kind::Text,
            Self::CreatedAt => Kind::Time,
            Self::Cached | Self::Scored => Kind::Flag,
            _ => Kind::Number,
        }
    }

    /// Its expression in a statement.
    pub(super) fn sql(self) -> &'static str {
        match self {
            Self::RequestId => "request_id",
            Self::CreatedAt => "created_at",
            Self::UserId => "user_id",
            Self::Model => "model",
            Self::Provider => "provider",
            Self::Status => "status",
            Self::Cost => "cost",
            Self::Latency => "latency_ms",
            Self::FirstToken => "first_token_ms",
            Self::PromptTokens => "prompt_tokens",
            Self::CompletionTokens => "completion_tokens",
            Self::TotalTokens => "total_tokens",
            Self::CacheReadTokens => "cache_read_tokens",
            Self::CacheWriteTokens => "cache_write_tokens",
            Self::ReasoningTokens => "reasoning_tokens",
            Self::Cached => "coalesce(cached, 0)",
            Self::Scored => "(scores IS NOT NULL)",
        }
    }
}
