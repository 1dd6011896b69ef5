//! Under which names the conventions, past and present, and their instrumentations tell a fact: of each the one that is in force first.
//! Most are still in development, so they stand here alone, as of November 2026.

use crate::core::otel::names;

/// What was asked of the model.
pub const OPERATION: &str = names::OPERATION;

/// Operations that are calls of a model. `execute_tool`, `invoke_agent` and their like are not.
pub const LLM_OPERATIONS: [&str; 10] = [
    "chat",
    "text_completion",
    "generate_content",
    "embeddings",
    // Of older and of other instrumentations.
    "completion",
    "completions",
    "embedding",
    "messages",
    "responses",
    "image_generation",
];

/// OpenInference: what a span is of.
pub const SPAN_KIND: &str = "openinference.span.kind";

/// Kinds that are calls of a model.
pub const LLM_KINDS: [&str; 2] = ["LLM", "EMBEDDING"];

/// OpenLLMetry's word for the operation, before there was one.
pub const REQUEST_TYPE: &str = "llm.request.type";

/// The model that was asked.
pub const MODEL_ASKED: &[&str] = &[names::REQUEST_MODEL, "llm.request.model_name", "llm.request.model"];

/// The model that answered.
pub const MODEL_SERVED: &[&str] = &[
    names::RESPONSE_MODEL,
    "llm.response.model_name",
    "llm.response.model",
    "llm.model_name",
    "embedding.model_name",
];

/// The provider.
pub const PROVIDER: &[&str] =
    &[names::PROVIDER, "gen_ai.system", "gen_ai.model.provider", "llm.provider", "llm.system", "llm.vendor"];

/// Tokens of the prompt.
pub const PROMPT_TOKENS: &[&str] =
    &[names::INPUT_TOKENS, "gen_ai.usage.prompt_tokens", "llm.token_count.prompt", "llm.usage.prompt_tokens"];

/// Tokens of the completion.
pub const COMPLETION_TOKENS: &[&str] = &[
    names::OUTPUT_TOKENS,
    "gen_ai.usage.completion_tokens",
    "llm.token_count.completion",
    "llm.usage.completion_tokens",
];

/// Tokens of both.
pub const TOTAL_TOKENS: &[&str] =
    &["gen_ai.usage.total_tokens", "llm.token_count.total", "llm.usage.total_tokens"];

/// Of the prompt: read from a cache.
pub const CACHE_READ: &[&str] = &[
    "gen_ai.usage.cache_read.input_tokens",
    "gen_ai.usage.cache_read_input_tokens",
    "gen_ai.usage.details.cache_read_tokens",
    "llm.token_count.prompt_details.cache_read",
];

/// Of the prompt: written to a cache.
pub const CACHE_WRITE: &[&str] = &[
    "gen_ai.usage.cache_creation.input_tokens",
    "gen_ai.usage.cache_creation_input_tokens",
    "gen_ai.usage.details.cache_write_tokens",
    "llm.token_count.prompt_details.cache_write",
];

/// Of the completion: thoughts.
pub const REASONING: &[&str] = &[
    "gen_ai.usage.reasoning.output_tokens",
    "gen_ai.usage.reasoning_tokens",
    "gen_ai.usage.details.reasoning_tokens",
    "llm.token_count.completion_details.reasoning",
];

/// Of the prompt: sound.
pub const PROMPT_AUDIO: &[&str] = &["llm.token_count.prompt_details.audio"];

/// Of the completion: sound.
pub const COMPLETION_AUDIO: &[&str] = &["llm.token_count.completion_details.audio"];

/// USD.
pub const COST: &[&str] = &[names::COST, "llm.cost.total"];

/// The end user.
pub const USER: &[&str] = &[
    names::USER,
    "enduser.id",
    "gen_ai.request.user",
    "traceloop.association.properties.user_id",
    "ai.telemetry.metadata.userId",
    "llm.user",
];

/// What the call is a part of.
pub const SESSION: &[&str] = &[
    "gen_ai.conversation.id",
    "session.id",
    "traceloop.association.properties.session_id",
    "ai.telemetry.metadata.sessionId",
];

/// The gateway's id of the request.
pub const REQUEST_ID: &[&str] = &[names::REQUEST_ID];

/// What went wrong, in a word.
pub const ERROR_TYPE: &[&str] = &[names::ERROR_TYPE];

/// The provider's HTTP status.
pub const STATUS: &[&str] = &[names::STATUS, "http.status_code"];

/// The provider's id of its answer.
pub const RESPONSE_ID: &[&str] = &["gen_ai.response.id", "llm.response.id"];

/// Why the answers ended.
pub const FINISH_REASONS: &[&str] = &[
    "gen_ai.response.finish_reasons",
    "gen_ai.response.finish_reason",
    "llm.finish_reason",
    "llm.response.finish_reason",
    "llm.response.stop_reason",
];

/// How long the first piece of the answer took, in seconds.
pub const FIRST_CHUNK: &[&str] =
    &["gen_ai.response.time_to_first_chunk", "gen_ai.server.time_to_first_token"];

/// Parameters of a request, by the names that OpenAI's chat completions have for them.
pub const PARAMETERS: &[(&str, &[&str])] = &[
    ("temperature", &["gen_ai.request.temperature", "llm.request.temperature"]),
    ("top_p", &["gen_ai.request.top_p", "llm.request.top_p", "llm.top_p"]),
    ("top_k", &["gen_ai.request.top_k", "llm.top_k"]),
    ("max_tokens", &["gen_ai.request.max_tokens", "llm.request.max_tokens"]),
    ("frequency_penalty", &["gen_ai.request.frequency_penalty", "llm.frequency_penalty"]),
    ("presence_penalty", &["gen_ai.request.presence_penalty", "llm.presence_penalty"]),
    ("stop", &["gen_ai.request.stop_sequences", "llm.chat.stop_sequences"]),
    ("seed", &["gen_ai.request.seed", "gen_ai.openai.request.seed"]),
    ("n", &["gen_ai.request.choice.count"]),
    ("encoding_format", &["gen_ai.request.encoding_formats"]),
    ("stream", &["gen_ai.request.stream", "llm.is_streaming"]),
];

/// The tools that the model may call.
pub const TOOLS: &[&str] = &["gen_ai.tool.definitions"];

/// OpenInference: the parameters of a request, as one JSON text.
pub const INVOCATION_PARAMETERS: &str = "llm.invocation_parameters";

/// OpenInference: custom properties, as one JSON text.
pub const METADATA: &[&str] = &["metadata"];

/// OpenInference: a list of words.
pub const TAGS: &[&str] = &["tag.tags"];

/// Custom properties, one attribute each: our own name, OpenLLMetry's, and the AI SDK's.
pub const PROPERTY_PREFIXES: [&str; 3] =
    ["helicone.property.", "traceloop.association.properties.", "ai.telemetry.metadata."];

/// Of the resource: what becomes a property, under the name that comes first.
pub const RESOURCE: [(&str, &[&str]); 2] = [
    ("service.name", &["service.name"]),
    ("deployment.environment.name", &["deployment.environment.name", "deployment.environment"]),
];

/// What has a place of its own in an event, and is therefore no property.
pub const NO_PROPERTIES: [&str; 4] = ["user_id", "session_id", "userId", "sessionId"];
