-- The first schema. Immutable once it is released: what comes later is a file of its own.
--
-- Times are microseconds since 1970 in UTC, 0 meaning "never". Ids are the 16 bytes of a UUIDv7; an id that stands for
-- "none" is NULL, or 16 zero bytes where it is part of a key. Booleans are 0 and 1. Percentages are hundredths. Every table
-- of a tenant carries workspace_id, and foreign keys carry it too, so that no row can point across the border between two
-- workspaces. Statements use only what SQLite and PostgreSQL share; this file is SQLite's, and another database gets its own.

CREATE TABLE workspace (
  id BLOB PRIMARY KEY NOT NULL CHECK (length(id) = 16),
  slug TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  machine_policy TEXT NOT NULL CHECK (machine_policy IN ('warn', 'refuse')),
  enabled BIGINT NOT NULL CHECK (enabled IN (0, 1)),
  created_at BIGINT NOT NULL,
  version BIGINT NOT NULL
) WITHOUT ROWID;

-- People belong to the appliance; membership says in which workspaces, as what.
CREATE TABLE app_user (
  id BLOB PRIMARY KEY NOT NULL CHECK (length(id) = 16),
  name TEXT NOT NULL,
  mail TEXT NOT NULL,
  mail_key TEXT NOT NULL UNIQUE,
  password_hash TEXT NOT NULL,
  appliance_administrator BIGINT NOT NULL CHECK (appliance_administrator IN (0, 1)),
  enabled BIGINT NOT NULL CHECK (enabled IN (0, 1)),
  created_at BIGINT NOT NULL,
  last_login_at BIGINT NOT NULL
) WITHOUT ROWID;

CREATE TABLE membership (
  workspace_id BLOB NOT NULL REFERENCES workspace (id),
  user_id BLOB NOT NULL REFERENCES app_user (id),
  role TEXT NOT NULL CHECK (role IN ('owner', 'admin', 'operator', 'member', 'viewer')),
  since BIGINT NOT NULL,
  PRIMARY KEY (workspace_id, user_id)
) WITHOUT ROWID;
CREATE INDEX membership_by_user ON membership (user_id);

CREATE TABLE session (
  id BLOB PRIMARY KEY NOT NULL CHECK (length(id) = 16),
  user_id BLOB NOT NULL REFERENCES app_user (id) ON DELETE CASCADE,
  token_digest BLOB NOT NULL UNIQUE CHECK (length(token_digest) = 32),
  address TEXT NOT NULL,
  user_agent TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  last_seen_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL
) WITHOUT ROWID;
CREATE INDEX session_by_user ON session (user_id);

CREATE TABLE single_use_link (
  token_digest BLOB PRIMARY KEY NOT NULL CHECK (length(token_digest) = 32),
  purpose TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  used_at BIGINT NOT NULL
) WITHOUT ROWID;

-- An agent is never deleted: a removed one stays as a tombstone, because its token answers 410 for ever.
-- `number` is its short name in the reading log.
CREATE TABLE agent (
  id BLOB PRIMARY KEY NOT NULL CHECK (length(id) = 16),
  workspace_id BLOB NOT NULL REFERENCES workspace (id),
  number BIGINT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  token_digest BLOB NOT NULL UNIQUE CHECK (length(token_digest) = 32),
  token_hint TEXT NOT NULL,
  interval_seconds BIGINT NOT NULL,
  missed_threshold BIGINT NOT NULL,
  metric_cpu BIGINT NOT NULL CHECK (metric_cpu IN (0, 1)),
  metric_memory BIGINT NOT NULL CHECK (metric_memory IN (0, 1)),
  metric_disk BIGINT NOT NULL CHECK (metric_disk IN (0, 1)),
  metric_load BIGINT NOT NULL CHECK (metric_load IN (0, 1)),
  config_version BIGINT NOT NULL CHECK (config_version >= 1),
  disabled BIGINT NOT NULL CHECK (disabled IN (0, 1)),
  created_at BIGINT NOT NULL,
  removed_at BIGINT NOT NULL,
  agent_version TEXT NOT NULL,
  hostname TEXT NOT NULL,
  os TEXT NOT NULL,
  arch TEXT NOT NULL,
  core_count BIGINT NOT NULL,
  machine_id TEXT NOT NULL,
  pending_machine_id TEXT NOT NULL,
  first_seen_at BIGINT NOT NULL,
  last_seen_at BIGINT NOT NULL,
  offline_since BIGINT NOT NULL,
  interval_in_force_seconds BIGINT NOT NULL,
  UNIQUE (workspace_id, id)
) WITHOUT ROWID;
CREATE INDEX agent_by_name ON agent (workspace_id, name);

