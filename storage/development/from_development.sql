-- Fills the tables of 0001_schema.sql from those that the nine development steps had made. The runner (carry_over.cpp) has
-- renamed them: workspace is old_workspace. No index, no trigger of the trails and no foreign key is in the way. Every row is
-- copied as it is, but for recipients, notifications and the log of readings, which have another form (the log:
-- carry_readings.cpp). Each old table goes at once, so that its pages are used again.

INSERT INTO workspace (id, slug, name, machine_policy, enabled, created_at, version)
SELECT id, slug, name, machine_policy, enabled, created_at, version
FROM old_workspace;
DROP TABLE old_workspace;

INSERT INTO workspace_setting (
  workspace_id, team_scoped, disabled_by, deletion_requested_at, deletion_due_at, deletion_requested_by, erased_upto
)
SELECT workspace_id, team_scoped, disabled_by, deletion_requested_at, deletion_due_at, deletion_requested_by,
  erased_upto
FROM old_workspace_setting;
DROP TABLE old_workspace_setting;

INSERT INTO app_user (
  id, name, mail, mail_key, password_hash, appliance_administrator, enabled, created_at, last_login_at
)
SELECT id, name, mail, mail_key, password_hash, appliance_administrator, enabled, created_at, last_login_at
FROM old_app_user;
DROP TABLE old_app_user;

INSERT INTO membership (workspace_id, user_id, role, since)
SELECT workspace_id, user_id, role, since
FROM old_membership;
DROP TABLE old_membership;

INSERT INTO team (id, workspace_id, name, name_key, created_at, version)
SELECT id, workspace_id, name, name_key, created_at, version
FROM old_team;
DROP TABLE old_team;

INSERT INTO team_member (workspace_id, team_id, user_id, may_edit, since)
SELECT workspace_id, team_id, user_id, may_edit, since
FROM old_team_member;
DROP TABLE old_team_member;

INSERT INTO setting (key, value)
SELECT key, value
FROM old_setting;
DROP TABLE old_setting;

INSERT INTO appliance_limit (name, value, changed_at, changed_by)
SELECT name, value, changed_at, changed_by
FROM old_appliance_limit;
DROP TABLE old_appliance_limit;

INSERT INTO idempotency_key (workspace_id, user_id, key, request_digest, status, body, created_at)
SELECT workspace_id, user_id, key, request_digest, status, body, created_at
FROM old_idempotency_key;
DROP TABLE old_idempotency_key;

INSERT INTO audit_entry (
  sequence, id, workspace_id, at, actor_kind, actor_name, address, act, subject, details, chain
)
SELECT sequence, id, workspace_id, at, actor_kind, actor_name, address, act, subject, details, chain
FROM old_audit_entry;
DROP TABLE old_audit_entry;

INSERT INTO trail_entry (
  trail, sequence, workspace_id, user_id, at, actor_kind, actor_id, actor_name, address, act, subject, details,
  chain
)
SELECT trail, sequence, workspace_id, user_id, at, actor_kind, actor_id, actor_name, address, act, subject, details,
  chain
FROM old_trail_entry;
DROP TABLE old_trail_entry;

-- The new table begins with four rows of its own.
DELETE FROM trail_checkpoint;
INSERT INTO trail_checkpoint (trail, sequence, chain, at, signature)
SELECT trail, sequence, chain, at, signature
FROM old_trail_checkpoint;
DROP TABLE old_trail_checkpoint;

INSERT INTO syslog_cursor (trail, sequence)
SELECT trail, sequence
FROM old_syslog_cursor;
DROP TABLE old_syslog_cursor;

INSERT INTO letter (
  id, workspace_id, kind, to_name, to_address, subject, text, sealed_link, link_text, message_id, state, attempts,
  created_at, useful_until, next_attempt_at, lease_until, sent_at, last_error
)
SELECT id, workspace_id, kind, to_name, to_address, subject, text, sealed_link, link_text, message_id, state, attempts,
  created_at, useful_until, next_attempt_at, lease_until, sent_at, last_error
FROM old_letter;
DROP TABLE old_letter;

INSERT INTO session (id, user_id, token_digest, address, user_agent, created_at, last_seen_at, expires_at)
SELECT id, user_id, token_digest, address, user_agent, created_at, last_seen_at, expires_at
FROM old_session;
DROP TABLE old_session;

INSERT INTO session_proof (session_id, opened_by, fresh_at)
SELECT session_id, opened_by, fresh_at
FROM old_session_proof;
DROP TABLE old_session_proof;

INSERT INTO single_use_link (token_digest, purpose, user_id, workspace_id, data, created_at, expires_at, used_at)
SELECT token_digest, purpose, user_id, workspace_id, data, created_at, expires_at, used_at
FROM old_single_use_link;
DROP TABLE old_single_use_link;

