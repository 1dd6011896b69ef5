"""Writes tests/vectors/prices.json: what genai-prices itself says to 500 requests. Run by hand after each `npm run prices:update`:

    python3 -m venv /tmp/prices && /tmp/prices/bin/pip install genai-prices==VERSION
    /tmp/prices/bin/python scripts/lib/prices/vectors.py > tests/vectors/prices.json

The same version gives the same file.
"""

import json
import random
import re
import warnings
from datetime import UTC, datetime, timedelta
from decimal import ROUND_DOWN, Decimal, getcontext

import genai_prices
from genai_prices import Usage, calc_price, extract_usage, types
from genai_prices.data import providers
from genai_prices.units import _get_registry

# Beyond what any sum needs, so that the library rounds nothing but what has no end.
getcontext().prec = 90
PLACES = Decimal(1).scaleb(-40)
SAMPLES = 500

CODES = {
    "input_tokens": "i",
    "output_tokens": "o",
    "cache_read_tokens": "cr",
    "cache_write_tokens": "cw",
    "cache_write_1h_tokens": "cwh",
    "input_audio_tokens": "ia",
    "output_audio_tokens": "oa",
    "cache_audio_read_tokens": "cra",
    "input_image_tokens": "ii",
    "output_image_tokens": "oi",
    "cache_image_read_tokens": "cri",
    "input_video_tokens": "iv",
    "output_video_tokens": "ov",
    "output_reasoning_tokens": "or",
    "output_citation_tokens": "oc",
    "input_characters": "ch",
    "input_text_messages": "ms",
    "audio_seconds": "as",
    "input_audio_seconds": "ias",
    "input_document_pages": "pg",
    "input_annotated_document_pages": "pga",
    "web_searches": "ws",
    "storage_searches": "ss",
    "requests": "rq",
}
CONTEXTS = [
    {"processing": "batch"},
    {"service_tier": "priority"},
    {"service_tier": "flex"},
    {"service_tier": "fast"},
    {"service_tier": "default"},
    {"speed": "fast"},
    {"service_tier": "flex", "processing": "batch"},
]

