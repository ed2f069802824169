#!/usr/bin/python3
"""A receiver of Alertmanager's webhooks, version 4 (prometheus.io/docs/alerting/latest/configuration/#webhook_config): it
takes what has that form and keeps the alerts by their fingerprint. It tells of what it took:
  {"event": "taken", "body": {…}, "firing": [fingerprints], "authorization": …}
"""

import argparse
import datetime
import json
import re

import stand_in

parser = argparse.ArgumentParser()
parser.add_argument("--authorization", help="what it wants to see")
options = parser.parse_args()

MESSAGE = {"version": str, "groupKey": str, "truncatedAlerts": int, "status": str, "receiver": str, "groupLabels": dict,
           "commonLabels": dict, "commonAnnotations": dict, "externalURL": str, "alerts": list}
ALERT = {"status": str, "labels": dict, "annotations": dict, "startsAt": str, "endsAt": str, "generatorURL": str, "fingerprint": str}
firing = set()


def fits(value, types):
    return isinstance(value, dict) and set(value) == set(types) and all(isinstance(value[name], kind) for name, kind in types.items())


def is_time(text):
    try:
        datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))
        return text.endswith("Z")
    except ValueError:
        return False


def is_alert(alert):
    texts = list(alert["labels"].values()) + list(alert["annotations"].values())
    return (alert["status"] in ("firing", "resolved") and "alertname" in alert["labels"] and all(isinstance(text, str) for text in texts)
            and is_time(alert["startsAt"]) and is_time(alert["endsAt"]) and re.fullmatch("[0-9a-f]{16}", alert["fingerprint"])
            and (alert["status"] == "firing" or not alert["endsAt"].startswith("0001")))


def take(method, path, headers, body):
    if options.authorization and headers.get("authorization") != options.authorization:
        return 401, "text/plain", "unauthorized"
    try:
        message = json.loads(body)
        assert method == "POST" and headers.get("content-type") == "application/json" and fits(message, MESSAGE)
        assert message["version"] == "4" and message["alerts"] and all(fits(each, ALERT) and is_alert(each) for each in message["alerts"])
        assert message["status"] == ("firing" if any(each["status"] == "firing" for each in message["alerts"]) else "resolved")
    except (ValueError, AssertionError):
        return 400, "text/plain", "bad request"
    for alert in message["alerts"]:
        (firing.add if alert["status"] == "firing" else firing.discard)(alert["fingerprint"])
    stand_in.tell("taken", body=message, firing=sorted(firing), authorization=headers.get("authorization", ""))
    return 200, "text/plain", "ok"


stand_in.serve(take)
