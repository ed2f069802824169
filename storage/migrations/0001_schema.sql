-- What a new appliance has. Immutable once it is released: what comes later is a file of its own.
--
-- Times are microseconds since 1970 in UTC, 0 meaning "never". Ids are the 16 bytes of a UUIDv7; an id that stands for
-- "none" is NULL, or 16 zero bytes where it is part of a key. Booleans are 0 and 1. Percentages are hundredths. Every table
-- of a tenant carries workspace_id, and foreign keys carry it too, so that no row can point across the border between two
-- workspaces. A word (a role, a kind, a state) has no CHECK: the program has the list of them, and a new one needs no
-- migration. Statements use only what SQLite and PostgreSQL share; this file is SQLite's, and another database gets its
-- own. The tables are in the order of the rooms, lowest first.

-- ------------------------------------------------------- People and workspaces

CREATE TABLE workspace (
  id BLOB PRIMARY KEY NOT NULL CHECK (length(id) = 16),
  slug TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  machine_policy TEXT NOT NULL,
  enabled BIGINT NOT NULL CHECK (enabled IN (0, 1)),
  created_at BIGINT NOT NULL,
  version BIGINT NOT NULL
) WITHOUT ROWID;

-- What a workspace has set. One without a row here has the defaults.
CREATE TABLE workspace_setting (
  workspace_id BLOB PRIMARY KEY NOT NULL REFERENCES workspace (id) ON DELETE CASCADE,
  team_scoped BIGINT NOT NULL CHECK (team_scoped IN (0, 1)),
  -- Who disabled it: what the appliance's administrator disabled, an owner does not enable.
  disabled_by TEXT NOT NULL,
  deletion_requested_at BIGINT NOT NULL,
  deletion_due_at BIGINT NOT NULL,
  deletion_requested_by TEXT NOT NULL,
  -- While it is being erased: up to which sequence the reading log was gone through.
  erased_upto BIGINT NOT NULL DEFAULT 0
) WITHOUT ROWID;
CREATE INDEX workspace_setting_deletion ON workspace_setting (deletion_due_at) WHERE deletion_due_at <> 0;

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
  role TEXT NOT NULL,
  since BIGINT NOT NULL,
  PRIMARY KEY (workspace_id, user_id)
) WITHOUT ROWID;
CREATE INDEX membership_by_user ON membership (user_id);

-- Teams are of people. A member's `may_edit` lets an operator edit the team's subjects and rules.
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

-- Of the appliance.
CREATE TABLE setting (
  key TEXT PRIMARY KEY NOT NULL,
  value TEXT NOT NULL
) WITHOUT ROWID;

-- What the administrator set; what is not here follows the table in the program.
CREATE TABLE appliance_limit (
  name TEXT PRIMARY KEY NOT NULL,
  value BIGINT NOT NULL,
  changed_at BIGINT NOT NULL,
  changed_by TEXT NOT NULL
) WITHOUT ROWID;

-- Answers that are given again when the same request comes a second time.
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

-- ------------------------------------------------------------------ The trails

-- The first log, which the three trails replaced. It is closed: only appliances that are older than the trails have rows in
-- it. They stay, because their digests cannot be made again. `chain` is HMAC-SHA-256, under a key that the database does not
-- hold, over the chain of the row before and this row's content.
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
CREATE TRIGGER audit_entry_is_closed BEFORE INSERT ON audit_entry
BEGIN
  SELECT RAISE(ABORT, 'the first log is closed');
END;
CREATE TRIGGER audit_entry_is_not_removed BEFORE DELETE ON audit_entry
WHEN OLD.sequence > (SELECT COALESCE(MAX(sequence), 0) FROM trail_checkpoint WHERE trail = 'first')
BEGIN
  SELECT RAISE(ABORT, 'the audit log is append-only');
END;

