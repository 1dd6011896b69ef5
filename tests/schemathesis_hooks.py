"""What schemathesis cannot make up by itself: docs/API.md says how it is used."""

import json
import re

import schemathesis

DESTINATION = re.compile(r"https://[^/]+\.[A-Za-z]")
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
    """Where a field's pattern says less than its description, a value that holds to both."""
    body = case.body
    if not isinstance(body, dict):
        return
    destination, secret = body.get("destination"), body.get("signing_secret")
    changed = dict(body)
    if isinstance(destination, str) and DESTINATION.match(destination) and len(destination) <= 2048:
        changed["destination"] = "https://hooks.example.com/" + destination.encode().hex()[:200]
    if isinstance(secret, str) and SIGNING_SECRET.fullmatch(secret):
        changed["signing_secret"] = "whsec_c2VjcmV0IG9mIG5vYm9keSwgZm9yIHRyeWluZw=="
    case.body = changed
