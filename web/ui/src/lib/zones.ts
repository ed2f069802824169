// Named zones, days of the week and times of the day, as forms ask for them.
import { readersLocale } from "./i18n";

export const zoneHere = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";
export const zones = (stored: string): string[] => [...new Set(["UTC", zoneHere(), stored, ...Intl.supportedValuesOf("timeZone")])].filter(Boolean).sort();

export const dayWords = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
export type DayWord = (typeof dayWords)[number];

// 2024-01-01 was a Monday.
const long = new Intl.DateTimeFormat(readersLocale, { weekday: "long", timeZone: "UTC" });
const short = new Intl.DateTimeFormat(readersLocale, { weekday: "short", timeZone: "UTC" });
export const dayName = (day: number): string => long.format(Date.UTC(2024, 0, 1 + day));
export const shortDayName = (day: number): string => short.format(Date.UTC(2024, 0, 1 + day));

// Of a <input type="datetime-local">, in the reader's own zone: "2026-11-30T22:00".
export function localText(at: string | number): string {
  const date = new Date(at);
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
export const isoOf = (local: string): string | null => (local && !Number.isNaN(Date.parse(local)) ? new Date(local).toISOString() : null);
