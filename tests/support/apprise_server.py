#!/usr/bin/python3
"""The Apprise API (github.com/caronc/apprise-api, README and api/views.py): POST /notify/{key} and /notify, with its status codes:
200, 204 where there is nothing under the key, 400, 424 where not all services were reached. It tells of what it took:
  {"event": "notified", "path": …, "body": {…}}
"""

import argparse
import json
import re

import stand_in

parser = argparse.ArgumentParser()
parser.add_argument("--key", help="of its only configuration")
parser.add_argument("--unreached", action="store_true", help="one of its services is down")
options = parser.parse_args()

NAMES = {"title": str, "body": str, "type": str, "format": str, "tag": str, "urls": str}


def notify(method, path, headers, body):
    found = re.fullmatch(r"/notify(?:/([\w-]{1,128}))?/?", path)
    if not found:
        return 404, "text/html", "<html>Not Found</html>"
    if method != "POST":
        return 405, "application/json", '{"error": "method not allowed"}'
    try:
        message = json.loads(body)
        assert headers.get("content-type") == "application/json" and isinstance(message, dict)
        assert all(name in NAMES and isinstance(value, NAMES[name]) for name, value in message.items())
        assert message.get("body") and message.get("type", "info") in ("info", "success", "warning", "failure")
        assert message.get("format", "text") in ("text", "markdown", "html")
    except (ValueError, AssertionError):
        return 400, "application/json", '{"error": "Payload lacks minimum requirements."}'
    if found[1] is not None and found[1] != options.key:
        return 204, "application/json", ""
    if found[1] is None and "://" not in message.get("urls", ""):
        return 204, "application/json", ""
    if options.unreached:
        return 424, "application/json", '{"error": "One or more notification could not be sent."}'
    stand_in.tell("notified", path=path, body=message)
    return 200, "application/json", '{"error": null, "details": []}'


stand_in.serve(notify)
