"""A service in Python, as a team might add one: tells how easily a text reads.

Started with the variables that ours have: MESH_KEYS, MESH_BIND, and MESH_LAB for the service that it calls. The gateway is
told of it by SERVICES=…,readability and MESH_READABILITY. It ends on SIGTERM, when what runs is answered.
"""

import json
import os
import re
import signal
import threading

from mesh_peer import Client, Keyring, Refused, Server

LONGEST = 20_000

keyrings = Keyring.all()
lab = Client(keyrings[0], os.environ["MESH_LAB"], "lab")


def measure(text):
    words = re.findall(r"\w+", text)
    sentences = max(1, len(re.findall(r"[.!?]+(?:\s|$)", text)))
    return {"words": len(words), "sentences": sentences, "wordsPerSentence": round(len(words) / sentences, 1)}


def text_in(body):
    """The text that is asked about, or a refusal with one detail per wrong field."""
    try:
        fields = json.loads(body or b"{}")
    except ValueError:
        raise Refused(400, "MALFORMED_JSON", "The body is no valid JSON.") from None
    text = fields.get("text") if isinstance(fields, dict) else None
    if text is None:
        fault, message = "required", "Is required."
    elif not isinstance(text, str):
        fault, message = "wrong_type", "Must be a text."
    elif not 1 <= len(text) <= LONGEST:
        fault, message = "too_long" if text else "too_short", f"Must have 1 to {LONGEST} characters."
    else:
        return text
    detail = {"field": "text", "message": message, "code": fault}
    raise Refused(400, "VALIDATION_ERROR", "Some fields are not right.", [detail])


def measure_text(call):
    reader = call.user.user_id
    text = text_in(call.request.body)
    call.succeed({"userId": reader, **measure(text)})


def measure_favourite(call):
    """Whose favourite it is, the lab learns from the principal that travels on."""
    reader = call.user.user_id
    thing = lab.call("lab.things.favourite", b"{}", on_behalf_of=call)
    call.succeed({"userId": reader, **measure(thing.body.decode())})


READABILITY = {
    "type": "object",
    "required": ["userId", "words", "sentences", "wordsPerSentence"],
    "properties": {
        "userId": {"type": "string", "format": "uuid", "examples": ["01890a5d-ac96-774b-bcce-b302099a8057"]},
        "words": {"type": "integer", "minimum": 0},
        "sentences": {"type": "integer", "minimum": 1},
        "wordsPerSentence": {"type": "number", "minimum": 0},
    },
}

ENVELOPE = {
    "type": "object",
    "required": ["success", "data"],
    "properties": {"success": {"const": True}, "data": {"$ref": "#/components/schemas/Readability.Measure"}},
}


def operation(name, method, path, summary, **more):
    return {
        "name": name,
        "version": 1,
        "method": method,
        "paths": [path],
        "access": "user",
        "summary": summary,
        "success": 200,
        "errors": [],
        "rate": "read",
        "timeoutMilliseconds": 5_000,
        "bodyLimit": 4 * LONGEST + 100,
        "isIdempotent": True,
        "requestType": "application/json",
        "parameters": [],
        "replyType": "application/json",
        "replyBody": ENVELOPE,
        **more,
    }


DESCRIPTION = {
    "service": "readability",
    "version": "1.0",
    "operations": [
        operation(
            "readability.texts.measure",
            "POST",
            "/api/v1/readability",
            "Measure how easily a text reads",
            requestBody={
                "type": "object",
                "required": ["text"],
                "properties": {"text": {"type": "string", "minLength": 1, "maxLength": LONGEST}},
            },
        ),
        operation(
            "readability.favourites.measure",
            "GET",
            "/api/v1/things/favourite/readability",
            "Measure how easily the caller's favourite thing reads",
        ),
    ],
    "schemas": {"Readability.Measure": READABILITY},
}


def main():
    ended = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: ended.set())
    signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGTERM])  # whoever started us may have held it back
    handlers = {"readability.texts.measure": measure_text, "readability.favourites.measure": measure_favourite}
    server = Server(keyrings, os.environ["MESH_BIND"], "readability", handlers, DESCRIPTION)
    ended.wait()
    server.drain()


main()