CREATE TABLE agent_tag (
  workspace_id BLOB NOT NULL,
  agent_id BLOB NOT NULL,
  position BIGINT NOT NULL,
  tag TEXT NOT NULL,
  PRIMARY KEY (workspace_id, agent_id, position),
  FOREIGN KEY (workspace_id, agent_id) REFERENCES agent (workspace_id, id) ON DELETE CASCADE
) WITHOUT ROWID;

CREATE TABLE machine_event (
  sequence INTEGER PRIMARY KEY,
  workspace_id BLOB NOT NULL,
  agent_id BLOB NOT NULL,
  at BIGINT NOT NULL,
  kind TEXT NOT NULL,
  machine_id TEXT NOT NULL,
  actor_name TEXT NOT NULL,
  FOREIGN KEY (workspace_id, agent_id) REFERENCES agent (workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX machine_event_of_agent ON machine_event (workspace_id, agent_id, sequence);

-- What every heartbeat writes, and all that it writes: appended at the end, in order of time, so that the pages are
-- sequential. `sequence` is the receive time in microseconds, moved up where needed to be unique and rising; at = sequence
-- + skew. `back` leads to the same agent's reading before this one (sequence - back; 0: none), so that one agent's history
-- is read without an index, whose pages would be scattered. NULL: the host did not send the value. The workspace is the
-- agent's: look-ups start at the agent, with the workspace bound.
CREATE TABLE reading_log (
  sequence INTEGER PRIMARY KEY,
  skew BIGINT NOT NULL,
  agent_number BIGINT NOT NULL,
  back BIGINT NOT NULL,
  request_id BLOB,
  uptime_seconds BIGINT,
  cpu_x100 BIGINT,
  cpu_peak_x100 BIGINT,
  memory_used_mib BIGINT,
  memory_total_mib BIGINT,
  disk_used_mib BIGINT,
  disk_total_mib BIGINT,
  load_x100 BIGINT
);

-- The newest reading of each agent up to the one of agent number 0 (no agent), saved every few minutes: a start reads these
-- and the log behind them, not the whole log.
CREATE TABLE reading_head (
  agent_number BIGINT PRIMARY KEY NOT NULL,
  sequence BIGINT NOT NULL
) WITHOUT ROWID;

CREATE TABLE rule (
  id BLOB PRIMARY KEY NOT NULL CHECK (length(id) = 16),
  workspace_id BLOB NOT NULL REFERENCES workspace (id),
  name TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('silence', 'metric')),
  target_kind TEXT NOT NULL CHECK (target_kind IN ('all', 'tag', 'agent')),
  target_tag TEXT NOT NULL,
  target_agent_id BLOB CHECK (length(target_agent_id) = 16),
  metric TEXT NOT NULL,
  comparison TEXT NOT NULL CHECK (comparison IN ('above', 'below')),
  threshold_x100 BIGINT NOT NULL,
  hysteresis_x100 BIGINT NOT NULL,
  duration_seconds BIGINT NOT NULL,
  cooldown_seconds BIGINT NOT NULL,
  severity TEXT NOT NULL CHECK (severity IN ('warning', 'critical')),
  enabled BIGINT NOT NULL CHECK (enabled IN (0, 1)),
  created_at BIGINT NOT NULL,
  version BIGINT NOT NULL,
  UNIQUE (workspace_id, id)
) WITHOUT ROWID;

CREATE TABLE recipient (
  id BLOB PRIMARY KEY NOT NULL CHECK (length(id) = 16),
  workspace_id BLOB NOT NULL REFERENCES workspace (id),
  name TEXT NOT NULL,
  channel TEXT NOT NULL CHECK (channel IN ('mail', 'webhook')),
  address TEXT NOT NULL,
  sealed_secret TEXT NOT NULL,
  receives_by_default BIGINT NOT NULL CHECK (receives_by_default IN (0, 1)),
  enabled BIGINT NOT NULL CHECK (enabled IN (0, 1)),
  created_at BIGINT NOT NULL,
  last_tested_at BIGINT NOT NULL,
  last_test_answer TEXT NOT NULL,
  version BIGINT NOT NULL,
  UNIQUE (workspace_id, id)
) WITHOUT ROWID;

CREATE TABLE rule_recipient (
  workspace_id BLOB NOT NULL,
  rule_id BLOB NOT NULL,
  position BIGINT NOT NULL,
  recipient_id BLOB NOT NULL,
  PRIMARY KEY (workspace_id, rule_id, position),
  FOREIGN KEY (workspace_id, rule_id) REFERENCES rule (workspace_id, id) ON DELETE CASCADE,
  FOREIGN KEY (workspace_id, recipient_id) REFERENCES recipient (workspace_id, id) ON DELETE CASCADE
) WITHOUT ROWID;
CREATE INDEX rule_recipient_by_recipient ON rule_recipient (workspace_id, recipient_id);

CREATE TABLE rule_state (
  workspace_id BLOB NOT NULL,
  rule_id BLOB NOT NULL,
  agent_id BLOB NOT NULL,
  phase TEXT NOT NULL CHECK (phase IN ('ok', 'pending', 'open')),
  since BIGINT NOT NULL,
  deadline BIGINT NOT NULL,
  cooldown_until BIGINT NOT NULL,
  incident_id BLOB CHECK (length(incident_id) = 16),
  PRIMARY KEY (workspace_id, rule_id, agent_id),
  FOREIGN KEY (workspace_id, rule_id) REFERENCES rule (workspace_id, id) ON DELETE CASCADE,
  FOREIGN KEY (workspace_id, agent_id) REFERENCES agent (workspace_id, id) ON DELETE CASCADE
) WITHOUT ROWID;

-- An incident outlives its rule.
CREATE TABLE incident (
  id BLOB PRIMARY KEY NOT NULL CHECK (length(id) = 16),
  workspace_id BLOB NOT NULL REFERENCES workspace (id),
  rule_id BLOB NOT NULL,
  agent_id BLOB NOT NULL,
  agent_name TEXT NOT NULL,
  rule_sentence TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('silence', 'metric')),
  severity TEXT NOT NULL CHECK (severity IN ('warning', 'critical')),
  summary TEXT NOT NULL,
  opened_at BIGINT NOT NULL,
  acknowledged_at BIGINT NOT NULL,
  acknowledged_by TEXT NOT NULL,
  resolved_at BIGINT NOT NULL,
  resolution TEXT NOT NULL,
  version BIGINT NOT NULL,
  UNIQUE (workspace_id, id),
  FOREIGN KEY (workspace_id, agent_id) REFERENCES agent (workspace_id, id)
) WITHOUT ROWID;
CREATE UNIQUE INDEX incident_open_once ON incident (workspace_id, rule_id, agent_id) WHERE resolved_at = 0;
CREATE INDEX incident_of_agent ON incident (workspace_id, agent_id, id);
CREATE INDEX incident_of_rule ON incident (workspace_id, rule_id, id);

