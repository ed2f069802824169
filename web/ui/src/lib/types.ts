// The shapes of the API (/api/v1), as the server documents them in /api/v1/openapi.json. Times are ISO-8601 in UTC.
import type { components } from "./api_types";
import type { DayWord } from "./zones";

type Schemas = components["schemas"];

export type Time = string;
// The state as people see it. Order, shapes and words: parts/state.tsx.
export type ShownState = Schemas["Subject"]["state"];
// What follows from observations alone.
export type ObservedState = Schemas["Subject"]["observed"]["state"];
export type StateReason = Schemas["Subject"]["observed"]["reason"];
export type Severity = "info" | "warning" | "critical";
export type Role = Schemas["Member"]["role"];
export type Resolution =
  | "recovered" | "rule_deleted" | "rule_disabled" | "rule_changed" | "subject_removed" | "subject_disabled" | "subject_changed"
  | "subject_paused" | "part_gone" | "said_resolved" | "stale" | "drill_ended";
export type Consent = Schemas["Recipient"]["consent"];
// What an API key may be allowed to do, from looking to deciding (core/access/api_keys.cpp, may_be_scope).
export type Scope =
  | "view" | "view_members" | "view_own_audit" | "acknowledge_incident" | "edit_subjects" | "edit_rules" | "edit_recipients"
  | "rotate_agent_token" | "manage_enrolment_keys" | "manage_members" | "review_access" | "view_audit" | "edit_workspace";
// Why a login by a provider was refused. The server puts the word into the fragment of an address.
export type LoginRefusal =
  | "account_unverified" | "already" | "another" | "another_person" | "declined" | "disabled" | "domain" | "factor_needed"
  | "mail_unverified" | "no_account" | "no_way" | "not_fresh" | "provider_changed" | "refused" | "session_over" | "slow_down"
  | "state" | "taken" | "trouble";

export interface List<T> {
  items: T[];
  next: string | null;
}

export type Workspace = Schemas["Workspace"];

export type Member = Schemas["Member"];

export type Team = Schemas["Team"];

export type Invitation = Schemas["Invitation"];

export type SentInvitation = Schemas["SentInvitation"];

export type OpenInvitation = Schemas["OpenInvitation"];

// Since when the appliance can store nothing, and why.
export interface StorageOutage {
  since: Time;
  cause: string;
}

export type Me = Schemas["Me"] & { server: { recovery: RecoverySign | null } };

// Set while the appliance is in recovery: restored from a backup, and not released yet.
export interface RecoverySign {
  since: Time;
  backup_at: Time;
}

export type Latest = Schemas["Latest"];

// A row of the table of metrics (lib/metrics.ts).
export type Metric = Schemas["Metric"];

export interface Metrics {
  cpu: boolean;
  memory: boolean;
  disk: boolean;
  load: boolean;
}

// What is watched, of whatever kind.
export type Subject = Omit<Schemas["Subject"], "labels"> & { labels: Record<string, string>; runbook?: string; maintenance?: boolean };

// What a group has beside. Its members stand where one group was asked for, and not in lists.
export type GroupPart = NonNullable<Subject["group"]>;
export type Health = GroupPart["health"];

// A group among the subjects.
export type Group = Subject & { group: GroupPart };
export const isGroup = (subject: Subject): subject is Group => subject.group !== null;

// A row of the table of kinds (lib/kinds.ts).
export type SubjectKind = Schemas["SubjectKindList"]["items"][number];

// The record of a subject's states.
export type StateRecord = Schemas["SubjectRecord"] & { maintenances?: { from: Time; to: Time }[] };

export type Agent = Subject & Omit<Schemas["Agent"], keyof Schemas["Subject"]>;
export const isAgent = (subject: Subject): subject is Agent => subject.kind === "agent";

export interface NewAgent {
  agent: Agent;
  token: string;
  install_command: string;
  run_command: string;
}

export interface MachineEvent {
  at: Time;
  kind: "bound" | "mismatch_accepted" | "mismatch_refused" | "missing" | "approved" | "rejected" | "released";
  machine_id: string;
  actor_name: string;
}

export type Readings = Schemas["Readings"] & { maintenances?: { from: Time; to: Time }[] }; // of the stretch

export type RuleKind = "silence" | "metric" | "state" | "event"; // event: another system said so; no rule of people has it
export type RuleStateWord = Extract<ObservedState, "down" | "degraded" | "unknown">;

