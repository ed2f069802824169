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
