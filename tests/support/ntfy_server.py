#!/usr/bin/python3
"""An ntfy server, as far as publishing as JSON goes: it holds each request against ntfy's own rules (server/server.go,
server/errors.go) and answers as ntfy does. It tells of what it took:
  {"event": "published", "message": {…}, "authorization": "Bearer …", "updates": true where the sequence id was seen before}
"""

import argparse
import base64
import json
import re

import stand_in

parser = argparse.ArgumentParser()
parser.add_argument("--token", help="the topic is protected: a token that may write")
parser.add_argument("--user", help="name:password that may write")
options = parser.parse_args()

TOPIC = re.compile(r"[-_A-Za-z0-9]{1,64}")
TYPES = {"topic": str, "title": str, "message": str, "priority": int, "tags": list, "click": str, "icon": str, "actions": list,
         "attach": str, "filename": str, "email": str, "delay": str, "markdown": bool, "call": str, "sequence_id": str}
seen = set()


def refusal(status, code, error):
    return status, "application/json", json.dumps({"code": code, "http": status, "error": error}) + "\n"


def may_write(authorization):
    if options.token is None and options.user is None:
        return True
    if options.token is not None and authorization == f"Bearer {options.token}":
        return True
    basic = base64.b64encode((options.user or "").encode()).decode()
    return options.user is not None and authorization == f"Basic {basic}"


def publish(method, path, headers, body):
    if method not in ("POST", "PUT") or path != "/":
        return refusal(404, 40401, "page not found")
    try:
        message = json.loads(body)
        assert isinstance(message, dict)
        assert all(isinstance(message[name], TYPES[name]) for name in message if name in TYPES)
        assert all(isinstance(tag, str) for tag in message.get("tags", []))
    except (ValueError, AssertionError):
        return refusal(400, 40024, "invalid request: request body must be valid JSON")
    if not TOPIC.fullmatch(message.get("topic", "")):
        return refusal(400, 40009, "invalid request: topic invalid")
    if not may_write(headers.get("authorization")):
        wrong = "authorization" in headers
        return refusal(401, 40101, "unauthorized") if wrong else refusal(403, 40301, "forbidden")
    if not 0 <= message.get("priority", 3) <= 5:
        return refusal(400, 40007, "invalid priority parameter")
    sequence = message.get("sequence_id")
    if sequence is not None and not TOPIC.fullmatch(sequence):
        return refusal(400, 40049, "invalid request: sequence ID invalid")
    if len(message.get("message", "").encode()) > 4096:
        return refusal(400, 40014, "invalid request: attachments not allowed")
    unknown = sorted(set(message) - set(TYPES))
    stand_in.tell("published", message=message, authorization=headers.get("authorization"), updates=sequence in seen, unknown=unknown)
    seen.add(sequence)
    return 200, "application/json", json.dumps({"id": "xE73Iyuabi", "time": 1673542291, "event": "message", **message}) + "\n"


stand_in.serve(publish)
