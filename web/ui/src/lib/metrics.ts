// The table of metrics, as the server has it: what can be measured, how it is called, its unit, range and chart. It is
// asked for once. No list of metrics stands in the interface; a metric that the table does not have is shown by its word.
import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { ApiError, call } from "./api";
import { load, mib, millis, number, percent } from "./format";
import { t } from "./i18n";
import { duration } from "./time";
import type { Latest, List, Metric } from "./types";

const kRetryMs = 5_000;

// By word, in the server's order. Null: not here yet.
const table = signal<ReadonlyMap<string, Metric> | null>(null);
let asking = false;

async function ask(): Promise<void> {
  if (asking || table.peek()) return;
  asking = true;
  try {
    const answer = await call<List<Metric>>("/metrics/catalogue");
    table.value = new Map(answer.items.map((each) => [each.word, each]));
  } catch (failure) {
    // A reader who is signed out asks again with the next page.
    if (!(failure instanceof ApiError) || failure.status !== 401) setTimeout(() => void ask(), kRetryMs);
  } finally {
    asking = false;
  }
}

export function useMetrics(): ReadonlyMap<string, Metric> | null {
  useEffect(() => void ask(), []);
  return table.value;
}

export function valueOf(latest: Latest | null | undefined, metric: string): number | null {
  return latest?.values.find((each) => each.metric === metric && each.part === "")?.value ?? null;
}

export type Format = (value: number | null | undefined) => string;

export function formatOf(metric: Metric | undefined): Format {
  switch (metric?.unit as string | undefined) {
    case "percent":
      return percent;
    case "milliseconds":
      return millis;
    case "days":
      return (value) => (value === null || value === undefined ? "–" : duration(value * 86_400));
    case "mebibytes":
      return mib;
    case "seconds":
      return (value) => (value === null || value === undefined ? "–" : duration(value));
    default:
      if (metric && metric.decimals > 0) return load;
      return (value) => (value === null || value === undefined ? "–" : number(value));
  }
}

// The unit of a threshold, behind a number that people type.
export function unitText(metric: Metric | undefined): string {
  switch (metric?.unit as string | undefined) {
    case "percent":
      return "%";
    case "milliseconds":
      return "ms";
    case "days":
      return "d";
    case "mebibytes":
      return "MiB";
    case "seconds":
      return "s";
    case "per_core":
      return t("rule.per_core");
    default:
      return "";
  }
}

export interface ChartOf {
  word: string;
  noun: string;
  series: Metric[]; // the first one gives the unit
  top?: number; // fixed upper end of the scale
}

// The charts of a kind of subject. Their order is that of their first series.
export function chartsOf(metrics: ReadonlyMap<string, Metric>, kind: string): ChartOf[] {
  const drawn = [...metrics.values()]
    .filter((each) => each.chart !== null && each.kinds.includes(kind))
    .sort((a, b) => (a.chart?.position ?? 0) - (b.chart?.position ?? 0) || a.number - b.number);
  const charts = new Map<string, ChartOf>();
  for (const metric of drawn) {
    if (!metric.chart) continue;
    const chart = charts.get(metric.chart.word);
    if (chart) chart.series.push(metric);
    else charts.set(metric.chart.word, { word: metric.chart.word, noun: metric.chart.noun, series: [metric], ...(metric.unit === "percent" ? { top: metric.high } : {}) });
  }
  return [...charts.values()];
}
