//! The names that the outside world has for things: OpenTelemetry's GenAI conventions, as of November 2026. They are still in
//! development there, so they stand here alone.

/// The LLM provider's name.
pub const PROVIDER: &str = "gen_ai.provider.name";
/// What was asked of the model.
pub const OPERATION: &str = "gen_ai.operation.name";
/// The model that was asked.
pub const REQUEST_MODEL: &str = "gen_ai.request.model";
/// The model that answered.
pub const RESPONSE_MODEL: &str = "gen_ai.response.model";
/// Tokens of the prompt.
pub const INPUT_TOKENS: &str = "gen_ai.usage.input_tokens";
/// Tokens of the completion.
pub const OUTPUT_TOKENS: &str = "gen_ai.usage.output_tokens";
/// USD. Not in the conventions, which have no name for it; others send it under this one.
pub const COST: &str = "gen_ai.usage.cost";
/// Of which kind the tokens of a point are.
pub const TOKEN_TYPE: &str = "gen_ai.token.type";
/// What went wrong, in a word.
pub const ERROR_TYPE: &str = "error.type";
/// The provider's HTTP status.
pub const STATUS: &str = "http.response.status_code";
/// The end user.
pub const USER: &str = "user.id";
/// The gateway's id of the request. Our own name.
pub const REQUEST_ID: &str = "helicone.request_id";

/// The histogram of token counts, its unit, and the bounds that the conventions advise.
pub const TOKEN_USAGE: (&str, &str, &[f64]) = (
    "gen_ai.client.token.usage",
    "{token}",
    &[
        1.0, 4.0, 16.0, 64.0, 256.0, 1024.0, 4096.0, 16384.0, 65536.0, 262144.0, 1048576.0, 4194304.0,
        16777216.0, 67108864.0,
    ],
);

/// The histogram of durations, likewise.
pub const DURATION: (&str, &str, &[f64]) = (
    "gen_ai.client.operation.duration",
    "s",
    &[0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92],
);

/// The conventions' name of a provider that a gateway names in its own way, whatever its case and punctuation; of one that is
/// not known, that in lower case. `GOOGLE` is the Gemini API.
pub fn provider(given: &str) -> String {
    let given = given.trim().to_ascii_lowercase();
    let plain: String = given.chars().filter(char::is_ascii_alphanumeric).collect();
    let name = match plain.as_str() {
        "azure" | "azureopenai" => "azure.ai.openai",
        "aws" | "bedrock" | "awsbedrock" | "amazonbedrock" => "aws.bedrock",
        "mistral" | "mistralai" => "mistral_ai",
        "x" | "xai" => "x_ai",
        "google" | "gemini" | "googleaistudio" => "gcp.gemini",
        "vertex" | "vertexai" | "googlevertex" | "googlevertexai" => "gcp.vertex_ai",
        _ => return given,
    };
    name.to_owned()
}

/// Helicone's name of a provider that the conventions, or an instrumentation, name in their own way: what [`provider`] does,
/// undone. Of a provider's API (`openai.responses`) the provider. One that is not known keeps the name that it came with.
pub fn helicone_provider(given: &str) -> String {
    let given = given.trim();
    let of_api = || given.split('.').next().and_then(known_provider);
    known_provider(given).or_else(of_api).unwrap_or(given).to_owned()
}

fn known_provider(given: &str) -> Option<&'static str> {
    let known = match provider(given).as_str() {
        "openai" => "OPENAI",
        "anthropic" => "ANTHROPIC",
        "azure.ai.openai" | "azure.ai.inference" | "az.ai.openai" | "az.ai.inference" => "AZURE",
        "aws.bedrock" => "BEDROCK",
        "gcp.gemini" | "gcp.gen_ai" => "GOOGLE",
        "gcp.vertex_ai" => "VERTEX",
        "cohere" => "COHERE",
        "deepseek" => "DEEPSEEK",
        "groq" => "GROQ",
        "mistral_ai" => "MISTRAL",
        "perplexity" => "PERPLEXITY",
        "x_ai" => "XAI",
        _ => return None,
    };
    Some(known)
}
