-- Quiet and loud: the pipeline between incidents and messages, maintenance and mutes, dependencies, events from others, acknowledge
-- links, confirmed chats.

ALTER TABLE rule ADD COLUMN repeat_seconds BIGINT NOT NULL DEFAULT 0;
ALTER TABLE rule ADD COLUMN hours_days BIGINT NOT NULL DEFAULT 0;
ALTER TABLE rule ADD COLUMN hours_from BIGINT NOT NULL DEFAULT 0;
ALTER TABLE rule ADD COLUMN hours_to BIGINT NOT NULL DEFAULT 1440;
ALTER TABLE rule ADD COLUMN hours_zone TEXT NOT NULL DEFAULT 'UTC';
ALTER TABLE rule ADD COLUMN runbook TEXT NOT NULL DEFAULT '';
ALTER TABLE rule ADD COLUMN notes TEXT NOT NULL DEFAULT '';
ALTER TABLE rule ADD COLUMN last_tested_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE subject ADD COLUMN runbook TEXT NOT NULL DEFAULT '';
ALTER TABLE incident ADD COLUMN acknowledged_until BIGINT NOT NULL DEFAULT 0;
ALTER TABLE incident ADD COLUMN is_drill BIGINT NOT NULL DEFAULT 0;
CREATE INDEX incident_open_of_subject ON incident (workspace_id, subject_id, id) WHERE resolved_at = 0;
CREATE INDEX subject_removed_source ON subject (workspace_id, id) WHERE removed_at <> 0 AND kind = 'source';
CREATE INDEX incident_open_drill ON incident (opened_at) WHERE is_drill = 1 AND resolved_at = 0;
-- What the announcement tells of the incident: opened, resolved, reminder.
ALTER TABLE announcement_incident ADD COLUMN what TEXT NOT NULL DEFAULT 'opened';
-- The other side's last answer, also where it took the message.
ALTER TABLE notification ADD COLUMN answer TEXT NOT NULL DEFAULT '';
ALTER TABLE recipient ADD COLUMN zone TEXT NOT NULL DEFAULT 'UTC';
ALTER TABLE recipient ADD COLUMN quiet_from BIGINT NOT NULL DEFAULT -1;
ALTER TABLE recipient ADD COLUMN quiet_to BIGINT NOT NULL DEFAULT -1;
ALTER TABLE recipient ADD COLUMN digest_at BIGINT NOT NULL DEFAULT -1;
ALTER TABLE recipient ADD COLUMN weekly BIGINT NOT NULL DEFAULT 0;

CREATE TABLE telling_setting (
  workspace_id BLOB PRIMARY KEY NOT NULL REFERENCES workspace (id) ON DELETE CASCADE,
  group_wait_seconds BIGINT NOT NULL,
  group_every_seconds BIGINT NOT NULL,
  host_quiet_minutes BIGINT NOT NULL,
  maintenance_counts BIGINT NOT NULL CHECK (maintenance_counts IN (0, 1)),
  acknowledge_hours BIGINT NOT NULL,
  version BIGINT NOT NULL
) WITHOUT ROWID;

-- A maintenance, a mute, a snooze, or what a host asked for. `by_host` is a subject.
CREATE TABLE quiet (
  id BLOB PRIMARY KEY NOT NULL CHECK (length(id) = 16),
  workspace_id BLOB NOT NULL REFERENCES workspace (id),
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  reason TEXT NOT NULL,
  repeat TEXT NOT NULL,
  zone TEXT NOT NULL,
  schedule TEXT NOT NULL,
  duration_seconds BIGINT NOT NULL,
  starts_at BIGINT NOT NULL,
  ends_at BIGINT NOT NULL,
  ended_early_at BIGINT NOT NULL,
  by_user BLOB CHECK (length(by_user) = 16),
  by_name TEXT NOT NULL,
  by_host BLOB CHECK (length(by_host) = 16),
  is_wide BIGINT NOT NULL CHECK (is_wide IN (0, 1)),
  owners_told_at BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  version BIGINT NOT NULL,
  UNIQUE (workspace_id, id)
) WITHOUT ROWID;
CREATE INDEX quiet_of_workspace ON quiet (workspace_id, ends_at);

