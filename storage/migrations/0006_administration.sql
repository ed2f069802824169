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
