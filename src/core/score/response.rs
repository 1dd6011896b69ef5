//! `response`: how long the answer is, and whether it is one.

use super::{Known, Score, Scorer};
use crate::core::exchange::{Answer, Exchange, Part};

/// How an answer ends that ran into a limit of tokens.
const CUT_OFF: [&str; 6] = [
    "length",
    "max_tokens",
    "MAX_TOKENS",
    "max_output_tokens",
    "model_length",
    "model_context_window_exceeded",
];

/// What a refusal may open with before it says so. English alone, as with the rest.
const OPENERS: [&str; 10] = [
    "i'm sorry",
    "i am sorry",
    "sorry",
    "i apologize",
    "my apologies",
    "unfortunately",
    "as an ai language model",
    "as an ai assistant",
    "as an ai",
    "but",
];

/// How it says that it won't, where what it won't do follows.
const INABILITIES: [&str; 9] = [
    "i can't",
    "i cannot",
    "i can not",
    "i won't",
    "i will not",
    "i'm unable to",
    "i am unable to",
    "i'm not able to",
    "i am not able to",
];

/// What it won't do. "I can't wait", "I can't find" and "I can't help but …" are no refusals.
const DEEDS: [&str; 21] = [
    "help with",
    "help you",
    "help.",
    "help,",
    "assist",
    "comply",
    "fulfill",
    "provide",
    "answer",
    "create",
    "generate",
    "write",
    "produce",
    "share",
    "discuss",
    "engage",
    "support",
    "participate",
    "continue with",
    "do that",
    "do this",
];

/// How it says so in full.
const DECLINES: [&str; 6] = [
    "i must decline",
    "i have to decline",
    "i need to decline",
    "i must refuse",
    "i'm not comfortable",
    "i am not comfortable",
];

/// The scorer.
pub(super) struct Response;

impl Scorer for Response {
    fn scores(&self, known: &Known<'_>) -> Vec<(String, Score)> {
        let exchange = known.exchange;
        let answers = exchange.answers();
        let mut scores = Vec::new();
        let mut say = |name: &str, score: Score| scores.push((name.to_owned(), score));
        let Some(first) = answers.first() else {
            // A filter may keep back the whole answer. What else has no answer is an error, or could not be read.
            if exchange.refusal().is_some() {
                say("refused", Score::Boolean(true));
            }
            return scores;
        };
        let text = first.text().unwrap_or_default();
        say("response_characters", Score::count(text.chars().count()));
        say("response_empty", Score::Boolean(is_empty(first)));
        say("refused", Score::Boolean(is_refused(exchange, &text)));
        if let Some(reason) = first.finish_reason {
            say("truncated", Score::Boolean(CUT_OFF.contains(&reason)));
        }
        say("tool_calls", Score::count(exchange.tool_calls().len()));
        scores
    }
}

/// Whether there is nothing in it but thoughts and white space.
fn is_empty(answer: &Answer<'_>) -> bool {
    answer.parts.iter().all(|part| match part {
        Part::Text(text) | Part::Refusal(text) => text.trim().is_empty(),
        Part::Thinking(_) => true,
        _ => false,
    })
}

fn is_refused(exchange: &Exchange, text: &str) -> bool {
    exchange.refusal().is_some() || begins_as_refusal(text)
}

/// Whether the first words of an answer decline: openers, if any, then that the model can't, and what.
fn begins_as_refusal(text: &str) -> bool {
    let head: String = text.trim_start().chars().take(200).collect();
    let head = head.to_lowercase().replace('’', "'");
    let mut rest = head.as_str();
    let between = |c: char| c.is_whitespace() || ",.;:!-–—".contains(c);
    while let Some(after) = OPENERS.iter().find_map(|opener| after_words(rest, opener)) {
        rest = after.trim_start_matches(between);
    }
    let can_not = INABILITIES.iter().find_map(|words| after_words(rest, words));
    let deed =
        can_not.map(str::trim_start).is_some_and(|what| DEEDS.iter().any(|deed| what.starts_with(deed)));
    deed || DECLINES.iter().any(|words| rest.starts_with(words))
}

/// What follows whole words.
fn after_words<'a>(text: &'a str, words: &str) -> Option<&'a str> {
    text.strip_prefix(words).filter(|rest| !rest.starts_with(char::is_alphanumeric))
}
