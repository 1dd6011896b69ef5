//! What requests cost, held to what genai-prices itself says (`tests/vectors/prices.json`, made by scripts/lib/prices/vectors.py).

use std::collections::BTreeMap;

use heliograph::core::{
    pricing::{Answer, Counts, Question, Status, Unit, price, version},
    time::Timestamp,
};
use serde::Deserialize;
use serde_json::Value;

mod events;

use crate::support::{now, vectors};

#[derive(Deserialize)]
struct Vectors {
    version: String,
    units: BTreeMap<String, UnitOf>,
    samples: Vec<Sample>,
    reported: Vec<Reported>,
}

/// Usage as a provider reports it, and what the library makes of it.
#[derive(Deserialize)]
struct Reported {
    provider: String,
    model: String,
    usage: Value,
    cost: String,
}

#[derive(Deserialize)]
struct UnitOf {
    per: u64,
    wholes: Vec<String>,
}

#[derive(Debug, Deserialize)]
struct Sample {
    provider: Option<String>,
    model: String,
    at: String,
    context: BTreeMap<String, String>,
    counts: BTreeMap<String, u64>,
    status: Status,
    cost: Option<String>,
}

fn counts<'a>(of: impl IntoIterator<Item = (&'a str, u64)>) -> Counts {
    let mut counts = Counts::default();
    for (code, count) in of {
        counts.set(Unit::of_code(code).unwrap(), Some(count));
    }
    counts
}

fn priced(provider: Option<&str>, model: Option<&str>, counts: &Counts) -> Answer {
    price(&Question { provider, model, counts, context: &[], at: now() })
}

