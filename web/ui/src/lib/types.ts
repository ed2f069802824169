// The shapes of the API (/api/v1), as the server documents them in /api/v1/openapi.json. Times are ISO-8601 in UTC.

export type Time = string;
// "unknown": nothing can be stored, so nothing is known since then.
export type AgentState = "pending" | "up" | "warning" | "down" | "unknown" | "disabled";
export type Severity = "warning" | "critical";
export type Role = "owner" | "admin" | "operator" | "member" | "viewer";
export type Resolution =
  | "recovered" | "rule_deleted" | "rule_disabled" | "rule_changed" | "agent_removed" | "agent_disabled" | "agent_changed";
export type Consent = "unconfirmed" | "confirmed" | "unsubscribed";
// What an API key may be allowed to do, from looking to deciding (core/access/api_keys.cpp, may_be_scope).
export type Scope =
  | "view" | "view_members" | "view_own_audit" | "acknowledge_incident" | "edit_agents" | "edit_rules" | "edit_recipients"
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

export interface Workspace {
  id: string;
  slug: string;
  name: string;
  role: Role;
  team_grant: boolean;
  sees_all: boolean;
  machine_policy: "warn" | "refuse";
  enabled: boolean;
  team_scoped: boolean;
  deletion: { requested_at: Time; due_at: Time; requested_by: string } | null;
  version: number;
  // the looks of administrators of the appliance
  openings: { id: string; administrator: string; reason: string; expires_at: Time }[];
  review_due_at: Time | null; // of the next access review; null for members who do none
  second_factor: { refused: boolean; until: Time } | null; // null: not required, or the reader has one
  opened_by_me: boolean; // the reader is such an administrator, and no member
}

export interface Member {
  user_id: string;
  name: string;
  mail: string;
  role: Role;
  since: Time;
  last_login_at: Time | null;
  enabled: boolean;
  teams: { team_id: string; may_edit: boolean }[];
  by_provider: string | null; // the login provider whose roles decide about this one
}

export interface Team {
  id: string;
  name: string;
  agents: number;
  members: { user_id: string; may_edit: boolean; since: Time }[];
  version: number;
}

export interface Group {
  id: string;
  name: string;
  agents: number;
  rules: number;
  version: number;
}

export interface Invitation {
  id: string;
  mail: string;
  role: Role;
  team_id: string | null;
  inviter_name: string;
  mailed: boolean;
  expired: boolean;
  expires_at: Time;
}

export interface SentInvitation {
  invitation: Invitation;
  link: string;
}

export interface OpenInvitation {
  workspace_name: string;
  role: Role;
  mail: string;
  inviter_name: string;
  expires_at: Time;
}

// Since when the appliance can store nothing, and why.
export interface StorageOutage {
  since: Time;
  cause: string;
}

export interface Me {
  user: { id: string; name: string; mail: string; appliance_administrator: boolean };
  workspaces: Workspace[];
  second_factor: boolean; // one is set up
  may_create_workspaces: boolean;
  csrf_token: string;
  server: { version: string; public_url: string; now: Time; storage: StorageOutage | null };
}

export interface Latest {
  at: Time;
  values: { metric: string; part: string; value: number }[]; // what was not measured is absent
}

// A row of the table of metrics (lib/metrics.ts).
export interface Metric {
  number: number;
  word: string;
  noun: string;
  unit: string;
  decimals: number;
  low: number;
  high: number;
  worse: "neither" | "above" | "below";
  kinds: string[];
  part: string;
  from: string[]; // the words of the metrics that it is computed from
  in_rules: boolean;
  suggested: { threshold: number; hysteresis: number } | null; // for a new rule
  chart: { word: string; noun: string; position: number; series: string } | null;
}

export interface Metrics {
  cpu: boolean;
  memory: boolean;
  disk: boolean;
  load: boolean;
}

export interface Agent {
  id: string;
  name: string;
  tags: string[];
  team_id: string | null;
  group_ids: string[];
  state: AgentState;
  token_hint: string;
  interval_seconds: number;
  missed_threshold: number;
  metrics: Metrics;
  config_version: number;
  agent_version: string;
  hostname: string;
  os: string;
  arch: string;
  core_count: number;
  machine_id: string;
  pending_machine_id: string;
  first_seen_at: Time | null;
  last_seen_at: Time | null;
  offline_since: Time | null;
  open_incidents: number;
  latest: Latest | null;
  created_at: Time;
}

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

export interface Readings {
  from: Time;
  to: Time;
  step_seconds: number;
  at: Time[];
  series: Record<string, (number | null)[]>; // by the metric's word
}