CREATE TABLE quiet_matcher (
  workspace_id BLOB NOT NULL,
  quiet_id BLOB NOT NULL,
  position BIGINT NOT NULL,
  subject_id BLOB CHECK (length(subject_id) = 16),
  group_id BLOB CHECK (length(group_id) = 16),
  tag TEXT NOT NULL,
  label TEXT NOT NULL,
  rule_id BLOB CHECK (length(rule_id) = 16),
  severity TEXT NOT NULL,
  PRIMARY KEY (workspace_id, quiet_id, position),
  FOREIGN KEY (workspace_id, quiet_id) REFERENCES quiet (workspace_id, id) ON DELETE CASCADE
) WITHOUT ROWID;

CREATE TABLE dependency (
  workspace_id BLOB NOT NULL,
  subject_id BLOB NOT NULL,
  parent_id BLOB NOT NULL,
  PRIMARY KEY (workspace_id, subject_id, parent_id),
  FOREIGN KEY (workspace_id, subject_id) REFERENCES subject (workspace_id, id) ON DELETE CASCADE,
  FOREIGN KEY (workspace_id, parent_id) REFERENCES subject (workspace_id, id) ON DELETE CASCADE
) WITHOUT ROWID;
CREATE INDEX dependency_of_parent ON dependency (workspace_id, parent_id);

-- How the telling of an incident stands. Times are engine time.
CREATE TABLE telling (
  incident_id BLOB PRIMARY KEY NOT NULL,
  workspace_id BLOB NOT NULL,
  subject_id BLOB NOT NULL,
  phase TEXT NOT NULL,
  stage TEXT NOT NULL,
  reason TEXT NOT NULL,
  text TEXT NOT NULL,
  held_by BLOB CHECK (length(held_by) = 16),
  look_at BIGINT NOT NULL,
  told_at BIGINT NOT NULL,
  repeat_at BIGINT NOT NULL,
  reminders BIGINT NOT NULL,
  awaits_until BIGINT NOT NULL,
  FOREIGN KEY (workspace_id, incident_id) REFERENCES incident (workspace_id, id) ON DELETE CASCADE
) WITHOUT ROWID;
CREATE INDEX telling_look ON telling (look_at) WHERE look_at <> 0;
CREATE INDEX telling_repeat ON telling (repeat_at) WHERE repeat_at <> 0;
CREATE INDEX telling_held ON telling (workspace_id, held_by) WHERE phase = 'held';
CREATE INDEX telling_of_subject ON telling (workspace_id, subject_id) WHERE phase <> 'over';

CREATE TABLE telling_entry (
  workspace_id BLOB NOT NULL,
  incident_id BLOB NOT NULL,
  sequence BIGINT NOT NULL,
  at BIGINT NOT NULL,
  stage TEXT NOT NULL,
  verdict TEXT NOT NULL,
  reason TEXT NOT NULL,
  text TEXT NOT NULL,
  until_at BIGINT NOT NULL,
  recipient_id BLOB CHECK (length(recipient_id) = 16),
  recipient_name TEXT NOT NULL,
  PRIMARY KEY (workspace_id, incident_id, sequence),
  FOREIGN KEY (workspace_id, incident_id) REFERENCES incident (workspace_id, id) ON DELETE CASCADE
) WITHOUT ROWID;

-- What waits for a recipient's next message or digest.
CREATE TABLE telling_waiting (
  workspace_id BLOB NOT NULL,
  recipient_id BLOB NOT NULL,
  incident_id BLOB NOT NULL,
  what TEXT NOT NULL,
  at BIGINT NOT NULL,
  for_digest BIGINT NOT NULL CHECK (for_digest IN (0, 1)),
  PRIMARY KEY (workspace_id, recipient_id, incident_id, what),
  FOREIGN KEY (workspace_id, recipient_id) REFERENCES recipient (workspace_id, id) ON DELETE CASCADE,
  FOREIGN KEY (workspace_id, incident_id) REFERENCES incident (workspace_id, id) ON DELETE CASCADE
) WITHOUT ROWID;
CREATE INDEX telling_waiting_of_incident ON telling_waiting (workspace_id, incident_id);

