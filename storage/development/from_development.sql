-- Fills the tables of 0001_schema.sql from those that the nine development steps had made. The runner (carry_over.cpp) has
-- renamed them: workspace is old_workspace. No index, no trigger of the trails and no foreign key is in the way. Rows are
-- copied as they are, but for what has another form now: agents and groups, which became subjects, with all that refers to
-- them; recipients, notifications, and the log of readings (carry_readings.cpp). Each old table goes as soon as it is not
-- needed any more, so that its pages are used again.

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
SELECT id, workspace_id, user_id, name, token_digest, token_hint,
  trim(replace(' ' || scopes || ' ', ' edit_agents ', ' edit_subjects ')), addresses, created_at, created_by, expires_at,
  revoked_at, last_used_at, last_used_address
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

-- Agents keep their numbers, which the readings carry. The appliance's own subject gets the next one, groups those after it.
UPDATE subject SET number = (SELECT 1 + COALESCE(MAX(number), 0) FROM
  (SELECT number FROM old_agent UNION ALL SELECT number FROM old_gone_agent));

-- A removed agent stays only while an incident refers to it; of the others the token and the number are kept.
INSERT INTO subject (id, workspace_id, number, kind, name, name_key, key, notes, paused_at, created_at, removed_at, version)
SELECT id, workspace_id, number, 'agent', name, lower(name), NULL, '', 0, created_at, removed_at, 1
FROM old_agent
WHERE removed_at = 0 OR id IN (SELECT agent_id FROM old_incident);

INSERT INTO gone_agent (token_digest)
SELECT token_digest FROM old_gone_agent UNION SELECT token_digest FROM old_agent WHERE removed_at <> 0;

INSERT INTO gone_subject (number)
SELECT number FROM old_gone_agent UNION
SELECT number FROM old_agent WHERE removed_at <> 0 AND id NOT IN (SELECT agent_id FROM old_incident);

-- `last_seen_at` is of the last change: an agent that is up came back then, or was seen first.
INSERT INTO subject_state (workspace_id, subject_id, state, reason, detail, since, first_seen_at, last_seen_at)
SELECT workspace_id, id,
  CASE WHEN disabled = 1 THEN 'unknown' WHEN first_seen_at = 0 THEN 'pending' WHEN offline_since <> 0 THEN 'down' ELSE 'up' END,
  CASE WHEN disabled = 1 THEN 'disabled' WHEN first_seen_at = 0 THEN 'added' WHEN offline_since <> 0 THEN 'silent'
    ELSE 'carried' END,
  '',
  CASE WHEN disabled = 1 THEN max(created_at, last_seen_at) WHEN first_seen_at = 0 THEN created_at
    WHEN offline_since <> 0 THEN offline_since ELSE max(first_seen_at, last_seen_at) END,
  first_seen_at, last_seen_at
FROM old_agent
WHERE removed_at = 0;

INSERT INTO agent (
  id, workspace_id, token_digest, token_hint, interval_seconds, missed_threshold, toggles, config_version, disabled
)
SELECT id, workspace_id, token_digest, token_hint, interval_seconds, missed_threshold,
  metric_cpu + 2 * metric_memory + 4 * metric_disk + 8 * metric_load, config_version, disabled
FROM old_agent
WHERE removed_at = 0;

INSERT INTO agent_fact (
  id, workspace_id, agent_version, hostname, os, arch, core_count, machine_id, pending_machine_id,
  interval_in_force_seconds
)
SELECT id, workspace_id, agent_version, hostname, os, arch, core_count, machine_id, pending_machine_id,
  interval_in_force_seconds
FROM old_agent
WHERE removed_at = 0;

INSERT INTO subject_tag (workspace_id, subject_id, tag)
SELECT DISTINCT workspace_id, agent_id, tag
FROM old_agent_tag
WHERE agent_id NOT IN (SELECT id FROM old_agent WHERE removed_at <> 0);
DROP TABLE old_agent_tag;

-- Who saw a removed agent still sees its incidents.
INSERT INTO subject_team (workspace_id, subject_id, team_id)
SELECT workspace_id, agent_id, team_id
FROM old_agent_team
WHERE agent_id NOT IN (SELECT id FROM old_agent WHERE removed_at <> 0 AND id NOT IN (SELECT agent_id FROM old_incident));
DROP TABLE old_agent_team;

INSERT INTO subject (id, workspace_id, number, kind, name, name_key, key, notes, paused_at, created_at, removed_at, version)
SELECT id, workspace_id,
  (SELECT number FROM subject WHERE kind = 'appliance') + ROW_NUMBER() OVER (ORDER BY id), 'group', name, name_key, NULL, '',
  0, created_at, 0, version
FROM old_agent_group;

