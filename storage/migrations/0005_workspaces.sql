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