export interface RuleBody {
  name: string;
  kind: "silence" | "metric";
  target: { kind: "all" | "tag" | "agent" | "group"; tag?: string | null; agent_id?: string | null; group_id?: string | null };
  metric: string;
  comparison: "above" | "below";
  threshold: number;
  hysteresis: number;
  duration_seconds: number;
  cooldown_seconds: number;
  severity: Severity;
  enabled: boolean;
  recipient_ids: string[];
}

export interface Rule extends RuleBody {
  id: string;
  sentence: string;
  version: number;
  created_at: Time;
}

// The order of lists: rules about silence first, the others by name.
export function inOrder(rules: readonly Rule[]): Rule[] {
  const rank = (rule: Rule) => (rule.kind === "silence" ? 0 : 1);
  return [...rules].sort((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name));
}

export interface Preview {
  targeted_agents: number;
  matching_now: number;
  incidents_30_days: number;
  sentence: string;
}

export interface Incident {
  id: string;
  rule_id: string;
  agent_id: string;
  agent_name: string;
  rule_sentence: string;
  kind: "silence" | "metric";
  severity: Severity;
  summary: string;
  opened_at: Time;
  acknowledged_at: Time | null;
  acknowledged_by: string;
  resolved_at: Time | null;
  resolution: Resolution | ""; // "": not resolved
  version: number;
}

export interface IncidentEvent {
  id: string;
  at: Time;
  kind: "opened" | "notified" | "notify_failed" | "acknowledged" | "commented" | "resolved";
  actor_name: string;
  text: string; // what a person wrote, or a sentence of the server
}

export const kCommentCharactersMax = 2_000; // as in the API's schema "Comment"

// A field that a kind asks for, and a kind of channel, as GET /channels lists them. New kinds come with the server alone.
export type FieldType = "text" | "secret" | "secret_url" | "url" | "mail" | "number" | "choice" | "flag" | "lines" | "certificate";
export type KindValue = string | number | boolean | null;

export interface KindField {
  name: string;
  label: string;
  type: FieldType;
  required: boolean;
  secret: boolean;
  made_here: boolean;
  address: boolean;
  help: string;
  example: string;
  default: string | null;
  lowest: number;
  highest: number;
  choices: { word: string; label: string }[];
}

export interface Channel {
  kind: string;
  title: string;
  icon: string;
  fields: KindField[];
  needs_consent: boolean;
  can: { thread: boolean; update: boolean; two_way: boolean };
}

export interface Notification {
  id: string;
  incident_id: string | null;
  recipient_id: string;
  kind: "incident_opened" | "incident_resolved" | "test";
  channel: string;
  shown: string;
  state: "queued" | "sent" | "failed";
  attempts: number;
  created_at: Time;
  next_attempt_at: Time | null;
  sent_at: Time | null;
  last_error: string;
}

export interface IncidentDetail extends Incident {
  events: IncidentEvent[];
  notifications: Notification[];
}

export interface Overview {
  counts: Record<AgentState, number>;
  storage: StorageOutage | null;
  attention: {
    agent_id: string;
    name: string;
    state: AgentState;
    since: Time | null;
    summary: string;
    incident_id: string | null;
  }[];
  fleet: { id: string; name: string; state: AgentState }[];
  incidents: Incident[];
  failed_notifications: Notification[];
}

export interface Recipient {
  id: string;
  name: string;
  kind: string;
  known: boolean;
  fields: Record<string, KindValue>;
  secrets_set: string[];
  shown: string;
  receives_by_default: boolean;
  enabled: boolean;
  last_tested_at: Time | null;
  last_test_answer: string;
  consent: Consent; // a mail address must agree before it gets alerts
  consent_at: Time | null;
  consent_asked_at: Time | null;
  version: number;
  created_at: Time;
}

export interface Answer {
  ok: boolean;
  answer: string;
}

export interface Appliance {
  version: string;
  public_url: string;
  listeners: { address: string; port: number; tls: boolean }[];
  server_pin: string | null;
  ca_pin: string | null;
  started_at: Time;
  database_bytes: number | null;
  agents_total: number;
  agent_targets: { target: string; available: boolean; bytes: number | null }[];
  certificate_not_after: Time | null;
  warnings: string[]; // of the settings, the certificate and the store
  findings: string[]; // found while it runs
}

export interface MailSettings {
  configured: boolean;
  host: string;
  port: number;
  security: "starttls" | "tls" | "none";
  username: string;
  has_password: boolean;
  from_address: string;
  from_name: string;
  ca_pem: string;
  helo_name: string; // empty: default_helo_name
  default_helo_name: string;
  login: "automatic" | "plain" | "login" | "cram_md5";
  trouble: { since: Time; at: Time; answer: string } | null; // why no mail gets through
}
