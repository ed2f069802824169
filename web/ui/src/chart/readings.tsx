// The readings of a subject as charts, for a stretch of time. While its end is "now", new readings are asked for.
import { useComputed, useSignal, useSignalEffect } from "@preact/signals";
import { readingsOf } from "../lib/kinds";
import { chartsOf, formatOf, useMetrics } from "../lib/metrics";
import { useQuery } from "../lib/query";
import type { Metrics, Readings } from "../lib/types";
import { Failure } from "../parts/basics";
import type { Band, Series } from "./chart";
import { Chart } from "./lazy";

const kPoints = 360;
const kQuietSeconds = 60;

// Readings come a little more than ten seconds apart, and the steps of a chart may be as short. So a step without a
// reading is no gap until the subject has missed more of them than it may.
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
  kind: string; // of subject
  id: string;
  from: number; // seconds
  to: number;
  live: boolean;
  only?: string[]; // words of charts
  metrics?: Metrics;
  line?: { chart: string; value: number };
  bands?: Band[];
  quietSeconds?: number; // the longest pause between two readings that is no gap
  onZoom?: (from: number, to: number) => void;
}) {
  const iso = (seconds: number) => new Date(seconds * 1000).toISOString();
  const path = `${readingsOf(props.kind, props.id)}?from=${encodeURIComponent(iso(props.from))}&to=${encodeURIComponent(iso(props.to))}&points=${kPoints}`;
  const query = useQuery<Readings>(path, { everyMs: 0 });
  // A moving end changes the query with each step. The last answer stays until the next one comes.
  const shown = useSignal<Readings | null>(null);
  useSignalEffect(() => {
    if (query.data.value) shown.value = query.data.value;
  });
  const readings = query.data.value ?? shown.value;
  const at = useComputed(() => (query.data.value ?? shown.value)?.at.map((each) => Date.parse(each) / 1000) ?? []);
  const table = useMetrics();
  const seconds = (time: string) => Date.parse(time) / 1000;
  const bands = useComputed<Band[]>(() => ((query.data.value ?? shown.value)?.maintenances ?? []).map((each) => ({ from: seconds(each.from), to: seconds(each.to), quiet: true })));
  // A chart that has a switch on the agent is shown where it is on.
  const on: Record<string, boolean | undefined> = { ...props.metrics };
  const charts = (table ? chartsOf(table, props.kind) : []).filter((chart) => (!props.only || props.only.includes(chart.word)) && on[chart.word] !== false);
  return (
    <>
      {query.error.value && <Failure error={query.error.value} at={query.at.value} retry={() => void query.refetch()} />}
      <div class="charts" aria-busy={readings && table ? undefined : "true"}>
        {charts.map((chart) => {
          // Beside the first series, only those that have values: a check without TLS has no time of it.
          const lines: Series[] = chart.series.map((metric) => ({
            name: metric.chart?.series ?? metric.word,
            values: joined(readings?.series[metric.word] ?? at.value.map(() => null), at.value, props.quietSeconds ?? kQuietSeconds),
          })).filter((line, index) => index === 0 || line.values.some((value) => value != null));
          return (
            <Chart
              key={chart.word}
              title={chart.noun}
              at={at.value}
              from={props.from}
              to={props.to}
              series={lines}
              format={formatOf(chart.series[0])}
              top={chart.top}
              line={props.line?.chart === chart.word ? props.line.value : undefined}
              bands={bands.value.length > 0 ? [...bands.value, ...(props.bands ?? [])] : props.bands}
              onZoom={props.onZoom}
            />
          );
        })}
      </div>
    </>
  );
}