INSERT INTO subject_group (id, workspace_id, health, amount)
SELECT id, workspace_id, 'all', 1
FROM old_agent_group;

INSERT INTO group_member (workspace_id, group_id, subject_id)
SELECT workspace_id, group_id, agent_id
FROM old_agent_group_member
WHERE agent_id NOT IN (SELECT id FROM old_agent WHERE removed_at <> 0);
DROP TABLE old_agent_group_member;

-- Every member must be up. Members that are switched off, or were never seen, do not count.
INSERT INTO subject_state (workspace_id, subject_id, state, reason, detail, since, first_seen_at, last_seen_at)
SELECT g.workspace_id, g.id,
  CASE WHEN c.group_id IS NULL THEN 'pending' WHEN c.down > 0 THEN 'down' WHEN c.unknown > 0 THEN 'unknown' ELSE 'up' END,
  'members', '', max(g.created_at, COALESCE(c.since, 0)), 0, 0
FROM old_agent_group g LEFT JOIN (
  SELECT m.workspace_id, m.group_id, SUM(s.state = 'down') AS down, SUM(s.state = 'unknown') AS unknown,
    MAX(s.since) AS since
  FROM group_member m JOIN subject_state s ON s.workspace_id = m.workspace_id AND s.subject_id = m.subject_id
  WHERE s.reason <> 'disabled' AND s.state <> 'pending'
  GROUP BY m.workspace_id, m.group_id
) c ON c.workspace_id = g.workspace_id AND c.group_id = g.id;
DROP TABLE old_agent_group;

-- The record begins with what is known now.
INSERT INTO state_change (workspace_id, subject_id, at, n, state, reason, detail)
SELECT workspace_id, subject_id, since, 0, state, reason, detail
FROM subject_state
WHERE workspace_id <> (SELECT workspace_id FROM subject WHERE kind = 'appliance');

INSERT INTO machine_event (sequence, workspace_id, agent_id, at, kind, machine_id, actor_name)
SELECT sequence, workspace_id, agent_id, at, kind, machine_id, actor_name
FROM old_machine_event
WHERE agent_id NOT IN (SELECT id FROM old_agent WHERE removed_at <> 0);
DROP TABLE old_machine_event;
DROP TABLE old_gone_agent;

INSERT INTO reading_head (subject_number, sequence)
SELECT agent_number, sequence
FROM old_reading_head
WHERE agent_number NOT IN (SELECT number FROM old_agent WHERE removed_at <> 0);
DROP TABLE old_reading_head;

-- A rule about a group stood as one about the tag '', with its group beside it.
INSERT INTO rule (
  id, workspace_id, name, kind, target_kind, target_text, target_subject_id, part, metric, comparison, threshold_x100,
  hysteresis_x100, state, duration_seconds, cooldown_seconds, severity, enabled, created_at, version
)
SELECT r.id, r.workspace_id, r.name, r.kind,
  CASE WHEN g.group_id IS NOT NULL THEN 'group' WHEN r.target_kind = 'agent' THEN 'subject' ELSE r.target_kind END,
  r.target_tag, COALESCE(g.group_id, r.target_agent_id), '', r.metric, r.comparison, r.threshold_x100, r.hysteresis_x100,
  'down', r.duration_seconds, r.cooldown_seconds, r.severity, r.enabled, r.created_at, r.version
FROM old_rule r LEFT JOIN old_rule_group g ON g.workspace_id = r.workspace_id AND g.rule_id = r.id;
DROP TABLE old_rule;
DROP TABLE old_rule_group;

INSERT INTO rule_recipient (workspace_id, rule_id, position, recipient_id)
SELECT workspace_id, rule_id, position, recipient_id
FROM old_rule_recipient;
DROP TABLE old_rule_recipient;

-- Only where a rule is not ok, or cools down.
INSERT INTO rule_state (workspace_id, rule_id, subject_id, part, phase, since, deadline, cooldown_until, incident_id)
SELECT workspace_id, rule_id, agent_id, 0, phase, since, deadline, cooldown_until, incident_id
FROM old_rule_state
WHERE (phase <> 'ok' OR cooldown_until <> 0) AND agent_id NOT IN (SELECT id FROM old_agent WHERE removed_at <> 0);
DROP TABLE old_rule_state;

INSERT INTO incident (
  id, workspace_id, rule_id, subject_id, subject_kind, subject_name, part, part_text, rule_sentence, kind, severity,
  summary, opened_at, acknowledged_at, acknowledged_by, resolved_at, resolution, version
)
SELECT id, workspace_id, rule_id, agent_id, 'agent', agent_name, 0, '', rule_sentence, kind, severity, summary, opened_at,
  acknowledged_at, acknowledged_by, resolved_at,
  CASE resolution WHEN 'agent_removed' THEN 'subject_removed' WHEN 'agent_disabled' THEN 'subject_disabled'
    WHEN 'agent_changed' THEN 'subject_changed' ELSE resolution END,
  version
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