# Usage as providers report it: provider, model, the library's word for the API, where it stands, and the object.
REPORTED = [
    ("openai", "gpt-4o", "chat", "usage", {"prompt_tokens": 3021, "completion_tokens": 412, "total_tokens": 3433, "prompt_tokens_details": {"cached_tokens": 2048, "audio_tokens": 0}, "completion_tokens_details": {"reasoning_tokens": 0, "audio_tokens": 0}}),
    ("openai", "gpt-5", "responses", "usage", {"input_tokens": 9001, "input_tokens_details": {"cached_tokens": 8192}, "output_tokens": 1200, "output_tokens_details": {"reasoning_tokens": 1024}, "total_tokens": 10201}),
    ("openai", "gpt-5-mini", "chat", "usage", {"prompt_tokens": 75, "completion_tokens": 1186, "total_tokens": 1261, "completion_tokens_details": {"reasoning_tokens": 1024}}),
    ("openai", "gpt-4o-audio-preview", "chat", "usage", {"prompt_tokens": 500, "completion_tokens": 300, "total_tokens": 800, "prompt_tokens_details": {"cached_tokens": 0, "audio_tokens": 450}, "completion_tokens_details": {"audio_tokens": 240}}),
    ("openai", "gpt-image-1", "images", "usage", {"input_tokens": 850, "output_tokens": 4160, "total_tokens": 5010, "input_tokens_details": {"text_tokens": 50, "image_tokens": 800}}),
    ("openai", "text-embedding-3-small", "embeddings", "usage", {"prompt_tokens": 8191, "total_tokens": 8191}),
    ("azure", "gpt-4o", "chat", "usage", {"prompt_tokens": 1500, "completion_tokens": 90, "total_tokens": 1590, "prompt_tokens_details": {"cached_tokens": 1024}}),
    ("anthropic", "claude-sonnet-4-5", "default", "usage", {"input_tokens": 12, "cache_creation_input_tokens": 0, "cache_read_input_tokens": 0, "output_tokens": 503}),
    ("anthropic", "claude-sonnet-4-5", "default", "usage", {"input_tokens": 2095, "cache_creation_input_tokens": 4000, "cache_read_input_tokens": 18000, "cache_creation": {"ephemeral_5m_input_tokens": 1500, "ephemeral_1h_input_tokens": 2500}, "output_tokens": 503, "server_tool_use": {"web_search_requests": 3}}),
    ("anthropic", "claude-sonnet-4-5", "default", "usage", {"input_tokens": 150000, "cache_creation_input_tokens": 1, "cache_read_input_tokens": 50000, "output_tokens": 20}),
    ("anthropic", "claude-haiku-4-5", "default", "usage", {"input_tokens": 5, "cache_read_input_tokens": 90000, "output_tokens": 9}),
    ("aws", "amazon.nova-pro-v1:0", "default", "usage", {"inputTokens": 100, "outputTokens": 200, "totalTokens": 1300, "cacheReadInputTokens": 1000, "cacheWriteInputTokens": 0}),
    ("aws", "anthropic.claude-sonnet-4-5-20250929-v1:0", "anthropic", "usage", {"input_tokens": 30, "cache_creation_input_tokens": 800, "cache_read_input_tokens": 7000, "output_tokens": 60}),
    ("google", "gemini-2.5-pro", "default", "usageMetadata", {"promptTokenCount": 190000, "candidatesTokenCount": 700, "thoughtsTokenCount": 1300, "totalTokenCount": 192000, "cachedContentTokenCount": 150000, "promptTokensDetails": [{"modality": "TEXT", "tokenCount": 190000}], "cacheTokensDetails": [{"modality": "TEXT", "tokenCount": 150000}]}),
    ("google", "gemini-2.5-flash", "default", "usageMetadata", {"promptTokenCount": 2000, "candidatesTokenCount": 100, "totalTokenCount": 2100, "cachedContentTokenCount": 900, "promptTokensDetails": [{"modality": "TEXT", "tokenCount": 300}, {"modality": "AUDIO", "tokenCount": 1700}], "cacheTokensDetails": [{"modality": "AUDIO", "tokenCount": 850}, {"modality": "TEXT", "tokenCount": 50}]}),
    ("google", "gemini-2.5-flash-image", "default", "usageMetadata", {"promptTokenCount": 300, "candidatesTokenCount": 1290, "totalTokenCount": 1590, "promptTokensDetails": [{"modality": "IMAGE", "tokenCount": 258}, {"modality": "TEXT", "tokenCount": 42}], "candidatesTokensDetails": [{"modality": "IMAGE", "tokenCount": 1290}]}),
    ("x-ai", "grok-4.3", "chat", "usage", {"prompt_tokens": 700, "completion_tokens": 30, "total_tokens": 1130, "prompt_tokens_details": {"cached_tokens": 600}, "completion_tokens_details": {"reasoning_tokens": 400}}),
    ("deepseek", "deepseek-chat", "chat", "usage", {"prompt_tokens": 4000, "completion_tokens": 300, "total_tokens": 4300, "prompt_cache_hit_tokens": 3840, "prompt_cache_miss_tokens": 160, "prompt_tokens_details": {"cached_tokens": 3840}}),
    ("mistral", "mistral-large-latest", "default", "usage", {"prompt_tokens": 400, "completion_tokens": 100, "total_tokens": 500}),
    ("mistral", "mistral-ocr-latest", "ocr", "usage_info", {"pages_processed": 29, "doc_size_bytes": 48000}),
    ("perplexity", "sonar-deep-research", "default", "usage", {"prompt_tokens": 33, "completion_tokens": 7163, "total_tokens": 7196, "citation_tokens": 20016, "num_search_queries": 18, "reasoning_tokens": 73997}),
    ("perplexity", "sonar", "default", "usage", {"prompt_tokens": 14, "completion_tokens": 300, "total_tokens": 314}),
    ("cohere", "command-r-plus", "default", "usage", {"billed_units": {"input_tokens": 5, "output_tokens": 418}, "tokens": {"input_tokens": 71, "output_tokens": 418}}),
    ("groq", "llama-3.3-70b-versatile", "default", "usage", {"prompt_tokens": 50, "completion_tokens": 60, "total_tokens": 110, "queue_time": 0.1}),
    ("openrouter", "anthropic/claude-sonnet-4.5", "chat", "usage", {"prompt_tokens": 5000, "completion_tokens": 60, "total_tokens": 5060, "prompt_tokens_details": {"cached_tokens": 4000}, "cost": 0.01}),
    ("anthropic", "claude-haiku-4-5", "chat", "usage", {"prompt_tokens": 900, "completion_tokens": 60, "total_tokens": 960, "cached_tokens": 500}),
    ("openai", "gpt-live-transcribe", "live", "usage", {"type": "duration", "seconds": 90}),
]

