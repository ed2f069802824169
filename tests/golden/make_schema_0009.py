#!/usr/bin/python3
"""Writes schema-0009.sql anew: a database of the nine development steps with rows in every table, and every nullable column
once with a value and once without. The texts of the steps are taken from the present file, as they stand, between ">>>" and
"<<<"; their digests must be those of storage/development/nine_steps.h. Chains, signatures and digests of tokens fit the key
of the tests (32 bytes: a one, then zeros) and are computed here a second time, by another hand than the program's.
Run it only to change the rows; the file is committed."""

import hashlib
import hmac
import pathlib
import re
import struct
import zlib

HERE = pathlib.Path(__file__).parent
TARGET = HERE / "schema-0009.sql"
NINE_STEPS = HERE.parent.parent / "storage/development/nine_steps.h"

DATABASE_KEY = bytes([1]) + bytes(31)
ANCHOR_KEY = hashlib.blake2b(DATABASE_KEY, digest_size=32).digest()
AT = 1_795_000_000_000_000 - 100_000_000  # 100 s before the tests' clock begins
DAY = 86_400_000_000
NIL = bytes(16)


def derived(purpose):
    return hashlib.blake2b(purpose, key=DATABASE_KEY, digest_size=32).digest()


def token_digest(token):
    return hmac.new(derived(b"token-digest"), token.encode(), hashlib.sha256).digest()


def ident(n):
    return bytes.fromhex("0190aaaabbbb70008000") + n.to_bytes(6, "big")


def literal(value):
    if value is None:
        return "NULL"
    if isinstance(value, bytes):
        return f"x'{value.hex()}'"
    if isinstance(value, int):
        return str(value)
    return "'" + value.replace("'", "''") + "'"


lines = []


def row(table, **columns):
    lines.append(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join(map(literal, columns.values()))});")


def rows_written():
    written, lines[:] = "\n".join(lines) + "\n", []
    return written


WORKSPACE, OTHER, ADA, BOB = ident(1), ident(2), ident(3), ident(4)
DB1, OLD1, TEAM, GROUP = ident(10), ident(11), ident(12), ident(13)
SILENCE, BUSY, ONE, GROUPED = ident(20), ident(21), ident(22), ident(23)
ON_CALL, HOOK, OPEN, OVER = ident(30), ident(31), ident(32), ident(33)
SESSION, PROVIDER, KEY, GLASS, LEAK, OWN_LEAK = ident(40), ident(41), ident(42), ident(43), ident(44), ident(45)
# In the other workspace: agents in every state that one could be in, and groups of them.
UP2, SILENT2, OFF2, NEW2, LOST2, LEFT2 = ident(110), ident(111), ident(112), ident(113), ident(114), ident(115)
TEAM2, DOWN2, EMPTY2, OFFS2, OPEN2, WELL2 = ident(116), ident(117), ident(118), ident(119), ident(120), ident(121)
RULE2, GROUPED2, ENDED2, KEY2 = ident(122), ident(123), ident(124), ident(125)
MACHINE = "5c0e13199a34de5439cf5338d23d9cc530320295782fdefd19b5297fd2dfb115"
HOSTILE = "It's a \"name\" -- ; DROP TABLE agent; \u202e\u00e4\U0001f525\ttab\nline"

# The tokens that tests/storage/carry_over_test.cpp and tests/web/api/carried_over_test.cpp show.
SESSION_TOKEN = "cls_" + "a1" * 32
AGENT_TOKEN, REMOVED_TOKEN, GONE_TOKEN = ("agent_" + digits * 32 for digits in ("b2", "c3", "d4"))
API_TOKEN, OWN_API_TOKEN = "cl_" + "0" * 56 + "cb612bfd", "cl_" + "1" * 56 + f"{zlib.crc32(b'1' * 56):08x}"