INSERT INTO account (user_id, mail_verified_at, password_changed_at, login_notices)
SELECT user_id, mail_verified_at, password_changed_at, login_notices
FROM old_account;
DROP TABLE old_account;

INSERT INTO known_device (user_id, digest, last_used_at)
SELECT user_id, digest, last_used_at
FROM old_known_device;
DROP TABLE old_known_device;

INSERT INTO mail_change (user_id, id, mail, mail_key, former_agreed_at, new_agreed_at, created_at, expires_at)
SELECT user_id, id, mail, mail_key, former_agreed_at, new_agreed_at, created_at, expires_at
FROM old_mail_change;
DROP TABLE old_mail_change;

INSERT INTO totp_factor (user_id, sealed_secret, sealed_pending, last_step, confirmed_at, pending_at, last_used_at)
SELECT user_id, sealed_secret, sealed_pending, last_step, confirmed_at, pending_at, last_used_at
FROM old_totp_factor;
DROP TABLE old_totp_factor;

INSERT INTO recovery_code (user_id, digest, created_at, used_at)
SELECT user_id, digest, created_at, used_at
FROM old_recovery_code;
DROP TABLE old_recovery_code;

INSERT INTO passkey (
  id, user_id, credential_id, algorithm, public_key, counter, name, backed_up, created_at, last_used_at
)
SELECT id, user_id, credential_id, algorithm, public_key, counter, name, backed_up, created_at, last_used_at
FROM old_passkey;
DROP TABLE old_passkey;

INSERT INTO login_ticket (token_digest, user_id, address, first_factor, state_digest, expires_at, failures)
SELECT token_digest, user_id, address, first_factor, state_digest, expires_at, failures
FROM old_login_ticket;
DROP TABLE old_login_ticket;

INSERT INTO used_challenge (digest, expires_at)
SELECT digest, expires_at
FROM old_used_challenge;
DROP TABLE old_used_challenge;

INSERT INTO login_provider (
  id, preset, name, issuer, client_id, sealed_secret, ca_pem, allowed_domains, create_accounts,
  counts_as_second_factor, second_factor_acr, role_claim, enabled, created_at, version
)
SELECT id, preset, name, issuer, client_id, sealed_secret, ca_pem, allowed_domains, create_accounts,
  counts_as_second_factor, second_factor_acr, role_claim, enabled, created_at, version
FROM old_login_provider;
DROP TABLE old_login_provider;

INSERT INTO login_provider_role (provider_id, position, claim_value, workspace_id, role)
SELECT provider_id, position, claim_value, workspace_id, role
FROM old_login_provider_role;
DROP TABLE old_login_provider_role;

INSERT INTO login (id, user_id, provider_id, subject, mail, name, linked_at, last_used_at)
SELECT id, user_id, provider_id, subject, mail, name, linked_at, last_used_at
FROM old_login;
DROP TABLE old_login;

INSERT INTO login_membership (provider_id, user_id, workspace_id, role, claim_value, former_role)
SELECT provider_id, user_id, workspace_id, role, claim_value, former_role
FROM old_login_membership;
DROP TABLE old_login_membership;

INSERT INTO attempt_notice (subject, at)
SELECT subject, at
FROM old_attempt_notice;
DROP TABLE old_attempt_notice;

INSERT INTO second_factor_policy (workspace_id, required_since, grace_until)
SELECT workspace_id, required_since, grace_until
FROM old_second_factor_policy;
DROP TABLE old_second_factor_policy;

INSERT INTO invitation (
  id, workspace_id, mail, mail_key, role, team_id, inviter_id, inviter_name, mailed, created_at, sent_at, expires_at
)
SELECT id, workspace_id, mail, mail_key, role, team_id, inviter_id, inviter_name, mailed, created_at, sent_at,
  expires_at
FROM old_invitation;
DROP TABLE old_invitation;

INSERT INTO api_key (
  id, workspace_id, user_id, name, token_digest, token_hint, scopes, addresses, created_at, created_by, expires_at,
  revoked_at, last_used_at, last_used_address
)
SELECT id, workspace_id, user_id, name, token_digest, token_hint, scopes, addresses, created_at, created_by,
  expires_at, revoked_at, last_used_at, last_used_address
FROM old_api_key;
DROP TABLE old_api_key;

INSERT INTO break_glass (id, workspace_id, user_id, administrator, reason, opened_at, expires_at, ended_at, ended_by)
SELECT id, workspace_id, user_id, administrator, reason, opened_at, expires_at, ended_at, ended_by
FROM old_break_glass;
DROP TABLE old_break_glass;

INSERT INTO break_glass_read (workspace_id, break_glass_id, operation, reads, last_at)
SELECT workspace_id, break_glass_id, operation, reads, last_at
FROM old_break_glass_read;
DROP TABLE old_break_glass_read;

