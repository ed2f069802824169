-- Outside checks: monitors, what groups and tags set for them, pings, probes, and the networks that a workspace may reach.

-- A monitor's subject has the same id. `fields` is what its kind asks for, but for secrets (sealed_field, owner 'monitor').
-- NULL in a timing: it comes from a group, a tag, or is the standard.
CREATE TABLE monitor (
  id BLOB PRIMARY KEY NOT NULL CHECK (length(id) = 16),
  workspace_id BLOB NOT NULL,
  kind TEXT NOT NULL,
  fields TEXT NOT NULL,
  interval_seconds BIGINT,
  retries BIGINT,
  retry_interval_seconds BIGINT,
  time_limit_ms BIGINT,
  recover_after BIGINT,
  slow_after_ms BIGINT NOT NULL,
  certificate_days BIGINT NOT NULL,
  invert BIGINT NOT NULL CHECK (invert IN (0, 1)),
  probe_mode TEXT NOT NULL,
  probes_needed BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  UNIQUE (workspace_id, id),
  FOREIGN KEY (workspace_id, id) REFERENCES subject (workspace_id, id) ON DELETE CASCADE
) WITHOUT ROWID;

CREATE TABLE monitor_probe (
  workspace_id BLOB NOT NULL,
  monitor_id BLOB NOT NULL,
  agent_id BLOB NOT NULL,
  PRIMARY KEY (workspace_id, monitor_id, agent_id),
  FOREIGN KEY (workspace_id, monitor_id) REFERENCES monitor (workspace_id, id) ON DELETE CASCADE,
  FOREIGN KEY (workspace_id, agent_id) REFERENCES agent (workspace_id, id) ON DELETE CASCADE
) WITHOUT ROWID;
CREATE INDEX monitor_probe_of_agent ON monitor_probe (workspace_id, agent_id);

-- What a group (its id as text, and as `group_id`) or a tag sets for the monitors in it. NULL: it sets nothing.
CREATE TABLE check_default (
  workspace_id BLOB NOT NULL REFERENCES workspace (id),
  scope TEXT NOT NULL,
  scope_of TEXT NOT NULL,
  group_id BLOB,
  interval_seconds BIGINT,
  retries BIGINT,
  retry_interval_seconds BIGINT,
  time_limit_ms BIGINT,
  recover_after BIGINT,
  PRIMARY KEY (workspace_id, scope, scope_of),
  FOREIGN KEY (workspace_id, group_id) REFERENCES subject_group (workspace_id, id) ON DELETE CASCADE
) WITHOUT ROWID;
CREATE INDEX check_default_of_group ON check_default (workspace_id, group_id);

CREATE TABLE check_default_recipient (
  workspace_id BLOB NOT NULL,
  scope TEXT NOT NULL,
  scope_of TEXT NOT NULL,
  recipient_id BLOB NOT NULL,
  PRIMARY KEY (workspace_id, scope, scope_of, recipient_id),
  FOREIGN KEY (workspace_id, scope, scope_of) REFERENCES check_default (workspace_id, scope, scope_of)
    ON DELETE CASCADE,
  FOREIGN KEY (workspace_id, recipient_id) REFERENCES recipient (workspace_id, id) ON DELETE CASCADE
) WITHOUT ROWID;
CREATE INDEX check_default_recipient_of_recipient ON check_default_recipient (workspace_id, recipient_id);

-- The answer of the result that turned a monitor down, sealed under "monitor.answer".
CREATE TABLE kept_answer (
  workspace_id BLOB NOT NULL,
  monitor_id BLOB NOT NULL,
  at BIGINT NOT NULL,
  sealed_answer TEXT NOT NULL,
  PRIMARY KEY (workspace_id, monitor_id, at),
  FOREIGN KEY (workspace_id, monitor_id) REFERENCES monitor (workspace_id, id) ON DELETE CASCADE
) WITHOUT ROWID;
CREATE INDEX kept_answer_by_age ON kept_answer (at);

