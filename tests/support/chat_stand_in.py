#!/usr/bin/python3
"""Services of chats, one at a time: each holds a request against the limits and rules that the service documents, refuses what
it refuses, and answers as it does. It tells of what it took:
  {"event": "sent", "method": "sendMessage", "message": {…}}

--service telegram  core.telegram.org/bots/api: sendMessage, answerCallbackQuery, editMessageReplyMarkup, getUpdates (one at a time: a
                    second one gets 409). POST /control takes an update, as if somebody had pressed or written.
--service discord   discord.com/developers/docs/resources/webhook: Execute Webhook and Edit Webhook Message
--service teams     learn.microsoft.com, "Create incoming webhooks with Workflows", adaptivecards.io 1.4
--service matrix    spec.matrix.org/v1.11/client-server-api, PUT /rooms/{roomId}/send/{eventType}/{txnId}
--refuse WORD       what it answers instead (see each service below); with --times N only so often
"""

import argparse
import html.parser
import json
import re
import threading
import urllib.parse

import stand_in

parser = argparse.ArgumentParser()
parser.add_argument("--service", required=True)
parser.add_argument("--refuse", default="")
parser.add_argument("--times", type=int, default=1_000_000)
options = parser.parse_args()

LOCK = threading.Lock()
UPDATES, NEWS = [], threading.Condition()
STATE = {"refused": 0, "next": 100, "polls": 0, "seen": {}, "known": set()}
TOKEN = "123456789:AAExampleTokenOfATestBot0123456789"


def refuses():
    with LOCK:
        if not options.refuse or STATE["refused"] >= options.times:
            return False
        STATE["refused"] += 1
        return True


def made():
    with LOCK:
        STATE["next"] += 1
        return STATE["next"]


def reply(status, body):
    return status, "application/json", json.dumps(body)


# ---- Telegram


class Markup(html.parser.HTMLParser):
    """The entities that Telegram's HTML has; everything else is "can't parse entities"."""

    def __init__(self):
        super().__init__()
        self.text, self.open, self.bad = "", [], False

    def handle_starttag(self, tag, attributes):
        self.bad |= tag not in ("b", "i", "u", "s", "a", "code", "pre")
        self.open.append(tag)

    def handle_endtag(self, tag):
        self.bad |= not self.open or self.open.pop() != tag

    def handle_data(self, data):
        self.text += data


TELEGRAM_REFUSALS = {
    "429": (429, {"ok": False, "error_code": 429, "description": "Too Many Requests: retry after 7",
                  "parameters": {"retry_after": 7}}),
    "blocked": (403, {"ok": False, "error_code": 403, "description": "Forbidden: bot was blocked by the user"}),
    "no-chat": (400, {"ok": False, "error_code": 400, "description": "Bad Request: chat not found"}),
    "moved": (400, {"ok": False, "error_code": 400,
                    "description": "Bad Request: group chat was upgraded to a supergroup chat",
                    "parameters": {"migrate_to_chat_id": -1001234567890}}),
    "inside": (200, {"ok": False, "error_code": 400, "description": "Bad Request: chat not found"}),
}


def telegram_error(code, words):
    return reply(code, {"ok": False, "error_code": code, "description": words})


def telegram_send(message):
    if refuses():
        status, body = TELEGRAM_REFUSALS[options.refuse]
        return reply(status, body)
    markup = Markup()
    markup.feed(message.get("text", ""))
    if message.get("parse_mode") == "HTML" and (markup.bad or markup.open):
        return telegram_error(400, "Bad Request: can't parse entities")
    if not 1 <= len(markup.text.encode("utf-16-le")) // 2 <= 4096:
        return telegram_error(400, "Bad Request: message is too long" if markup.text else "Bad Request: message text is empty")
    for row in message.get("reply_markup", {}).get("inline_keyboard", []):
        for button in row:
            if not 1 <= len(button.get("callback_data", "x").encode()) <= 64:
                return telegram_error(400, "Bad Request: BUTTON_DATA_INVALID")
    stand_in.tell("sent", method="sendMessage", message=message)
    return reply(200, {"ok": True, "result": {"message_id": made(), "chat": {"id": message["chat_id"]}}})


def telegram_updates(asked):
    with LOCK:
        STATE["polls"] += 1
        alone = STATE["polls"] == 1
    try:
        if not alone:
            stand_in.tell("conflict")
            return telegram_error(409, "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running")
        offset = asked.get("offset", 0)
        stand_in.tell("asked", offset=offset)
        with NEWS:
            NEWS.wait_for(lambda: any(each["update_id"] >= offset for each in UPDATES), timeout=asked.get("timeout", 0))
            waiting = [each for each in UPDATES if each["update_id"] >= offset]
        return reply(200, {"ok": True, "result": waiting[: asked.get("limit", 100)]})
    finally:
        with LOCK:
            STATE["polls"] -= 1


def telegram(method, path, headers, body):
    if path == "/control":
        with NEWS:
            UPDATES.append(json.loads(body))
            NEWS.notify_all()
        return reply(200, {})
    found = re.fullmatch(r"/bot([^/]+)/(\w+)", path)
    if method != "POST" or not found or found[1] != TOKEN:
        return telegram_error(401, "Unauthorized")
    message = json.loads(body)
    if found[2] == "getUpdates":
        return telegram_updates(message)
    if found[2] == "sendMessage":
        return telegram_send(message)
    if found[2] in ("answerCallbackQuery", "editMessageReplyMarkup"):
        if len(message.get("text", "")) > 200:
            return telegram_error(400, "Bad Request: MESSAGE_TOO_LONG")
        stand_in.tell("sent", method=found[2], message=message)
        return reply(200, {"ok": True, "result": True})
    return telegram_error(404, "Not Found")