def people():
    row("workspace", id=WORKSPACE, slug="main", name="Acme", machine_policy="warn", enabled=1, created_at=AT, version=1)
    row("workspace", id=OTHER, slug="other", name=HOSTILE, machine_policy="refuse", enabled=0, created_at=AT, version=7)
    row("workspace_setting", workspace_id=OTHER, team_scoped=1, disabled_by="administrator", deletion_requested_at=AT,
        deletion_due_at=AT + 365 * DAY, deletion_requested_by="Ada", erased_upto=12)
    row("app_user", id=ADA, name="Ada", mail="Ada@example.org", mail_key="ada@example.org",
        password_hash="$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$aGFzaA", appliance_administrator=1, enabled=1, created_at=AT,
        last_login_at=AT)
    row("app_user", id=BOB, name="Bob", mail="bob@example.org", mail_key="bob@example.org", password_hash="",
        appliance_administrator=0, enabled=0, created_at=AT, last_login_at=0)
    row("membership", workspace_id=WORKSPACE, user_id=ADA, role="owner", since=AT)
    row("membership", workspace_id=WORKSPACE, user_id=BOB, role="operator", since=AT + 1)
    row("membership", workspace_id=OTHER, user_id=BOB, role="owner", since=AT + 1)
    row("team", id=TEAM, workspace_id=WORKSPACE, name="Databases", name_key="databases", created_at=AT, version=2)
    row("team_member", workspace_id=WORKSPACE, team_id=TEAM, user_id=BOB, may_edit=1, since=AT)
    row("setting", key="audit-test", value="kept")
    row("appliance_limit", name="invitation_days", value=9, changed_at=AT, changed_by="Ada")
    row("idempotency_key", workspace_id=WORKSPACE, user_id=ADA, key="k-1", request_digest=bytes([5]) * 32, status=201,
        body="s1:made-up", created_at=AT)


def accounts():
    row("session", id=SESSION, user_id=ADA, token_digest=token_digest(SESSION_TOKEN), address="192.0.2.7", user_agent="test",
        created_at=AT, last_seen_at=AT, expires_at=AT + 30 * DAY)
    row("session_proof", session_id=SESSION, opened_by="password", fresh_at=AT)
    row("single_use_link", token_digest=bytes([1]) * 32, purpose="password", created_at=AT, expires_at=AT + DAY, used_at=AT + 1,
        user_id=ADA, workspace_id=None, data="")
    row("single_use_link", token_digest=bytes([2]) * 32, purpose="invitation", created_at=AT, expires_at=AT + DAY, used_at=0,
        user_id=None, workspace_id=WORKSPACE, data="0190aaaa")
    row("account", user_id=ADA, mail_verified_at=AT, password_changed_at=AT, login_notices=0)
    row("known_device", user_id=ADA, digest=bytes([3]) * 32, last_used_at=AT)
    row("mail_change", user_id=BOB, id=ident(50), mail="Bob@example.net", mail_key="bob@example.net", former_agreed_at=AT,
        new_agreed_at=0, created_at=AT, expires_at=AT + DAY)
    row("totp_factor", user_id=BOB, sealed_secret="s1:made-up", sealed_pending="", last_step=59_800_000, confirmed_at=AT,
        pending_at=0, last_used_at=AT)
    row("recovery_code", user_id=BOB, digest=bytes([4]) * 32, created_at=AT, used_at=AT)
    row("passkey", id=ident(51), user_id=BOB, credential_id="Y3JlZA", algorithm="es256", public_key="a2V5", counter=4,
        name="Key", backed_up=1, created_at=AT, last_used_at=AT)
    row("login_ticket", token_digest=bytes([6]) * 32, user_id=BOB, address="192.0.2.8", first_factor="password",
        state_digest=bytes([7]) * 32, expires_at=AT + DAY, failures=1)
    row("used_challenge", digest=bytes([8]) * 32, expires_at=AT + DAY)
    row("login_provider", id=PROVIDER, preset="generic", name="House", issuer="https://id.example.org", client_id="connlog",
        sealed_secret="", ca_pem="", allowed_domains="example.org", create_accounts=1, counts_as_second_factor=0,
        second_factor_acr="", role_claim="groups", enabled=0, created_at=AT, version=3)
    row("login_provider_role", provider_id=PROVIDER, position=0, claim_value="ops", workspace_id=WORKSPACE, role="operator")
    row("login", id=ident(52), user_id=BOB, provider_id=PROVIDER, subject="b-1", mail="bob@example.org", name="Bob",
        linked_at=AT, last_used_at=AT)
    row("login_membership", provider_id=PROVIDER, user_id=BOB, workspace_id=WORKSPACE, role="operator", claim_value="ops",
        former_role="viewer")
    row("attempt_notice", subject=bytes([9]) * 32, at=AT)