export interface RuleBody {
  name: string;
  kind: RuleKind;
  target: {
    kind: "all" | "tag" | "label" | "subject" | "group"; // group: its members
    tag?: string | null;
    label?: string | null; // "env=prod", or "env" with any value
    subject_id?: string | null;
    group_id?: string | null;
  };
  metric: string;
  comparison: "above" | "below";
  threshold: number;
  hysteresis: number;
  duration_seconds: number;
  cooldown_seconds: number;
  severity: Severity;
  enabled: boolean;
  recipient_ids: string[];
  state?: ObservedState; // with kind "state": down, degraded or unknown
  only_kind?: string | null; // of several subjects, only those of this kind
  part?: string; // "": the subject itself; "*": each part
  repeat_seconds?: number; // a reminder so often while nobody acknowledged; 0: none
  working_hours?: WorkingHours | null; // null: always
  runbook?: string; // an https address; "": none
  notes?: string;
}

// When a rule tells what it opens.
export interface WorkingHours {
  days: DayWord[];
  from: string; // "08:00"
  to: string;
  zone: string;
}

export interface Rule extends RuleBody {
  id: string;
  sentence: string;
  version: number;
  created_at: Time;
  last_tested_at?: Time | null;
}

// The order of lists: rules about silence first, the others by name.
export function inOrder(rules: readonly Rule[]): Rule[] {
  const rank = (rule: Rule) => (rule.kind === "silence" ? 0 : 1);
  return [...rules].sort((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name));
}

export interface Preview {
  targeted_subjects: number;
  matching_now: number;
  incidents_30_days: number;
  sentence: string;
}

export interface Incident {
  id: string;
  rule_id: string;
  subject_id: string;
  subject_kind: string;
  subject_name: string;
  part: string; // of the subject; "": itself
  rule_sentence: string;
  kind: RuleKind;
  severity: Severity;
  summary: string;
  opened_at: Time;
  acknowledged_at: Time | null;
  acknowledged_by: string;
  acknowledged_until?: Time | null; // null while acknowledged: without an end
  is_drill?: boolean;
  resolved_at: Time | null;
  resolution: Resolution | ""; // "": not resolved
  version: number;
}

export interface IncidentEvent {
  id: string;
  at: Time;
  kind: "opened" | "notified" | "notify_failed" | "acknowledged" | "unacknowledged" | "commented" | "resolved";
  actor_name: string;
  text: string; // what a person wrote, or a sentence of the server
}

export const kCommentCharactersMax = 2_000; // as in the API's schema "Comment"

// A field that a kind asks for, and a kind of channel, as GET /channels lists them. New kinds come with the server alone.
export type FieldType = "text" | "secret" | "secret_lines" | "secret_url" | "url" | "mail" | "number" | "choice" | "flag" | "lines" | "certificate";
export type KindValue = string | number | boolean | null;

export type KindField = Schemas["KindField"];

export type Channel = Schemas["Channel"];

export type Notification = Omit<Schemas["Notification"], "kind"> & {
  kind: "incident_opened" | "incident_resolved" | "test" | "summary" | "group" | "reminder" | "digest" | "weekly" | "flapping" | "code" | "quiet";
  answer?: string; // the other side's own words; "": none
};

export interface IncidentDetail extends Incident {
  events: IncidentEvent[];
  notifications: Notification[];
}

export interface Overview {
  counts: Record<ShownState, number>; // of the fleet
  storage: StorageOutage | null;
  attention: {
    subject_id: string;
    kind: string;
    name: string;
    state: ShownState;
    since: Time | null;
    summary: string;
    incident_id: string | null;
  }[];
  fleet: { id: string; kind: string; name: string; state: ShownState }[]; // the most urgent
  fleet_left_out: number;
  groups: { id: string; name: string; state: ShownState; detail: string; since: Time | null }[];
  incidents: Incident[];
  failed_notifications: Notification[];
  quiet?: QuietNow | null;
  untested_rules?: { id: string; name: string; last_tested_at: Time | null }[]; // for 90 days
}

// What is quiet at this moment: how many subjects of how many, and who asked for it.
export interface QuietNow {
  held_for_parents: number;
  quiet: number;
  subjects: number;
  by: { id: string; name: string; by_name: string; until: Time | null }[];
}

export type Recipient = Schemas["Recipient"] & Partial<ReaderHours>;

