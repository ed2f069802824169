// Small drawings of a list's row: the last response times as a line, the last days as bars. Each is one SVG with a few
// paths; the shape says what the colour says: a bad day is a high bar, and a failed check a tick below the line.
import { share } from "../../lib/format";
import { t } from "../../lib/i18n";
import { type MonitorRow, uptimeOf } from "./model";

const kWidth = 92;
const kHeight = 22;

export function spark(given: MonitorRow["spark"]) {
  const values = given.map((each) => each || null); // 0: there was no result
  const good = values.filter((each): each is number => each !== null && each >= 0);
  if (values.length === 0 || (good.length === 0 && !values.includes(-1))) return null;
  const top = Math.max(...good, 1);
  const step = kWidth / Math.max(values.length - 1, 1);
  let line = "";
  let failed = "";
  let drawing = false;
  values.forEach((value, index) => {
    const x = (index * step).toFixed(1);
    if (value !== null && value >= 0) {
      line += `${drawing ? "L" : "M"}${x} ${(kHeight - 5 - (value / top) * (kHeight - 7)).toFixed(1)}`;
      drawing = true;
    } else {
      if (drawing && line.lastIndexOf("M") > line.lastIndexOf("L")) line += "h.1"; // a single value
      drawing = false;
      if (value === -1) failed += `M${x} ${kHeight - 4}v4`;
    }
  });
  if (drawing && line.lastIndexOf("M") > line.lastIndexOf("L")) line += "h.1";
  return (
    <svg class="spark" viewBox={`-1 0 ${kWidth + 2} ${kHeight}`} aria-hidden="true" focusable="false">
      <path d={line} />
      {failed && <path class="failed" d={failed} />}
    </svg>
  );
}

const kBar = 3;
const heights = { good: 11, some: 15, bad: 20, none: 4 };
type Day = keyof typeof heights;

function dayOf(uptime: number | null): Day {
  if (uptime === null) return "none";
  return uptime >= 99.9 ? "good" : uptime >= 95 ? "some" : "bad";
}

// `spoken`: what it is of, where its row does not say so.
export function dayBars(days: MonitorRow["days"], uptime: number | null, title: string) {
  const paths: Record<Day, string> = { good: "", some: "", bad: "", none: "" };
  let troubled = 0;
  days.forEach((each, index) => {
    const day = dayOf(uptimeOf(each));
    if (day === "some" || day === "bad") troubled += 1;
    paths[day] += `M${index * kBar + 1} 20v-${heights[day]}`;
  });
  const spoken = t("monitors.bar_spoken", { days: days.length, troubled, uptime: share(uptime) });
  return (
    <svg class="day-bars" viewBox={`0 0 ${Math.max(days.length, 1) * kBar} 20`} preserveAspectRatio="none" role="img" aria-label={`${title}: ${spoken}`}>
      <title>{spoken}</title>
      {(Object.keys(paths) as Day[]).map((day) => paths[day] && <path key={day} class={day} d={paths[day]} />)}
    </svg>
  );
}