-- What was told of an incident, once for all whom it was told to: its id is the first delivery's. A test is told to one.
CREATE TEMP VIEW carried_told AS
SELECT MIN(id) AS id, workspace_id, incident_id, kind, MIN(created_at) AS at
FROM old_notification
WHERE incident_id IS NOT NULL
GROUP BY workspace_id, incident_id, kind;
CREATE TEMP VIEW carried_incident AS
SELECT id, workspace_id, subject_id, subject_kind, subject_name, severity, summary, rule_sentence, kind, resolution,
  acknowledged_by, opened_at, resolved_at, (resolved_at - opened_at) / 1000000 AS lasted,
  lower(substr(hex(id), 1, 8) || '-' || substr(hex(id), 9, 4) || '-' || substr(hex(id), 13, 4) || '-' ||
        substr(hex(id), 17, 4) || '-' || substr(hex(id), 21, 12)) AS text,
  lower(substr(hex(rule_id), 1, 8) || '-' || substr(hex(rule_id), 9, 4) || '-' || substr(hex(rule_id), 13, 4) || '-' ||
        substr(hex(rule_id), 17, 4) || '-' || substr(hex(rule_id), 21, 12)) AS rule_text,
  strftime('%Y-%m-%dT%H:%M:%SZ', opened_at / 1000000, 'unixepoch') AS opened_text,
  strftime('%Y-%m-%dT%H:%M:%SZ', resolved_at / 1000000, 'unixepoch') AS resolved_text
FROM incident;

INSERT INTO announcement (
  id, workspace_id, kind, subject_id, subject_kind, subject_name, part, severity, headline, facts, path, thread, at
)
SELECT t.id, t.workspace_id, t.kind, i.subject_id, i.subject_kind, i.subject_name, '', i.severity, i.summary,
  CASE t.kind WHEN 'incident_resolved' THEN json_array(
    json_object('word', 'rule', 'text', i.rule_sentence), json_object('word', 'rule_id', 'text', i.rule_text),
    json_object('word', 'kind', 'text', i.kind), json_object('word', 'opened_at', 'text', i.opened_text),
    json_object('word', 'resolved_at', 'text', i.resolved_text),
    json_object('word', 'lasted', 'text', CASE WHEN i.lasted < 60 THEN i.lasted || ' s' ELSE (i.lasted / 60) || ' min' END),
    json_object('word', 'resolution', 'text', i.resolution),
    json_object('word', 'acknowledged_by', 'text', i.acknowledged_by))
  ELSE json_array(
    json_object('word', 'rule', 'text', i.rule_sentence), json_object('word', 'rule_id', 'text', i.rule_text),
    json_object('word', 'kind', 'text', i.kind), json_object('word', 'opened_at', 'text', i.opened_text)) END,
  '/w/' || w.slug || '/incidents/' || i.text, i.text, t.at
FROM carried_told t JOIN carried_incident i ON i.workspace_id = t.workspace_id AND i.id = t.incident_id
  JOIN workspace w ON w.id = t.workspace_id;

INSERT INTO announcement_incident (workspace_id, announcement_id, incident_id)
SELECT workspace_id, id, incident_id
FROM carried_told;

INSERT INTO announcement (
  id, workspace_id, kind, subject_id, subject_kind, subject_name, part, severity, headline, facts, path, thread, at
)
SELECT id, workspace_id, kind, NULL, '', '', '', '', '', '[]', '', '', created_at
FROM old_notification
WHERE incident_id IS NULL;

INSERT INTO notification (id, workspace_id, announcement_id, recipient_id, channel, shown, target, message_id, remote_id,
  state, attempts, created_at, next_attempt_at, lease_until, sent_at, last_error)
SELECT n.id, n.workspace_id,
  COALESCE((SELECT a.id FROM announcement_incident r JOIN announcement a ON a.workspace_id = r.workspace_id
            AND a.id = r.announcement_id WHERE r.workspace_id = n.workspace_id AND r.incident_id = n.incident_id
            AND a.kind = n.kind), n.id),
  n.recipient_id, n.channel,
  CASE n.channel WHEN 'mail' THEN n.address ELSE COALESCE(t.host, '?') END,
  CASE n.channel WHEN 'mail' THEN 'mail' ELSE COALESCE(t.target, '?') END,
  n.message_id, '', n.state, n.attempts, n.created_at, n.next_attempt_at, n.lease_until, n.sent_at, n.last_error
FROM old_notification n LEFT JOIN carried_target t ON n.channel = 'webhook' AND t.address = n.address;

DROP VIEW carried_incident;
DROP VIEW carried_told;
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
DROP TABLE old_agent;

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
