// The shapes of the API of quiet, and what follows from them in words.
import { duration, shortTime } from "../../lib/time";
import { readersLocale, t, word } from "../../lib/i18n";
import { subjects } from "../../lib/subjects";
import type { QuietNow, Rule, Severity, Time } from "../../lib/types";
import { dayName, dayWords } from "../../lib/zones";

export type QuietKind = "maintenance" | "mute" | "snooze" | "host";
export type QuietRepeat = "once" | "weekly" | "monthly" | "cron";

// All that is set must hold; nothing set: everything.
export interface Matcher {
  subject_id?: string | null;
  group_id?: string | null;
  tag?: string | null;
  label?: string | null;
  rule_id?: string | null;
  severity?: Severity | null;
}

export interface Window {
  from: Time;
  to: Time;
}

export interface QuietBody {
  kind: QuietKind;
  name: string;
  reason: string;
  matchers: Matcher[];
  repeat: QuietRepeat;
  zone: string;
  schedule: string; // weekly "mon,thu 22:00"; monthly "1,15 03:00" or "last-sun 02:00"; cron: five parts
  duration_seconds: number;
  starts_at: Time | null;
  ends_at: Time | null; // of what repeats: null: without an end
}

export interface Quiet extends QuietBody {
  id: string;
  ended_early_at: Time | null;
  by_name: string;
  by_host?: { id: string; name: string } | null;
  is_wide: boolean;
  version: number;
  matches: number;
  running: Window | null;
  next: Window | null;
}

export interface QuietList {
  items: Quiet[];
  now: QuietNow | null; // null: nothing is
}

export interface QuietPreview {
  matches: number;
  subjects: number;
  is_wide: boolean;
  windows: Window[];
}

export interface CalendarWindow extends Window {
  quiet_id: string;
  name: string;
  kind: QuietKind;
}

export const dimensions = ["subject_id", "group_id", "tag", "label", "rule_id"] as const;
export type Dimension = (typeof dimensions)[number];
export const dimensionOf = (matcher: Matcher): Dimension | "" => dimensions.find((each) => matcher[each] !== undefined && matcher[each] !== null) ?? "";

const nameOf = (id: string): string => subjects.value.get(id)?.name ?? t("quiet.gone");

function matcherText(matcher: Matcher, rules: readonly Rule[]): string {
  const parts: string[] = [];
  if (matcher.subject_id) parts.push(nameOf(matcher.subject_id));
  if (matcher.group_id) parts.push(t("quiet.of_group", { name: nameOf(matcher.group_id) }));
  if (matcher.tag) parts.push(t("quiet.of_tag", { tag: matcher.tag }));
  if (matcher.label) parts.push(t("quiet.of_label", { label: matcher.label }));
  if (matcher.rule_id) parts.push(t("quiet.of_rule", { name: rules.find((each) => each.id === matcher.rule_id)?.name ?? t("quiet.gone") }));
  if (parts.length === 0) parts.push(t("quiet.of_all"));
  if (matcher.severity) parts.push(t("quiet.of_severity", { severity: t(`severity.${matcher.severity}`) }));
  return parts.join(", ");
}

export function matchersText(quiet: Quiet, rules: readonly Rule[]): string {
  if (quiet.by_host) return quiet.by_host.name;
  if (quiet.matchers.length === 0) return t("quiet.of_all");
  return quiet.matchers.map((each) => matcherText(each, rules)).join("; ");
}

const listed = new Intl.ListFormat(readersLocale, { type: "conjunction" });

// "every Monday and Thursday at 22:00 (Europe/Berlin), for 2h"
export function whenText(quiet: QuietBody): string {
  if (quiet.repeat === "once") {
    if (!quiet.starts_at || !quiet.ends_at) return "";
    return t("quiet.from_to", { from: shortTime(quiet.starts_at), to: shortTime(quiet.ends_at) });
  }
  const values = { schedule: quiet.schedule, zone: quiet.zone, time: duration(quiet.duration_seconds) };
  if (quiet.repeat === "weekly") {
    const [days = "", at = ""] = quiet.schedule.split(" ");
    const names = days.split(",").map((each) => dayWords.findIndex((day) => day === each)).filter((day) => day >= 0).map(dayName);
    return t("quiet.when_weekly", { ...values, days: listed.format(names), at });
  }
  return t(quiet.repeat === "monthly" ? "quiet.when_monthly" : "quiet.when_cron", values);
}

export const kindText = (kind: QuietKind): string => word("quiet_kind", kind);
