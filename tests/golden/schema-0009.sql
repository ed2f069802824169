-- Made by make_schema_0009.py.
BEGIN;
CREATE TABLE schema_migration (number BIGINT PRIMARY KEY NOT NULL, name TEXT NOT NULL, digest TEXT NOT NULL, applied_at BIGINT NOT NULL);
-- >>> 0001_first_alert
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
-- <<<
-- >>> 0002_accounts
-- Accounts: what a person's account is made of beside app_user, single-use links that belong to somebody, and letters.

-- Links of an account, an invitation, a recipient. `data` is the purpose's own.
ALTER TABLE single_use_link ADD COLUMN user_id BLOB REFERENCES app_user (id) ON DELETE CASCADE;
ALTER TABLE single_use_link ADD COLUMN workspace_id BLOB REFERENCES workspace (id) ON DELETE CASCADE;
ALTER TABLE single_use_link ADD COLUMN data TEXT NOT NULL DEFAULT '';
CREATE INDEX single_use_link_of_user ON single_use_link (user_id, purpose);
CREATE INDEX single_use_link_by_end ON single_use_link (expires_at);

-- One row a person who ever changed anything in it; without a row the defaults hold.
CREATE TABLE account (
  user_id BLOB PRIMARY KEY NOT NULL REFERENCES app_user (id) ON DELETE CASCADE,
  mail_verified_at BIGINT NOT NULL,
  password_changed_at BIGINT NOT NULL,
  login_notices BIGINT NOT NULL CHECK (login_notices IN (0, 1))
) WITHOUT ROWID;

-- From where a person has logged in before, so that a new place can be told to them. `digest` is keyed.
CREATE TABLE known_device (
  user_id BLOB NOT NULL REFERENCES app_user (id) ON DELETE CASCADE,
  digest BLOB NOT NULL CHECK (length(digest) = 32),
  last_used_at BIGINT NOT NULL,
  PRIMARY KEY (user_id, digest)
) WITHOUT ROWID;

-- A change of mail address that waits for both addresses to agree; at most one a person.
CREATE TABLE mail_change (
  user_id BLOB PRIMARY KEY NOT NULL REFERENCES app_user (id) ON DELETE CASCADE,
  id BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
  mail TEXT NOT NULL,
  mail_key TEXT NOT NULL,
  former_agreed_at BIGINT NOT NULL,
  new_agreed_at BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL
) WITHOUT ROWID;

-- Mails of the appliance itself. Leased, sent, then marked, like notifications; `sealed_link` is emptied when the letter was
-- sent or given up. workspace_id is NULL for letters of the appliance or of an account.
CREATE TABLE letter (
  id BLOB PRIMARY KEY NOT NULL CHECK (length(id) = 16),
  workspace_id BLOB REFERENCES workspace (id) ON DELETE CASCADE,
  kind TEXT NOT NULL,
  to_name TEXT NOT NULL,
  to_address TEXT NOT NULL,
  subject TEXT NOT NULL,
  text TEXT NOT NULL,
  sealed_link TEXT NOT NULL,
  link_text TEXT NOT NULL,
  message_id TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('queued', 'leased', 'sent', 'failed')),
  attempts BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  useful_until BIGINT NOT NULL,
  next_attempt_at BIGINT NOT NULL,
  lease_until BIGINT NOT NULL,
  sent_at BIGINT NOT NULL,
  last_error TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX letter_queued ON letter (next_attempt_at) WHERE state = 'queued';
CREATE INDEX letter_leased ON letter (lease_until) WHERE state = 'leased';
CREATE INDEX letter_by_address ON letter (to_address, created_at);
-- <<<
-- >>> 0003_second_factor
-- Second factors: one-time codes, recovery codes, passkeys; logins that wait for one; how fresh a session's proof is; and
-- the workspaces that ask for one.

-- Sealed under the context "totp." and the user's id. An empty text: none. What is pending was shown, not yet confirmed by a
-- code, and counts for nothing. last_step: no code of this step or an earlier one is accepted again.
CREATE TABLE totp_factor (
  user_id BLOB PRIMARY KEY NOT NULL REFERENCES app_user (id) ON DELETE CASCADE,
  sealed_secret TEXT NOT NULL,
  sealed_pending TEXT NOT NULL,
  last_step BIGINT NOT NULL,
  confirmed_at BIGINT NOT NULL,
  pending_at BIGINT NOT NULL,
  last_used_at BIGINT NOT NULL
) WITHOUT ROWID;

CREATE TABLE recovery_code (
  user_id BLOB NOT NULL REFERENCES app_user (id) ON DELETE CASCADE,
  digest BLOB NOT NULL CHECK (length(digest) = 32),
  created_at BIGINT NOT NULL,
  used_at BIGINT NOT NULL,
  PRIMARY KEY (user_id, digest)
) WITHOUT ROWID;

-- credential_id and public_key in base64url; the key is x and y (es256) or the point (eddsa).
CREATE TABLE passkey (
  id BLOB PRIMARY KEY NOT NULL CHECK (length(id) = 16),
  user_id BLOB NOT NULL REFERENCES app_user (id) ON DELETE CASCADE,
  credential_id TEXT NOT NULL UNIQUE,
  algorithm TEXT NOT NULL CHECK (algorithm IN ('es256', 'eddsa')),
  public_key TEXT NOT NULL,
  counter BIGINT NOT NULL,
  name TEXT NOT NULL,
  backed_up BIGINT NOT NULL CHECK (backed_up IN (0, 1)),
  created_at BIGINT NOT NULL,
  last_used_at BIGINT NOT NULL
) WITHOUT ROWID;
CREATE INDEX passkey_by_user ON passkey (user_id);

-- A login whose first half is done. state_digest: of the password that was right, so that a new one ends it.
CREATE TABLE login_ticket (
  token_digest BLOB PRIMARY KEY NOT NULL CHECK (length(token_digest) = 32),
  user_id BLOB NOT NULL REFERENCES app_user (id) ON DELETE CASCADE,
  address TEXT NOT NULL,
  first_factor TEXT NOT NULL,
  state_digest BLOB NOT NULL CHECK (length(state_digest) = 32),
  expires_at BIGINT NOT NULL,
  failures BIGINT NOT NULL
) WITHOUT ROWID;
CREATE INDEX login_ticket_by_user ON login_ticket (user_id);

-- Challenges carry their own proof and are not stored; that one was used is, until it would have expired.
CREATE TABLE used_challenge (
  digest BLOB PRIMARY KEY NOT NULL CHECK (length(digest) = 32),
  expires_at BIGINT NOT NULL
) WITHOUT ROWID;

-- A session without a row was opened by a password, at its creation.
CREATE TABLE session_proof (
  session_id BLOB PRIMARY KEY NOT NULL REFERENCES session (id) ON DELETE CASCADE,
  opened_by TEXT NOT NULL,
  fresh_at BIGINT NOT NULL
) WITHOUT ROWID;

-- A row: the workspace asks its people for a second factor; until grace_until it only reminds them.
CREATE TABLE second_factor_policy (
  workspace_id BLOB PRIMARY KEY NOT NULL REFERENCES workspace (id) ON DELETE CASCADE,
  required_since BIGINT NOT NULL,
  grace_until BIGINT NOT NULL
) WITHOUT ROWID;
-- <<<
-- >>> 0004_logins
-- Login providers and the accounts that people have there.

-- What the appliance's administrator set up. `sealed_secret` is our client secret there; empty for a public client.
-- `allowed_domains` is separated by spaces.
CREATE TABLE login_provider (
  id BLOB PRIMARY KEY NOT NULL CHECK (length(id) = 16),
  preset TEXT NOT NULL,
  name TEXT NOT NULL,
  issuer TEXT NOT NULL,
  client_id TEXT NOT NULL,
  sealed_secret TEXT NOT NULL,
  ca_pem TEXT NOT NULL,
  allowed_domains TEXT NOT NULL,
  create_accounts BIGINT NOT NULL CHECK (create_accounts IN (0, 1)),
  counts_as_second_factor BIGINT NOT NULL CHECK (counts_as_second_factor IN (0, 1)),
  second_factor_acr TEXT NOT NULL,
  role_claim TEXT NOT NULL,
  enabled BIGINT NOT NULL CHECK (enabled IN (0, 1)),
  created_at BIGINT NOT NULL,
  version BIGINT NOT NULL
) WITHOUT ROWID;

-- Where the provider's claim has this value ('*': whatever it has), the person gets this role.
CREATE TABLE login_provider_role (
  provider_id BLOB NOT NULL REFERENCES login_provider (id) ON DELETE CASCADE,
  position BIGINT NOT NULL,
  claim_value TEXT NOT NULL,
  workspace_id BLOB NOT NULL REFERENCES workspace (id) ON DELETE CASCADE,
  role TEXT NOT NULL CHECK (role IN ('admin', 'operator', 'member', 'viewer')),  -- ownership is given by owners alone
  PRIMARY KEY (provider_id, position)
) WITHOUT ROWID;
CREATE INDEX login_provider_role_of_workspace ON login_provider_role (workspace_id);

-- Somebody's account there, linked to their account here. The subject is the provider's unchanging name for it; mail and
-- name are only shown.
CREATE TABLE login (
  id BLOB PRIMARY KEY NOT NULL CHECK (length(id) = 16),
  user_id BLOB NOT NULL REFERENCES app_user (id) ON DELETE CASCADE,
  provider_id BLOB NOT NULL REFERENCES login_provider (id) ON DELETE CASCADE,
  subject TEXT NOT NULL,
  mail TEXT NOT NULL,
  name TEXT NOT NULL,
  linked_at BIGINT NOT NULL,
  last_used_at BIGINT NOT NULL,
  UNIQUE (provider_id, subject),
  UNIQUE (user_id, provider_id)
) WITHOUT ROWID;

-- Memberships that a provider's roles made, or whose role they decide, with the row's value that gave it. What the provider
-- made ends with the claim, the row or the provider; where people had made it before, it takes their role again.
CREATE TABLE login_membership (
  provider_id BLOB NOT NULL REFERENCES login_provider (id) ON DELETE CASCADE,
  user_id BLOB NOT NULL,
  workspace_id BLOB NOT NULL,
  role TEXT NOT NULL CHECK (role IN ('admin', 'operator', 'member', 'viewer')),
  claim_value TEXT NOT NULL,
  former_role TEXT NOT NULL CHECK (former_role IN ('', 'admin', 'operator', 'member', 'viewer')),
  PRIMARY KEY (provider_id, user_id, workspace_id),
  FOREIGN KEY (workspace_id, user_id) REFERENCES membership (workspace_id, user_id) ON DELETE CASCADE
) WITHOUT ROWID;
CREATE INDEX login_membership_of_member ON login_membership (workspace_id, user_id);
-- <<<
-- >>> 0005_workspaces
-- People around a workspace: what it has set, its teams, groups of agents, and invitations. Tables of their own beside the
-- first schema's, so that nothing there is rebuilt. A workspace without a row here has the defaults.