CREATE TABLE incident_event (
  id BLOB PRIMARY KEY NOT NULL CHECK (length(id) = 16),
  workspace_id BLOB NOT NULL,
  incident_id BLOB NOT NULL,
  at BIGINT NOT NULL,
  kind TEXT NOT NULL,
  actor_name TEXT NOT NULL,
  text TEXT NOT NULL,
  FOREIGN KEY (workspace_id, incident_id) REFERENCES incident (workspace_id, id) ON DELETE CASCADE
) WITHOUT ROWID;
CREATE INDEX incident_event_of_incident ON incident_event (workspace_id, incident_id, at, id);

-- The outbox. A notification outlives its recipient: what was said stays said.
CREATE TABLE notification (
  id BLOB PRIMARY KEY NOT NULL CHECK (length(id) = 16),
  workspace_id BLOB NOT NULL REFERENCES workspace (id),
  incident_id BLOB,
  recipient_id BLOB NOT NULL CHECK (length(recipient_id) = 16),
  kind TEXT NOT NULL CHECK (kind IN ('incident_opened', 'incident_resolved', 'test')),
  channel TEXT NOT NULL CHECK (channel IN ('mail', 'webhook')),
  address TEXT NOT NULL,
  message_id TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('queued', 'leased', 'sent', 'failed')),
  attempts BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  next_attempt_at BIGINT NOT NULL,
  lease_until BIGINT NOT NULL,
  sent_at BIGINT NOT NULL,
  last_error TEXT NOT NULL,
  FOREIGN KEY (workspace_id, incident_id) REFERENCES incident (workspace_id, id) ON DELETE CASCADE
) WITHOUT ROWID;
CREATE INDEX notification_queued ON notification (next_attempt_at) WHERE state = 'queued';
CREATE INDEX notification_leased ON notification (lease_until) WHERE state = 'leased';
CREATE INDEX notification_failed ON notification (workspace_id, id) WHERE state = 'failed';
CREATE INDEX notification_of_incident ON notification (workspace_id, incident_id);

