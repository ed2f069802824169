// The charts of a subject with the choice of their stretch of time, which is in the address, and the incidents on them.
import { useComputed } from "@preact/signals";
import texts from "../catalogue/en.range.json";
import { learn, t } from "../lib/i18n";
import { param, setParams } from "../lib/router";
import { serverNow, shortTime } from "../lib/time";
import type { Incident, Metrics } from "../lib/types";
import { Segments } from "../parts/basics";
import { ReadingCharts } from "./readings";

learn(texts);

const ranges = { "1h": 3600, "6h": 21_600, "24h": 86_400, "7d": 604_800 } as const;
type Range = keyof typeof ranges;
const kYoungSeconds = 600;

export function SubjectCharts(props: {
  kind: string;
  id: string;
  spoken: string;
  since: string | null; // when its readings begin
  incidents: readonly Incident[];
  quietSeconds: number;
  metrics?: Metrics;
  only?: string[]; // words of charts
}) {
  const asked = param("range");
  const range: Range = asked in ranges ? (asked as Range) : "1h";
  const from = Number(param("from"));
  const to = Number(param("to"));
  const zoomed = from > 0 && to > from;
  // "Now" moves in steps of about one point of the chart.
  const step = Math.max(10, Math.round(ranges[range] / 360));
  const end = useComputed(() => Math.ceil(serverNow() / 1000 / step) * step);
  // The charts of a new subject begin at its first reading, unless the reader asks for a range.
  const first = props.since ? Date.parse(props.since) / 1000 : 0;
  const young = !asked && !zoomed && end.value - first < ranges["1h"];
  const length = young ? Math.max(kYoungSeconds, end.value - Math.floor(first / 60) * 60 + 60) : ranges[range];
  const stretch = zoomed ? { from, to } : { from: end.value - length, to: end.value };
  const bands = props.incidents.map((incident) => ({
    from: Date.parse(incident.opened_at) / 1000,
    to: incident.resolved_at ? Date.parse(incident.resolved_at) / 1000 : serverNow() / 1000,
  })).filter((band) => band.to >= stretch.from && band.from <= stretch.to);
  return (
    <section aria-label={props.spoken}>
      <div class="range">
        <Segments<Range | "other">
          spoken={t("agent.range")}
          value={zoomed || young ? "other" : range}
          options={[["1h", t("agent.range_1h")], ["6h", t("agent.range_6h")], ["24h", t("agent.range_24h")], ["7d", t("agent.range_7d")]]}
          onChange={(value) => setParams({ range: value, from: null, to: null }, { push: true })}
        />
        {zoomed ? (
          <>
            <span>{t("agent.zoomed", { from: shortTime(from * 1000), to: shortTime(to * 1000) })}</span>
            <button type="button" class="button small" onClick={() => setParams({ from: null, to: null }, { push: true })}>{t("agent.unzoom")}</button>
          </>
        ) : (
          <span class="quiet small wide-only">{young ? t("agent.young") : t("agent.zoom_hint")}</span>
        )}
      </div>
      <ReadingCharts
        kind={props.kind}
        id={props.id}
        from={stretch.from}
        to={stretch.to}
        live={!zoomed}
        metrics={props.metrics}
        only={props.only}
        bands={bands}
        quietSeconds={props.quietSeconds}
        onZoom={(a, b) => setParams({ from: String(a), to: String(b) }, { push: true })}
      />
    </section>
  );
}
