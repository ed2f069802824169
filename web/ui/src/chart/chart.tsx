// One chart: uPlot in a figure, with what a canvas lacks: a spoken name, the value under the cursor as text, arrow
// keys, and the data as a table. The cursors of all charts of a page move together. Dragging zooms; the page keeps that
// in the address.
import uPlot from "uplot";
import { useSignal } from "@preact/signals";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { t } from "../lib/i18n";
import { readersLocale } from "../lib/i18n";
import { dark } from "../lib/prefs";
import { absoluteTime, shortTime } from "../lib/time";
import { isDayStart, localMarks } from "./days";

export interface Series {
  name: string;
  values: (number | null | undefined)[]; // null: a gap; undefined: no value here, the line goes on
}

export interface Band {
  from: number; // seconds
  to: number;
  quiet?: boolean; // a maintenance
}

export interface ChartProps {
  title: string;
  at: number[]; // seconds
  from: number;
  to: number;
  series: Series[];
  format: (value: number | null | undefined) => string;
  top?: number; // fixed upper end of the scale
  line?: number; // a threshold
  bands?: Band[]; // incidents, maintenances
  height?: number;
  onZoom?: (from: number, to: number) => void;
}

const sync = uPlot.sync("connlog");
const kMostTableRows = 200;
const dashes = [undefined, [4, 3], [2, 2], [9, 3], [9, 3, 2, 3]];
const clock = new Intl.DateTimeFormat(readersLocale, { hour: "2-digit", minute: "2-digit" });
const clockSeconds = new Intl.DateTimeFormat(readersLocale, { hour: "2-digit", minute: "2-digit", second: "2-digit" });
const day = new Intl.DateTimeFormat(readersLocale, { month: "short", day: "numeric" });

// Values with a gap on both sides get a point, as no line shows them.
function lonely(values: ArrayLike<number | null | undefined> | undefined): number[] | null {
  const found: number[] = [];
  let before: number | null = null; // the last value since the last gap
  let alone = false;
  for (let index = 0; index < (values?.length ?? 0); index += 1) {
    const value = values?.[index];
    if (value === undefined) continue;
    if (value === null) {
      if (alone && before !== null) found.push(before);
      before = null;
      alone = false;
    } else {
      alone = before === null;
      before = index;
    }
  }
  if (alone && before !== null) found.push(before);
  return found.length > 0 ? found : null;
}