CREATE TABLE setting (
  key TEXT PRIMARY KEY NOT NULL,
  value TEXT NOT NULL
) WITHOUT ROWID;

-- Who did what. `chain` is HMAC-SHA-256, under a key that the database does not hold, over the chain of the row before and
-- this row's content. Rows are added and nothing else.
CREATE TABLE audit_entry (
  sequence INTEGER PRIMARY KEY CHECK (sequence >= 1),
  id BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
  workspace_id BLOB NOT NULL CHECK (length(workspace_id) = 16),
  at BIGINT NOT NULL,
  actor_kind TEXT NOT NULL,
  actor_name TEXT NOT NULL,
  address TEXT NOT NULL,
  act TEXT NOT NULL,
  subject TEXT NOT NULL,
  details TEXT NOT NULL,
  chain BLOB NOT NULL CHECK (length(chain) = 32)
);
CREATE INDEX audit_entry_of_workspace ON audit_entry (workspace_id, sequence);
CREATE TRIGGER audit_entry_is_not_changed BEFORE UPDATE ON audit_entry
BEGIN
  SELECT RAISE(ABORT, 'the audit log is append-only');
END;
CREATE TRIGGER audit_entry_is_not_removed BEFORE DELETE ON audit_entry
BEGIN
  SELECT RAISE(ABORT, 'the audit log is append-only');
END;

CREATE TABLE idempotency_key (
  workspace_id BLOB NOT NULL CHECK (length(workspace_id) = 16),
  user_id BLOB NOT NULL CHECK (length(user_id) = 16),
  key TEXT NOT NULL,
  request_digest BLOB NOT NULL CHECK (length(request_digest) = 32),
  status BIGINT NOT NULL,
  body TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (workspace_id, user_id, key)
) WITHOUT ROWID;
CREATE INDEX idempotency_key_by_age ON idempotency_key (created_at);