def access():
    row("second_factor_policy", workspace_id=WORKSPACE, required_since=AT, grace_until=AT + 365 * DAY)
    invitation = dict(inviter_id=ADA, inviter_name="Ada", created_at=AT, sent_at=AT, expires_at=AT + 7 * DAY)
    row("invitation", id=ident(60), workspace_id=WORKSPACE, mail="Cy@example.org", mail_key="cy@example.org", role="member",
        team_id=TEAM, mailed=1, **invitation)
    row("invitation", id=ident(61), workspace_id=WORKSPACE, mail="di@example.org", mail_key="di@example.org", role="viewer",
        team_id=None, mailed=0, **invitation)
    key = dict(addresses="", created_at=AT, created_by="Ada", expires_at=0, revoked_at=0, last_used_at=AT,
               last_used_address="192.0.2.9")
    row("api_key", id=ident(62), workspace_id=WORKSPACE, user_id=None, name="deploy", token_digest=token_digest(API_TOKEN),
        token_hint="cl_0000…2bfd", scopes="view edit_agents", **key)
    row("api_key", id=ident(63), workspace_id=None, user_id=ADA, name="mine", token_digest=token_digest(OWN_API_TOKEN),
        token_hint="cl_1111…", scopes="view", **key)
    row("break_glass", id=GLASS, workspace_id=WORKSPACE, user_id=ADA, administrator="Ada", reason="A question of theirs",
        opened_at=AT - 2 * DAY, expires_at=AT - DAY, ended_at=AT - DAY, ended_by="")
    row("break_glass_read", workspace_id=WORKSPACE, break_glass_id=GLASS, operation="listAgents", reads=3, last_at=AT - DAY)
    row("access_review", id=ident(64), workspace_id=WORKSPACE, done_at=AT, done_by="Ada", note="Nobody left")
    row("access_review_reminder", workspace_id=WORKSPACE, reminded_at=AT - DAY)


def agents():
    agent = dict(workspace_id=WORKSPACE, interval_seconds=10, missed_threshold=3, metric_cpu=1, metric_memory=1, metric_disk=1,
                 metric_load=0, config_version=1, disabled=0, created_at=AT - DAY, agent_version="1.19.0", os="linux",
                 arch="x86_64", core_count=8, machine_id=MACHINE, first_seen_at=AT - DAY, last_seen_at=AT, offline_since=0,
                 interval_in_force_seconds=10)
    row("agent", id=DB1, number=1, name="db-1", token_digest=token_digest(AGENT_TOKEN), token_hint="agent_b2b2…b2b2",
        removed_at=0, hostname="db-1", pending_machine_id="", **agent)
    row("agent", id=OLD1, number=2, name="old-1", token_digest=token_digest(REMOVED_TOKEN), token_hint="agent_c3c3…c3c3",
        removed_at=AT, hostname=HOSTILE, pending_machine_id="m2", **agent)
    row("agent_tag", workspace_id=WORKSPACE, agent_id=DB1, position=0, tag="production")
    row("agent_tag", workspace_id=WORKSPACE, agent_id=DB1, position=1, tag="älter")
    row("agent_team", workspace_id=WORKSPACE, agent_id=DB1, team_id=TEAM)
    row("agent_group", id=GROUP, workspace_id=WORKSPACE, name="Rack 4", name_key="rack 4", created_at=AT, version=1)
    row("agent_group_member", workspace_id=WORKSPACE, group_id=GROUP, agent_id=DB1)
    for sequence in (5, 9):  # numbers need not be without gaps
        row("machine_event", sequence=sequence, workspace_id=WORKSPACE, agent_id=DB1, at=AT + sequence, kind="bound",
            machine_id=MACHINE, actor_name="")
    row("gone_agent", token_digest=token_digest(GONE_TOKEN), number=7)
    values = dict(uptime_seconds=100, cpu_x100=1250, cpu_peak_x100=2000, memory_used_mib=2048, memory_total_mib=8192,
                  disk_used_mib=20480, disk_total_mib=102400, load_x100=40)
    row("reading_log", sequence=AT - 20_000_000, skew=0, agent_number=1, back=0, request_id=None, **dict.fromkeys(values))
    row("reading_log", sequence=AT - 10_000_000, skew=-3, agent_number=1, back=10_000_000, request_id=ident(70), **values)
    row("reading_log", sequence=AT, skew=0, agent_number=1, back=10_000_000, request_id=bytes([1]) * 17, **values)
    row("reading_head", agent_number=0, sequence=AT - 10_000_000)
    row("reading_head", agent_number=1, sequence=AT - 10_000_000)
    key = dict(addresses="192.0.2.0/24", tags="production", uses_max=10, created_at=AT, created_by="Ada",
               expires_at=AT + 30 * DAY, revoked_at=0, last_used_at=AT, last_used_address="192.0.2.20")
    row("enrolment_key", id=KEY, workspace_id=WORKSPACE, name="Racks", token_digest=bytes([10]) * 32, token_hint="enrol_…",
        team_id=TEAM, uses=1, **key)
    row("enrolment_key", id=ident(71), workspace_id=WORKSPACE, name="Spare", token_digest=bytes([11]) * 32,
        token_hint="enrol_…", team_id=None, uses=0, **key)
    row("enrolment", workspace_id=WORKSPACE, key_id=KEY, request_digest=bytes([12]) * 32, agent_id=DB1, at=AT,
        address="192.0.2.20")


