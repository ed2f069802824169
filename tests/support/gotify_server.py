#!/usr/bin/python3
"""A Gotify server, as far as pushing a message goes: it holds each request against Gotify's own rules (api/message.go,
model/message.go) and answers as Gotify does. It tells of what it took:
  {"event": "pushed", "message": {…}}
"""

import argparse
import itertools
import json
import urllib.parse

import stand_in

parser = argparse.ArgumentParser()
parser.add_argument("--token", required=True, help="of the one application that there is")
parser.add_argument("--below", default="", help="the path below which it is reached: /gotify")
options = parser.parse_args()

numbers = itertools.count(1)


def refusal(status, error, description):
    return status, "application/json", json.dumps({"error": error, "errorCode": status, "errorDescription": description})


def push(method, path, headers, body):
    url = urllib.parse.urlsplit(path)
    if url.path != f"{options.below}/message":
        return refusal(404, "Not Found", "page not found")
    given = headers.get("x-gotify-key") or urllib.parse.parse_qs(url.query).get("token", [""])[0]
    if headers.get("authorization", "").startswith("Bearer "):
        given = headers["authorization"][len("Bearer "):]
    if given != options.token:
        return refusal(401, "Unauthorized", "you need to provide a valid access token or user credentials to access this api")
    if method != "POST" or headers.get("content-type", "").split(";")[0] != "application/json":
        return refusal(400, "Bad Request", "Field 'message' is required")
    try:
        message = json.loads(body)
        assert isinstance(message, dict)
        assert isinstance(message.get("title", ""), str) and isinstance(message.get("message", ""), str)
        assert type(message.get("priority", 0)) is int and isinstance(message.get("extras", {}), dict)
    except (ValueError, AssertionError):
        return refusal(400, "Bad Request", "json: cannot unmarshal")
    if not message.get("message"):
        return refusal(400, "Bad Request", "Field 'message' is required")
    stand_in.tell("pushed", message=message, path=path)
    return 200, "application/json", json.dumps({"id": next(numbers), "appid": 1, "date": "2026-01-01T00:00:00Z", **message})


stand_in.serve(push)
