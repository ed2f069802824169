-- Login providers and the accounts that people have there.

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
  role TEXT NOT NULL CHECK (role IN ('admin', 'operator', 'member', 'viewer')),  -- ownership is given by owners alone
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
  role TEXT NOT NULL CHECK (role IN ('admin', 'operator', 'member', 'viewer')),
  claim_value TEXT NOT NULL,
  former_role TEXT NOT NULL CHECK (former_role IN ('', 'admin', 'operator', 'member', 'viewer')),
  PRIMARY KEY (provider_id, user_id, workspace_id),
  FOREIGN KEY (workspace_id, user_id) REFERENCES membership (workspace_id, user_id) ON DELETE CASCADE
) WITHOUT ROWID;
CREATE INDEX login_membership_of_member ON login_membership (workspace_id, user_id);
