#!/usr/bin/python3
"""Writes schema-0001.sql: what a database of the first schema may hold, with a log whose chain fits the key of the upgrade
test (32 bytes: a one, then zeros). The chain is computed here a second time, by another hand than storage/audit/trail_chain.cpp.
Run it only to change what is in there; the file is committed."""

import hashlib
import hmac
import pathlib
import struct

DATABASE_KEY = bytes([1]) + bytes(31)
CHAIN_KEY = hashlib.blake2b(b"audit-chain", key=DATABASE_KEY, digest_size=32).digest()
AT = 1_764_000_000_000_000


def ident(n):
    return bytes.fromhex("0190aaaabbbb70008000") + n.to_bytes(6, "big")


WORKSPACE, USER, AGENT, RULE, RECIPIENT, INCIDENT = (ident(n) for n in range(1, 7))
NIL = bytes(16)


def literal(value):
    if value is None:
        return "NULL"
    if isinstance(value, bytes):
        return f"x'{value.hex()}'"
    if isinstance(value, int):
        return str(value)
    return "'" + value.replace("'", "''") + "'"


lines = ["-- Made by make_schema_0001.py."]


def row(table, **columns):
    lines.append(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join(map(literal, columns.values()))});")


row("workspace", id=WORKSPACE, slug="main", name="Acme", machine_policy="warn", enabled=1, created_at=AT, version=1)
row("app_user", id=USER, name="Ada", mail="Ada@example.org", mail_key="ada@example.org",
    password_hash="$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$aGFzaA", appliance_administrator=1, enabled=1, created_at=AT,
    last_login_at=AT)
row("membership", workspace_id=WORKSPACE, user_id=USER, role="owner", since=AT)
row("session", id=ident(20), user_id=USER, token_digest=bytes([7]) * 32, address="192.0.2.7", user_agent="test", created_at=AT,
    last_seen_at=AT, expires_at=AT + 10**12)
row("agent", id=AGENT, workspace_id=WORKSPACE, number=1, name="db-1", token_digest=bytes([8]) * 32, token_hint="agent_5f0c…a1b2",
    interval_seconds=10, missed_threshold=3, metric_cpu=1, metric_memory=1, metric_disk=1, metric_load=1, config_version=1,
    disabled=0, created_at=AT, removed_at=0, agent_version="1.18", hostname="db-1", os="linux", arch="x86_64", core_count=4,
    machine_id="m1", pending_machine_id="", first_seen_at=AT, last_seen_at=AT, offline_since=0, interval_in_force_seconds=10)
row("agent_tag", workspace_id=WORKSPACE, agent_id=AGENT, position=0, tag="production")
row("reading_log", sequence=AT, skew=0, agent_number=1, back=0, request_id=None, uptime_seconds=100, cpu_x100=1250,
    cpu_peak_x100=2000, memory_used_mib=2048, memory_total_mib=8192, disk_used_mib=20480, disk_total_mib=102400, load_x100=40)
row("rule", id=RULE, workspace_id=WORKSPACE, name="Silence", kind="silence", target_kind="all", target_tag="", target_agent_id=None,
    metric="cpu_percent", comparison="above", threshold_x100=0, hysteresis_x100=0, duration_seconds=0, cooldown_seconds=0,
    severity="critical", enabled=1, created_at=AT, version=1)
row("recipient", id=RECIPIENT, workspace_id=WORKSPACE, name="On call", channel="mail", address="oncall@example.org",
    sealed_secret="", receives_by_default=1, enabled=1, created_at=AT, last_tested_at=0, last_test_answer="", version=1)
row("rule_recipient", workspace_id=WORKSPACE, rule_id=RULE, position=0, recipient_id=RECIPIENT)
row("incident", id=INCIDENT, workspace_id=WORKSPACE, rule_id=RULE, agent_id=AGENT, agent_name="db-1", rule_sentence="When silent",
    kind="silence", severity="critical", summary="db-1 has been silent", opened_at=AT, acknowledged_at=0, acknowledged_by="",
    resolved_at=AT + 1, resolution="recovered", version=2)
row("notification", id=ident(30), workspace_id=WORKSPACE, incident_id=INCIDENT, recipient_id=RECIPIENT, kind="incident_opened",
    channel="mail", address="oncall@example.org", message_id="m1@example.org", state="sent", attempts=1, created_at=AT,
    next_attempt_at=0, lease_until=0, sent_at=AT, last_error="")
row("setting", key="audit-test", value="kept")


def number(value):
    return struct.pack(">q", value)


def text(value):
    raw = value.encode()
    return number(len(raw)) + raw


before = bytes(32)
for sequence, (workspace, act, subject) in enumerate(
        [(NIL, "appliance.claimed", "Ada@example.org"), (WORKSPACE, "workspace.created", "Acme"), (WORKSPACE, "agent.added", "db-1")], 1):
    entry, at = ident(100 + sequence), AT + sequence
    fields = ("user", "Ada", "192.0.2.7", act, subject, "as it was")
    content = before + number(sequence) + entry + workspace + number(at) + b"".join(map(text, fields))
    before = hmac.new(CHAIN_KEY, content, hashlib.sha256).digest()
    row("audit_entry", sequence=sequence, id=entry, workspace_id=workspace, at=at, actor_kind=fields[0], actor_name=fields[1],
        address=fields[2], act=fields[3], subject=fields[4], details=fields[5], chain=before)

pathlib.Path(__file__).with_name("schema-0001.sql").write_text("\n".join(lines) + "\n")