def other_agents():
    agent = dict(workspace_id=OTHER, interval_seconds=30, missed_threshold=2, metric_cpu=0, metric_memory=1, metric_disk=0,
                 metric_load=1, config_version=4, created_at=AT - DAY, agent_version="1.19.0", hostname="", os="", arch="",
                 core_count=0, machine_id="", pending_machine_id="", interval_in_force_seconds=0, token_hint="agent_…")
    seen = dict(first_seen_at=AT - DAY + 5, last_seen_at=AT - 7)
    fine = dict(disabled=0, removed_at=0, offline_since=0)
    for number, (agent_id, name, state) in enumerate([
            (LOST2, "lost", {**seen, **fine, "removed_at": AT - 3}),
            (LEFT2, "left", {**seen, **fine, "removed_at": AT - 2}),
            (UP2, "Up", {**seen, **fine}),
            (SILENT2, "silent", {**seen, **fine, "offline_since": AT - 5}),
            (OFF2, "off", {**seen, **fine, "disabled": 1}),
            (NEW2, "new", {**fine, "first_seen_at": 0, "last_seen_at": 0})], 10):
        row("agent", id=agent_id, number=number, name=name, token_digest=bytes([number]) * 32, **state, **agent)
        row("agent_tag", workspace_id=OTHER, agent_id=agent_id, position=0, tag="z")
        row("agent_tag", workspace_id=OTHER, agent_id=agent_id, position=1, tag="a")
        row("agent_tag", workspace_id=OTHER, agent_id=agent_id, position=2, tag="z")  # a tag could stand twice
        row("machine_event", sequence=20 + number, workspace_id=OTHER, agent_id=agent_id, at=AT, kind="bound", machine_id=MACHINE,
            actor_name="")
    row("team", id=TEAM2, workspace_id=OTHER, name="Web", name_key="web", created_at=AT, version=1)
    for agent_id in (LOST2, LEFT2, UP2):
        row("agent_team", workspace_id=OTHER, agent_id=agent_id, team_id=TEAM2)
    for group, name, members in [(DOWN2, "Down", [UP2, SILENT2, NEW2, LOST2]), (EMPTY2, "Empty", []), (OFFS2, "Off", [OFF2]),
                                 (OPEN2, "Open", [UP2, NEW2]), (WELL2, "Well", [UP2, OFF2])]:
        row("agent_group", id=group, workspace_id=OTHER, name=name, name_key=name.lower(), created_at=AT - DAY, version=3)
        for member in members:
            row("agent_group_member", workspace_id=OTHER, group_id=group, agent_id=member)
    row("reading_log", sequence=AT - 15_000_000, skew=0, agent_number=10, back=0, request_id=None, uptime_seconds=1)
    row("reading_head", agent_number=10, sequence=AT - 15_000_000)
    row("enrolment_key", id=KEY2, workspace_id=OTHER, name="Web", token_digest=bytes([14]) * 32, token_hint="enrol_…",
        team_id=None, addresses="", tags="", uses_max=10, uses=2, created_at=AT, created_by="Ada", expires_at=0, revoked_at=0,
        last_used_at=AT, last_used_address="")
    for number, agent_id in ((15, UP2), (16, LOST2)):
        row("enrolment", workspace_id=OTHER, key_id=KEY2, request_digest=bytes([number]) * 32, agent_id=agent_id, at=AT,
            address="")