-- The trails: the workspaces' audit log, security events, the appliance's administration. Each is a chain of its own, so
-- that each can be kept for as long as its own setting says and its oldest rows can go without breaking the others
-- (docs/decisions/0005). Each begins with the first log's last chain value, so a tail cut off there shows.
CREATE TABLE trail_entry (
  trail TEXT NOT NULL,
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

-- Where a trail begins: the last row that retention took, with its chain value, signed by a key that does not follow from
-- the database's. Sequence 0 is the beginning of the trail itself and needs no signature: it is the first log's head.
CREATE TABLE trail_checkpoint (
  trail TEXT NOT NULL,
  sequence BIGINT NOT NULL CHECK (sequence >= 0),
  chain BLOB NOT NULL CHECK (length(chain) = 32),
  at BIGINT NOT NULL,
  signature BLOB NOT NULL CHECK (length(signature) = 32),
  PRIMARY KEY (trail, sequence)
) WITHOUT ROWID;
INSERT INTO trail_checkpoint (trail, sequence, chain, at, signature) VALUES
  ('first', 0, zeroblob(32), 0, zeroblob(32)),
  ('workspace', 0, zeroblob(32), 0, zeroblob(32)),
  ('security', 0, zeroblob(32), 0, zeroblob(32)),
  ('appliance', 0, zeroblob(32), 0, zeroblob(32));
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

-- How far each trail was handed to the syslog server.
CREATE TABLE syslog_cursor (
  trail TEXT PRIMARY KEY NOT NULL,
  sequence BIGINT NOT NULL
) WITHOUT ROWID;

-- ------------------------------------------------------ Recipients and letters

-- Who receives alerts must have agreed (`consent`).
CREATE TABLE recipient (
  id BLOB PRIMARY KEY NOT NULL CHECK (length(id) = 16),
  workspace_id BLOB NOT NULL REFERENCES workspace (id),
  name TEXT NOT NULL,
  -- The word of the channel's kind, perhaps of a later version. `fields` is a JSON object and holds no secret.
  kind TEXT NOT NULL,
  fields TEXT NOT NULL,
  shown TEXT NOT NULL,
  target TEXT NOT NULL,
  receives_by_default BIGINT NOT NULL CHECK (receives_by_default IN (0, 1)),
  enabled BIGINT NOT NULL CHECK (enabled IN (0, 1)),
  created_at BIGINT NOT NULL,
  last_tested_at BIGINT NOT NULL,
  last_test_answer TEXT NOT NULL,
  consent TEXT NOT NULL,
  consent_at BIGINT NOT NULL,
  consent_asked_at BIGINT NOT NULL,
  consent_asks BIGINT NOT NULL,
  version BIGINT NOT NULL,
  UNIQUE (workspace_id, id)
) WITHOUT ROWID;

-- One secret of one kind's field. Owners: 'recipient'; more kinds of owners may come, so there is no foreign key to them.
-- `sealed` is bound to the context "<owner_kind>.<field>".
CREATE TABLE sealed_field (
  owner_kind TEXT NOT NULL,
  owner BLOB NOT NULL CHECK (length(owner) = 16),
  field TEXT NOT NULL,
  workspace_id BLOB NOT NULL REFERENCES workspace (id) ON DELETE CASCADE,
  sealed TEXT NOT NULL,
  PRIMARY KEY (owner_kind, owner, field)
) WITHOUT ROWID;
CREATE INDEX sealed_field_of_workspace ON sealed_field (workspace_id, owner_kind, owner, field);

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
  state TEXT NOT NULL,
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

-- -------------------------------- Accounts, sessions, factors, login providers

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

-- A session without a row was opened by a password, at its creation.
CREATE TABLE session_proof (
  session_id BLOB PRIMARY KEY NOT NULL REFERENCES session (id) ON DELETE CASCADE,
  opened_by TEXT NOT NULL,
  fresh_at BIGINT NOT NULL
) WITHOUT ROWID;

-- Links of the set-up, an account, an invitation, a recipient. `data` is the purpose's own.
CREATE TABLE single_use_link (
  token_digest BLOB PRIMARY KEY NOT NULL CHECK (length(token_digest) = 32),
  purpose TEXT NOT NULL,
  user_id BLOB REFERENCES app_user (id) ON DELETE CASCADE,
  workspace_id BLOB REFERENCES workspace (id) ON DELETE CASCADE,
  data TEXT NOT NULL DEFAULT '',
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  used_at BIGINT NOT NULL
) WITHOUT ROWID;
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
  algorithm TEXT NOT NULL,
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
  role TEXT NOT NULL,  -- never owner: ownership is given by owners alone
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
  role TEXT NOT NULL,
  claim_value TEXT NOT NULL,
  former_role TEXT NOT NULL,
  PRIMARY KEY (provider_id, user_id, workspace_id),
  FOREIGN KEY (workspace_id, user_id) REFERENCES membership (workspace_id, user_id) ON DELETE CASCADE
) WITHOUT ROWID;
CREATE INDEX login_membership_of_member ON login_membership (workspace_id, user_id);