CREATE TABLE recipient_pace (
  workspace_id BLOB NOT NULL,
  recipient_id BLOB NOT NULL,
  window_until BIGINT NOT NULL,
  step BIGINT NOT NULL,
  digest_at BIGINT NOT NULL,
  weekly_at BIGINT NOT NULL,
  PRIMARY KEY (workspace_id, recipient_id),
  FOREIGN KEY (workspace_id, recipient_id) REFERENCES recipient (workspace_id, id) ON DELETE CASCADE
) WITHOUT ROWID;
CREATE INDEX recipient_pace_window ON recipient_pace (window_until) WHERE window_until <> 0;
CREATE INDEX recipient_pace_digest ON recipient_pace (digest_at) WHERE digest_at <> 0;

CREATE TABLE flapping (
  workspace_id BLOB NOT NULL,
  subject_id BLOB NOT NULL,
  since BIGINT NOT NULL,
  said_at BIGINT NOT NULL,
  look_at BIGINT NOT NULL,
  PRIMARY KEY (workspace_id, subject_id),
  FOREIGN KEY (workspace_id, subject_id) REFERENCES subject (workspace_id, id) ON DELETE CASCADE
) WITHOUT ROWID;
CREATE INDEX flapping_look ON flapping (look_at);

-- The state of an acknowledge link; its token and number follow from the notification's id and a key. A row comes with the first use.
CREATE TABLE ack_link (
  workspace_id BLOB NOT NULL,
  notification_id BLOB NOT NULL,
  opened_at BIGINT NOT NULL,
  used_at BIGINT NOT NULL,
  ended_at BIGINT NOT NULL,
  ended_reason TEXT NOT NULL,
  PRIMARY KEY (workspace_id, notification_id),
  FOREIGN KEY (notification_id) REFERENCES notification (id) ON DELETE CASCADE
) WITHOUT ROWID;

-- A code that was sent to a chat and is to be typed. `digest` is keyed.
CREATE TABLE recipient_code (
  workspace_id BLOB NOT NULL,
  recipient_id BLOB NOT NULL,
  digest BLOB NOT NULL,
  expires_at BIGINT NOT NULL,
  tries BIGINT NOT NULL,
  PRIMARY KEY (workspace_id, recipient_id),
  FOREIGN KEY (workspace_id, recipient_id) REFERENCES recipient (workspace_id, id) ON DELETE CASCADE
) WITHOUT ROWID;

-- A person's account at a service that can answer (Telegram's from.id).
CREATE TABLE chat_account (
  user_id BLOB NOT NULL REFERENCES app_user (id) ON DELETE CASCADE,
  service TEXT NOT NULL,
  account TEXT NOT NULL,
  name TEXT NOT NULL,
  linked_at BIGINT NOT NULL,
  last_used_at BIGINT NOT NULL,
  PRIMARY KEY (user_id, service),
  UNIQUE (service, account)
) WITHOUT ROWID;

-- Event sources. Its subject has the same id.
CREATE TABLE event_source (
  id BLOB PRIMARY KEY NOT NULL CHECK (length(id) = 16),
  workspace_id BLOB NOT NULL,
  format TEXT NOT NULL,
  key_start TEXT NOT NULL,
  key_digest BLOB NOT NULL UNIQUE,
  addresses TEXT NOT NULL,
  stale_after_seconds BIGINT NOT NULL,
  watchdog_event TEXT NOT NULL,
  watchdog_seconds BIGINT NOT NULL,
  watchdog_at BIGINT NOT NULL,
  last_at BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  UNIQUE (workspace_id, id),
  FOREIGN KEY (workspace_id, id) REFERENCES subject (workspace_id, id) ON DELETE CASCADE
) WITHOUT ROWID;

CREATE TABLE open_event (
  workspace_id BLOB NOT NULL,
  source_id BLOB NOT NULL,
  event_key TEXT NOT NULL,
  incident_id BLOB NOT NULL,
  last_at BIGINT NOT NULL,
  ends_at BIGINT NOT NULL,
  ends_by_itself BIGINT NOT NULL CHECK (ends_by_itself IN (0, 1)),
  PRIMARY KEY (workspace_id, source_id, event_key),
  FOREIGN KEY (workspace_id, source_id) REFERENCES event_source (workspace_id, id) ON DELETE CASCADE,
  FOREIGN KEY (workspace_id, incident_id) REFERENCES incident (workspace_id, id) ON DELETE CASCADE
) WITHOUT ROWID;
CREATE INDEX open_event_due ON open_event (ends_at);
CREATE INDEX open_event_of_incident ON open_event (workspace_id, incident_id);