def other_alerts():
    rule = dict(workspace_id=OTHER, kind="silence", metric="cpu_percent", comparison="above", threshold_x100=9000,
                hysteresis_x100=500, duration_seconds=60, cooldown_seconds=300, severity="warning", enabled=0, created_at=AT,
                version=2)
    row("rule", id=RULE2, name="Of the lost", target_kind="agent", target_tag="", target_agent_id=LOST2, **rule)
    row("rule", id=GROUPED2, name="Of a group", target_kind="tag", target_tag="", target_agent_id=None, **rule)
    row("rule_group", workspace_id=OTHER, rule_id=GROUPED2, group_id=DOWN2)
    state = dict(workspace_id=OTHER, rule_id=GROUPED2, since=AT, deadline=0, incident_id=None)
    row("rule_state", agent_id=UP2, phase="ok", cooldown_until=0, **state)
    row("rule_state", agent_id=SILENT2, phase="pending", cooldown_until=0, **{**state, "deadline": AT + 9})
    row("rule_state", agent_id=LOST2, phase="ok", cooldown_until=AT + 1, **state)
    row("incident", id=ENDED2, workspace_id=OTHER, rule_id=GROUPED2, rule_sentence="When agents of Down are silent", kind="silence",
        severity="warning", opened_at=AT - 3_720_000_000, agent_id=LEFT2, agent_name="left", summary="left has been silent",
        acknowledged_at=AT - 1, acknowledged_by="Bob", resolved_at=AT, resolution="agent_removed", version=3)
    told = dict(workspace_id=OTHER, incident_id=ENDED2, channel="mail", address="oncall@example.org", next_attempt_at=0,
                lease_until=0, state="sent", attempts=1, sent_at=AT, last_error="")
    for number, kind in ((130, "incident_opened"), (131, "incident_opened"), (132, "incident_resolved")):
        row("notification", id=ident(number), recipient_id=ident(number + 10), kind=kind, message_id=f"m{number}@example.org",
            created_at=AT + number, **told)


