-- The appliance's own care: backups, what was removed and can come back, changes of retention that wait, and the register
-- of the operator's security incidents.

-- `sealed_key` opens the backup for verification and drills, and is emptied when the backup is removed.
CREATE TABLE backup (
  id BLOB PRIMARY KEY NOT NULL CHECK (length(id) = 16),
  kind TEXT NOT NULL,
  made_by TEXT NOT NULL,
  state TEXT NOT NULL,
  started_at BIGINT NOT NULL,
  ended_at BIGINT NOT NULL,
  name TEXT NOT NULL,
  bytes BIGINT NOT NULL,
  digest BLOB NOT NULL CHECK (length(digest) = 32),
  asked_by TEXT NOT NULL,
  trouble TEXT NOT NULL,
  sealed_key TEXT NOT NULL,
  verified_at BIGINT NOT NULL,
  verify_trouble TEXT NOT NULL,
  drilled_at BIGINT NOT NULL,
  drill_trouble TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX backup_by_start ON backup (started_at);

CREATE TABLE backup_copy (
  backup_id BLOB NOT NULL REFERENCES backup (id) ON DELETE CASCADE,
  destination TEXT NOT NULL,
  is_there BIGINT NOT NULL CHECK (is_there IN (0, 1)),
  at BIGINT NOT NULL,
  trouble TEXT NOT NULL,
  PRIMARY KEY (backup_id, destination)
) WITHOUT ROWID;

-- A removed rule, recipient, group or agent, for 30 days. `row_bundle` is a JSON object: table -> rows as they were.
CREATE TABLE removed (
  id BLOB PRIMARY KEY NOT NULL CHECK (length(id) = 16),
  workspace_id BLOB NOT NULL REFERENCES workspace (id) ON DELETE CASCADE,
  kind TEXT NOT NULL,
  object_id BLOB NOT NULL CHECK (length(object_id) = 16),
  name TEXT NOT NULL,
  removed_at BIGINT NOT NULL,
  removed_by TEXT NOT NULL,
  row_bundle TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX removed_of_workspace ON removed (workspace_id, id);
CREATE INDEX removed_by_age ON removed (removed_at);

-- A shorter retention that was saved and does not delete yet: it may be undone until `due_at`.
CREATE TABLE retention_change (
  name TEXT PRIMARY KEY NOT NULL,
  before BIGINT NOT NULL,
  due_at BIGINT NOT NULL,
  changed_by TEXT NOT NULL
) WITHOUT ROWID;

-- The register of the operator's own security incidents: what happened, who is affected, what was done and who was told.
-- `known_at` begins the deadlines. Entries are the timeline and the checklist.
CREATE TABLE security_case (
  id BLOB PRIMARY KEY NOT NULL CHECK (length(id) = 16),
  title TEXT NOT NULL,
  origin TEXT NOT NULL,
  origin_id TEXT NOT NULL,
  known_at BIGINT NOT NULL,
  opened_at BIGINT NOT NULL,
  opened_by TEXT NOT NULL,
  affected_people TEXT NOT NULL,
  affected_workspaces TEXT NOT NULL,
  affected_data TEXT NOT NULL,
  closed_at BIGINT NOT NULL,
  closed_by TEXT NOT NULL,
  conclusion TEXT NOT NULL,
  version BIGINT NOT NULL
) WITHOUT ROWID;

CREATE TABLE security_case_entry (
  case_id BLOB NOT NULL REFERENCES security_case (id) ON DELETE CASCADE,
  position BIGINT NOT NULL,
  at BIGINT NOT NULL,
  kind TEXT NOT NULL,
  by_name TEXT NOT NULL,
  text TEXT NOT NULL,
  done_at BIGINT NOT NULL,
  done_by TEXT NOT NULL,
  done_note TEXT NOT NULL,
  PRIMARY KEY (case_id, position)
) WITHOUT ROWID;