INSERT INTO access_review (id, workspace_id, done_at, done_by, note)
SELECT id, workspace_id, done_at, done_by, note
FROM old_access_review;
DROP TABLE old_access_review;

INSERT INTO access_review_reminder (workspace_id, reminded_at)
SELECT workspace_id, reminded_at
FROM old_access_review_reminder;
DROP TABLE old_access_review_reminder;

INSERT INTO agent (
  id, workspace_id, number, name, token_digest, token_hint, interval_seconds, missed_threshold, metric_cpu,
  metric_memory, metric_disk, metric_load, config_version, disabled, created_at, removed_at, agent_version,
  hostname, os, arch, core_count, machine_id, pending_machine_id, first_seen_at, last_seen_at, offline_since,
  interval_in_force_seconds
)
SELECT id, workspace_id, number, name, token_digest, token_hint, interval_seconds, missed_threshold, metric_cpu,
  metric_memory, metric_disk, metric_load, config_version, disabled, created_at, removed_at, agent_version,
  hostname, os, arch, core_count, machine_id, pending_machine_id, first_seen_at, last_seen_at, offline_since,
  interval_in_force_seconds
FROM old_agent;
DROP TABLE old_agent;

INSERT INTO agent_tag (workspace_id, agent_id, position, tag)
SELECT workspace_id, agent_id, position, tag
FROM old_agent_tag;
DROP TABLE old_agent_tag;

INSERT INTO agent_team (workspace_id, agent_id, team_id)
SELECT workspace_id, agent_id, team_id
FROM old_agent_team;
DROP TABLE old_agent_team;

INSERT INTO agent_group (id, workspace_id, name, name_key, created_at, version)
SELECT id, workspace_id, name, name_key, created_at, version
FROM old_agent_group;
DROP TABLE old_agent_group;

INSERT INTO agent_group_member (workspace_id, group_id, agent_id)
SELECT workspace_id, group_id, agent_id
FROM old_agent_group_member;
DROP TABLE old_agent_group_member;

INSERT INTO machine_event (sequence, workspace_id, agent_id, at, kind, machine_id, actor_name)
SELECT sequence, workspace_id, agent_id, at, kind, machine_id, actor_name
FROM old_machine_event;
DROP TABLE old_machine_event;

INSERT INTO gone_agent (token_digest, number)
SELECT token_digest, number
FROM old_gone_agent;
DROP TABLE old_gone_agent;

INSERT INTO reading_head (agent_number, sequence)
SELECT agent_number, sequence
FROM old_reading_head;
DROP TABLE old_reading_head;

INSERT INTO rule (
  id, workspace_id, name, kind, target_kind, target_tag, target_agent_id, metric, comparison, threshold_x100,
  hysteresis_x100, duration_seconds, cooldown_seconds, severity, enabled, created_at, version
)
SELECT id, workspace_id, name, kind, target_kind, target_tag, target_agent_id, metric, comparison, threshold_x100,
  hysteresis_x100, duration_seconds, cooldown_seconds, severity, enabled, created_at, version
FROM old_rule;
DROP TABLE old_rule;

INSERT INTO rule_group (workspace_id, rule_id, group_id)
SELECT workspace_id, rule_id, group_id
FROM old_rule_group;
DROP TABLE old_rule_group;

INSERT INTO rule_recipient (workspace_id, rule_id, position, recipient_id)
SELECT workspace_id, rule_id, position, recipient_id
FROM old_rule_recipient;
DROP TABLE old_rule_recipient;

INSERT INTO rule_state (workspace_id, rule_id, agent_id, phase, since, deadline, cooldown_until, incident_id)
SELECT workspace_id, rule_id, agent_id, phase, since, deadline, cooldown_until, incident_id
FROM old_rule_state;
DROP TABLE old_rule_state;

INSERT INTO incident (
  id, workspace_id, rule_id, agent_id, agent_name, rule_sentence, kind, severity, summary, opened_at,
  acknowledged_at, acknowledged_by, resolved_at, resolution, version
)
SELECT id, workspace_id, rule_id, agent_id, agent_name, rule_sentence, kind, severity, summary, opened_at,
  acknowledged_at, acknowledged_by, resolved_at, resolution, version
FROM old_incident;
DROP TABLE old_incident;

-- Until now a timeline was in the order of time, events of the same instant in that of their ids.
INSERT INTO incident_event (id, workspace_id, incident_id, sequence, at, kind, actor_name, text)
SELECT id, workspace_id, incident_id, ROW_NUMBER() OVER (PARTITION BY workspace_id, incident_id ORDER BY at, id), at,
  kind, actor_name, text
FROM old_incident_event;
DROP TABLE old_incident_event;