def alerts():
    rule = dict(workspace_id=WORKSPACE, threshold_x100=9000, hysteresis_x100=500, duration_seconds=60, cooldown_seconds=300,
                enabled=1, created_at=AT, version=1)
    row("rule", id=SILENCE, name="Silence", kind="silence", target_kind="all", target_tag="", target_agent_id=None,
        metric="cpu_percent", comparison="above", severity="critical", **rule)
    row("rule", id=BUSY, name="Busy", kind="metric", target_kind="tag", target_tag="production", target_agent_id=None,
        metric="memory_percent", comparison="below", severity="warning", **rule)
    row("rule", id=ONE, name="One", kind="metric", target_kind="agent", target_tag="", target_agent_id=DB1,
        metric="disk_percent", comparison="above", severity="critical", **rule)
    row("rule", id=GROUPED, name="Grouped", kind="metric", target_kind="tag", target_tag="", target_agent_id=None,
        metric="load_per_core", comparison="above", severity="critical", **rule)
    row("rule_group", workspace_id=WORKSPACE, rule_id=GROUPED, group_id=GROUP)
    recipient = dict(workspace_id=WORKSPACE, receives_by_default=1, created_at=AT, version=1, consent_at=AT, consent_asked_at=AT)
    row("recipient", id=ON_CALL, name="On call", channel="mail", address="oncall@example.org", sealed_secret="", enabled=1,
        last_tested_at=0, last_test_answer="", consent="confirmed", consent_asks=1, **recipient)
    row("recipient", id=HOOK, name="Hook", channel="webhook", address="https://hook.example.org/x", sealed_secret="s1:made-up",
        enabled=0, last_tested_at=AT, last_test_answer="204", consent="unsubscribed", consent_asks=3, **recipient)
    row("rule_recipient", workspace_id=WORKSPACE, rule_id=SILENCE, position=0, recipient_id=ON_CALL)
    row("rule_recipient", workspace_id=WORKSPACE, rule_id=SILENCE, position=1, recipient_id=HOOK)
    state = dict(workspace_id=WORKSPACE, agent_id=DB1, since=AT, deadline=0)
    row("rule_state", rule_id=SILENCE, phase="open", cooldown_until=0, incident_id=OPEN, **state)
    row("rule_state", rule_id=BUSY, phase="ok", cooldown_until=AT + 1, incident_id=None, **state)
    incident = dict(workspace_id=WORKSPACE, rule_id=SILENCE, rule_sentence="When silent", kind="silence", severity="critical",
                    opened_at=AT)
    row("incident", id=OPEN, agent_id=DB1, agent_name="db-1", summary="db-1 has been silent", acknowledged_at=AT + 1,
        acknowledged_by="Ada", resolved_at=0, resolution="", version=2, **incident)
    row("incident", id=OVER, agent_id=OLD1, agent_name="old-1", summary=HOSTILE, acknowledged_at=0, acknowledged_by="",
        resolved_at=AT + 5, resolution="recovered", version=1, **incident)
    for number, (at, kind) in enumerate([(AT, "opened"), (AT + 3, "commented"), (AT + 3, "notified"), (AT + 1, "acknowledged")]):
        row("incident_event", id=ident(85 - number), workspace_id=WORKSPACE, incident_id=OPEN, at=at, kind=kind,
            actor_name="Ada", text=f"{kind} it")
    row("incident_event", id=ident(90), workspace_id=WORKSPACE, incident_id=OVER, at=AT, kind="opened", actor_name="", text=HOSTILE)
    told = dict(workspace_id=WORKSPACE, recipient_id=ON_CALL, channel="mail", address="oncall@example.org", created_at=AT,
                next_attempt_at=0, lease_until=0)
    row("notification", id=ident(95), incident_id=OPEN, kind="incident_opened", message_id="m1@example.org", state="sent",
        attempts=1, sent_at=AT, last_error="", **told)
    row("notification", id=ident(96), incident_id=None, kind="test", message_id="m2@example.org", state="failed", attempts=5,
        sent_at=0, last_error="550 no", **told)
    letter = dict(to_name="Ada", to_address="ada@example.org", subject="Your account", text="Hello", sealed_link="", link_text="",
                  created_at=AT, useful_until=AT + DAY, next_attempt_at=0, lease_until=0)
    row("letter", id=ident(97), workspace_id=None, kind="password", message_id="l1@example.org", state="sent", attempts=1,
        sent_at=AT, last_error="", **letter)
    row("letter", id=ident(98), workspace_id=WORKSPACE, kind="invitation", message_id="l2@example.org", state="failed",
        attempts=2, sent_at=0, last_error="no route", **letter)


def leaks():
    leak = dict(circumstances="In a ticket", at=AT, by_name="Ada", closed_at=0, closed_by="", version=1)
    row("leak", id=LEAK, place="workspace", owner_id=WORKSPACE, workspace_id=WORKSPACE, user_id=None, kind="agent_token",
        subject=DB1.hex(), subject_name="db-1", **leak)
    row("leak", id=OWN_LEAK, place="account", owner_id=ADA, workspace_id=None, user_id=ADA, kind="session", subject="",
        subject_name="", **leak)
    row("leak_step", leak_id=LEAK, position=0, automatic=1, text="Rotated", done_at=AT, done_by="connlog", note="")
    row("leak_step", leak_id=LEAK, position=1, automatic=0, text="Look at the log", done_at=0, done_by="", note="")
    row("legal_acceptance", user_id=ADA, name="terms", digest=bytes([13]) * 32, title="Terms", at=AT, address="192.0.2.7")