// The hours of a recipient's reader, for what is less than critical. Times are "22:00".
export interface ReaderHours {
  zone: string;
  quiet_from: string | null;
  quiet_to: string | null;
  digest_at: string | null;
  weekly: boolean;
}

export interface Answer {
  ok: boolean;
  answer: string;
}

export type Appliance = Schemas["Appliance"];

// The appliance as a subject: its parts, and the incidents about them.
export type ApplianceStorage = Schemas["ApplianceStorage"];
export type StoragePreview = Schemas["StoragePreview"];

export interface ApplianceHealth {
  state: ShownState;
  since: Time | null;
  parts: { part: string; state: ObservedState; text: string | null; since: Time | null; incident_id: string | null }[];
  incidents: Incident[];
}

export type MailSettings = Schemas["MailSettings"];

// The appliance's backups.
export type BackupKind = "whole" | "without_history";
export type BackupTrigger = "by_hand" | "schedule" | "before_upgrade" | "before_import" | "before_rekey" | "command_line";
export type BackupStep = "waiting" | "copying" | "verifying" | "uploading" | "drilling" | "removing";

export interface Backup {
  id: string;
  kind: BackupKind;
  trigger: BackupTrigger;
  state: "running" | "complete" | "failed" | "removed";
  started_at: Time;
  ended_at: Time | null;
  name: string; // of its file
  bytes: number;
  by: string;
  trouble: string;
  verified_at: Time | null;
  verify_trouble: string;
  drilled_at: Time | null;
  drill_trouble: string;
  has_key: boolean; // whether the appliance can still open it, to verify and to drill it
  copies: { destination: string; is_there: boolean; at: Time | null; trouble: string }[];
}

export interface BackupProgress {
  backup_id: string;
  step: BackupStep;
  destination: string;
  done: number;
  of: number; // 0: not known
}

export interface BackupSchedule {
  enabled: boolean;
  hour: number;
  minute: number;
  zone: string;
  whole_on: number; // weekdays: Monday 1, Tuesday 2, Wednesday 4 … Sunday 64
  daily_without_history: boolean;
  keep_daily: number;
  keep_weekly: number;
  keep_monthly: number;
  keep_yearly: number;
}

export interface BackupDestination {
  name: string;
  is_directory: boolean;
  is_ready: boolean;
  same_device: boolean; // as the data
  trouble: string;
  backups: number;
  bytes: number;
  free_bytes: number | null;
}

export interface BackupBucket {
  endpoint: string;
  region: string;
  bucket: string;
  prefix: string;
  access_key: string;
  path_style: boolean;
  retention: boolean;
  secret_set: boolean;
}

export interface BackupBucketTest {
  steps: { step: string; ok: boolean; text: string }[];
}

export interface BackupList {
  items: Backup[];
  schedule: BackupSchedule;
  next_at: Time | null;
  destinations: BackupDestination[];
  bucket: BackupBucket | null;
  recovery_key: { state: "none" | "unconfirmed" | "confirmed"; fingerprint: string; since: Time | null };
  passphrase: { is_set: boolean; since: Time | null };
  signer: string; // fingerprint of the key that signs
  instance: string;
  progress: BackupProgress[];
  findings: { state: ObservedState; text: string }[];
}

// Shown once.
export interface RecoveryKeyMade {
  words: string; // ten, joined by hyphens
  fingerprint: string;
  signer: string; // fingerprint of the key that signs backups
  instance: string;
  ask: number[]; // the two words, counted from 1, that confirm it
}

export interface RecoveryKeyConfirmed {
  fingerprint: string;
}

export type VouchKind =
  | "administrator" | "person" | "member" | "invitation" | "session" | "api_key" | "enrolment_key" | "agent" | "totp" | "passkey" | "recovery_codes" | "login_link";

export interface Recovery {
  is_on: boolean;
  since: Time | null;
  backup_at: Time | null;
  backup_id: string;
  former_instance: string;
  host: string;
  items: { kind: VouchKind; id: string; workspace: string; name: string; detail: string; at: Time | null; last_used_at: Time | null }[];
}

// What was removed from a workspace and can come back.
export interface Removed {
  id: string;
  kind: "rule" | "recipient" | "group" | "agent" | "monitor" | "source";
  object_id: string;
  name: string;
  removed_at: Time;
  removed_by: string;
  goes_at: Time;
}

export type RemovedList = List<Removed>;

// What came back, and sentences about what of it could not.
export interface PutBack {
  kind: Removed["kind"];
  object_id: string;
  name: string;
  left_out: string[];
}
