// A month of quiet: each day says how many windows touch it, the chosen day lists them below. As a grid (ARIA): arrows
// move by days and weeks, Home and End to the ends of a week, Page Up and Page Down by months. The month is in the
// address. Days are those of the reader's zone.
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { readersLocale, t } from "../../lib/i18n";
import { useQuery } from "../../lib/query";
import { param, setParams } from "../../lib/router";
import { serverNow, shortTime } from "../../lib/time";
import type { List } from "../../lib/types";
import { api } from "../../lib/workspace";
import { dayName, shortDayName } from "../../lib/zones";
import { Failure, Panel } from "../../parts/basics";
import { Icon } from "../../parts/icon";
import { Outcome } from "../../parts/state";
import { type CalendarWindow, kindText } from "./quiet_model";

const kWeek = 7;
const kRows = 6;
const kShownInCell = 3;
const monthName = new Intl.DateTimeFormat(readersLocale, { month: "long", year: "numeric" });
const dayText = new Intl.DateTimeFormat(readersLocale, { weekday: "long", day: "numeric", month: "long", year: "numeric" });

// Days as local midnights: adding days goes by the calendar, over changes of the clock too.
const dayOf = (date: Date, more = 0) => new Date(date.getFullYear(), date.getMonth(), date.getDate() + more);
const wordOf = (day: Date) => `${day.getFullYear()}-${String(day.getMonth() + 1).padStart(2, "0")}-${String(day.getDate()).padStart(2, "0")}`;
const weekday = (day: Date) => (day.getDay() + 6) % kWeek; // Monday 0

function chosenDay(): Date {
  const [year, month, day] = param("day").split("-").map(Number);
  const asked = year && month && day ? new Date(year, month - 1, day) : null;
  return asked && !Number.isNaN(asked.getTime()) ? asked : dayOf(new Date(serverNow()));
}

const moves: Record<string, (day: Date) => Date> = {
  ArrowLeft: (day) => dayOf(day, -1),
  ArrowRight: (day) => dayOf(day, 1),
  ArrowUp: (day) => dayOf(day, -kWeek),
  ArrowDown: (day) => dayOf(day, kWeek),
  Home: (day) => dayOf(day, -weekday(day)),
  End: (day) => dayOf(day, kWeek - 1 - weekday(day)),
  PageUp: (day) => monthAway(day, -1),
  PageDown: (day) => monthAway(day, 1),
};

// The same day of another month, or its last one.
function monthAway(day: Date, months: number): Date {
  const last = new Date(day.getFullYear(), day.getMonth() + months + 1, 0).getDate();
  return new Date(day.getFullYear(), day.getMonth() + months, Math.min(day.getDate(), last));
}

export function QuietCalendar(props: { onOpen: (id: string) => void }) {
  const chosen = chosenDay();
  const grid = useRef<HTMLTableElement>(null);
  const moved = useSignal(false); // by the keyboard: the focus follows
  const first = new Date(chosen.getFullYear(), chosen.getMonth(), 1);
  const begin = dayOf(first, -weekday(first));
  const end = dayOf(begin, kWeek * kRows);
  const query = useQuery<List<CalendarWindow>>(api(`/quiet/calendar?from=${encodeURIComponent(begin.toISOString())}&to=${encodeURIComponent(end.toISOString())}`), {
    on: (event) => event.name === "quiet.changed",
  });
  const windows = query.data.value?.items ?? [];
  const on = (day: Date) => windows.filter((each) => Date.parse(each.from) < dayOf(day, 1).getTime() && Date.parse(each.to) > day.getTime());
  const choose = (day: Date) => setParams({ day: wordOf(day) });
  useEffect(() => {
    if (!moved.value) return;
    moved.value = false;
    grid.current?.querySelector<HTMLElement>("button[tabindex='0']")?.focus();
  });
  const today = wordOf(dayOf(new Date(serverNow())));
  const title = monthName.format(first);
  return (
    <>
      {query.error.value && <Failure error={query.error.value} at={query.at.value} retry={() => void query.refetch()} />}
      <div class="month-head">
        <button type="button" class="icon-button" aria-label={t("quiet.month_before")} onClick={() => choose(monthAway(chosen, -1))}><Icon name="next" class="back" /></button>
        <h2 aria-live="polite">{title}</h2>
        <button type="button" class="icon-button" aria-label={t("quiet.month_after")} onClick={() => choose(monthAway(chosen, 1))}><Icon name="next" /></button>
        <button type="button" class="button small" onClick={() => setParams({ day: null })}>{t("quiet.today")}</button>
      </div>
      <table class="month" role="grid" aria-label={title} ref={grid} onKeyDown={(event) => {
        const move = moves[event.key];
        if (!move || event.altKey || event.ctrlKey || event.metaKey) return;
        event.preventDefault();
        moved.value = true;
        choose(move(chosen));
      }}>
        <thead>
          <tr>{Array.from({ length: kWeek }, (_, day) => <th key={day} scope="col"><span aria-hidden="true">{shortDayName(day)}</span><span class="hidden">{dayName(day)}</span></th>)}</tr>
        </thead>
        <tbody>
          {Array.from({ length: kRows }, (_, row) => (
            <tr key={row}>
              {Array.from({ length: kWeek }, (_, column) => {
                const day = dayOf(begin, row * kWeek + column);
                const name = wordOf(day);
                const here = on(day);
                const isChosen = name === wordOf(chosen);
                return (
                  <td key={name} aria-selected={isChosen ? "true" : "false"} class={day.getMonth() === first.getMonth() ? "" : "beside"}>
                    <button type="button" tabIndex={isChosen ? 0 : -1} aria-current={name === today ? "date" : undefined} onClick={() => choose(day)}>
                      <span class="hidden">{here.length > 0 ? t("quiet.day_with", { day: dayText.format(day), n: here.length }) : dayText.format(day)}</span>
                      <span class="day-number" aria-hidden="true">{day.getDate()}</span>
                      {here.slice(0, kShownInCell).map((each) => <span key={`${each.quiet_id} ${each.from}`} class={`window ${each.kind}`} aria-hidden="true"><span class="wide-only">{each.name || kindText(each.kind)}</span></span>)}
                      {here.length > kShownInCell && <span class="quiet" aria-hidden="true">+{here.length - kShownInCell}</span>}
                    </button>
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
      <p class="quiet field-hint">{t("quiet.calendar_keys")}</p>
      <Panel title={dayText.format(chosen)} class="spaced-top">
        {on(chosen).length === 0 ? <p class="quiet">{t("quiet.day_none")}</p> : (
          <ul class="plain-list" aria-label={t("quiet.day_list")}>
            {on(chosen).map((each) => (
              <li key={`${each.quiet_id} ${each.from}`}>
                <Outcome kind="info">{kindText(each.kind)}</Outcome>
                {each.kind === "maintenance" || each.kind === "mute"
                  ? <button type="button" class="link-button" onClick={() => props.onOpen(each.quiet_id)}>{each.name || kindText(each.kind)}</button>
                  : <span>{each.name}</span>}
                <span class="quiet">{t("quiet.from_to", { from: shortTime(each.from), to: shortTime(each.to) })}</span>
              </li>
            ))}
          </ul>
        )}
      </Panel>
    </>
  );
}