# ------------------------------------------------------------------- the trails


def number(value):
    return struct.pack(">q", value)


def text(value):
    raw = value.encode()
    return number(len(raw)) + raw


def mac(content, key=derived(b"audit-chain")):
    return hmac.new(key, content, hashlib.sha256).digest()


def first_log():
    chain = bytes(32)
    for sequence, (workspace, act, subject) in enumerate(
            [(NIL, "appliance.claimed", "Ada@example.org"), (WORKSPACE, "workspace.created", "Acme"),
             (WORKSPACE, "agent.added", HOSTILE)], 1):
        entry, at = ident(100 + sequence), AT - DAY + sequence
        fields = ("user", "Ada", "192.0.2.7", act, subject, "as it was")
        chain = mac(chain + number(sequence) + entry + workspace + number(at) + b"".join(map(text, fields)))
        row("audit_entry", sequence=sequence, id=entry, workspace_id=workspace, at=at, actor_kind=fields[0], actor_name=fields[1],
            address=fields[2], act=fields[3], subject=fields[4], details=fields[5], chain=chain)
    return chain


def trail(name, beginning, workspace, acts, removed=0):
    """Rows of one trail; retention has removed the first `removed`."""
    chain = beginning
    for sequence, act in enumerate(acts, 1):
        at, user = AT + sequence, ADA
        chain = mac(text("trail") + text(name) + chain + number(sequence) + workspace + user + number(at) + text("user") +
                    ADA + text("Ada") + text("192.0.2.7") + text(act) + text("db-1") + text(""))
        if sequence == removed:
            row("trail_checkpoint", trail=name, sequence=sequence, chain=chain, at=AT + 50,
                signature=mac(text("checkpoint") + text(name) + number(sequence) + chain + number(AT + 50), ANCHOR_KEY))
        if sequence > removed:
            row("trail_entry", trail=name, sequence=sequence, workspace_id=workspace, user_id=user, at=at, actor_kind="user",
                actor_id=ADA, actor_name="Ada", address="192.0.2.7", act=act, subject="db-1", details="", chain=chain)


def trails(beginning):
    trail("workspace", beginning, WORKSPACE, ["agent.added", "agent.changed", "agent.changed", "agent.changed"], removed=2)
    trail("security", beginning, NIL, ["session.opened", "session.ended"])
    trail("appliance", beginning, NIL, ["limit.changed"])
    row("syslog_cursor", trail="workspace", sequence=3)


def main():
    steps = re.findall(r"^-- >>> (\w+)\n(.*?)^-- <<<\n", TARGET.read_text(), re.DOTALL | re.MULTILINE)
    taken = [(name, hashlib.sha256(sql.encode()).hexdigest()) for name, sql in steps]
    assert taken == re.findall(r'\{\d, "(\w+)", "([0-9a-f]{64})"\}', NINE_STEPS.read_text()), "the steps are not as they were"

    parts = ["-- Made by make_schema_0009.py.\nBEGIN;\nCREATE TABLE schema_migration (number BIGINT PRIMARY KEY NOT NULL, "
             "name TEXT NOT NULL, digest TEXT NOT NULL, applied_at BIGINT NOT NULL);\n"]
    head = None
    for name, sql in steps:
        if name == "0007_trails":  # closes the first log
            people()
            head = first_log()
            parts.append(rows_written())
        parts.append(f"-- >>> {name}\n{sql}-- <<<\n")
    for part in (accounts, access, agents, alerts, other_agents, other_alerts, leaks):
        part()
    trails(head)
    for position, (name, digest) in enumerate(taken, 1):
        row("schema_migration", number=position, name=name, digest=digest, applied_at=AT)
    TARGET.write_text("".join(parts) + rows_written() + "COMMIT;\n")


main()
