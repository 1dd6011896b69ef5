"""A call and a stream, logged by Helicone's Python client: helicone_calls.py INTAKE KEY."""

import asyncio
import sys

from helicone_helpers import HeliconeManualLogger

INTAKE, KEY = sys.argv[1:]
REQUEST = {"model": "gpt-4o", "messages": [{"role": "user", "content": "Capital of France?"}]}
HEADERS = {"Helicone-User-Id": "u-python", "Helicone-Property-Environment": "test"}
ANSWER = {
    "model": "gpt-4o-2024-08-06",
    "choices": [{"index": 0, "message": {"role": "assistant", "content": "Paris."}, "finish_reason": "stop"}],
    "usage": {"prompt_tokens": 5, "completion_tokens": 2, "total_tokens": 7},
}

logger = HeliconeManualLogger(api_key=KEY, logging_endpoint=INTAKE)
logger.log_request(REQUEST, lambda recorder: recorder.append_results(ANSWER), HEADERS, "openai")

builder = logger.log_builder({**REQUEST, "stream": True}, HEADERS)
for text in ["Pa", "ris."]:
    delta = {"index": 0, "delta": {"role": "assistant", "content": text}, "finish_reason": None}
    builder.add_chunk({"object": "chat.completion.chunk", "model": "gpt-4o-2024-08-06", "choices": [delta]})
builder.add_chunk(
    {"object": "chat.completion.chunk", "model": "gpt-4o-2024-08-06", "choices": [], "usage": ANSWER["usage"]}
)
asyncio.run(builder.send_log())