export default function Chart(props: ChartProps) {
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const cursor = useSignal<number | null>(null);
  const table = useSignal(false);
  const latest = useRef(props);
  latest.current = props;
  const colour = (name: string): string => {
    const probe = box.current?.parentElement?.querySelector(`.probe-${name}`);
    return probe ? getComputedStyle(probe).color : "gray";
  };
  const data = (): uPlot.AlignedData => [props.at, ...props.series.map((each) => each.values)];
  const shape = `${props.series.length}/${props.top ?? ""}/${dark.value}`;

  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    const height = props.height ?? 190;
    const axis = { stroke: colour("ink-2"), font: "12px system-ui, sans-serif", ticks: { show: false }, grid: { stroke: colour("line"), width: 1 } };
    const made = new uPlot(
      {
        width: Math.max(120, element.clientWidth),
        height,
        padding: [8, 8, 0, 0],
        legend: { show: false },
        cursor: {
          sync: { key: sync.key, setSeries: false },
          drag: { x: true, y: false, setScale: false, dist: 6 },
          points: { size: 7 },
          y: false,
        },
        scales: {
          x: { time: true, range: () => [latest.current.from, latest.current.to] },
          y: {
            range: (_, low, high) => {
              const line = latest.current.line ?? 0;
              const top = latest.current.top ?? Math.max(1, (high ?? 0) * 1.15, line * 1.15);
              return [Math.min(0, low ?? 0), top];
            },
          },
        },
        axes: [
          {
            ...axis,
            space: 70,
            size: 28,
            splits: (_, __, from, to, step) => localMarks(from, to, step),
            values: (_, splits) =>
              splits.map((split) => {
                const date = new Date(split * 1000);
                return isDayStart(split) ? day.format(date) : (splits[1] ?? 60) - (splits[0] ?? 0) < 60 ? clockSeconds.format(date) : clock.format(date);
              }),
          },
          { ...axis, size: 52, space: 34, values: (_, splits) => splits.map((split) => latest.current.format(split)) },
        ],
        series: [
          {},
          ...props.series.map((each, index) => ({
            label: each.name,
            stroke: colour(`series-${index + 1}`),
            width: index === 0 ? 1.75 : 1.5,
            dash: dashes[index % dashes.length],
            spanGaps: false,
            points: { show: false, size: 5, fill: colour(`series-${index + 1}`), filter: (self: uPlot, at: number) => lonely(self.data[at]) },
          })),
        ],
        hooks: {
          setCursor: [(self) => {
            cursor.value = self.cursor.idx ?? null;
          }],
          setSelect: [(self) => {
            if (self.select.width < 6) return;
            const from = self.posToVal(self.select.left, "x");
            const to = self.posToVal(self.select.left + self.select.width, "x");
            self.setSelect({ left: 0, width: 0, top: 0, height: 0 }, false);
            if (to - from >= 30) latest.current.onZoom?.(Math.floor(from), Math.ceil(to));
          }],
          drawClear: [(self) => {
            const { ctx, bbox } = self;
            ctx.save();
            for (const band of latest.current.bands ?? []) {
              ctx.fillStyle = colour(band.quiet ? "ink-2" : "band");
              const left = Math.max(bbox.left, self.valToPos(band.from, "x", true));
              const right = Math.min(bbox.left + bbox.width, self.valToPos(band.to, "x", true));
              if (right < left) continue;
              ctx.globalAlpha = 0.13;
              ctx.fillRect(left, bbox.top, Math.max(2, right - left), bbox.height);
              ctx.globalAlpha = 0.9;
              ctx.fillRect(left, bbox.top, 2 * devicePixelRatio, bbox.height);
            }
            ctx.restore();
          }],
          draw: [(self) => {
            const { ctx, bbox } = self;
            const line = latest.current.line;
            if (line === undefined) return;
            const y = self.valToPos(line, "y", true);
            ctx.save();
            ctx.strokeStyle = colour("band");
            ctx.lineWidth = devicePixelRatio;
            ctx.setLineDash([6 * devicePixelRatio, 4 * devicePixelRatio]);
            ctx.beginPath();
            ctx.moveTo(bbox.left, y);
            ctx.lineTo(bbox.left + bbox.width, y);
            ctx.stroke();
            ctx.restore();
          }],
        },
      },
      data(),
      element,
    );
    plot.current = made;
    const observer = new ResizeObserver(() => {
      const width = element.clientWidth;
      if (width > 0 && width !== made.width) made.setSize({ width, height });
    });
    observer.observe(element);
    return () => {
      observer.disconnect();
      made.destroy();
      plot.current = null;
    };
  }, [shape]);

  useEffect(() => {
    plot.current?.setData(data());
  }, [props.at, props.series, props.from, props.to, props.bands, props.line]);

  const move = (event: KeyboardEvent) => {
    const self = plot.current;
    const last = props.at.length - 1;
    if (!self || last < 0) return;
    const here = cursor.value ?? last;
    const step = event.shiftKey ? 10 : 1;
    const next = { ArrowLeft: here - step, ArrowRight: here + step, Home: 0, End: last }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    const index = Math.max(0, Math.min(last, next));
    self.setCursor({ left: self.valToPos(props.at[index] ?? 0, "x"), top: 10 });
    cursor.value = index;
  };

  const index = cursor.value;
  const instant = index === null ? null : props.at[index];
  const values = props.series.map((each) => ({
    name: each.name,
    value: instant === null || index === null ? each.values.findLast((value) => value != null) : each.values[index],
  }));
  const empty = props.series.every((each) => each.values.every((value) => value == null));
  const spoken = t("chart.spoken", { title: props.title, from: absoluteTime(props.from * 1000), to: absoluteTime(props.to * 1000) });
  return (
    <figure class="chart">
      <figcaption>
        <h2>{props.title}</h2>
        <span class="chart-values">
          {values.map((each, order) => (
            <span key={each.name}>
              <span class={`chart-key series-${order + 1}`} aria-hidden="true" />
              {props.series.length > 1 && `${each.name} `}
              <strong>{props.format(each.value)}</strong>
            </span>
          ))}
          {instant != null && <span>{shortTime(instant * 1000)}</span>}
        </span>
        <button type="button" class="link-button" aria-expanded={table.value ? "true" : "false"} onClick={() => (table.value = !table.value)}>
          {table.value ? t("chart.hide_table") : t("chart.table")}
          <span class="hidden"> ({props.title})</span>
        </button>
      </figcaption>
      {["ink-2", "line", "band", ...props.series.map((_, index) => `series-${index + 1}`)].map((name) => <span key={name} hidden class={`probe-${name}`} />)}
      <div
        class="chart-canvas"
        ref={box}
        role="slider"
        tabIndex={0}
        aria-label={spoken}
        aria-valuemin={0}
        aria-valuemax={Math.max(0, props.at.length - 1)}
        aria-valuenow={index ?? Math.max(0, props.at.length - 1)}
        aria-valuetext={instant == null ? (empty ? t("chart.empty") : values.map((each) => `${each.name} ${props.format(each.value)}`).join(", ")) : `${shortTime(instant * 1000)}: ${values.map((each) => `${each.name} ${props.format(each.value)}`).join(", ")}`}
        onKeyDown={move}
      >
        {empty && <span class="chart-empty">{t("chart.empty")}</span>}
      </div>
      {table.value && (
        <div class="chart-table" tabIndex={0} role="region" aria-label={t("chart.table_of", { title: props.title })}>
          <table class="table">
            <thead>
              <tr>
                <th scope="col">{t("chart.time")}</th>
                {props.series.map((each) => <th key={each.name} scope="col" class="number">{each.name}</th>)}
              </tr>
            </thead>
            <tbody>
              {props.at
                .map((at, each) => [at, each] as const)
                .filter(([, each]) => props.series.some((one) => one.values[each] != null))
                .slice(-kMostTableRows)
                .reverse()
                .map(([at, each]) => (
                  <tr key={at}>
                    <td>{absoluteTime(at * 1000)}</td>
                    {props.series.map((one) => <td key={one.name} class="number">{props.format(one.values[each])}</td>)}
                  </tr>
                ))}
            </tbody>
          </table>
        </div>
      )}
    </figure>
  );
}
