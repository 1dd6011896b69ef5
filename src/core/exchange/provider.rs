//! Who a gateway says has answered.

/// A provider, by the name that a gateway gives it. It says who is paid, not which format the bodies have: gateways
/// relabel, and many providers speak OpenAI's ([`Dialect`](super::Dialect) is read from the bodies instead).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Provider {
    /// OpenAI.
    OpenAi,
    /// OpenAI's models on Azure.
    Azure,
    /// Anthropic.
    Anthropic,
    /// AWS Bedrock.
    Bedrock,
    /// Google's Gemini API.
    Gemini,
    /// Google's Vertex AI.
    Vertex,
    /// Groq.
    Groq,
    /// Mistral.
    Mistral,
    /// DeepSeek.
    DeepSeek,
    /// Perplexity.
    Perplexity,
    /// xAI.
    XAi,
    /// Cohere.
    Cohere,
    /// OpenRouter.
    OpenRouter,
    /// Any other.
    Other,
}

impl Provider {
    /// Reads a name: upper and lower case, dots, dashes, underscores and spaces make no difference. `GOOGLE` is the Gemini API.
    pub fn of(name: &str) -> Self {
        // No name below is nearly this long.
        let plain: String = name
            .chars()
            .filter(char::is_ascii_alphanumeric)
            .take(32)
            .collect::<String>()
            .to_ascii_lowercase();
        match plain.as_str() {
            "openai" => Self::OpenAi,
            "azure" | "azureopenai" | "azureaiopenai" | "azureaiinference" => Self::Azure,
            "anthropic" => Self::Anthropic,
            "bedrock" | "awsbedrock" | "amazonbedrock" => Self::Bedrock,
            "google" | "gemini" | "googleaistudio" | "gcpgemini" | "gcpgenai" => Self::Gemini,
            "vertex" | "vertexai" | "googlevertex" | "googlevertexai" | "gcpvertexai" => Self::Vertex,
            "groq" => Self::Groq,
            "mistral" | "mistralai" => Self::Mistral,
            "deepseek" => Self::DeepSeek,
            "perplexity" => Self::Perplexity,
            "x" | "xai" => Self::XAi,
            "cohere" => Self::Cohere,
            "openrouter" => Self::OpenRouter,
            _ => Self::Other,
        }
    }
}
