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