#[test]
fn every_sample_costs_what_the_library_says_to_the_last_digit() {
    let vectors: Vectors = vectors("prices.json");
    assert_eq!(vectors.version, version(), "make the vectors again: scripts/lib/prices/vectors.py");
    assert_eq!(vectors.samples.len(), 500);
    let mut wrong = Vec::new();
    for sample in &vectors.samples {
        let context: Vec<(&str, &str)> =
            sample.context.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
        let answer = price(&Question {
            provider: sample.provider.as_deref(),
            model: Some(&sample.model),
            counts: &counts(sample.counts.iter().map(|(code, count)| (code.as_str(), *count))),
            context: &context,
            at: Timestamp::parse(&sample.at).unwrap(),
        });
        let cost = answer.cost.map(|cost| cost.to_string());
        if (answer.status, &cost) != (sample.status, &sample.cost) {
            wrong.push(format!("{sample:?}\n  is {:?} {cost:?}", answer.status));
        }
    }
    assert!(wrong.is_empty(), "{} of 500:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn usage_as_providers_report_it_costs_what_the_library_says() {
    for one in vectors::<Vectors>("prices.json").reported {
        let answer = priced(Some(&one.provider), Some(&one.model), &Counts::reported(&one.usage));
        let cost = answer.cost.map(|cost| cost.to_string());
        assert_eq!(cost.as_deref(), Some(one.cost.as_str()), "{} {} {}", one.provider, one.model, one.usage);
    }
}

#[test]
fn units_are_parts_of_what_they_are_parts_of_in_the_data() {
    let vectors: Vectors = vectors("prices.json");
    assert_eq!(vectors.units.len(), Unit::all().count());
    for (code, unit) in vectors.units {
        let ours = Unit::of_code(&code).unwrap();
        let mut wholes: Vec<Unit> = unit.wholes.iter().map(|whole| Unit::of_code(whole).unwrap()).collect();
        wholes.sort_by_key(|whole| *whole as usize);
        assert_eq!(ours.wholes(), wholes, "{code}");
        assert!(
            wholes.iter().all(|whole| (*whole as usize) < ours as usize),
            "{code} stands before its whole"
        );
        assert!([1_000_000, 1_000, 3_600].contains(&unit.per), "{code}");
    }
}

/// Every line, by its own name where it has one: a line that could not be read would pass for unknown usage.
#[test]
fn every_line_of_the_table_can_be_read() {
    let all = {
        let mut all = Counts::default();
        Unit::all().for_each(|unit| all.set(unit, Some(0)));
        all
    };
    let models = include_str!("../../src/core/pricing/table/models.tsv");
    let mut last = ("", "");
    for line in models.lines() {
        let [provider, model, _, prices] = line.split('\t').collect::<Vec<_>>()[..] else { panic!("{line}") };
        assert!(last < (provider, model), "{line} is out of order");
        last = (provider, model);
        assert_eq!(priced(Some(provider), Some(model), &all).status, Status::Exact, "{line}");
        // Whatever the time and the context, each block is well formed.
        for (block, at) in prices.split(';').flat_map(|block| [(block, 0), (block, 4_000_000_000_000)]) {
            let context: Vec<_> =
                block.split(' ').filter_map(|word| word.strip_prefix('?')?.split_once('=')).collect();
            let at = Timestamp::from_millis(at);
            let question = Question {
                provider: Some(provider),
                model: Some(model),
                counts: &all,
                context: &context,
                at,
            };
            assert_eq!(price(&question).status, Status::Exact, "{line}");
        }
    }
    let rules = include_str!("../../src/core/pricing/table/patterns.tsv");
    let mut last = ("", 0);
    for line in rules.lines() {
        let [provider, order, rule, _] = line.split('\t').collect::<Vec<_>>()[..] else { panic!("{line}") };
        let place = (provider, order.parse::<u16>().unwrap() + 1);
        assert!(last < place, "{line} is out of order");
        last = place;
        // A name that the rule is meant for leads somewhere.
        let (sign, text) = rule.split(['|', '&']).next().unwrap().split_at(1);
        assert!("=^$*#~".contains(sign), "{line}");
        let name = if "#~".contains(sign) { text.replace('#', "7") } else { text.to_owned() };
        assert_eq!(priced(Some(provider), Some(&name), &all).status, Status::Exact, "{line}");
    }
}

#[test]
fn gateways_spell_a_provider_as_they_like() {
    let used = counts([("i", 1000), ("o", 500)]);
    for (spellings, model) in [
        (&["openai", "OPENAI", "OpenAI"][..], "gpt-4o"),
        (&["azure", "AZURE", "azure_openai", "azure.ai.openai"], "gpt-4o"),
        (&["aws", "AWS", "bedrock", "aws.bedrock", "AWS_BEDROCK"], "amazon.nova-lite-v1:0"),
        (&["google", "GOOGLE", "gcp.gemini", "vertex_ai", "google-ai-studio"], "gemini-2.5-flash"),
        (&["x-ai", "X", "x_ai", "XAI", "xai"], "grok-4.3"),
        (&["together", "TOGETHER", "togetherai", "together_ai"], "meta-llama/Llama-3.3-70B-Instruct-Turbo"),
        (&["fireworks", "fireworks_ai", "FIREWORKS"], "accounts/fireworks/models/deepseek-v3-0324"),
        (&["moonshotai", "moonshot_ai", "moonshot"], "kimi-k2-0905-preview"),
    ] {
        let answers: Vec<Answer> =
            spellings.iter().map(|spelling| priced(Some(spelling), Some(model), &used)).collect();
        for (answer, spelling) in answers.iter().zip(spellings) {
            assert_eq!(answer.status, Status::Exact, "{spelling} {model}");
            assert_eq!(*answer, answers[0], "{spelling} {model}");
        }
    }
}

#[test]
fn what_is_unknown_has_no_cost() {
    let used = counts([("i", 1000), ("o", 500)]);
    for (provider, model, used, status) in [
        (Some("OPENAI"), Some("my-own-model"), &used, Status::UnknownModel),
        (Some("OPENAI"), None, &used, Status::UnknownModel),
        (Some("my-own-provider"), Some("gpt-4o"), &used, Status::UnknownProvider),
        (None, Some("my-own-model"), &used, Status::UnknownProvider),
        (Some("OPENAI"), Some("gpt-4o"), &Counts::default(), Status::NoUsage),
        (Some("OPENAI"), Some("gpt-4o"), &counts([("i", 1000)]), Status::NoUsage),
        (Some("OPENAI"), Some("gpt-4o"), &counts([("o", 1000)]), Status::NoUsage),
        (Some("OPENAI"), Some("whisper-1"), &used, Status::NoUsage),
        // More of a part than of the whole.
        (Some("OPENAI"), Some("gpt-4o"), &counts([("i", 10), ("o", 5), ("cr", 11)]), Status::NoUsage),
    ] {
        assert_eq!(priced(provider, model, used), Answer { status, cost: None }, "{provider:?} {model:?}");
    }
}

#[test]
fn a_model_that_only_one_provider_can_mean_is_estimated() {
    let used = counts([("i", 1000), ("o", 500)]);
    let told = priced(Some("openai"), Some("gpt-4o"), &used);
    let guessed = priced(None, Some("gpt-4o"), &used);
    assert_eq!(guessed, Answer { status: Status::Estimated, ..told });
    assert_eq!(priced(Some(" "), Some("gpt-4o"), &used), guessed);
    assert_eq!(priced(Some("litellm"), Some("openai/gpt-4o"), &used), told);
}

#[test]
fn embeddings_need_no_completion() {
    let answer = priced(Some("openai"), Some("text-embedding-3-small"), &counts([("i", 1_000_000)]));
    assert_eq!((answer.status, answer.cost.unwrap().to_string().as_str()), (Status::Exact, "0.02"));
}

#[test]
fn an_amount_becomes_the_nearest_double_and_too_much_of_it_nothing() {
    let one = priced(Some("openai"), Some("gpt-4o"), &counts([("i", 3), ("o", 7)])).cost.unwrap();
    assert_eq!(one.to_string(), "0.0000775");
    assert_eq!(one.dollars(), 0.0000775);
    let most = counts([("i", u64::MAX), ("o", u64::MAX)]);
    assert_eq!(priced(Some("openai"), Some("gpt-4-32k"), &most).status, Status::NoUsage);
    let many = counts([("i", (1 << 53) - 1), ("o", (1 << 53) - 1)]);
    assert_eq!(
        priced(Some("openai"), Some("gpt-4o"), &many).cost.unwrap().to_string(),
        "112589990684.2623875"
    );
}