-- A webhook is shown by host: what stands between "://" and the first of "/", "?" and the end. Its target is host and port.
CREATE TEMP VIEW carried_host AS
SELECT address, https, rest, CASE WHEN instr(rest, '/') > 0 THEN substr(rest, 1, instr(rest, '/') - 1) ELSE rest END AS host
FROM (SELECT DISTINCT address, lower(substr(address, 1, 8)) = 'https://' AS https,
             lower(replace(substr(address, instr(address, '://') + 3), '?', '/')) AS rest
      FROM (SELECT address FROM old_recipient WHERE channel = 'webhook'
            UNION SELECT address FROM old_notification WHERE channel = 'webhook'));
CREATE TEMP VIEW carried_target AS
SELECT address, host,
  CASE WHEN host LIKE '%]' OR instr(host, ':') = 0  -- no port: an IPv6 address ends with its bracket
    THEN replace(replace(host, '[', ''), ']', '') || CASE WHEN https THEN ':443' ELSE ':80' END
    ELSE replace(replace(host, '[', ''), ']', '') END AS target
FROM carried_host;

INSERT INTO recipient (id, workspace_id, name, kind, fields, shown, target, receives_by_default, enabled, created_at,
  last_tested_at, last_test_answer, version, consent, consent_at, consent_asked_at, consent_asks)
SELECT r.id, r.workspace_id, r.name, r.channel,
  CASE r.channel WHEN 'mail' THEN json_object('address', r.address) ELSE json_object('url', r.address) END,
  CASE r.channel WHEN 'mail' THEN r.address ELSE COALESCE(t.host, '?') END,
  CASE r.channel WHEN 'mail' THEN 'mail' ELSE COALESCE(t.target, '?') END,
  r.receives_by_default, r.enabled, r.created_at, r.last_tested_at, r.last_test_answer, r.version, r.consent,
  r.consent_at, r.consent_asked_at, r.consent_asks
FROM old_recipient r LEFT JOIN carried_target t ON r.channel = 'webhook' AND t.address = r.address;

INSERT INTO sealed_field (owner_kind, owner, field, workspace_id, sealed)
SELECT 'recipient', id, 'secret', workspace_id, sealed_secret FROM old_recipient WHERE sealed_secret <> '';

INSERT INTO notification (id, workspace_id, incident_id, recipient_id, kind, channel, shown, target, message_id, state,
  attempts, created_at, next_attempt_at, lease_until, sent_at, last_error)
SELECT n.id, n.workspace_id, n.incident_id, n.recipient_id, n.kind, n.channel,
  CASE n.channel WHEN 'mail' THEN n.address ELSE COALESCE(t.host, '?') END,
  CASE n.channel WHEN 'mail' THEN 'mail' ELSE COALESCE(t.target, '?') END,
  n.message_id, n.state, n.attempts, n.created_at, n.next_attempt_at, n.lease_until, n.sent_at, n.last_error
FROM old_notification n LEFT JOIN carried_target t ON n.channel = 'webhook' AND t.address = n.address;

DROP VIEW carried_target;
DROP VIEW carried_host;
DROP TABLE old_recipient;
DROP TABLE old_notification;

INSERT INTO enrolment_key (
  id, workspace_id, name, token_digest, token_hint, addresses, tags, team_id, uses_max, uses, created_at,
  created_by, expires_at, revoked_at, last_used_at, last_used_address
)
SELECT id, workspace_id, name, token_digest, token_hint, addresses, tags, team_id, uses_max, uses, created_at,
  created_by, expires_at, revoked_at, last_used_at, last_used_address
FROM old_enrolment_key;
DROP TABLE old_enrolment_key;

INSERT INTO enrolment (workspace_id, key_id, request_digest, agent_id, at, address)
SELECT workspace_id, key_id, request_digest, agent_id, at, address
FROM old_enrolment;
DROP TABLE old_enrolment;

INSERT INTO leak (
  id, place, owner_id, workspace_id, user_id, kind, subject, subject_name, circumstances, at, by_name, closed_at,
  closed_by, version
)
SELECT id, place, owner_id, workspace_id, user_id, kind, subject, subject_name, circumstances, at, by_name, closed_at,
  closed_by, version
FROM old_leak;
DROP TABLE old_leak;

INSERT INTO leak_step (leak_id, position, automatic, text, done_at, done_by, note)
SELECT leak_id, position, automatic, text, done_at, done_by, note
FROM old_leak_step;
DROP TABLE old_leak_step;

INSERT INTO legal_acceptance (user_id, name, digest, title, at, address)
SELECT user_id, name, digest, title, at, address
FROM old_legal_acceptance;
DROP TABLE old_legal_acceptance;

-- The readings, by far the largest table, come last.
