#!/usr/bin/python3
"""Pushover, as far as messages and receipts go: it holds each request against the rules of pushover.net/api and
pushover.net/api/receipts and answers as it does. It tells of what it took:
  {"event": "pushed", "message": {…}}
  {"event": "asked", "receipt": …, "count": N}
  {"event": "cancelled", "receipt": …}
"""

import argparse
import json
import re
import time
import urllib.parse

import stand_in

parser = argparse.ArgumentParser()
parser.add_argument("--token", required=True)
parser.add_argument("--user", required=True)
parser.add_argument("--acknowledged-at", type=int, default=0, help="somebody acknowledges before this many questions; 0: never")
parser.add_argument("--used-up", action="store_true", help="the application's messages of this month are used up")
options = parser.parse_args()

# Characters (pushover.net/api, "Limitations").
LIMITS = {"message": 1024, "title": 250, "url": 512, "url_title": 100}
NAMES = {"token", "user", "message", "title", "url", "url_title", "priority", "retry", "expire", "timestamp", "device", "sound"}
RECEIPT = "r" * 29
asked = {}
cancelled = set()


def answer(code, **facts):
    headers = {"X-Limit-App-Reset": str(int(time.time()) + 7200)} if code == 429 else {}
    return code, "application/json", json.dumps(facts), headers


def refusal(field, error):
    return answer(400, **{field: "invalid"}, errors=[error], status=0, request="5042853c-402d-4a18-abcb-168734a801de")


def form(body):
    return dict(urllib.parse.parse_qsl(body.decode(), keep_blank_values=True, strict_parsing=True))


def push(headers, body):
    if headers.get("content-type") != "application/x-www-form-urlencoded":
        return refusal("message", "message cannot be blank")
    fields = form(body)
    if fields.get("token") != options.token:
        return refusal("token", "application token is invalid, see https://pushover.net/api")
    if options.used_up:
        return answer(429, errors=["application is over its limit"], status=0, request="x")
    if fields.get("user") != options.user:
        return refusal("user", "user identifier is not a valid user, group, or subscribed user key, see https://pushover.net/api#identifiers")
    if not fields.get("message"):
        return refusal("message", "message cannot be blank")
    for name, most in LIMITS.items():
        if len(fields.get(name, "")) > most:
            return refusal(name, f"{name} is too long")
    if set(fields) - NAMES or fields.get("priority", "0") not in ("-2", "-1", "0", "1", "2"):
        return refusal("priority", "priority is invalid")
    facts = {"status": 1, "request": "647d2300-702c-4b38-8b2f-d56326ae460b"}
    if fields.get("priority") == "2":
        if not 30 <= int(fields.get("retry", 0)):
            return refusal("retry", "retry must be supplied with priority=2")
        if not 0 < int(fields.get("expire", 0)) <= 10800:
            return refusal("expire", "expire must be supplied with priority=2")
        facts["receipt"] = RECEIPT + str(len(asked))
        asked[facts["receipt"]] = 0
    stand_in.tell("pushed", message=fields)
    return answer(200, **facts)


def receipt_state(receipt, token):
    if token != options.token:
        return refusal("token", "application token is invalid, see https://pushover.net/api")
    if receipt not in asked:
        return answer(404, receipt="not found", errors=["receipt not found; may be invalid or expired"], status=0, request="x")
    asked[receipt] += 1
    done = options.acknowledged_at and asked[receipt] >= options.acknowledged_at
    stand_in.tell("asked", receipt=receipt, count=asked[receipt])
    return answer(200, status=1, acknowledged=1 if done else 0, acknowledged_at=int(time.time()) if done else 0,
                  acknowledged_by=options.user if done else "", acknowledged_by_device="phone" if done else "",
                  last_delivered_at=int(time.time()), expired=0, expires_at=int(time.time()) + 3600, called_back=0,
                  called_back_at=0, request="x")


def serve(method, path, headers, body):
    place = urllib.parse.urlsplit(path)
    query = dict(urllib.parse.parse_qsl(place.query))
    if method == "POST" and place.path == "/1/messages.json":
        return push(headers, body)
    if method == "GET" and (found := re.fullmatch(r"/1/receipts/([A-Za-z0-9]{30})\.json", place.path)):
        return receipt_state(found[1], query.get("token"))
    if method == "POST" and (found := re.fullmatch(r"/1/receipts/([A-Za-z0-9]{30})/cancel\.json", place.path)):
        if form(body).get("token") != options.token or found[1] not in asked:
            return refusal("token", "application token is invalid, see https://pushover.net/api")
        stand_in.tell("cancelled", receipt=found[1])
        return answer(200, status=1, request="x")
    return 404, "text/html", "<html>not found</html>"


stand_in.serve(serve)
