"""What schemathesis cannot make up by itself: docs/API.md says how it is used."""

import json
import re

import schemathesis

DESTINATION = re.compile(r"https://[^/]+\.[A-Za-z]")
MOMENT = re.compile(r"20[0-9]{2}(-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z)")
SIGNING_SECRET = re.compile(r"whsec_[A-Za-z0-9+/]{32,86}={0,2}")


@schemathesis.serializer("application/x-ndjson")
def ndjson(context, value):
    """Events line by line: an example as it is, and around any other text an event that carries it."""
    if not isinstance(value, str):
        return json.dumps(value).encode()
    if is_ndjson(value):
        return value.encode()
    lines = value.splitlines() or [value]
    return "".join(json.dumps({"request_id": "r", "data": line}) + "\n" for line in lines).encode()


def is_ndjson(text):
    """At least one line, and each an object."""
    try:
        return text != "" and all(isinstance(json.loads(line), dict) for line in text.splitlines())
    except ValueError:
        return False


@schemathesis.hook
def before_call(context, case, kwargs):
    """Where a schema has no way to say all that a description says, a value that holds to both."""
    body = case.body
    if not isinstance(body, dict):
        return
    destination, secret = body.get("destination"), body.get("signing_secret")
    changed = dict(body)
    if isinstance(destination, str) and DESTINATION.match(destination) and len(destination) <= 2048:
        changed["destination"] = "https://hooks.example.com/" + destination.encode().hex()[:200]
    if isinstance(secret, str) and SIGNING_SECRET.fullmatch(secret):
        changed["signing_secret"] = "whsec_c2VjcmV0IG9mIG5vYm9keSwgZm9yIHRyeWluZw=="
    since, until = body.get("since"), body.get("until")
    if isinstance(since, str) and MOMENT.fullmatch(since) and isinstance(until, (str, type(None))):
        # A range: its beginning is past, and its end is later.
        changed["since"] = MOMENT.sub(r"2025\1", since)
        if until is not None and MOMENT.fullmatch(until):
            changed["until"] = MOMENT.sub(r"2026\1", until)
    case.body = changed