dice = random.Random(20261121)


def dated(model):
    return model.prices if isinstance(model.prices, list) else [types.ConditionalPrice(prices=model.prices)]


def is_special(model):
    """Whether something other than plain prices for input, output and the cache is asked of whoever prices it."""
    rates = [one.prices for one in dated(model)]
    keys = {key for rate in rates for key in rate.__dict__}
    tiered = any(isinstance(value, types.TieredPrices) for rate in rates for value in rate.__dict__.values())
    plain = {"input_mtok", "output_mtok", "cache_read_mtok", "cache_write_mtok"}
    return tiered or len(rates) > 1 or bool(model.price_variants) or bool(keys - plain)


def a_name(clause):
    """A text that a rule could be meant for; which model it leads to is for the library to say."""
    match clause:
        case types.ClauseOr(clauses) | types.ClauseAnd(clauses):
            return a_name(dice.choice(clauses))
        case types.ClauseEquals(text):
            return text
        case types.ClauseStartsWith(text):
            return text + dice.choice(["", "-2025-08-07", "-latest", "-20251211", ":free"])
        case types.ClauseEndsWith(text):
            return dice.choice(["", "eu.", "publishers/"]) + text
        case types.ClauseContains(text):
            return dice.choice(["", "eu.", "global."]) + text + dice.choice(["", "@20250929", "-v1:0", "-tts"])
        case types.ClauseRegex(text):
            text = re.sub(r"\(\?!.*", "gemini-2.5-pro", text)
            text = re.sub(r"\\d(\{(\d)\})?", lambda found: "20260501"[: int(found[2] or 1)], text)
            return re.sub(r"\[([^\]]).*?\](?!\))", r"\1", text.strip("^$")).replace("\\", "").replace(")?", ")")
    raise ValueError(clause)


def a_moment(model):
    dates = [one.constraint for one in [*dated(model), *(model.price_variants or [])] if one.constraint]
    if dates and dice.random() < 0.7:
        constraint = dice.choice(dates)
        nudge = timedelta(seconds=dice.choice([-1, 0, 1, 3600, -7200]))
        if isinstance(constraint, types.StartDateConstraint):
            return datetime(*constraint.start_date.timetuple()[:3], tzinfo=UTC) + nudge
        edge = dice.choice([constraint.start_time, constraint.end_time])
        return datetime(2026, 11, dice.randint(1, 28), edge.hour, edge.minute, tzinfo=UTC) + nudge
    return datetime(2024, 1, 1, tzinfo=UTC) + timedelta(seconds=dice.randrange(100_000_000))


def a_count(most):
    return dice.choice([0, dice.randint(0, most), dice.randint(0, most), int(most ** dice.random())])


