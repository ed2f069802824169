// The readings of an agent as charts, for a stretch of time. While its end is "now", new readings are asked for.
import { useComputed, useSignal, useSignalEffect } from "@preact/signals";
import { t } from "../lib/i18n";
import { load, percent } from "../lib/format";
import { useQuery } from "../lib/query";
import type { Metrics, Readings, SeriesName } from "../lib/types";
import { api } from "../lib/workspace";
import { Failure } from "../parts/basics";
import type { Band, Series } from "./chart";
import { Chart } from "./lazy";

export type ChartName = "cpu" | "memory" | "disk" | "load";
const all: ChartName[] = ["cpu", "memory", "disk", "load"];
const kPoints = 360;
const kQuietSeconds = 60;

const definition: Record<ChartName, { series: [SeriesName, "chart.mean" | "chart.peak" | "chart.used" | "chart.load_1m" | "chart.load_per_core"][]; top?: number; format: (value: number | null | undefined) => string }> = {
  cpu: { series: [["cpu_percent", "chart.mean"], ["cpu_peak_percent", "chart.peak"]], top: 100, format: percent },
  memory: { series: [["memory_percent", "chart.used"]], top: 100, format: percent },
  disk: { series: [["disk_percent", "chart.used"]], top: 100, format: percent },
  load: { series: [["load_per_core", "chart.load_per_core"], ["load_1m", "chart.load_1m"]], format: load },
};

// Readings come a little more than ten seconds apart, and the steps of a chart may be as short. So a step without a
// reading is no gap until the agent has missed more heartbeats than it may.
function joined(values: (number | null)[], at: number[], quiet: number): (number | null | undefined)[] {
  const result: (number | null | undefined)[] = values.slice();
  let last = -1;
  for (let index = 0; index < values.length; index += 1) {
    if (values[index] == null) continue;
    if (last >= 0 && (at[index] ?? 0) - (at[last] ?? 0) <= quiet) result.fill(undefined, last + 1, index);
    last = index;
  }
  return result;
}

export function ReadingCharts(props: {
  agentId: string;
  from: number; // seconds
  to: number;
  live: boolean;
  only?: ChartName[];
  metrics?: Metrics;
  line?: { chart: ChartName; value: number };
  bands?: Band[];
  quietSeconds?: number; // the longest pause between two readings that is no gap
  onZoom?: (from: number, to: number) => void;
}) {
  const iso = (seconds: number) => new Date(seconds * 1000).toISOString();
  const path = api(`/agents/${props.agentId}/readings?from=${encodeURIComponent(iso(props.from))}&to=${encodeURIComponent(iso(props.to))}&points=${kPoints}`);
  const query = useQuery<Readings>(path, { everyMs: 0 });
  // A moving end changes the query with each step. The last answer stays until the next one comes.
  const shown = useSignal<Readings | null>(null);
  useSignalEffect(() => {
    if (query.data.value) shown.value = query.data.value;
  });
  const readings = query.data.value ?? shown.value;
  const at = useComputed(() => (query.data.value ?? shown.value)?.at.map((each) => Date.parse(each) / 1000) ?? []);
  const names = (props.only ?? all).filter((name) => !props.metrics || props.metrics[name]);
  return (
    <>
      {query.error.value && <Failure error={query.error.value} at={query.at.value} retry={() => void query.refetch()} />}
      <div class="charts" aria-busy={readings ? undefined : "true"}>
        {names.map((name) => {
          const { series, top, format } = definition[name];
          const lines: Series[] = series.map(([key, text]) => ({ name: t(text), values: joined(readings?.series[key] ?? at.value.map(() => null), at.value, props.quietSeconds ?? kQuietSeconds) }));
          return (
            <Chart
              key={name}
              title={t(`chart.${name}`)}
              at={at.value}
              from={props.from}
              to={props.to}
              series={lines}
              format={format}
              top={top}
              line={props.line?.chart === name ? props.line.value : undefined}
              bands={props.bands}
              onZoom={props.onZoom}
            />
          );
        })}
      </div>
    </>
  );
}
