// The shapes of the API of telling: the stages between an incident and a message, and what they decided.
import type { Notification, Time } from "../../lib/types";

export type Verdict = "pass" | "hold" | "drop";
export type Phase = "held" | "told" | "dropped" | "over";

export interface StageView {
  stage: string;
  title?: string;
  verdict: Verdict;
  reason: string;
  text: string;
  until: Time | null;
  recipient?: { id: string; name: string } | null; // how it stands with this one; null: a stage of the incident
}

export interface TellingEntry {
  at: Time;
  stage: string;
  verdict: Verdict | "";
  reason: string;
  text: string;
  until: Time | null;
  recipient?: { id: string; name: string } | null;
}

export interface TellingView {
  phase: Phase | null; // null: of before there was a pipeline
  reason: string;
  text: string;
  now: StageView[]; // empty: it is over
  entries: TellingEntry[];
  deliveries: Notification[];
}

export interface StageRow {
  name: string;
  title: string;
  sentence: string;
  per_recipient?: boolean;
  reasons?: { reason: string; sentence: string }[];
}

export interface WouldTell {
  items: { recipient: { id: string; name: string; shown: string; channel: string }; verdict: Verdict; reason: string; text: string; until: Time | null }[];
}