def a_usage():
    size = dice.choice([900, 40_000, 2_000_000])
    whole = {"input_tokens": a_count(size), "output_tokens": a_count(size // 4)}
    if dice.random() < 0.1:
        for edge in (100_000, 128_000, 200_000, 256_000, 272_000):
            if dice.random() < 0.4:
                whole["input_tokens"] = edge + dice.choice([0, 1])
    if dice.random() < 0.6:
        # Each part fits into what is left of the whole, so that they never come to more than it.
        left = whole["input_tokens"]
        for key in ("cache_read_tokens", "cache_write_tokens", "input_audio_tokens", "input_image_tokens", "input_video_tokens"):
            whole[key] = a_count(left) if left and dice.random() < 0.5 else 0
            left -= whole[key]
        whole["cache_write_1h_tokens"] = a_count(whole["cache_write_tokens"]) if whole["cache_write_tokens"] else 0
        for kind in ("audio", "image"):
            both = min(whole["cache_read_tokens"], whole[f"input_{kind}_tokens"]) // 2
            whole[f"cache_{kind}_read_tokens"] = a_count(both) if both else 0
        left = whole["output_tokens"]
        for key in ("output_reasoning_tokens", "output_audio_tokens", "output_image_tokens", "output_video_tokens", "output_citation_tokens"):
            whole[key] = a_count(left) if left and dice.random() < 0.4 else 0
            left -= whole[key]
    if dice.random() < 0.08:
        whole["cache_read_tokens"] = whole["input_tokens"] + 1
        whole.setdefault("cache_audio_read_tokens", 0)
        whole.setdefault("cache_image_read_tokens", 0)
    seconds = a_count(4000)
    return whole | {
        "audio_seconds": seconds,
        "input_audio_seconds": seconds,
        "input_characters": a_count(5000),
        "input_text_messages": a_count(20),
        "input_document_pages": (pages := a_count(300)),
        "input_annotated_document_pages": pages // 3,
        "web_searches": dice.choice([0, 0, 1, 7]),
        "storage_searches": dice.choice([0, 0, 2]),
    }


def answer(usage, model, provider, at, context):
    try:
        found = calc_price(
            Usage(**usage), model, provider_id=provider, genai_request_timestamp=at, price_context=context
        )
    except LookupError as error:
        return {"status": "unknown_provider" if "find provider" in str(error) else "unknown_model", "cost": None}
    except ValueError:
        return {"status": "no_usage", "cost": None}
    told = provider is not None and (provider != "litellm" or "/" in model)
    return {"status": "exact" if told else "estimated", "cost": written(found.total_price)}


def written(cost):
    return f"{cost.quantize(PLACES, rounding=ROUND_DOWN):f}".rstrip("0").rstrip(".")


def reported(provider, model, flavor, root, usage):
    at = datetime(2026, 11, 21, 9, tzinfo=UTC)
    data = {"model": model, "modelVersion": model, root: usage}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = extract_usage(data, provider_id=provider, api_flavor=flavor).calc_price(genai_request_timestamp=at)
    return {"provider": provider, "model": model, "usage": usage, "cost": written(found.total_price)}


def a_sample():
    provider = dice.choices(providers, weights=[len(one.models) ** 0.5 for one in providers])[0]
    special = [model for model in provider.models if is_special(model)]
    model = dice.choice(special if special and dice.random() < 0.75 else provider.models)
    name = a_name(model.match)
    if dice.random() < 0.1:
        name = name.upper()
    told = provider.id
    roll = dice.random()
    if roll < 0.1:
        told = None
    elif roll < 0.15:
        told, name = "litellm", f"{provider.id}/{name}"
    elif roll < 0.17:
        told = "nobody-inc"
    elif roll < 0.2:
        name = "nothing-of-the-kind-1"
    usage, at = a_usage(), a_moment(model)
    context = dice.choice(CONTEXTS) if dice.random() < (0.6 if model.price_variants else 0.1) else {}
    said = answer(usage, name, told, at, context)
    return {
        "provider": told,
        "model": name,
        "at": at.isoformat().replace("+00:00", "Z"),
        "context": context,
        "counts": {CODES[key]: count for key, count in usage.items()},
        **said,
    }


def main():
    warnings.simplefilter("error")
    registry = _get_registry()
    units = {
        code: {
            "per": registry.units[key].per,
            "wholes": sorted(CODES[whole] for whole in registry.ancestor_usage_keys(key)),
        }
        for key, code in CODES.items()
    }
    samples = [a_sample() for _ in range(SAMPLES)]
    head = json.dumps({"source": "genai-prices", "version": genai_prices.__version__, "units": units})
    print(head[:-1] + ', "samples": [')
    print(",\n".join(json.dumps(sample) for sample in samples))
    print('], "reported": [')
    print(",\n".join(json.dumps(reported(*one)) for one in REPORTED))
    print("]}")


main()
