#!/usr/bin/python3
"""An incoming webhook of Slack: it holds each request against the rules that Slack names for these webhooks and answers as
Slack does, in plain text. It tells of what it took:
  {"event": "posted", "message": {…}}
"""

import argparse
import json
import re

import stand_in

parser = argparse.ArgumentParser()
parser.add_argument("--path", required=True, help="the address is the credential: /services/T0/B0/XXXX")
parser.add_argument("--archived", action="store_true", help="its channel was archived")
parser.add_argument("--says", help="answers 200 with this in place of ok, as the web API and what takes the same do")
options = parser.parse_args()

COLOUR = re.compile(r"#[0-9a-fA-F]{6}|good|warning|danger")
ATTACHMENT = {"fallback": str, "color": str, "pretext": str, "author_name": str, "title": str, "title_link": str, "text": str,
              "fields": list, "mrkdwn_in": list, "footer": str, "ts": int}
FIELD = {"title": str, "value": str, "short": bool}


def fits(value, types):
    return isinstance(value, dict) and all(name in types and isinstance(each, types[name]) for name, each in value.items())


def post(method, path, headers, body):
    if method != "POST" or path != options.path:
        return 404, "text/html", "no_service"
    if options.archived:
        return 410, "text/html", "channel_is_archived"
    try:
        message = json.loads(body)
        assert headers.get("content-type", "").split(";")[0] == "application/json"
        assert isinstance(message, dict) and isinstance(message.get("text", ""), str)
        attachments = message.get("attachments", [])
        assert all(fits(each, ATTACHMENT) for each in attachments)
        assert all(COLOUR.fullmatch(each.get("color", "good")) for each in attachments)
        assert all(fits(field, FIELD) for each in attachments for field in each.get("fields", []))
    except (ValueError, AssertionError):
        return 400, "text/html", "invalid_payload"
    if not message.get("text") and not attachments:
        return 400, "text/html", "no_text"
    if options.says:
        return 200, "application/json", options.says
    stand_in.tell("posted", message=message)
    return 200, "text/html", "ok"


stand_in.serve(post)