-- Hosts outside the workspace's own networks whose checking somebody confirmed once.
CREATE TABLE confirmed_host (
  workspace_id BLOB NOT NULL REFERENCES workspace (id),
  host TEXT NOT NULL,
  confirmed_by TEXT NOT NULL,
  confirmed_at BIGINT NOT NULL,
  PRIMARY KEY (workspace_id, host)
) WITHOUT ROWID;

-- The addresses of a push monitor and what is known of its pings. The addresses themselves are sealed_field rows.
CREATE TABLE ping_check (
  monitor_id BLOB PRIMARY KEY NOT NULL CHECK (length(monitor_id) = 16),
  workspace_id BLOB NOT NULL,
  uuid_digest BLOB NOT NULL UNIQUE CHECK (length(uuid_digest) = 32),
  token_digest BLOB NOT NULL UNIQUE CHECK (length(token_digest) = 32),
  slug TEXT NOT NULL,
  pings BIGINT NOT NULL,
  last_ping BIGINT NOT NULL,
  last_start BIGINT NOT NULL,
  last_start_rid BLOB CHECK (length(last_start_rid) = 16),
  last_duration BIGINT,
  is_down BIGINT NOT NULL CHECK (is_down IN (0, 1)),
  is_new BIGINT NOT NULL CHECK (is_new IN (0, 1)),
  addresses TEXT NOT NULL,
  UNIQUE (workspace_id, monitor_id),
  FOREIGN KEY (workspace_id, monitor_id) REFERENCES monitor (workspace_id, id) ON DELETE CASCADE
) WITHOUT ROWID;
CREATE INDEX ping_check_by_slug ON ping_check (workspace_id, slug);

CREATE TABLE ping (
  workspace_id BLOB NOT NULL,
  monitor_id BLOB NOT NULL,
  n BIGINT NOT NULL,
  at BIGINT NOT NULL,
  kind TEXT NOT NULL,
  scheme TEXT NOT NULL,
  method TEXT NOT NULL,
  address TEXT NOT NULL,
  user_agent TEXT NOT NULL,
  body TEXT NOT NULL,
  rid BLOB CHECK (length(rid) = 16),
  exit_status BIGINT,
  duration BIGINT,
  from_new_address BIGINT NOT NULL CHECK (from_new_address IN (0, 1)),
  PRIMARY KEY (workspace_id, monitor_id, n),
  FOREIGN KEY (workspace_id, monitor_id) REFERENCES monitor (workspace_id, id) ON DELETE CASCADE
) WITHOUT ROWID;

-- The private networks that checks and webhooks of a workspace may reach. Workspaces that were there before this step keep
-- what they could reach.
CREATE TABLE workspace_network (
  workspace_id BLOB NOT NULL REFERENCES workspace (id) ON DELETE CASCADE,
  network TEXT NOT NULL,
  PRIMARY KEY (workspace_id, network)
) WITHOUT ROWID;
INSERT INTO workspace_network (workspace_id, network)
  SELECT workspace.id, range.network FROM workspace, (
    SELECT '10.0.0.0/8' AS network UNION ALL SELECT '172.16.0.0/12' UNION ALL SELECT '192.168.0.0/16'
    UNION ALL SELECT '100.64.0.0/10' UNION ALL SELECT 'fc00::/7') AS range;

-- The form in which a workspace's key is used: 'api', 'ping' (a part of ping addresses), 'checks' (Healthchecks'
-- management API).
ALTER TABLE api_key ADD COLUMN form TEXT NOT NULL DEFAULT 'api';

-- A rule may be about one kind of subject alone: '' is every kind that its target has. Rules about the state of all
-- subjects were about agents, as there was no other kind in the fleet, and stay so.
ALTER TABLE rule ADD COLUMN subject_kind TEXT NOT NULL DEFAULT '';
UPDATE rule SET subject_kind = 'agent' WHERE kind = 'state' AND target_kind = 'all';