CREATE TABLE workspace_setting (
  workspace_id BLOB PRIMARY KEY NOT NULL REFERENCES workspace (id) ON DELETE CASCADE,
  team_scoped BIGINT NOT NULL CHECK (team_scoped IN (0, 1)),
  -- Who disabled it: what the appliance's administrator disabled, an owner does not enable.
  disabled_by TEXT NOT NULL CHECK (disabled_by IN ('', 'owner', 'administrator')),
  deletion_requested_at BIGINT NOT NULL,
  deletion_due_at BIGINT NOT NULL,
  deletion_requested_by TEXT NOT NULL,
  -- While it is being erased: up to which sequence the reading log was gone through.
  erased_upto BIGINT NOT NULL DEFAULT 0
) WITHOUT ROWID;
CREATE INDEX workspace_setting_deletion ON workspace_setting (deletion_due_at) WHERE deletion_due_at <> 0;

-- Teams are of people. A member's `may_edit` lets an operator edit the team's agents and rules.
CREATE TABLE team (
  id BLOB PRIMARY KEY NOT NULL CHECK (length(id) = 16),
  workspace_id BLOB NOT NULL REFERENCES workspace (id),
  name TEXT NOT NULL,
  name_key TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  version BIGINT NOT NULL,
  UNIQUE (workspace_id, id),
  UNIQUE (workspace_id, name_key)
) WITHOUT ROWID;

CREATE TABLE team_member (
  workspace_id BLOB NOT NULL,
  team_id BLOB NOT NULL,
  user_id BLOB NOT NULL,
  may_edit BIGINT NOT NULL CHECK (may_edit IN (0, 1)),
  since BIGINT NOT NULL,
  PRIMARY KEY (workspace_id, team_id, user_id),
  FOREIGN KEY (workspace_id, team_id) REFERENCES team (workspace_id, id) ON DELETE CASCADE,
  FOREIGN KEY (workspace_id, user_id) REFERENCES membership (workspace_id, user_id) ON DELETE CASCADE
) WITHOUT ROWID;
CREATE INDEX team_member_by_user ON team_member (workspace_id, user_id);

-- An agent belongs to one team, or to none.
CREATE TABLE agent_team (
  workspace_id BLOB NOT NULL,
  agent_id BLOB NOT NULL,
  team_id BLOB NOT NULL,
  PRIMARY KEY (workspace_id, agent_id),
  FOREIGN KEY (workspace_id, agent_id) REFERENCES agent (workspace_id, id) ON DELETE CASCADE,
  FOREIGN KEY (workspace_id, team_id) REFERENCES team (workspace_id, id) ON DELETE CASCADE
) WITHOUT ROWID;
CREATE INDEX agent_team_by_team ON agent_team (workspace_id, team_id);

-- Groups are of agents; an agent may be in several.
CREATE TABLE agent_group (
  id BLOB PRIMARY KEY NOT NULL CHECK (length(id) = 16),
  workspace_id BLOB NOT NULL REFERENCES workspace (id),
  name TEXT NOT NULL,
  name_key TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  version BIGINT NOT NULL,
  UNIQUE (workspace_id, id),
  UNIQUE (workspace_id, name_key)
) WITHOUT ROWID;

CREATE TABLE agent_group_member (
  workspace_id BLOB NOT NULL,
  group_id BLOB NOT NULL,
  agent_id BLOB NOT NULL,
  PRIMARY KEY (workspace_id, agent_id, group_id),
  FOREIGN KEY (workspace_id, group_id) REFERENCES agent_group (workspace_id, id) ON DELETE CASCADE,
  FOREIGN KEY (workspace_id, agent_id) REFERENCES agent (workspace_id, id) ON DELETE CASCADE
) WITHOUT ROWID;
CREATE INDEX agent_group_member_by_group ON agent_group_member (workspace_id, group_id);

-- A rule whose target is a group. In `rule` such a rule stands as one about the tag '', which no agent has: should this row
-- be missing, the rule is about nobody. A group that a rule names cannot be deleted.
CREATE TABLE rule_group (
  workspace_id BLOB NOT NULL,
  rule_id BLOB NOT NULL,
  group_id BLOB NOT NULL,
  PRIMARY KEY (workspace_id, rule_id),
  FOREIGN KEY (workspace_id, rule_id) REFERENCES rule (workspace_id, id) ON DELETE CASCADE,
  FOREIGN KEY (workspace_id, group_id) REFERENCES agent_group (workspace_id, id)
) WITHOUT ROWID;
CREATE INDEX rule_group_by_group ON rule_group (workspace_id, group_id);

-- Two links (single_use_link) lead to the same invitation: the one that was mailed proves the mail address, the one that was
-- shown to the inviter does not. Only open invitations are kept.
CREATE TABLE invitation (
  id BLOB PRIMARY KEY NOT NULL CHECK (length(id) = 16),
  workspace_id BLOB NOT NULL REFERENCES workspace (id),
  mail TEXT NOT NULL,
  mail_key TEXT NOT NULL,
  role TEXT NOT NULL CHECK (role IN ('admin', 'operator', 'member', 'viewer')),
  team_id BLOB CHECK (length(team_id) = 16),
  inviter_id BLOB NOT NULL CHECK (length(inviter_id) = 16),
  inviter_name TEXT NOT NULL,
  mailed BIGINT NOT NULL CHECK (mailed IN (0, 1)),
  created_at BIGINT NOT NULL,
  sent_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  UNIQUE (workspace_id, id),
  UNIQUE (workspace_id, mail_key),
  FOREIGN KEY (workspace_id, team_id) REFERENCES team (workspace_id, id)
) WITHOUT ROWID;
CREATE INDEX invitation_by_team ON invitation (workspace_id, team_id);

-- What stays of the agents of a workspace that was deleted: their tokens answer 410 for ever, and their numbers are not given
-- out again.
CREATE TABLE gone_agent (
  token_digest BLOB PRIMARY KEY NOT NULL CHECK (length(token_digest) = 32),
  number BIGINT NOT NULL UNIQUE
) WITHOUT ROWID;
-- <<<
-- >>> 0006_administration
-- The appliance's administration: limits, API keys, an administrator's look into a workspace, recipients who must agree,
-- and reviews of who has access.

-- What the administrator set; what is not here follows the table in the program.
CREATE TABLE appliance_limit (
  name TEXT PRIMARY KEY NOT NULL,
  value BIGINT NOT NULL,
  changed_at BIGINT NOT NULL,
  changed_by TEXT NOT NULL
) WITHOUT ROWID;

