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
