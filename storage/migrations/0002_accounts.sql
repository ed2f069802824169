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