# ---- Discord


def discord(method, path, headers, body):
    url = urllib.parse.urlsplit(path)
    found = re.fullmatch(r"/api/webhooks/(\d+)/([\w-]+)(?:/messages/(\d+))?", url.path)
    if not found or found[1] != "4711":
        return reply(404, {"message": "Unknown Webhook", "code": 10015})
    if found[2] != "token-of-a-webhook":
        return reply(401, {"message": "Invalid Webhook Token", "code": 50027})
    if method != ("PATCH" if found[3] else "POST"):
        return reply(405, {"message": "405: Method Not Allowed", "code": 0})
    if options.refuse == "429" and refuses():
        return reply(429, {"message": "You are being rate limited.", "retry_after": 3.6, "global": False})
    if found[3] and (options.refuse == "gone" or found[3] not in STATE["known"]):
        return reply(404, {"message": "Unknown Message", "code": 10008})
    message = json.loads(body)
    embeds = message.get("embeds", [])
    sizes = [len(each.get("title", "")) + len(each.get("description", "")) for each in embeds]
    fits = (len(message.get("content", "")) <= 2000 and len(embeds) <= 10 and sum(sizes) <= 6000
            and all(len(each.get("title", "")) <= 256 and len(each.get("description", "")) <= 4096 for each in embeds)
            and (message.get("content") or embeds))
    if not fits:
        return reply(400, {"message": "Invalid Form Body", "code": 50035})
    asked = urllib.parse.parse_qs(url.query)
    stand_in.tell("sent", method=method, message=message, query=url.query)
    if method == "POST" and asked.get("wait") != ["true"]:
        return 204, "application/json", ""
    name = found[3] or str(made())
    STATE["known"].add(name)
    return reply(200, {"id": name, "type": 0, "content": message.get("content", "")})


# ---- Teams


def is_card(card):
    return (card.get("type") == "AdaptiveCard" and card.get("version") in ("1.0", "1.2", "1.4")
            and all(block["type"] == "RichTextBlock" and all(run["type"] == "TextRun" for run in block["inlines"])
                    for block in card["body"])
            and all(action["type"] == "Action.OpenUrl" and action["url"].startswith("http") for action in card.get("actions", [])))


def teams(method, path, headers, body):
    if method != "POST" or not path.startswith("/workflows/abc"):
        return reply(404, {"error": {"code": "WorkflowNotFound", "message": "The workflow could not be found."}})
    if options.refuse == "login":
        return reply(401, {"error": {"code": "DirectApiAuthorizationRequired", "message": "The request must be authenticated."}})
    if options.refuse == "inside":
        return 200, "text/plain", "Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error 429 with ContextId tcid=0"
    if len(body) > 28 * 1024:
        return reply(413, {"error": {"code": "RequestEntityTooLarge"}})
    message = json.loads(body)
    cards = message.get("attachments", [])
    taken = (message.get("type") == "message" and len(cards) == 1
             and cards[0]["contentType"] == "application/vnd.microsoft.card.adaptive" and is_card(cards[0]["content"]))
    if not taken:
        return reply(400, {"error": {"code": "TriggerInputSchemaMismatch"}})
    stand_in.tell("sent", method="card", message=cards[0]["content"])
    return 202, "application/json", ""


# ---- Matrix

ROOM = "!room:example.org"


def matrix(method, path, headers, body):
    if headers.get("authorization") != "Bearer syt_token_of_a_test":
        return reply(401, {"errcode": "M_UNKNOWN_TOKEN", "error": "Unrecognised access token"})
    parts = [urllib.parse.unquote(each) for each in path.split("/")]
    if method != "PUT" or parts[:5] != ["", "_matrix", "client", "v3", "rooms"] or parts[6:8] != ["send", "m.room.message"]:
        return reply(404, {"errcode": "M_UNRECOGNIZED", "error": "Unrecognized request"})
    if parts[5] != ROOM:
        return reply(403, {"errcode": "M_FORBIDDEN", "error": "User not in room"})
    if options.refuse == "limit" and refuses():
        return reply(429, {"errcode": "M_LIMIT_EXCEEDED", "error": "Too Many Requests", "retry_after_ms": 4200})
    if len(body) > 65_000:
        return reply(413, {"errcode": "M_TOO_LARGE", "error": "event too large"})
    message = json.loads(body)
    if message.get("msgtype") not in ("m.text", "m.notice") or not isinstance(message.get("body"), str):
        return reply(400, {"errcode": "M_BAD_JSON", "error": "no body"})
    known = STATE["seen"].get(parts[8])
    if known is None:
        known = "$event%d_abcdefghijklmnopqrstuvwxyz" % made()
        STATE["seen"][parts[8]] = known
        stand_in.tell("sent", method="m.room.message", message=message, transaction=parts[8])
    else:
        stand_in.tell("repeated", transaction=parts[8])
    return reply(200, {"event_id": known})


stand_in.serve({"telegram": telegram, "discord": discord, "teams": teams, "matrix": matrix}[options.service])