-- Notices about attempts that were sent: one a day about the same thing. The subject is a digest.
CREATE TABLE attempt_notice (
  subject BLOB PRIMARY KEY NOT NULL CHECK (length(subject) = 32),
  at BIGINT NOT NULL
) WITHOUT ROWID;

-- ------------------------------------------------------- Access to a workspace

-- A row: the workspace asks its people for a second factor; until grace_until it only reminds them.
CREATE TABLE second_factor_policy (
  workspace_id BLOB PRIMARY KEY NOT NULL REFERENCES workspace (id) ON DELETE CASCADE,
  required_since BIGINT NOT NULL,
  grace_until BIGINT NOT NULL
) WITHOUT ROWID;

-- Two links (single_use_link) lead to the same invitation: the one that was mailed proves the mail address, the one that was
-- shown to the inviter does not. Only open invitations are kept.
CREATE TABLE invitation (
  id BLOB PRIMARY KEY NOT NULL CHECK (length(id) = 16),
  workspace_id BLOB NOT NULL REFERENCES workspace (id),
  mail TEXT NOT NULL,
  mail_key TEXT NOT NULL,
  role TEXT NOT NULL,
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

-- ------------------------------------- Subjects, readings, rules, incidents

-- What is watched. A removed subject stays, with its name, number, kind and teams, as long as an incident refers to it.
-- `number` is its short name in the reading log. `name_key` is the name as names are compared.
CREATE TABLE subject (
  id BLOB PRIMARY KEY NOT NULL CHECK (length(id) = 16),
  workspace_id BLOB NOT NULL REFERENCES workspace (id),
  number BIGINT NOT NULL UNIQUE,
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  name_key TEXT NOT NULL,
  key TEXT,
  notes TEXT NOT NULL,
  paused_at BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  removed_at BIGINT NOT NULL,
  version BIGINT NOT NULL,
  UNIQUE (workspace_id, id),
  UNIQUE (workspace_id, key)
) WITHOUT ROWID;
CREATE INDEX subject_by_name ON subject (workspace_id, name_key);

-- The newest observed state. Rewritten when it changes, never by an observation that changes nothing.
CREATE TABLE subject_state (
  workspace_id BLOB NOT NULL,
  subject_id BLOB NOT NULL,
  state TEXT NOT NULL,
  reason TEXT NOT NULL,
  detail TEXT NOT NULL,
  since BIGINT NOT NULL,
  first_seen_at BIGINT NOT NULL,
  last_seen_at BIGINT NOT NULL,
  PRIMARY KEY (workspace_id, subject_id),
  FOREIGN KEY (workspace_id, subject_id) REFERENCES subject (workspace_id, id) ON DELETE CASCADE
) WITHOUT ROWID;

-- The record of observed states, from which uptime is computed. `at` is from when the state holds; `n` counts the changes
-- of one instant.
CREATE TABLE state_change (
  workspace_id BLOB NOT NULL,
  subject_id BLOB NOT NULL,
  at BIGINT NOT NULL,
  n BIGINT NOT NULL,
  state TEXT NOT NULL,
  reason TEXT NOT NULL,
  detail TEXT NOT NULL,
  PRIMARY KEY (workspace_id, subject_id, at, n),
  FOREIGN KEY (workspace_id, subject_id) REFERENCES subject (workspace_id, id) ON DELETE CASCADE
) WITHOUT ROWID;

CREATE INDEX state_change_by_age ON state_change (at);

-- The texts of parts (a mount, a check of the appliance). Part 0 is the subject itself and has no row.
CREATE TABLE subject_part (
  workspace_id BLOB NOT NULL,
  subject_id BLOB NOT NULL,
  part BIGINT NOT NULL CHECK (part > 0),
  text TEXT NOT NULL,
  last_used_at BIGINT NOT NULL,
  PRIMARY KEY (workspace_id, subject_id, part),
  FOREIGN KEY (workspace_id, subject_id) REFERENCES subject (workspace_id, id) ON DELETE CASCADE
) WITHOUT ROWID;

CREATE TABLE subject_tag (
  workspace_id BLOB NOT NULL,
  subject_id BLOB NOT NULL,
  tag TEXT NOT NULL,
  PRIMARY KEY (workspace_id, subject_id, tag),
  FOREIGN KEY (workspace_id, subject_id) REFERENCES subject (workspace_id, id) ON DELETE CASCADE
) WITHOUT ROWID;

CREATE TABLE subject_label (
  workspace_id BLOB NOT NULL,
  subject_id BLOB NOT NULL,
  key TEXT NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (workspace_id, subject_id, key),
  FOREIGN KEY (workspace_id, subject_id) REFERENCES subject (workspace_id, id) ON DELETE CASCADE
) WITHOUT ROWID;

-- The teams whose people see it where the workspace is scoped by team.
CREATE TABLE subject_team (
  workspace_id BLOB NOT NULL,
  subject_id BLOB NOT NULL,
  team_id BLOB NOT NULL,
  PRIMARY KEY (workspace_id, subject_id, team_id),
  FOREIGN KEY (workspace_id, subject_id) REFERENCES subject (workspace_id, id) ON DELETE CASCADE,
  FOREIGN KEY (workspace_id, team_id) REFERENCES team (workspace_id, id) ON DELETE CASCADE
) WITHOUT ROWID;
CREATE INDEX subject_team_by_team ON subject_team (workspace_id, team_id);

-- What makes a subject a group: when it is up. `amount` is a number of members, or percent.
CREATE TABLE subject_group (
  id BLOB PRIMARY KEY NOT NULL CHECK (length(id) = 16),
  workspace_id BLOB NOT NULL,
  health TEXT NOT NULL,
  amount BIGINT NOT NULL,
  UNIQUE (workspace_id, id),
  FOREIGN KEY (workspace_id, id) REFERENCES subject (workspace_id, id) ON DELETE CASCADE
) WITHOUT ROWID;

CREATE TABLE group_member (
  workspace_id BLOB NOT NULL,
  group_id BLOB NOT NULL,
  subject_id BLOB NOT NULL,
  PRIMARY KEY (workspace_id, group_id, subject_id),
  FOREIGN KEY (workspace_id, group_id) REFERENCES subject_group (workspace_id, id) ON DELETE CASCADE,
  FOREIGN KEY (workspace_id, subject_id) REFERENCES subject (workspace_id, id) ON DELETE CASCADE
) WITHOUT ROWID;
CREATE INDEX group_member_by_subject ON group_member (workspace_id, subject_id);

-- What makes a subject an agent, as people set it. `toggles` has a bit for each metric that can be switched, in the order
-- of the wire: cpu 1, memory 2, disk 4, load 8.
CREATE TABLE agent (
  id BLOB PRIMARY KEY NOT NULL CHECK (length(id) = 16),
  workspace_id BLOB NOT NULL,
  token_digest BLOB NOT NULL UNIQUE CHECK (length(token_digest) = 32),
  token_hint TEXT NOT NULL,
  interval_seconds BIGINT NOT NULL,
  missed_threshold BIGINT NOT NULL,
  toggles BIGINT NOT NULL,
  config_version BIGINT NOT NULL CHECK (config_version >= 1),
  disabled BIGINT NOT NULL CHECK (disabled IN (0, 1)),
  UNIQUE (workspace_id, id),
  FOREIGN KEY (workspace_id, id) REFERENCES subject (workspace_id, id) ON DELETE CASCADE
) WITHOUT ROWID;

-- What heartbeats teach.
CREATE TABLE agent_fact (
  id BLOB PRIMARY KEY NOT NULL CHECK (length(id) = 16),
  workspace_id BLOB NOT NULL,
  agent_version TEXT NOT NULL,
  hostname TEXT NOT NULL,
  os TEXT NOT NULL,
  arch TEXT NOT NULL,
  core_count BIGINT NOT NULL,
  machine_id TEXT NOT NULL,
  pending_machine_id TEXT NOT NULL,
  interval_in_force_seconds BIGINT NOT NULL,
  UNIQUE (workspace_id, id),
  FOREIGN KEY (workspace_id, id) REFERENCES agent (workspace_id, id) ON DELETE CASCADE
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

-- What stays of removed agents: their tokens answer 410 for ever.
CREATE TABLE gone_agent (
  token_digest BLOB PRIMARY KEY NOT NULL CHECK (length(token_digest) = 32)
) WITHOUT ROWID;

-- The numbers of subjects whose rows are gone: they are not given out again, as readings may still carry them.
CREATE TABLE gone_subject (
  number BIGINT PRIMARY KEY NOT NULL
) WITHOUT ROWID;

-- What every observation writes, and all that it writes: appended at the end, in order of time, so that the pages are
-- sequential. `sequence` is the receive time in microseconds, moved up where needed to be unique and rising; at = sequence
-- + skew. `back` leads to the same subject's reading before this one (sequence - back; 0: none), so that its history
-- is read without an index, whose pages would be scattered. `key` is the source's, by which it recognises a reading sent
-- twice. `vals` are the values (docs/reading-log.md). The workspace is the subject's: look-ups start at the subject, with the
-- workspace bound.
CREATE TABLE reading_log (
  sequence INTEGER PRIMARY KEY,
  skew BIGINT NOT NULL,
  subject_number BIGINT NOT NULL,
  back BIGINT NOT NULL,
  key BLOB,
  vals BLOB NOT NULL
);

-- The newest reading of each subject up to the one of number 0 (no subject), saved every few minutes: a start reads these
-- and the log behind them, not the whole log.
CREATE TABLE reading_head (
  subject_number BIGINT PRIMARY KEY NOT NULL,
  sequence BIGINT NOT NULL
) WITHOUT ROWID;

-- `target_text` is a tag or a label, `target_subject_id` a subject or the group whose members are meant. `part`: empty (the
-- subject itself), '*' (each), or the text of one. A subject that a rule names cannot be removed while the rule stands,
-- but for an agent: the rule is then about nobody.
CREATE TABLE rule (
  id BLOB PRIMARY KEY NOT NULL CHECK (length(id) = 16),
  workspace_id BLOB NOT NULL REFERENCES workspace (id),
  name TEXT NOT NULL,
  kind TEXT NOT NULL,
  target_kind TEXT NOT NULL,
  target_text TEXT NOT NULL,
  target_subject_id BLOB CHECK (length(target_subject_id) = 16),
  part TEXT NOT NULL,
  metric TEXT NOT NULL,
  comparison TEXT NOT NULL,
  threshold_x100 BIGINT NOT NULL,
  hysteresis_x100 BIGINT NOT NULL,
  state TEXT NOT NULL,
  duration_seconds BIGINT NOT NULL,
  cooldown_seconds BIGINT NOT NULL,
  severity TEXT NOT NULL,
  enabled BIGINT NOT NULL CHECK (enabled IN (0, 1)),
  created_at BIGINT NOT NULL,
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

-- What the engine remembers, only where a rule is not ok or cools down.
CREATE TABLE rule_state (
  workspace_id BLOB NOT NULL,
  rule_id BLOB NOT NULL,
  subject_id BLOB NOT NULL,
  part BIGINT NOT NULL,
  phase TEXT NOT NULL,
  since BIGINT NOT NULL,
  deadline BIGINT NOT NULL,
  cooldown_until BIGINT NOT NULL,
  incident_id BLOB CHECK (length(incident_id) = 16),
  PRIMARY KEY (workspace_id, subject_id, rule_id, part),
  FOREIGN KEY (workspace_id, rule_id) REFERENCES rule (workspace_id, id) ON DELETE CASCADE,
  FOREIGN KEY (workspace_id, subject_id) REFERENCES subject (workspace_id, id) ON DELETE CASCADE
) WITHOUT ROWID;
CREATE INDEX rule_state_of_rule ON rule_state (workspace_id, rule_id);

-- An incident outlives its rule, and its subject's removal.
CREATE TABLE incident (
  id BLOB PRIMARY KEY NOT NULL CHECK (length(id) = 16),
  workspace_id BLOB NOT NULL REFERENCES workspace (id),
  rule_id BLOB NOT NULL,
  subject_id BLOB NOT NULL,
  subject_kind TEXT NOT NULL,
  subject_name TEXT NOT NULL,
  part BIGINT NOT NULL,
  part_text TEXT NOT NULL,
  rule_sentence TEXT NOT NULL,
  kind TEXT NOT NULL,
  severity TEXT NOT NULL,
  summary TEXT NOT NULL,
  opened_at BIGINT NOT NULL,
  acknowledged_at BIGINT NOT NULL,
  acknowledged_by TEXT NOT NULL,
  resolved_at BIGINT NOT NULL,
  resolution TEXT NOT NULL,
  version BIGINT NOT NULL,
  UNIQUE (workspace_id, id),
  FOREIGN KEY (workspace_id, subject_id) REFERENCES subject (workspace_id, id)
) WITHOUT ROWID;
CREATE UNIQUE INDEX incident_open_once ON incident (workspace_id, rule_id, subject_id, part) WHERE resolved_at = 0;
CREATE INDEX incident_of_subject ON incident (workspace_id, subject_id, id);
CREATE INDEX incident_of_rule ON incident (workspace_id, rule_id, id);
CREATE INDEX incident_by_end ON incident (resolved_at) WHERE resolved_at <> 0;

-- The timeline. `sequence` counts an incident's events from 1 in the order in which they were written.
CREATE TABLE incident_event (
  id BLOB PRIMARY KEY NOT NULL CHECK (length(id) = 16),
  workspace_id BLOB NOT NULL,
  incident_id BLOB NOT NULL,
  sequence BIGINT NOT NULL,
  at BIGINT NOT NULL,
  kind TEXT NOT NULL,
  actor_name TEXT NOT NULL,
  text TEXT NOT NULL,
  FOREIGN KEY (workspace_id, incident_id) REFERENCES incident (workspace_id, id) ON DELETE CASCADE
) WITHOUT ROWID;
CREATE UNIQUE INDEX incident_event_of_incident ON incident_event (workspace_id, incident_id, sequence);

-- What is told, once for all whom it is told to. `facts` is a JSON array of {"word", "text"}; `path` is of its link, below the
-- public address; `thread` is the same for what belongs together.
CREATE TABLE announcement (
  id BLOB PRIMARY KEY NOT NULL CHECK (length(id) = 16),
  workspace_id BLOB NOT NULL REFERENCES workspace (id),
  kind TEXT NOT NULL,
  subject_id BLOB CHECK (length(subject_id) = 16),
  subject_kind TEXT NOT NULL,
  subject_name TEXT NOT NULL,
  part TEXT NOT NULL,
  severity TEXT NOT NULL,
  headline TEXT NOT NULL,
  facts TEXT NOT NULL,
  path TEXT NOT NULL,
  thread TEXT NOT NULL,
  at BIGINT NOT NULL,
  UNIQUE (workspace_id, id)
) WITHOUT ROWID;

CREATE TABLE announcement_incident (
  workspace_id BLOB NOT NULL,
  announcement_id BLOB NOT NULL,
  incident_id BLOB NOT NULL,
  PRIMARY KEY (workspace_id, announcement_id, incident_id),
  FOREIGN KEY (workspace_id, announcement_id) REFERENCES announcement (workspace_id, id) ON DELETE CASCADE,
  FOREIGN KEY (workspace_id, incident_id) REFERENCES incident (workspace_id, id) ON DELETE CASCADE
) WITHOUT ROWID;
CREATE INDEX announcement_incident_by_incident ON announcement_incident (workspace_id, incident_id);

-- The outbox: an announcement on its way to one recipient. It outlives the recipient: what was said stays said.
-- `remote_id` is what the service called the message, so that a later one can update or answer it.
CREATE TABLE notification (
  id BLOB PRIMARY KEY NOT NULL CHECK (length(id) = 16),
  workspace_id BLOB NOT NULL REFERENCES workspace (id),
  announcement_id BLOB NOT NULL,
  recipient_id BLOB NOT NULL CHECK (length(recipient_id) = 16),
  -- The word of the recipient's kind of channel; what is shown of it and by what it is limited, as of then.
  channel TEXT NOT NULL,
  shown TEXT NOT NULL,
  target TEXT NOT NULL,
  message_id TEXT NOT NULL,
  remote_id TEXT NOT NULL,
  state TEXT NOT NULL,
  attempts BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  next_attempt_at BIGINT NOT NULL,
  lease_until BIGINT NOT NULL,
  sent_at BIGINT NOT NULL,
  last_error TEXT NOT NULL,
  FOREIGN KEY (workspace_id, announcement_id) REFERENCES announcement (workspace_id, id) ON DELETE CASCADE
) WITHOUT ROWID;
CREATE INDEX notification_queued ON notification (next_attempt_at) WHERE state = 'queued';
CREATE INDEX notification_leased ON notification (lease_until) WHERE state = 'leased';
CREATE INDEX notification_failed ON notification (workspace_id, id) WHERE state = 'failed';
CREATE INDEX notification_of_workspace ON notification (workspace_id, id);
CREATE INDEX notification_of_announcement ON notification (workspace_id, announcement_id);

-- ------------------------------------------------------------------- Enrolment

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

-- One use of a key. The digest is of what the host made up for it, so that asking again is no second use; it outlives the
-- agent, so that asking again brings back no removed one.
CREATE TABLE enrolment (
  workspace_id BLOB NOT NULL,
  key_id BLOB NOT NULL,
  request_digest BLOB NOT NULL CHECK (length(request_digest) = 32),
  agent_id BLOB NOT NULL CHECK (length(agent_id) = 16),
  at BIGINT NOT NULL,
  address TEXT NOT NULL,
  PRIMARY KEY (workspace_id, key_id, request_digest),
  FOREIGN KEY (workspace_id, key_id) REFERENCES enrolment_key (workspace_id, id) ON DELETE CASCADE
) WITHOUT ROWID;
CREATE INDEX enrolment_by_agent ON enrolment (workspace_id, agent_id);

-- ------------------------------------------------------- Leaks and legal texts

-- `owner_id` is whose list it stands in: a workspace's, a person's, or the appliance's (16 zero bytes); workspace_id and
-- user_id name the same thing, so that it goes away with it.
CREATE TABLE leak (
  id BLOB PRIMARY KEY NOT NULL CHECK (length(id) = 16),
  place TEXT NOT NULL,
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

-- ------------------------------------------------------------- The appliance

-- The appliance watches itself as a subject, in a workspace that is in nobody's list and has no members. Its rules are
-- built into the program.
INSERT INTO workspace (id, slug, name, machine_policy, enabled, created_at, version) VALUES
  (x'00000000000000000000000000000001', '', 'Appliance', 'warn', 1, 0, 1);
INSERT INTO subject (id, workspace_id, number, kind, name, name_key, key, notes, paused_at, created_at, removed_at, version)
VALUES (x'00000000000000000000000000000001', x'00000000000000000000000000000001', 1, 'appliance', 'connlog', 'connlog', NULL,
  '', 0, 0, 0, 1);
INSERT INTO subject_state (workspace_id, subject_id, state, reason, detail, since, first_seen_at, last_seen_at) VALUES
  (x'00000000000000000000000000000001', x'00000000000000000000000000000001', 'pending', 'added', '', 0, 0, 0);
INSERT INTO rule (id, workspace_id, name, kind, target_kind, target_text, target_subject_id, part, metric, comparison,
  threshold_x100, hysteresis_x100, state, duration_seconds, cooldown_seconds, severity, enabled, created_at, version) VALUES
  (x'00000000000000000000000000000001', x'00000000000000000000000000000001', 'A part of the appliance is down', 'state',
   'subject', '', x'00000000000000000000000000000001', '*', 'cpu_percent', 'above', 0, 0, 'down', 0, 0, 'critical', 1, 0, 1),
  (x'00000000000000000000000000000002', x'00000000000000000000000000000001', 'A part of the appliance is degraded', 'state',
   'subject', '', x'00000000000000000000000000000001', '*', 'cpu_percent', 'above', 0, 0, 'degraded', 0, 0, 'warning', 1, 0,
   1);