-- A workspace's key has no user, a person's no workspace. A revoked key stays for a while, so that its use is recognised.
CREATE TABLE api_key (
  id BLOB PRIMARY KEY NOT NULL CHECK (length(id) = 16),
  workspace_id BLOB REFERENCES workspace (id) ON DELETE CASCADE,
  user_id BLOB REFERENCES app_user (id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  token_digest BLOB NOT NULL UNIQUE CHECK (length(token_digest) = 32),
  token_hint TEXT NOT NULL,
  scopes TEXT NOT NULL,
  addresses TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  created_by TEXT NOT NULL,
  expires_at BIGINT NOT NULL,
  revoked_at BIGINT NOT NULL,
  last_used_at BIGINT NOT NULL,
  last_used_address TEXT NOT NULL,
  CHECK ((workspace_id IS NULL) <> (user_id IS NULL))
) WITHOUT ROWID;
CREATE INDEX api_key_of_workspace ON api_key (workspace_id, id);
CREATE INDEX api_key_of_user ON api_key (user_id, id);
CREATE INDEX api_key_revoked ON api_key (revoked_at) WHERE revoked_at <> 0;

-- An administrator of the appliance opened a workspace: why, until when, and what was read. The person may be gone later,
-- the name stays.
CREATE TABLE break_glass (
  id BLOB PRIMARY KEY NOT NULL CHECK (length(id) = 16),
  workspace_id BLOB NOT NULL REFERENCES workspace (id) ON DELETE CASCADE,
  user_id BLOB NOT NULL CHECK (length(user_id) = 16),
  administrator TEXT NOT NULL,
  reason TEXT NOT NULL,
  opened_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  ended_at BIGINT NOT NULL,
  ended_by TEXT NOT NULL,
  UNIQUE (workspace_id, id)
) WITHOUT ROWID;
CREATE INDEX break_glass_of_workspace ON break_glass (workspace_id, opened_at);
CREATE INDEX break_glass_of_user ON break_glass (user_id, workspace_id);

CREATE TABLE break_glass_read (
  workspace_id BLOB NOT NULL,
  break_glass_id BLOB NOT NULL,
  operation TEXT NOT NULL,
  reads BIGINT NOT NULL,
  last_at BIGINT NOT NULL,
  PRIMARY KEY (workspace_id, break_glass_id, operation),
  FOREIGN KEY (workspace_id, break_glass_id) REFERENCES break_glass (workspace_id, id) ON DELETE CASCADE
) WITHOUT ROWID;

-- Whoever receives alerts must have agreed. Recipients from before this were in use: they count as confirmed.
ALTER TABLE recipient ADD COLUMN consent TEXT NOT NULL DEFAULT 'confirmed' CHECK (consent IN ('unconfirmed', 'confirmed', 'unsubscribed'));
ALTER TABLE recipient ADD COLUMN consent_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE recipient ADD COLUMN consent_asked_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE recipient ADD COLUMN consent_asks BIGINT NOT NULL DEFAULT 0;

CREATE TABLE access_review (
  id BLOB PRIMARY KEY NOT NULL CHECK (length(id) = 16),
  workspace_id BLOB NOT NULL REFERENCES workspace (id) ON DELETE CASCADE,
  done_at BIGINT NOT NULL,
  done_by TEXT NOT NULL,
  note TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX access_review_of_workspace ON access_review (workspace_id, done_at);

CREATE TABLE access_review_reminder (
  workspace_id BLOB PRIMARY KEY NOT NULL REFERENCES workspace (id) ON DELETE CASCADE,
  reminded_at BIGINT NOT NULL
) WITHOUT ROWID;
-- <<<
INSERT INTO workspace (id, slug, name, machine_policy, enabled, created_at, version) VALUES (x'0190aaaabbbb70008000000000000001', 'main', 'Acme', 'warn', 1, 1794999900000000, 1);
INSERT INTO workspace (id, slug, name, machine_policy, enabled, created_at, version) VALUES (x'0190aaaabbbb70008000000000000002', 'other', 'It''s a "name" -- ; DROP TABLE agent; ‮ä🔥	tab
line', 'refuse', 0, 1794999900000000, 7);
INSERT INTO workspace_setting (workspace_id, team_scoped, disabled_by, deletion_requested_at, deletion_due_at, deletion_requested_by, erased_upto) VALUES (x'0190aaaabbbb70008000000000000002', 1, 'administrator', 1794999900000000, 1826535900000000, 'Ada', 12);
INSERT INTO app_user (id, name, mail, mail_key, password_hash, appliance_administrator, enabled, created_at, last_login_at) VALUES (x'0190aaaabbbb70008000000000000003', 'Ada', 'Ada@example.org', 'ada@example.org', '$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$aGFzaA', 1, 1, 1794999900000000, 1794999900000000);
INSERT INTO app_user (id, name, mail, mail_key, password_hash, appliance_administrator, enabled, created_at, last_login_at) VALUES (x'0190aaaabbbb70008000000000000004', 'Bob', 'bob@example.org', 'bob@example.org', '', 0, 0, 1794999900000000, 0);
INSERT INTO membership (workspace_id, user_id, role, since) VALUES (x'0190aaaabbbb70008000000000000001', x'0190aaaabbbb70008000000000000003', 'owner', 1794999900000000);
INSERT INTO membership (workspace_id, user_id, role, since) VALUES (x'0190aaaabbbb70008000000000000001', x'0190aaaabbbb70008000000000000004', 'operator', 1794999900000001);
INSERT INTO membership (workspace_id, user_id, role, since) VALUES (x'0190aaaabbbb70008000000000000002', x'0190aaaabbbb70008000000000000004', 'owner', 1794999900000001);
INSERT INTO team (id, workspace_id, name, name_key, created_at, version) VALUES (x'0190aaaabbbb7000800000000000000c', x'0190aaaabbbb70008000000000000001', 'Databases', 'databases', 1794999900000000, 2);
INSERT INTO team_member (workspace_id, team_id, user_id, may_edit, since) VALUES (x'0190aaaabbbb70008000000000000001', x'0190aaaabbbb7000800000000000000c', x'0190aaaabbbb70008000000000000004', 1, 1794999900000000);
INSERT INTO setting (key, value) VALUES ('audit-test', 'kept');
INSERT INTO appliance_limit (name, value, changed_at, changed_by) VALUES ('invitation_days', 9, 1794999900000000, 'Ada');
INSERT INTO idempotency_key (workspace_id, user_id, key, request_digest, status, body, created_at) VALUES (x'0190aaaabbbb70008000000000000001', x'0190aaaabbbb70008000000000000003', 'k-1', x'0505050505050505050505050505050505050505050505050505050505050505', 201, 's1:made-up', 1794999900000000);
INSERT INTO audit_entry (sequence, id, workspace_id, at, actor_kind, actor_name, address, act, subject, details, chain) VALUES (1, x'0190aaaabbbb70008000000000000065', x'00000000000000000000000000000000', 1794913500000001, 'user', 'Ada', '192.0.2.7', 'appliance.claimed', 'Ada@example.org', 'as it was', x'0d984eb8b530546798ab2efe5a67c3eba356f8ef38413cacd799db314fa4d1fa');
INSERT INTO audit_entry (sequence, id, workspace_id, at, actor_kind, actor_name, address, act, subject, details, chain) VALUES (2, x'0190aaaabbbb70008000000000000066', x'0190aaaabbbb70008000000000000001', 1794913500000002, 'user', 'Ada', '192.0.2.7', 'workspace.created', 'Acme', 'as it was', x'949409476d176860b4be769138917dd84bf6af78458479062df962a6c7ff0da8');
INSERT INTO audit_entry (sequence, id, workspace_id, at, actor_kind, actor_name, address, act, subject, details, chain) VALUES (3, x'0190aaaabbbb70008000000000000067', x'0190aaaabbbb70008000000000000001', 1794913500000003, 'user', 'Ada', '192.0.2.7', 'agent.added', 'It''s a "name" -- ; DROP TABLE agent; ‮ä🔥	tab
line', 'as it was', x'534fd41c167762cc7405a0e23502406fa091a3c6117efd7581e07c8e0fbf6713');
-- >>> 0007_trails
-- Three trails in place of the one log: the workspace's audit log, security events, the appliance's administration. Each is
-- a chain of its own, so that each can be kept for as long as its own setting says and its oldest rows can go without
-- breaking the others (docs/decisions/0005).
--
-- The first log, audit_entry, is closed and stays as it is: its rows carry digests that cannot be made again here. Each
-- trail begins with the first log's last chain value, so a tail cut off there shows.

CREATE TABLE trail_entry (
  trail TEXT NOT NULL CHECK (trail IN ('workspace', 'security', 'appliance')),
  sequence BIGINT NOT NULL CHECK (sequence >= 1),
  workspace_id BLOB NOT NULL CHECK (length(workspace_id) = 16),
  user_id BLOB NOT NULL CHECK (length(user_id) = 16),
  at BIGINT NOT NULL,
  actor_kind TEXT NOT NULL,
  actor_id BLOB NOT NULL CHECK (length(actor_id) = 16),
  actor_name TEXT NOT NULL,
  address TEXT NOT NULL,
  act TEXT NOT NULL,
  subject TEXT NOT NULL,
  details TEXT NOT NULL,
  chain BLOB NOT NULL CHECK (length(chain) = 32),
  PRIMARY KEY (trail, sequence)
) WITHOUT ROWID;
CREATE INDEX trail_entry_of_workspace ON trail_entry (workspace_id, trail, sequence);
CREATE INDEX trail_entry_of_user ON trail_entry (user_id, trail, sequence);

-- Where a trail begins: the last row that retention took, with its chain value, signed by a key that does not follow from
-- the database's. Sequence 0 is the beginning of the trail itself and needs no signature: it is the first log's head.
CREATE TABLE trail_checkpoint (
  trail TEXT NOT NULL CHECK (trail IN ('first', 'workspace', 'security', 'appliance')),
  sequence BIGINT NOT NULL CHECK (sequence >= 0),
  chain BLOB NOT NULL CHECK (length(chain) = 32),
  at BIGINT NOT NULL,
  signature BLOB NOT NULL CHECK (length(signature) = 32),
  PRIMARY KEY (trail, sequence)
) WITHOUT ROWID;

INSERT INTO trail_checkpoint (trail, sequence, chain, at, signature)
  SELECT name, 0, COALESCE((SELECT chain FROM audit_entry ORDER BY sequence DESC LIMIT 1), zeroblob(32)), 0, zeroblob(32)
  FROM (SELECT 'workspace' AS name UNION ALL SELECT 'security' UNION ALL SELECT 'appliance') AS trails;
INSERT INTO trail_checkpoint (trail, sequence, chain, at, signature) VALUES ('first', 0, zeroblob(32), 0, zeroblob(32));

-- Rows come at the end, without a gap, and nothing else happens to them, but that retention takes the oldest, and only
-- what its checkpoint covers.
CREATE TRIGGER trail_entry_comes_last BEFORE INSERT ON trail_entry
WHEN NEW.sequence <> 1 + COALESCE((SELECT MAX(sequence) FROM trail_entry WHERE trail = NEW.trail),
                                  (SELECT MAX(sequence) FROM trail_checkpoint WHERE trail = NEW.trail), 0)
BEGIN
  SELECT RAISE(ABORT, 'a trail has no gaps');
END;
CREATE TRIGGER trail_entry_is_not_changed BEFORE UPDATE ON trail_entry
BEGIN
  SELECT RAISE(ABORT, 'the trails are append-only');
END;
CREATE TRIGGER trail_entry_is_not_removed BEFORE DELETE ON trail_entry
WHEN OLD.sequence > (SELECT COALESCE(MAX(sequence), 0) FROM trail_checkpoint WHERE trail = OLD.trail)
BEGIN
  SELECT RAISE(ABORT, 'the trails are append-only');
END;
CREATE TRIGGER trail_checkpoint_goes_forward BEFORE INSERT ON trail_checkpoint
WHEN NEW.sequence <= (SELECT COALESCE(MAX(sequence), -1) FROM trail_checkpoint WHERE trail = NEW.trail)
BEGIN
  SELECT RAISE(ABORT, 'a checkpoint only goes forward');
END;
CREATE TRIGGER trail_checkpoint_is_not_changed BEFORE UPDATE ON trail_checkpoint
BEGIN
  SELECT RAISE(ABORT, 'the trails are append-only');
END;
CREATE TRIGGER trail_checkpoint_is_not_removed BEFORE DELETE ON trail_checkpoint
BEGIN
  SELECT RAISE(ABORT, 'the trails are append-only');
END;

CREATE TRIGGER audit_entry_is_closed BEFORE INSERT ON audit_entry
BEGIN
  SELECT RAISE(ABORT, 'the first log is closed');
END;
DROP TRIGGER audit_entry_is_not_removed;
CREATE TRIGGER audit_entry_is_not_removed BEFORE DELETE ON audit_entry
WHEN OLD.sequence > (SELECT COALESCE(MAX(sequence), 0) FROM trail_checkpoint WHERE trail = 'first')
BEGIN
  SELECT RAISE(ABORT, 'the audit log is append-only');
END;

-- How far each trail was handed to the syslog server.
CREATE TABLE syslog_cursor (
  trail TEXT PRIMARY KEY NOT NULL CHECK (trail IN ('workspace', 'security', 'appliance')),
  sequence BIGINT NOT NULL
) WITHOUT ROWID;
-- <<<
-- >>> 0008_enrolment
-- Keys with which hosts make agents of themselves, and which agents came by which key. Only a key's digest is stored. A
-- revoked key stays, so that its use is recognised. The team is looked up when a host enrols: one that is gone gives none.
CREATE TABLE enrolment_key (
  id BLOB PRIMARY KEY NOT NULL CHECK (length(id) = 16),
  workspace_id BLOB NOT NULL REFERENCES workspace (id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  token_digest BLOB NOT NULL UNIQUE CHECK (length(token_digest) = 32),
  token_hint TEXT NOT NULL,
  addresses TEXT NOT NULL,
  tags TEXT NOT NULL,
  team_id BLOB CHECK (length(team_id) = 16),
  uses_max BIGINT NOT NULL CHECK (uses_max > 0),
  uses BIGINT NOT NULL CHECK (uses BETWEEN 0 AND uses_max),
  created_at BIGINT NOT NULL,
  created_by TEXT NOT NULL,
  expires_at BIGINT NOT NULL,
  revoked_at BIGINT NOT NULL,
  last_used_at BIGINT NOT NULL,
  last_used_address TEXT NOT NULL,
  UNIQUE (workspace_id, id)
) WITHOUT ROWID;

-- One use of a key. The digest is of what the host made up for it, so that asking again is no second use.
CREATE TABLE enrolment (
  workspace_id BLOB NOT NULL,
  key_id BLOB NOT NULL,
  request_digest BLOB NOT NULL CHECK (length(request_digest) = 32),
  agent_id BLOB NOT NULL,
  at BIGINT NOT NULL,
  address TEXT NOT NULL,
  PRIMARY KEY (workspace_id, key_id, request_digest),
  FOREIGN KEY (workspace_id, key_id) REFERENCES enrolment_key (workspace_id, id) ON DELETE CASCADE,
  FOREIGN KEY (workspace_id, agent_id) REFERENCES agent (workspace_id, id) ON DELETE CASCADE
) WITHOUT ROWID;
CREATE INDEX enrolment_by_agent ON enrolment (workspace_id, agent_id);

-- Notices about attempts that were sent: one a day about the same thing. The subject is a digest.
CREATE TABLE attempt_notice (
  subject BLOB PRIMARY KEY NOT NULL CHECK (length(subject) = 32),
  at BIGINT NOT NULL
) WITHOUT ROWID;
-- <<<
-- >>> 0009_secrets
-- Secrets that leaked and what became of it, and the operator's texts that people agreed to.

-- `owner_id` is whose list it stands in: a workspace's, a person's, or the appliance's (16 zero bytes); workspace_id and
-- user_id name the same thing, so that it goes away with it.
CREATE TABLE leak (
  id BLOB PRIMARY KEY NOT NULL CHECK (length(id) = 16),
  place TEXT NOT NULL CHECK (place IN ('workspace', 'account', 'appliance')),
  owner_id BLOB NOT NULL CHECK (length(owner_id) = 16),
  workspace_id BLOB REFERENCES workspace (id) ON DELETE CASCADE,
  user_id BLOB REFERENCES app_user (id) ON DELETE CASCADE,
  kind TEXT NOT NULL,
  subject TEXT NOT NULL,
  subject_name TEXT NOT NULL,
  circumstances TEXT NOT NULL,
  at BIGINT NOT NULL,
  by_name TEXT NOT NULL,
  closed_at BIGINT NOT NULL,
  closed_by TEXT NOT NULL,
  version BIGINT NOT NULL
) WITHOUT ROWID;
CREATE INDEX leak_of_owner ON leak (place, owner_id, id);

-- The checklist. What connlog did itself is done from the beginning and stays so.
CREATE TABLE leak_step (
  leak_id BLOB NOT NULL REFERENCES leak (id) ON DELETE CASCADE,
  position BIGINT NOT NULL,
  automatic BIGINT NOT NULL CHECK (automatic IN (0, 1)),
  text TEXT NOT NULL,
  done_at BIGINT NOT NULL,
  done_by TEXT NOT NULL,
  note TEXT NOT NULL,
  PRIMARY KEY (leak_id, position)
) WITHOUT ROWID;

-- Who agreed to which version (SHA-256 of the file) of a text, when and from where. Rows are added and nothing else, until the
-- person's account goes.
CREATE TABLE legal_acceptance (
  user_id BLOB NOT NULL REFERENCES app_user (id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  digest BLOB NOT NULL CHECK (length(digest) = 32),
  title TEXT NOT NULL,
  at BIGINT NOT NULL,
  address TEXT NOT NULL,
  PRIMARY KEY (user_id, name, digest)
) WITHOUT ROWID;
-- <<<
INSERT INTO session (id, user_id, token_digest, address, user_agent, created_at, last_seen_at, expires_at) VALUES (x'0190aaaabbbb70008000000000000028', x'0190aaaabbbb70008000000000000003', x'7af3bf52490e9f88da2f8b4f1913e4d54a324245d59e1c6cc0061a901fbf3431', '192.0.2.7', 'test', 1794999900000000, 1794999900000000, 1797591900000000);
INSERT INTO session_proof (session_id, opened_by, fresh_at) VALUES (x'0190aaaabbbb70008000000000000028', 'password', 1794999900000000);
INSERT INTO single_use_link (token_digest, purpose, created_at, expires_at, used_at, user_id, workspace_id, data) VALUES (x'0101010101010101010101010101010101010101010101010101010101010101', 'password', 1794999900000000, 1795086300000000, 1794999900000001, x'0190aaaabbbb70008000000000000003', NULL, '');
INSERT INTO single_use_link (token_digest, purpose, created_at, expires_at, used_at, user_id, workspace_id, data) VALUES (x'0202020202020202020202020202020202020202020202020202020202020202', 'invitation', 1794999900000000, 1795086300000000, 0, NULL, x'0190aaaabbbb70008000000000000001', '0190aaaa');
INSERT INTO account (user_id, mail_verified_at, password_changed_at, login_notices) VALUES (x'0190aaaabbbb70008000000000000003', 1794999900000000, 1794999900000000, 0);
INSERT INTO known_device (user_id, digest, last_used_at) VALUES (x'0190aaaabbbb70008000000000000003', x'0303030303030303030303030303030303030303030303030303030303030303', 1794999900000000);
INSERT INTO mail_change (user_id, id, mail, mail_key, former_agreed_at, new_agreed_at, created_at, expires_at) VALUES (x'0190aaaabbbb70008000000000000004', x'0190aaaabbbb70008000000000000032', 'Bob@example.net', 'bob@example.net', 1794999900000000, 0, 1794999900000000, 1795086300000000);
INSERT INTO totp_factor (user_id, sealed_secret, sealed_pending, last_step, confirmed_at, pending_at, last_used_at) VALUES (x'0190aaaabbbb70008000000000000004', 's1:made-up', '', 59800000, 1794999900000000, 0, 1794999900000000);
INSERT INTO recovery_code (user_id, digest, created_at, used_at) VALUES (x'0190aaaabbbb70008000000000000004', x'0404040404040404040404040404040404040404040404040404040404040404', 1794999900000000, 1794999900000000);
INSERT INTO passkey (id, user_id, credential_id, algorithm, public_key, counter, name, backed_up, created_at, last_used_at) VALUES (x'0190aaaabbbb70008000000000000033', x'0190aaaabbbb70008000000000000004', 'Y3JlZA', 'es256', 'a2V5', 4, 'Key', 1, 1794999900000000, 1794999900000000);
INSERT INTO login_ticket (token_digest, user_id, address, first_factor, state_digest, expires_at, failures) VALUES (x'0606060606060606060606060606060606060606060606060606060606060606', x'0190aaaabbbb70008000000000000004', '192.0.2.8', 'password', x'0707070707070707070707070707070707070707070707070707070707070707', 1795086300000000, 1);
INSERT INTO used_challenge (digest, expires_at) VALUES (x'0808080808080808080808080808080808080808080808080808080808080808', 1795086300000000);
INSERT INTO login_provider (id, preset, name, issuer, client_id, sealed_secret, ca_pem, allowed_domains, create_accounts, counts_as_second_factor, second_factor_acr, role_claim, enabled, created_at, version) VALUES (x'0190aaaabbbb70008000000000000029', 'generic', 'House', 'https://id.example.org', 'connlog', '', '', 'example.org', 1, 0, '', 'groups', 0, 1794999900000000, 3);
INSERT INTO login_provider_role (provider_id, position, claim_value, workspace_id, role) VALUES (x'0190aaaabbbb70008000000000000029', 0, 'ops', x'0190aaaabbbb70008000000000000001', 'operator');
INSERT INTO login (id, user_id, provider_id, subject, mail, name, linked_at, last_used_at) VALUES (x'0190aaaabbbb70008000000000000034', x'0190aaaabbbb70008000000000000004', x'0190aaaabbbb70008000000000000029', 'b-1', 'bob@example.org', 'Bob', 1794999900000000, 1794999900000000);
INSERT INTO login_membership (provider_id, user_id, workspace_id, role, claim_value, former_role) VALUES (x'0190aaaabbbb70008000000000000029', x'0190aaaabbbb70008000000000000004', x'0190aaaabbbb70008000000000000001', 'operator', 'ops', 'viewer');
INSERT INTO attempt_notice (subject, at) VALUES (x'0909090909090909090909090909090909090909090909090909090909090909', 1794999900000000);
INSERT INTO second_factor_policy (workspace_id, required_since, grace_until) VALUES (x'0190aaaabbbb70008000000000000001', 1794999900000000, 1826535900000000);
INSERT INTO invitation (id, workspace_id, mail, mail_key, role, team_id, mailed, inviter_id, inviter_name, created_at, sent_at, expires_at) VALUES (x'0190aaaabbbb7000800000000000003c', x'0190aaaabbbb70008000000000000001', 'Cy@example.org', 'cy@example.org', 'member', x'0190aaaabbbb7000800000000000000c', 1, x'0190aaaabbbb70008000000000000003', 'Ada', 1794999900000000, 1794999900000000, 1795604700000000);
INSERT INTO invitation (id, workspace_id, mail, mail_key, role, team_id, mailed, inviter_id, inviter_name, created_at, sent_at, expires_at) VALUES (x'0190aaaabbbb7000800000000000003d', x'0190aaaabbbb70008000000000000001', 'di@example.org', 'di@example.org', 'viewer', NULL, 0, x'0190aaaabbbb70008000000000000003', 'Ada', 1794999900000000, 1794999900000000, 1795604700000000);
INSERT INTO api_key (id, workspace_id, user_id, name, token_digest, token_hint, scopes, addresses, created_at, created_by, expires_at, revoked_at, last_used_at, last_used_address) VALUES (x'0190aaaabbbb7000800000000000003e', x'0190aaaabbbb70008000000000000001', NULL, 'deploy', x'034278aec8aa0a279d91e18b69b029d54f52acce34b7ddbf72ac28ed7d07010b', 'cl_0000…2bfd', 'view edit_agents', '', 1794999900000000, 'Ada', 0, 0, 1794999900000000, '192.0.2.9');
INSERT INTO api_key (id, workspace_id, user_id, name, token_digest, token_hint, scopes, addresses, created_at, created_by, expires_at, revoked_at, last_used_at, last_used_address) VALUES (x'0190aaaabbbb7000800000000000003f', NULL, x'0190aaaabbbb70008000000000000003', 'mine', x'c8dc999c97d80f0e729a6ea880dab6b4b7adf48ba9b217bc778ec4d0c99d6e88', 'cl_1111…', 'view', '', 1794999900000000, 'Ada', 0, 0, 1794999900000000, '192.0.2.9');
INSERT INTO break_glass (id, workspace_id, user_id, administrator, reason, opened_at, expires_at, ended_at, ended_by) VALUES (x'0190aaaabbbb7000800000000000002b', x'0190aaaabbbb70008000000000000001', x'0190aaaabbbb70008000000000000003', 'Ada', 'A question of theirs', 1794827100000000, 1794913500000000, 1794913500000000, '');
INSERT INTO break_glass_read (workspace_id, break_glass_id, operation, reads, last_at) VALUES (x'0190aaaabbbb70008000000000000001', x'0190aaaabbbb7000800000000000002b', 'listAgents', 3, 1794913500000000);
INSERT INTO access_review (id, workspace_id, done_at, done_by, note) VALUES (x'0190aaaabbbb70008000000000000040', x'0190aaaabbbb70008000000000000001', 1794999900000000, 'Ada', 'Nobody left');
INSERT INTO access_review_reminder (workspace_id, reminded_at) VALUES (x'0190aaaabbbb70008000000000000001', 1794913500000000);
INSERT INTO agent (id, number, name, token_digest, token_hint, removed_at, hostname, pending_machine_id, workspace_id, interval_seconds, missed_threshold, metric_cpu, metric_memory, metric_disk, metric_load, config_version, disabled, created_at, agent_version, os, arch, core_count, machine_id, first_seen_at, last_seen_at, offline_since, interval_in_force_seconds) VALUES (x'0190aaaabbbb7000800000000000000a', 1, 'db-1', x'33fb0184d6037620ff034175561706cd3619ab16484e50f2a9326d8a1b03c110', 'agent_b2b2…b2b2', 0, 'db-1', '', x'0190aaaabbbb70008000000000000001', 10, 3, 1, 1, 1, 0, 1, 0, 1794913500000000, '1.19.0', 'linux', 'x86_64', 8, '5c0e13199a34de5439cf5338d23d9cc530320295782fdefd19b5297fd2dfb115', 1794913500000000, 1794999900000000, 0, 10);
INSERT INTO agent (id, number, name, token_digest, token_hint, removed_at, hostname, pending_machine_id, workspace_id, interval_seconds, missed_threshold, metric_cpu, metric_memory, metric_disk, metric_load, config_version, disabled, created_at, agent_version, os, arch, core_count, machine_id, first_seen_at, last_seen_at, offline_since, interval_in_force_seconds) VALUES (x'0190aaaabbbb7000800000000000000b', 2, 'old-1', x'0e1676f872669ebf425f21afdf6b215ba147cf5a0baa6537a8e1b8f52ec4a828', 'agent_c3c3…c3c3', 1794999900000000, 'It''s a "name" -- ; DROP TABLE agent; ‮ä🔥	tab
line', 'm2', x'0190aaaabbbb70008000000000000001', 10, 3, 1, 1, 1, 0, 1, 0, 1794913500000000, '1.19.0', 'linux', 'x86_64', 8, '5c0e13199a34de5439cf5338d23d9cc530320295782fdefd19b5297fd2dfb115', 1794913500000000, 1794999900000000, 0, 10);
INSERT INTO agent_tag (workspace_id, agent_id, position, tag) VALUES (x'0190aaaabbbb70008000000000000001', x'0190aaaabbbb7000800000000000000a', 0, 'production');
INSERT INTO agent_tag (workspace_id, agent_id, position, tag) VALUES (x'0190aaaabbbb70008000000000000001', x'0190aaaabbbb7000800000000000000a', 1, 'älter');
INSERT INTO agent_team (workspace_id, agent_id, team_id) VALUES (x'0190aaaabbbb70008000000000000001', x'0190aaaabbbb7000800000000000000a', x'0190aaaabbbb7000800000000000000c');
INSERT INTO agent_group (id, workspace_id, name, name_key, created_at, version) VALUES (x'0190aaaabbbb7000800000000000000d', x'0190aaaabbbb70008000000000000001', 'Rack 4', 'rack 4', 1794999900000000, 1);
INSERT INTO agent_group_member (workspace_id, group_id, agent_id) VALUES (x'0190aaaabbbb70008000000000000001', x'0190aaaabbbb7000800000000000000d', x'0190aaaabbbb7000800000000000000a');
INSERT INTO machine_event (sequence, workspace_id, agent_id, at, kind, machine_id, actor_name) VALUES (5, x'0190aaaabbbb70008000000000000001', x'0190aaaabbbb7000800000000000000a', 1794999900000005, 'bound', '5c0e13199a34de5439cf5338d23d9cc530320295782fdefd19b5297fd2dfb115', '');
INSERT INTO machine_event (sequence, workspace_id, agent_id, at, kind, machine_id, actor_name) VALUES (9, x'0190aaaabbbb70008000000000000001', x'0190aaaabbbb7000800000000000000a', 1794999900000009, 'bound', '5c0e13199a34de5439cf5338d23d9cc530320295782fdefd19b5297fd2dfb115', '');
INSERT INTO gone_agent (token_digest, number) VALUES (x'ca2a8ba86eb844e5c37356ce972e48b1c43618ab7da4d62e843f607a5f2ee279', 7);
INSERT INTO reading_log (sequence, skew, agent_number, back, request_id, uptime_seconds, cpu_x100, cpu_peak_x100, memory_used_mib, memory_total_mib, disk_used_mib, disk_total_mib, load_x100) VALUES (1794999880000000, 0, 1, 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO reading_log (sequence, skew, agent_number, back, request_id, uptime_seconds, cpu_x100, cpu_peak_x100, memory_used_mib, memory_total_mib, disk_used_mib, disk_total_mib, load_x100) VALUES (1794999890000000, -3, 1, 10000000, x'0190aaaabbbb70008000000000000046', 100, 1250, 2000, 2048, 8192, 20480, 102400, 40);
INSERT INTO reading_log (sequence, skew, agent_number, back, request_id, uptime_seconds, cpu_x100, cpu_peak_x100, memory_used_mib, memory_total_mib, disk_used_mib, disk_total_mib, load_x100) VALUES (1794999900000000, 0, 1, 10000000, x'0101010101010101010101010101010101', 100, 1250, 2000, 2048, 8192, 20480, 102400, 40);
INSERT INTO reading_head (agent_number, sequence) VALUES (0, 1794999890000000);
INSERT INTO reading_head (agent_number, sequence) VALUES (1, 1794999890000000);
INSERT INTO enrolment_key (id, workspace_id, name, token_digest, token_hint, team_id, uses, addresses, tags, uses_max, created_at, created_by, expires_at, revoked_at, last_used_at, last_used_address) VALUES (x'0190aaaabbbb7000800000000000002a', x'0190aaaabbbb70008000000000000001', 'Racks', x'0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a', 'enrol_…', x'0190aaaabbbb7000800000000000000c', 1, '192.0.2.0/24', 'production', 10, 1794999900000000, 'Ada', 1797591900000000, 0, 1794999900000000, '192.0.2.20');
INSERT INTO enrolment_key (id, workspace_id, name, token_digest, token_hint, team_id, uses, addresses, tags, uses_max, created_at, created_by, expires_at, revoked_at, last_used_at, last_used_address) VALUES (x'0190aaaabbbb70008000000000000047', x'0190aaaabbbb70008000000000000001', 'Spare', x'0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b', 'enrol_…', NULL, 0, '192.0.2.0/24', 'production', 10, 1794999900000000, 'Ada', 1797591900000000, 0, 1794999900000000, '192.0.2.20');
INSERT INTO enrolment (workspace_id, key_id, request_digest, agent_id, at, address) VALUES (x'0190aaaabbbb70008000000000000001', x'0190aaaabbbb7000800000000000002a', x'0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c', x'0190aaaabbbb7000800000000000000a', 1794999900000000, '192.0.2.20');
INSERT INTO rule (id, name, kind, target_kind, target_tag, target_agent_id, metric, comparison, severity, workspace_id, threshold_x100, hysteresis_x100, duration_seconds, cooldown_seconds, enabled, created_at, version) VALUES (x'0190aaaabbbb70008000000000000014', 'Silence', 'silence', 'all', '', NULL, 'cpu_percent', 'above', 'critical', x'0190aaaabbbb70008000000000000001', 9000, 500, 60, 300, 1, 1794999900000000, 1);
INSERT INTO rule (id, name, kind, target_kind, target_tag, target_agent_id, metric, comparison, severity, workspace_id, threshold_x100, hysteresis_x100, duration_seconds, cooldown_seconds, enabled, created_at, version) VALUES (x'0190aaaabbbb70008000000000000015', 'Busy', 'metric', 'tag', 'production', NULL, 'memory_percent', 'below', 'warning', x'0190aaaabbbb70008000000000000001', 9000, 500, 60, 300, 1, 1794999900000000, 1);
INSERT INTO rule (id, name, kind, target_kind, target_tag, target_agent_id, metric, comparison, severity, workspace_id, threshold_x100, hysteresis_x100, duration_seconds, cooldown_seconds, enabled, created_at, version) VALUES (x'0190aaaabbbb70008000000000000016', 'One', 'metric', 'agent', '', x'0190aaaabbbb7000800000000000000a', 'disk_percent', 'above', 'critical', x'0190aaaabbbb70008000000000000001', 9000, 500, 60, 300, 1, 1794999900000000, 1);
INSERT INTO rule (id, name, kind, target_kind, target_tag, target_agent_id, metric, comparison, severity, workspace_id, threshold_x100, hysteresis_x100, duration_seconds, cooldown_seconds, enabled, created_at, version) VALUES (x'0190aaaabbbb70008000000000000017', 'Grouped', 'metric', 'tag', '', NULL, 'load_per_core', 'above', 'critical', x'0190aaaabbbb70008000000000000001', 9000, 500, 60, 300, 1, 1794999900000000, 1);
INSERT INTO rule_group (workspace_id, rule_id, group_id) VALUES (x'0190aaaabbbb70008000000000000001', x'0190aaaabbbb70008000000000000017', x'0190aaaabbbb7000800000000000000d');
INSERT INTO recipient (id, name, channel, address, sealed_secret, enabled, last_tested_at, last_test_answer, consent, consent_asks, workspace_id, receives_by_default, created_at, version, consent_at, consent_asked_at) VALUES (x'0190aaaabbbb7000800000000000001e', 'On call', 'mail', 'oncall@example.org', '', 1, 0, '', 'confirmed', 1, x'0190aaaabbbb70008000000000000001', 1, 1794999900000000, 1, 1794999900000000, 1794999900000000);
INSERT INTO recipient (id, name, channel, address, sealed_secret, enabled, last_tested_at, last_test_answer, consent, consent_asks, workspace_id, receives_by_default, created_at, version, consent_at, consent_asked_at) VALUES (x'0190aaaabbbb7000800000000000001f', 'Hook', 'webhook', 'https://hook.example.org/x', 's1:made-up', 0, 1794999900000000, '204', 'unsubscribed', 3, x'0190aaaabbbb70008000000000000001', 1, 1794999900000000, 1, 1794999900000000, 1794999900000000);
INSERT INTO rule_recipient (workspace_id, rule_id, position, recipient_id) VALUES (x'0190aaaabbbb70008000000000000001', x'0190aaaabbbb70008000000000000014', 0, x'0190aaaabbbb7000800000000000001e');
INSERT INTO rule_recipient (workspace_id, rule_id, position, recipient_id) VALUES (x'0190aaaabbbb70008000000000000001', x'0190aaaabbbb70008000000000000014', 1, x'0190aaaabbbb7000800000000000001f');
INSERT INTO rule_state (rule_id, phase, cooldown_until, incident_id, workspace_id, agent_id, since, deadline) VALUES (x'0190aaaabbbb70008000000000000014', 'open', 0, x'0190aaaabbbb70008000000000000020', x'0190aaaabbbb70008000000000000001', x'0190aaaabbbb7000800000000000000a', 1794999900000000, 0);
INSERT INTO rule_state (rule_id, phase, cooldown_until, incident_id, workspace_id, agent_id, since, deadline) VALUES (x'0190aaaabbbb70008000000000000015', 'ok', 1794999900000001, NULL, x'0190aaaabbbb70008000000000000001', x'0190aaaabbbb7000800000000000000a', 1794999900000000, 0);
INSERT INTO incident (id, agent_id, agent_name, summary, acknowledged_at, acknowledged_by, resolved_at, resolution, version, workspace_id, rule_id, rule_sentence, kind, severity, opened_at) VALUES (x'0190aaaabbbb70008000000000000020', x'0190aaaabbbb7000800000000000000a', 'db-1', 'db-1 has been silent', 1794999900000001, 'Ada', 0, '', 2, x'0190aaaabbbb70008000000000000001', x'0190aaaabbbb70008000000000000014', 'When silent', 'silence', 'critical', 1794999900000000);
INSERT INTO incident (id, agent_id, agent_name, summary, acknowledged_at, acknowledged_by, resolved_at, resolution, version, workspace_id, rule_id, rule_sentence, kind, severity, opened_at) VALUES (x'0190aaaabbbb70008000000000000021', x'0190aaaabbbb7000800000000000000b', 'old-1', 'It''s a "name" -- ; DROP TABLE agent; ‮ä🔥	tab
line', 0, '', 1794999900000005, 'recovered', 1, x'0190aaaabbbb70008000000000000001', x'0190aaaabbbb70008000000000000014', 'When silent', 'silence', 'critical', 1794999900000000);
INSERT INTO incident_event (id, workspace_id, incident_id, at, kind, actor_name, text) VALUES (x'0190aaaabbbb70008000000000000055', x'0190aaaabbbb70008000000000000001', x'0190aaaabbbb70008000000000000020', 1794999900000000, 'opened', 'Ada', 'opened it');
INSERT INTO incident_event (id, workspace_id, incident_id, at, kind, actor_name, text) VALUES (x'0190aaaabbbb70008000000000000054', x'0190aaaabbbb70008000000000000001', x'0190aaaabbbb70008000000000000020', 1794999900000003, 'commented', 'Ada', 'commented it');
INSERT INTO incident_event (id, workspace_id, incident_id, at, kind, actor_name, text) VALUES (x'0190aaaabbbb70008000000000000053', x'0190aaaabbbb70008000000000000001', x'0190aaaabbbb70008000000000000020', 1794999900000003, 'notified', 'Ada', 'notified it');
INSERT INTO incident_event (id, workspace_id, incident_id, at, kind, actor_name, text) VALUES (x'0190aaaabbbb70008000000000000052', x'0190aaaabbbb70008000000000000001', x'0190aaaabbbb70008000000000000020', 1794999900000001, 'acknowledged', 'Ada', 'acknowledged it');
INSERT INTO incident_event (id, workspace_id, incident_id, at, kind, actor_name, text) VALUES (x'0190aaaabbbb7000800000000000005a', x'0190aaaabbbb70008000000000000001', x'0190aaaabbbb70008000000000000021', 1794999900000000, 'opened', '', 'It''s a "name" -- ; DROP TABLE agent; ‮ä🔥	tab
line');
INSERT INTO notification (id, incident_id, kind, message_id, state, attempts, sent_at, last_error, workspace_id, recipient_id, channel, address, created_at, next_attempt_at, lease_until) VALUES (x'0190aaaabbbb7000800000000000005f', x'0190aaaabbbb70008000000000000020', 'incident_opened', 'm1@example.org', 'sent', 1, 1794999900000000, '', x'0190aaaabbbb70008000000000000001', x'0190aaaabbbb7000800000000000001e', 'mail', 'oncall@example.org', 1794999900000000, 0, 0);
INSERT INTO notification (id, incident_id, kind, message_id, state, attempts, sent_at, last_error, workspace_id, recipient_id, channel, address, created_at, next_attempt_at, lease_until) VALUES (x'0190aaaabbbb70008000000000000060', NULL, 'test', 'm2@example.org', 'failed', 5, 0, '550 no', x'0190aaaabbbb70008000000000000001', x'0190aaaabbbb7000800000000000001e', 'mail', 'oncall@example.org', 1794999900000000, 0, 0);
INSERT INTO letter (id, workspace_id, kind, message_id, state, attempts, sent_at, last_error, to_name, to_address, subject, text, sealed_link, link_text, created_at, useful_until, next_attempt_at, lease_until) VALUES (x'0190aaaabbbb70008000000000000061', NULL, 'password', 'l1@example.org', 'sent', 1, 1794999900000000, '', 'Ada', 'ada@example.org', 'Your account', 'Hello', '', '', 1794999900000000, 1795086300000000, 0, 0);
INSERT INTO letter (id, workspace_id, kind, message_id, state, attempts, sent_at, last_error, to_name, to_address, subject, text, sealed_link, link_text, created_at, useful_until, next_attempt_at, lease_until) VALUES (x'0190aaaabbbb70008000000000000062', x'0190aaaabbbb70008000000000000001', 'invitation', 'l2@example.org', 'failed', 2, 0, 'no route', 'Ada', 'ada@example.org', 'Your account', 'Hello', '', '', 1794999900000000, 1795086300000000, 0, 0);
INSERT INTO agent (id, number, name, token_digest, first_seen_at, last_seen_at, disabled, removed_at, offline_since, workspace_id, interval_seconds, missed_threshold, metric_cpu, metric_memory, metric_disk, metric_load, config_version, created_at, agent_version, hostname, os, arch, core_count, machine_id, pending_machine_id, interval_in_force_seconds, token_hint) VALUES (x'0190aaaabbbb70008000000000000072', 10, 'lost', x'0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a', 1794913500000005, 1794999899999993, 0, 1794999899999997, 0, x'0190aaaabbbb70008000000000000002', 30, 2, 0, 1, 0, 1, 4, 1794913500000000, '1.19.0', '', '', '', 0, '', '', 0, 'agent_…');
INSERT INTO agent_tag (workspace_id, agent_id, position, tag) VALUES (x'0190aaaabbbb70008000000000000002', x'0190aaaabbbb70008000000000000072', 0, 'z');
INSERT INTO agent_tag (workspace_id, agent_id, position, tag) VALUES (x'0190aaaabbbb70008000000000000002', x'0190aaaabbbb70008000000000000072', 1, 'a');
INSERT INTO agent_tag (workspace_id, agent_id, position, tag) VALUES (x'0190aaaabbbb70008000000000000002', x'0190aaaabbbb70008000000000000072', 2, 'z');
INSERT INTO machine_event (sequence, workspace_id, agent_id, at, kind, machine_id, actor_name) VALUES (30, x'0190aaaabbbb70008000000000000002', x'0190aaaabbbb70008000000000000072', 1794999900000000, 'bound', '5c0e13199a34de5439cf5338d23d9cc530320295782fdefd19b5297fd2dfb115', '');
INSERT INTO agent (id, number, name, token_digest, first_seen_at, last_seen_at, disabled, removed_at, offline_since, workspace_id, interval_seconds, missed_threshold, metric_cpu, metric_memory, metric_disk, metric_load, config_version, created_at, agent_version, hostname, os, arch, core_count, machine_id, pending_machine_id, interval_in_force_seconds, token_hint) VALUES (x'0190aaaabbbb70008000000000000073', 11, 'left', x'0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b', 1794913500000005, 1794999899999993, 0, 1794999899999998, 0, x'0190aaaabbbb70008000000000000002', 30, 2, 0, 1, 0, 1, 4, 1794913500000000, '1.19.0', '', '', '', 0, '', '', 0, 'agent_…');
INSERT INTO agent_tag (workspace_id, agent_id, position, tag) VALUES (x'0190aaaabbbb70008000000000000002', x'0190aaaabbbb70008000000000000073', 0, 'z');
INSERT INTO agent_tag (workspace_id, agent_id, position, tag) VALUES (x'0190aaaabbbb70008000000000000002', x'0190aaaabbbb70008000000000000073', 1, 'a');
INSERT INTO agent_tag (workspace_id, agent_id, position, tag) VALUES (x'0190aaaabbbb70008000000000000002', x'0190aaaabbbb70008000000000000073', 2, 'z');
INSERT INTO machine_event (sequence, workspace_id, agent_id, at, kind, machine_id, actor_name) VALUES (31, x'0190aaaabbbb70008000000000000002', x'0190aaaabbbb70008000000000000073', 1794999900000000, 'bound', '5c0e13199a34de5439cf5338d23d9cc530320295782fdefd19b5297fd2dfb115', '');
INSERT INTO agent (id, number, name, token_digest, first_seen_at, last_seen_at, disabled, removed_at, offline_since, workspace_id, interval_seconds, missed_threshold, metric_cpu, metric_memory, metric_disk, metric_load, config_version, created_at, agent_version, hostname, os, arch, core_count, machine_id, pending_machine_id, interval_in_force_seconds, token_hint) VALUES (x'0190aaaabbbb7000800000000000006e', 12, 'Up', x'0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c', 1794913500000005, 1794999899999993, 0, 0, 0, x'0190aaaabbbb70008000000000000002', 30, 2, 0, 1, 0, 1, 4, 1794913500000000, '1.19.0', '', '', '', 0, '', '', 0, 'agent_…');
INSERT INTO agent_tag (workspace_id, agent_id, position, tag) VALUES (x'0190aaaabbbb70008000000000000002', x'0190aaaabbbb7000800000000000006e', 0, 'z');
INSERT INTO agent_tag (workspace_id, agent_id, position, tag) VALUES (x'0190aaaabbbb70008000000000000002', x'0190aaaabbbb7000800000000000006e', 1, 'a');
INSERT INTO agent_tag (workspace_id, agent_id, position, tag) VALUES (x'0190aaaabbbb70008000000000000002', x'0190aaaabbbb7000800000000000006e', 2, 'z');
INSERT INTO machine_event (sequence, workspace_id, agent_id, at, kind, machine_id, actor_name) VALUES (32, x'0190aaaabbbb70008000000000000002', x'0190aaaabbbb7000800000000000006e', 1794999900000000, 'bound', '5c0e13199a34de5439cf5338d23d9cc530320295782fdefd19b5297fd2dfb115', '');
INSERT INTO agent (id, number, name, token_digest, first_seen_at, last_seen_at, disabled, removed_at, offline_since, workspace_id, interval_seconds, missed_threshold, metric_cpu, metric_memory, metric_disk, metric_load, config_version, created_at, agent_version, hostname, os, arch, core_count, machine_id, pending_machine_id, interval_in_force_seconds, token_hint) VALUES (x'0190aaaabbbb7000800000000000006f', 13, 'silent', x'0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d', 1794913500000005, 1794999899999993, 0, 0, 1794999899999995, x'0190aaaabbbb70008000000000000002', 30, 2, 0, 1, 0, 1, 4, 1794913500000000, '1.19.0', '', '', '', 0, '', '', 0, 'agent_…');
INSERT INTO agent_tag (workspace_id, agent_id, position, tag) VALUES (x'0190aaaabbbb70008000000000000002', x'0190aaaabbbb7000800000000000006f', 0, 'z');
INSERT INTO agent_tag (workspace_id, agent_id, position, tag) VALUES (x'0190aaaabbbb70008000000000000002', x'0190aaaabbbb7000800000000000006f', 1, 'a');
INSERT INTO agent_tag (workspace_id, agent_id, position, tag) VALUES (x'0190aaaabbbb70008000000000000002', x'0190aaaabbbb7000800000000000006f', 2, 'z');
INSERT INTO machine_event (sequence, workspace_id, agent_id, at, kind, machine_id, actor_name) VALUES (33, x'0190aaaabbbb70008000000000000002', x'0190aaaabbbb7000800000000000006f', 1794999900000000, 'bound', '5c0e13199a34de5439cf5338d23d9cc530320295782fdefd19b5297fd2dfb115', '');
INSERT INTO agent (id, number, name, token_digest, first_seen_at, last_seen_at, disabled, removed_at, offline_since, workspace_id, interval_seconds, missed_threshold, metric_cpu, metric_memory, metric_disk, metric_load, config_version, created_at, agent_version, hostname, os, arch, core_count, machine_id, pending_machine_id, interval_in_force_seconds, token_hint) VALUES (x'0190aaaabbbb70008000000000000070', 14, 'off', x'0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e', 1794913500000005, 1794999899999993, 1, 0, 0, x'0190aaaabbbb70008000000000000002', 30, 2, 0, 1, 0, 1, 4, 1794913500000000, '1.19.0', '', '', '', 0, '', '', 0, 'agent_…');
INSERT INTO agent_tag (workspace_id, agent_id, position, tag) VALUES (x'0190aaaabbbb70008000000000000002', x'0190aaaabbbb70008000000000000070', 0, 'z');
INSERT INTO agent_tag (workspace_id, agent_id, position, tag) VALUES (x'0190aaaabbbb70008000000000000002', x'0190aaaabbbb70008000000000000070', 1, 'a');
INSERT INTO agent_tag (workspace_id, agent_id, position, tag) VALUES (x'0190aaaabbbb70008000000000000002', x'0190aaaabbbb70008000000000000070', 2, 'z');
INSERT INTO machine_event (sequence, workspace_id, agent_id, at, kind, machine_id, actor_name) VALUES (34, x'0190aaaabbbb70008000000000000002', x'0190aaaabbbb70008000000000000070', 1794999900000000, 'bound', '5c0e13199a34de5439cf5338d23d9cc530320295782fdefd19b5297fd2dfb115', '');
INSERT INTO agent (id, number, name, token_digest, disabled, removed_at, offline_since, first_seen_at, last_seen_at, workspace_id, interval_seconds, missed_threshold, metric_cpu, metric_memory, metric_disk, metric_load, config_version, created_at, agent_version, hostname, os, arch, core_count, machine_id, pending_machine_id, interval_in_force_seconds, token_hint) VALUES (x'0190aaaabbbb70008000000000000071', 15, 'new', x'0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f', 0, 0, 0, 0, 0, x'0190aaaabbbb70008000000000000002', 30, 2, 0, 1, 0, 1, 4, 1794913500000000, '1.19.0', '', '', '', 0, '', '', 0, 'agent_…');
INSERT INTO agent_tag (workspace_id, agent_id, position, tag) VALUES (x'0190aaaabbbb70008000000000000002', x'0190aaaabbbb70008000000000000071', 0, 'z');
INSERT INTO agent_tag (workspace_id, agent_id, position, tag) VALUES (x'0190aaaabbbb70008000000000000002', x'0190aaaabbbb70008000000000000071', 1, 'a');
INSERT INTO agent_tag (workspace_id, agent_id, position, tag) VALUES (x'0190aaaabbbb70008000000000000002', x'0190aaaabbbb70008000000000000071', 2, 'z');
INSERT INTO machine_event (sequence, workspace_id, agent_id, at, kind, machine_id, actor_name) VALUES (35, x'0190aaaabbbb70008000000000000002', x'0190aaaabbbb70008000000000000071', 1794999900000000, 'bound', '5c0e13199a34de5439cf5338d23d9cc530320295782fdefd19b5297fd2dfb115', '');
INSERT INTO team (id, workspace_id, name, name_key, created_at, version) VALUES (x'0190aaaabbbb70008000000000000074', x'0190aaaabbbb70008000000000000002', 'Web', 'web', 1794999900000000, 1);
INSERT INTO agent_team (workspace_id, agent_id, team_id) VALUES (x'0190aaaabbbb70008000000000000002', x'0190aaaabbbb70008000000000000072', x'0190aaaabbbb70008000000000000074');
INSERT INTO agent_team (workspace_id, agent_id, team_id) VALUES (x'0190aaaabbbb70008000000000000002', x'0190aaaabbbb70008000000000000073', x'0190aaaabbbb70008000000000000074');
INSERT INTO agent_team (workspace_id, agent_id, team_id) VALUES (x'0190aaaabbbb70008000000000000002', x'0190aaaabbbb7000800000000000006e', x'0190aaaabbbb70008000000000000074');
INSERT INTO agent_group (id, workspace_id, name, name_key, created_at, version) VALUES (x'0190aaaabbbb70008000000000000075', x'0190aaaabbbb70008000000000000002', 'Down', 'down', 1794913500000000, 3);
INSERT INTO agent_group_member (workspace_id, group_id, agent_id) VALUES (x'0190aaaabbbb70008000000000000002', x'0190aaaabbbb70008000000000000075', x'0190aaaabbbb7000800000000000006e');
INSERT INTO agent_group_member (workspace_id, group_id, agent_id) VALUES (x'0190aaaabbbb70008000000000000002', x'0190aaaabbbb70008000000000000075', x'0190aaaabbbb7000800000000000006f');
INSERT INTO agent_group_member (workspace_id, group_id, agent_id) VALUES (x'0190aaaabbbb70008000000000000002', x'0190aaaabbbb70008000000000000075', x'0190aaaabbbb70008000000000000071');
INSERT INTO agent_group_member (workspace_id, group_id, agent_id) VALUES (x'0190aaaabbbb70008000000000000002', x'0190aaaabbbb70008000000000000075', x'0190aaaabbbb70008000000000000072');
INSERT INTO agent_group (id, workspace_id, name, name_key, created_at, version) VALUES (x'0190aaaabbbb70008000000000000076', x'0190aaaabbbb70008000000000000002', 'Empty', 'empty', 1794913500000000, 3);
INSERT INTO agent_group (id, workspace_id, name, name_key, created_at, version) VALUES (x'0190aaaabbbb70008000000000000077', x'0190aaaabbbb70008000000000000002', 'Off', 'off', 1794913500000000, 3);
INSERT INTO agent_group_member (workspace_id, group_id, agent_id) VALUES (x'0190aaaabbbb70008000000000000002', x'0190aaaabbbb70008000000000000077', x'0190aaaabbbb70008000000000000070');
INSERT INTO agent_group (id, workspace_id, name, name_key, created_at, version) VALUES (x'0190aaaabbbb70008000000000000078', x'0190aaaabbbb70008000000000000002', 'Open', 'open', 1794913500000000, 3);
INSERT INTO agent_group_member (workspace_id, group_id, agent_id) VALUES (x'0190aaaabbbb70008000000000000002', x'0190aaaabbbb70008000000000000078', x'0190aaaabbbb7000800000000000006e');
INSERT INTO agent_group_member (workspace_id, group_id, agent_id) VALUES (x'0190aaaabbbb70008000000000000002', x'0190aaaabbbb70008000000000000078', x'0190aaaabbbb70008000000000000071');
INSERT INTO agent_group (id, workspace_id, name, name_key, created_at, version) VALUES (x'0190aaaabbbb70008000000000000079', x'0190aaaabbbb70008000000000000002', 'Well', 'well', 1794913500000000, 3);
INSERT INTO agent_group_member (workspace_id, group_id, agent_id) VALUES (x'0190aaaabbbb70008000000000000002', x'0190aaaabbbb70008000000000000079', x'0190aaaabbbb7000800000000000006e');
INSERT INTO agent_group_member (workspace_id, group_id, agent_id) VALUES (x'0190aaaabbbb70008000000000000002', x'0190aaaabbbb70008000000000000079', x'0190aaaabbbb70008000000000000070');
INSERT INTO reading_log (sequence, skew, agent_number, back, request_id, uptime_seconds) VALUES (1794999885000000, 0, 10, 0, NULL, 1);
INSERT INTO reading_head (agent_number, sequence) VALUES (10, 1794999885000000);
INSERT INTO enrolment_key (id, workspace_id, name, token_digest, token_hint, team_id, addresses, tags, uses_max, uses, created_at, created_by, expires_at, revoked_at, last_used_at, last_used_address) VALUES (x'0190aaaabbbb7000800000000000007d', x'0190aaaabbbb70008000000000000002', 'Web', x'0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e', 'enrol_…', NULL, '', '', 10, 2, 1794999900000000, 'Ada', 0, 0, 1794999900000000, '');
INSERT INTO enrolment (workspace_id, key_id, request_digest, agent_id, at, address) VALUES (x'0190aaaabbbb70008000000000000002', x'0190aaaabbbb7000800000000000007d', x'0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f', x'0190aaaabbbb7000800000000000006e', 1794999900000000, '');
INSERT INTO enrolment (workspace_id, key_id, request_digest, agent_id, at, address) VALUES (x'0190aaaabbbb70008000000000000002', x'0190aaaabbbb7000800000000000007d', x'1010101010101010101010101010101010101010101010101010101010101010', x'0190aaaabbbb70008000000000000072', 1794999900000000, '');
INSERT INTO rule (id, name, target_kind, target_tag, target_agent_id, workspace_id, kind, metric, comparison, threshold_x100, hysteresis_x100, duration_seconds, cooldown_seconds, severity, enabled, created_at, version) VALUES (x'0190aaaabbbb7000800000000000007a', 'Of the lost', 'agent', '', x'0190aaaabbbb70008000000000000072', x'0190aaaabbbb70008000000000000002', 'silence', 'cpu_percent', 'above', 9000, 500, 60, 300, 'warning', 0, 1794999900000000, 2);
INSERT INTO rule (id, name, target_kind, target_tag, target_agent_id, workspace_id, kind, metric, comparison, threshold_x100, hysteresis_x100, duration_seconds, cooldown_seconds, severity, enabled, created_at, version) VALUES (x'0190aaaabbbb7000800000000000007b', 'Of a group', 'tag', '', NULL, x'0190aaaabbbb70008000000000000002', 'silence', 'cpu_percent', 'above', 9000, 500, 60, 300, 'warning', 0, 1794999900000000, 2);
INSERT INTO rule_group (workspace_id, rule_id, group_id) VALUES (x'0190aaaabbbb70008000000000000002', x'0190aaaabbbb7000800000000000007b', x'0190aaaabbbb70008000000000000075');
INSERT INTO rule_state (agent_id, phase, cooldown_until, workspace_id, rule_id, since, deadline, incident_id) VALUES (x'0190aaaabbbb7000800000000000006e', 'ok', 0, x'0190aaaabbbb70008000000000000002', x'0190aaaabbbb7000800000000000007b', 1794999900000000, 0, NULL);
INSERT INTO rule_state (agent_id, phase, cooldown_until, workspace_id, rule_id, since, deadline, incident_id) VALUES (x'0190aaaabbbb7000800000000000006f', 'pending', 0, x'0190aaaabbbb70008000000000000002', x'0190aaaabbbb7000800000000000007b', 1794999900000000, 1794999900000009, NULL);
INSERT INTO rule_state (agent_id, phase, cooldown_until, workspace_id, rule_id, since, deadline, incident_id) VALUES (x'0190aaaabbbb70008000000000000072', 'ok', 1794999900000001, x'0190aaaabbbb70008000000000000002', x'0190aaaabbbb7000800000000000007b', 1794999900000000, 0, NULL);
INSERT INTO incident (id, workspace_id, rule_id, rule_sentence, kind, severity, opened_at, agent_id, agent_name, summary, acknowledged_at, acknowledged_by, resolved_at, resolution, version) VALUES (x'0190aaaabbbb7000800000000000007c', x'0190aaaabbbb70008000000000000002', x'0190aaaabbbb7000800000000000007b', 'When agents of Down are silent', 'silence', 'warning', 1794996180000000, x'0190aaaabbbb70008000000000000073', 'left', 'left has been silent', 1794999899999999, 'Bob', 1794999900000000, 'agent_removed', 3);
INSERT INTO notification (id, recipient_id, kind, message_id, created_at, workspace_id, incident_id, channel, address, next_attempt_at, lease_until, state, attempts, sent_at, last_error) VALUES (x'0190aaaabbbb70008000000000000082', x'0190aaaabbbb7000800000000000008c', 'incident_opened', 'm130@example.org', 1794999900000130, x'0190aaaabbbb70008000000000000002', x'0190aaaabbbb7000800000000000007c', 'mail', 'oncall@example.org', 0, 0, 'sent', 1, 1794999900000000, '');
INSERT INTO notification (id, recipient_id, kind, message_id, created_at, workspace_id, incident_id, channel, address, next_attempt_at, lease_until, state, attempts, sent_at, last_error) VALUES (x'0190aaaabbbb70008000000000000083', x'0190aaaabbbb7000800000000000008d', 'incident_opened', 'm131@example.org', 1794999900000131, x'0190aaaabbbb70008000000000000002', x'0190aaaabbbb7000800000000000007c', 'mail', 'oncall@example.org', 0, 0, 'sent', 1, 1794999900000000, '');
INSERT INTO notification (id, recipient_id, kind, message_id, created_at, workspace_id, incident_id, channel, address, next_attempt_at, lease_until, state, attempts, sent_at, last_error) VALUES (x'0190aaaabbbb70008000000000000084', x'0190aaaabbbb7000800000000000008e', 'incident_resolved', 'm132@example.org', 1794999900000132, x'0190aaaabbbb70008000000000000002', x'0190aaaabbbb7000800000000000007c', 'mail', 'oncall@example.org', 0, 0, 'sent', 1, 1794999900000000, '');
INSERT INTO leak (id, place, owner_id, workspace_id, user_id, kind, subject, subject_name, circumstances, at, by_name, closed_at, closed_by, version) VALUES (x'0190aaaabbbb7000800000000000002c', 'workspace', x'0190aaaabbbb70008000000000000001', x'0190aaaabbbb70008000000000000001', NULL, 'agent_token', '0190aaaabbbb7000800000000000000a', 'db-1', 'In a ticket', 1794999900000000, 'Ada', 0, '', 1);
INSERT INTO leak (id, place, owner_id, workspace_id, user_id, kind, subject, subject_name, circumstances, at, by_name, closed_at, closed_by, version) VALUES (x'0190aaaabbbb7000800000000000002d', 'account', x'0190aaaabbbb70008000000000000003', NULL, x'0190aaaabbbb70008000000000000003', 'session', '', '', 'In a ticket', 1794999900000000, 'Ada', 0, '', 1);
INSERT INTO leak_step (leak_id, position, automatic, text, done_at, done_by, note) VALUES (x'0190aaaabbbb7000800000000000002c', 0, 1, 'Rotated', 1794999900000000, 'connlog', '');
INSERT INTO leak_step (leak_id, position, automatic, text, done_at, done_by, note) VALUES (x'0190aaaabbbb7000800000000000002c', 1, 0, 'Look at the log', 0, '', '');
INSERT INTO legal_acceptance (user_id, name, digest, title, at, address) VALUES (x'0190aaaabbbb70008000000000000003', 'terms', x'0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d', 'Terms', 1794999900000000, '192.0.2.7');
INSERT INTO trail_checkpoint (trail, sequence, chain, at, signature) VALUES ('workspace', 2, x'586682581a1d4fcc999dc0a4d8c6bc615c98e07bdb029c83e543233d524c9227', 1794999900000050, x'd8ed4e0cd356f2bdd74b135b11069199bb9b36d72262b9bdf0564f871180d6a4');
INSERT INTO trail_entry (trail, sequence, workspace_id, user_id, at, actor_kind, actor_id, actor_name, address, act, subject, details, chain) VALUES ('workspace', 3, x'0190aaaabbbb70008000000000000001', x'0190aaaabbbb70008000000000000003', 1794999900000003, 'user', x'0190aaaabbbb70008000000000000003', 'Ada', '192.0.2.7', 'agent.changed', 'db-1', '', x'487ca1f821d8c8e748ba2843c162505c68fe40bb032ebf5256e3445c25cae6e5');
INSERT INTO trail_entry (trail, sequence, workspace_id, user_id, at, actor_kind, actor_id, actor_name, address, act, subject, details, chain) VALUES ('workspace', 4, x'0190aaaabbbb70008000000000000001', x'0190aaaabbbb70008000000000000003', 1794999900000004, 'user', x'0190aaaabbbb70008000000000000003', 'Ada', '192.0.2.7', 'agent.changed', 'db-1', '', x'063b78de9c473ead13ee96db017818f77a3226809cc390881bb2c50ce91d84ec');
INSERT INTO trail_entry (trail, sequence, workspace_id, user_id, at, actor_kind, actor_id, actor_name, address, act, subject, details, chain) VALUES ('security', 1, x'00000000000000000000000000000000', x'0190aaaabbbb70008000000000000003', 1794999900000001, 'user', x'0190aaaabbbb70008000000000000003', 'Ada', '192.0.2.7', 'session.opened', 'db-1', '', x'b54dc82bf34fa0232436512e91b951a061ba63d1abc89891d8c47eba447fda9e');
INSERT INTO trail_entry (trail, sequence, workspace_id, user_id, at, actor_kind, actor_id, actor_name, address, act, subject, details, chain) VALUES ('security', 2, x'00000000000000000000000000000000', x'0190aaaabbbb70008000000000000003', 1794999900000002, 'user', x'0190aaaabbbb70008000000000000003', 'Ada', '192.0.2.7', 'session.ended', 'db-1', '', x'2af7847409f81146aaa00ccfd9b703f1afd5f4a1a7b70f2abb0a7b0946d6345a');
INSERT INTO trail_entry (trail, sequence, workspace_id, user_id, at, actor_kind, actor_id, actor_name, address, act, subject, details, chain) VALUES ('appliance', 1, x'00000000000000000000000000000000', x'0190aaaabbbb70008000000000000003', 1794999900000001, 'user', x'0190aaaabbbb70008000000000000003', 'Ada', '192.0.2.7', 'limit.changed', 'db-1', '', x'ae6cd2d510ed41b55957a6dd3b482c8ee83c305b549da5ce72ea56576a47eb94');
INSERT INTO syslog_cursor (trail, sequence) VALUES ('workspace', 3);
INSERT INTO schema_migration (number, name, digest, applied_at) VALUES (1, '0001_first_alert', '03a5887acc61b14348ac4b3807f7495df8dbd2009366513d43ade3f995c13b0d', 1794999900000000);
INSERT INTO schema_migration (number, name, digest, applied_at) VALUES (2, '0002_accounts', '9320bc74fb181d4000b90a47f02a3ae348683b7fc69a9087966fd470a3663db6', 1794999900000000);
INSERT INTO schema_migration (number, name, digest, applied_at) VALUES (3, '0003_second_factor', '10b13ebc75b09438072eb2a940e632e42bdf85f01cc5bffa88b3465ed41c7f12', 1794999900000000);
INSERT INTO schema_migration (number, name, digest, applied_at) VALUES (4, '0004_logins', '594cca15dcd8d9f7a9a309046c9ab6c59813f846f2d2b5d5cdbc99429d511134', 1794999900000000);
INSERT INTO schema_migration (number, name, digest, applied_at) VALUES (5, '0005_workspaces', 'cbb2ef1f8bca504d5293286e42ad31845231a5be544355896e407a0add0edbce', 1794999900000000);
INSERT INTO schema_migration (number, name, digest, applied_at) VALUES (6, '0006_administration', '11ac9cd9a05916c00e623bd3d88af8237a470e66dd9a85b3432037e8c5786b99', 1794999900000000);
INSERT INTO schema_migration (number, name, digest, applied_at) VALUES (7, '0007_trails', '0c4905f908e330a84496f1e4bceb971ca3b9b234910cf6c481bcb575f3668266', 1794999900000000);
INSERT INTO schema_migration (number, name, digest, applied_at) VALUES (8, '0008_enrolment', '81f078f499f1de48423144f0a536c93c9feb51f55badb4da9f32a9f75b3a37be', 1794999900000000);
INSERT INTO schema_migration (number, name, digest, applied_at) VALUES (9, '0009_secrets', '0d79152464fdcd6a263b0df9cce4747e2bd5dd76cf61ed8eb4d2c2336af49ed8', 1794999900000000);
COMMIT;
