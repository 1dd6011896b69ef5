"""Calls of LiteLLM's own, told to an intake by its `generic_api` callback.

litellm_calls.py INTAKE KEY UPSTREAM: the intake's URL, the API key for it, and a server that speaks OpenAI's chat completions.
"""

import asyncio
import sys

import litellm
from litellm.integrations.generic_api.generic_api_callback import GenericAPILogger

INTAKE, KEY, UPSTREAM = sys.argv[1:]
AT = {"api_base": f"{UPSTREAM}/v1", "api_key": "sk-upstream"}
ASKED = {**AT, "messages": [{"role": "user", "content": "Capital of France?"}], "max_retries": 0}


def logger(log_format):
    """Sends what it was told when it is asked to, and not by itself."""
    headers = {"Authorization": f"Bearer {KEY}"}
    return GenericAPILogger(endpoint=INTAKE, headers=headers, log_format=log_format, flush_interval=3600)


async def flush(callback, count):
    """LiteLLM tells its callbacks in the background."""
    while len(callback.log_queue) < count:
        await asyncio.sleep(0.02)
    await callback.async_send_batch()


async def several():
    await litellm.acompletion(
        model="openai/gpt-4o", user="end-user-1", temperature=0.2,
        metadata={"tags": ["a", "b"], "trace_id": "trace-7"}, **ASKED,
    )
    async for _ in await litellm.acompletion(
        model="openai/gpt-4o", stream=True, stream_options={"include_usage": True}, **ASKED
    ):
        pass
    await litellm.acompletion(model="openai/unheard-of", **ASKED)
    deployment = {**AT, "max_retries": 0}
    router = litellm.Router(
        model_list=[
            {"model_name": "primary", "litellm_params": {"model": "openai/broken", **deployment}},
            {"model_name": "backup", "litellm_params": {"model": "openai/gpt-4o", **deployment}},
        ],
        fallbacks=[{"primary": ["backup"]}],
        num_retries=0,
    )
    await router.acompletion(model="primary", messages=ASKED["messages"])


async def main():
    litellm.suppress_debug_info = True
    array = logger("json_array")
    litellm.callbacks = [array]
    await several()
    await flush(array, 5)
    for log_format in ["ndjson", "single"]:
        callback = logger(log_format)
        litellm.callbacks = [callback]
        for _ in range(2):
            await litellm.acompletion(model="openai/gpt-4o", user=log_format, **ASKED)
        await flush(callback, 2)


asyncio.run(main())
