#!/usr/bin/python3
"""PagerDuty's Events API v2: it holds each event against the schema that PagerDuty publishes (api-schema,
reference/events-v2/openapiv3.json) and answers as it does: 202, 400, 429. It tells of what it took:
  {"event": "taken", "body": {…}, "open": true where the alert of this dedup_key is open afterwards}
"""

import argparse
import json

import stand_in

parser = argparse.ArgumentParser()
parser.add_argument("--key", required=True)
parser.add_argument("--busy", action="store_true", help="too many events")
options = parser.parse_args()

EVENT = {"routing_key": str, "event_action": str, "dedup_key": str, "client": str, "client_url": str, "links": list,
         "images": list, "payload": dict}
PAYLOAD = {"summary": str, "source": str, "severity": str, "timestamp": str, "component": str, "group": str, "class": str,
           "custom_details": dict}
is_open = {}


def invalid(error):
    return 400, "application/json", json.dumps({"status": "invalid event", "message": "Event object is invalid", "errors": [error]})


def enqueue(method, path, headers, body):
    if method != "POST" or path != "/v2/enqueue":
        return 404, "text/plain", "Not Found"
    if options.busy:
        return 429, "text/plain", ""
    if len(body) > 512 * 1024:
        return 413, "text/plain", ""
    try:
        event = json.loads(body)
        assert headers.get("content-type") == "application/json" and isinstance(event, dict)
    except (ValueError, AssertionError):
        return invalid("JSON parse error")
    if event.get("routing_key") != options.key:
        return invalid("Invalid routing key")
    if any(name not in EVENT or not isinstance(value, EVENT[name]) for name, value in event.items()):
        return invalid("unknown field")
    action, key, payload = event.get("event_action"), event.get("dedup_key", ""), event.get("payload", {})
    if action not in ("trigger", "acknowledge", "resolve"):
        return invalid("'event_action' is invalid")
    if not key or len(key) > 255:
        return invalid("'dedup_key' is invalid")
    if any(name not in PAYLOAD or not isinstance(value, PAYLOAD[name]) for name, value in payload.items()):
        return invalid("unknown field of 'payload'")
    if not payload.get("summary") or len(payload["summary"]) > 1024 or not payload.get("source"):
        return invalid("'payload.summary' is missing or too long")
    if payload.get("severity") not in ("critical", "error", "warning", "info"):
        return invalid("'payload.severity' is invalid")
    if any(not isinstance(link.get("href"), str) for link in event.get("links", [])):
        return invalid("'links' is invalid")
    is_open[key] = action != "resolve" and (action == "trigger" or is_open.get(key, False))
    stand_in.tell("taken", body=event, open=is_open[key])
    return 202, "application/json", json.dumps({"status": "success", "message": "Event processed", "dedup_key": key})


stand_in.serve(enqueue)
