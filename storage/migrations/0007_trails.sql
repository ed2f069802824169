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
