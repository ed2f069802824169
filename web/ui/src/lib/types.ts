// The shapes of the API (/api/v1), as the server documents them in /api/v1/openapi.json. Times are ISO-8601 in UTC.
import type { components } from "./api_types";

type Schemas = components["schemas"];

export type Time = string;
// "unknown": nothing can be stored, so nothing is known since then.
export type AgentState = Schemas["Agent"]["state"];
export type Severity = Schemas["Rule"]["severity"];
export type Role = Schemas["Member"]["role"];
export type Resolution =
  | "recovered" | "rule_deleted" | "rule_disabled" | "rule_changed" | "agent_removed" | "agent_disabled" | "agent_changed";
export type Consent = Schemas["Recipient"]["consent"];
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

export type Workspace = Schemas["Workspace"];

export type Member = Schemas["Member"];

export type Team = Schemas["Team"];

export type Group = Schemas["Group"];

export type Invitation = Schemas["Invitation"];

export type SentInvitation = Schemas["SentInvitation"];

export type OpenInvitation = Schemas["OpenInvitation"];

// Since when the appliance can store nothing, and why.
export interface StorageOutage {
  since: Time;
  cause: string;
}

export type Me = Schemas["Me"];

export type Latest = Schemas["Latest"];

// A row of the table of metrics (lib/metrics.ts).
export type Metric = Schemas["Metric"];

export interface Metrics {
  cpu: boolean;
  memory: boolean;
  disk: boolean;
  load: boolean;
}

export type Agent = Schemas["Agent"];

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

export type Readings = Schemas["Readings"];

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

export type KindField = Schemas["KindField"];

export type Channel = Schemas["Channel"];

export type Notification = Schemas["Notification"];

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

export type Recipient = Schemas["Recipient"];

export interface Answer {
  ok: boolean;
  answer: string;
}

export type Appliance = Schemas["Appliance"];

export type MailSettings = Schemas["MailSettings"];
