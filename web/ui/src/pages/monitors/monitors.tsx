// The list of monitors: filter, order and page are in the address, and the server does them, so that a page of 50 rows
// costs the same with 50 and with 2,000 monitors. A row is plain elements, without components of its own. Rows can be
// chosen and changed together. What is pasted or dropped becomes a monitor (add.tsx) or a list to import (importing.tsx).
import { useSignal, useSignalEffect, type Signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { me } from "../../lib/api";
import { useTeams } from "../../lib/belonging";
import { millis, share } from "../../lib/format";
import { t, word, type Key } from "../../lib/i18n";
import { useQuery, type Query } from "../../lib/query";
import { navigate, param, params, setParams, withParams } from "../../lib/router";
import { absoluteTime } from "../../lib/time";
import type { ShownState } from "../../lib/types";
import { api, at, mayEditSome, workspace } from "../../lib/workspace";
import { Empty, Failure, PageHeader, Skeleton, Tags } from "../../parts/basics";
import { toast } from "../../parts/dialog";
import { Chips, Choose, type Option } from "../../parts/filter";
import { Icon } from "../../parts/icon";
import { State, states } from "../../parts/state";
import { AddMonitor } from "./add";
import { Bulk } from "./bulk";
import { pasted } from "./importing";
import { kindIcon, useCheckKinds, useGroups, type CheckKind, type MonitorList, type MonitorRow } from "./model";
import { dayBars, spark } from "./spark";

const kRows = 50;
const kTypedMs = 250;
const kMostFileBytes = 1_000_000;
const filterNames = ["state", "kind", "tag", "label", "group", "team"] as const;
type Filter = (typeof filterNames)[number];
type Sort = "urgency" | "name" | "response" | "uptime" | "changed";

function pathOf(sort: string): string {
  const query = new URLSearchParams({ limit: String(kRows), sort });
  if (param("q")) query.set("q", param("q"));
  for (const name of filterNames) for (const value of params(name)) query.append(name, value);
  if (param("after")) query.set("after", param("after"));
  return api(`/monitors?${query}`);
}

// Typed letters reach the address, and so the server, when the reader pauses.
function Search() {
  const typed = useSignal(param("q"));
  const inAddress = param("q");
  useEffect(() => {
    typed.value = inAddress;
  }, [inAddress]);
  useEffect(() => {
    if (typed.value === inAddress) return;
    const timer = setTimeout(() => setParams({ q: typed.value, after: null }), kTypedMs);
    return () => clearTimeout(timer);
  }, [typed.value]);
  return (
    <label class="search-field">
      <Icon name="search" />
      <span class="hidden">{t("monitors.filter")}</span>
      <input type="search" placeholder={t("monitors.filter")} value={typed.value} onInput={(event) => (typed.value = event.currentTarget.value)} />
    </label>
  );
}

function head(sort: Sort, text: Key, now: string, order: "ascending" | "descending", more = "") {
  const here = now === sort;
  return (
    <th scope="col" class={`col-m-${sort} ${more}`} aria-sort={here ? order : undefined}>
      <button type="button" class="sort" onClick={() => setParams({ sort: sort === "urgency" ? null : sort, after: null })}>
        {t(text)}{here && <span aria-hidden="true">{order === "descending" ? "↓" : "↑"}</span>}
      </button>
    </th>
  );
}

function Counts(props: { counts: NonNullable<MonitorList["counts"]> }) {
  const chosen = params("state");
  const link = (state: ShownState) => withParams({ state: chosen.length === 1 && chosen[0] === state ? null : state, after: null });
  const shown = states.filter((state) => (props.counts[state] ?? 0) > 0);
  if (shown.length === 0) return null;
  return (
    <ul class="legend monitor-counts" aria-label={t("monitors.counts")}>
      {shown.map((state) => (
        <li key={state}><a href={link(state)} aria-current={chosen.includes(state) ? "true" : undefined}><strong>{(props.counts[state] ?? 0).toLocaleString()}</strong> <State state={state} /></a></li>
      ))}
    </ul>
  );
}

export function Monitors(_: { id: string }) {
  const sort = param("sort") || "urgency";
  const query: Query<MonitorList> = useQuery<MonitorList>(pathOf(sort), {
    // A result that changes no state is seen with the next look.
    on: (event) => event.name === "subject.changed" || event.name.startsWith("incident.")
      || (query.data.peek()?.items.some((each) => each.id === event.data.subject_id && each.state !== event.data.state) ?? false),
    everyMs: 15_000,
    throttleMs: 1_500,
  });
  // A changed filter changes the question. The last answer stays until the next one comes, and the focus where it is.
  const before = useSignal<MonitorList | null>(null);
  const counted = useSignal<MonitorList | null>(null); // the last answer with counts, which only first pages have
  useSignalEffect(() => {
    if (query.data.value) before.value = query.data.value;
    if (query.data.value?.counts) counted.value = query.data.value;
  });
  const list = query.data.value ?? before.value;
  const counts = counted.value?.counts ?? null;
  const pausedLong = counted.value?.paused_long ?? 0;
  const kinds = useCheckKinds();
  const groups = useGroups();
  const teams = useTeams();
  const chosen = useSignal<ReadonlySet<string>>(new Set());
  const tagsSeen = useSignal<readonly string[]>([]);
  useEffect(() => {
    const more = new Set([...tagsSeen.peek(), ...(query.data.value?.items ?? []).flatMap((each) => each.tags)]);
    if (more.size !== tagsSeen.peek().length) tagsSeen.value = [...more].sort();
  }, [query.data.value]);
  const filtered = param("q") !== "" || filterNames.some((name) => params(name).length > 0);
  const editable = mayEditSome.value;
  const all = workspace.value?.sees_all ?? true;
  const teamsSeen = teams.value.filter((each) => all || each.members.some((member) => member.user_id === me.value?.user.id));
  const names: Record<Filter, string> = {
    state: t("incident.state"), kind: t("monitors.kind"), tag: t("agents.tags"), label: t("monitors.labels"), group: t("agents.groups"), team: t("agents.team"),
  };
  const options: Record<Filter, Option[]> = {
    state: states.map((state): Option => [state, word("state", state)]),
    kind: [...(kinds.value?.values() ?? [])].map((each): Option => [each.kind, each.title]),
    tag: tagsSeen.value.map((tag): Option => [tag, tag]),
    label: [],
    group: groups.value.map((each): Option => [each.id, each.name]),
    team: teamsSeen.length > 1 || (all && teamsSeen.length > 0) ? teamsSeen.map((each): Option => [each.id, each.name]) : [],
  };
  const anyOf: Record<Filter, Key> = {
    state: "monitors.any_state", kind: "monitors.any_kind", tag: "monitors.any_tag", label: "monitors.any_tag", group: "monitors.any_group", team: "monitors.any_team",
  };
  const add = editable && (
    <>
      <a class="button" href={at("monitors/import")}>{t("monitors.import")}</a>
      <button type="button" class="button primary" onClick={() => setParams({ add: "1" }, { push: true })}><Icon name="plus" />{t("monitors.add")}</button>
    </>
  );
  return (
    <div class="drop-place" {...(editable ? dropping : {})}>
      <PageHeader title={t("nav.monitors")} actions={<>{editable && <a class="button" href={at("monitors/defaults")}>{t("monitors.defaults")}</a>}{add}</>} />
      {query.error.value && <Failure error={query.error.value} at={query.at.value} retry={() => void query.refetch()} />}
      {!list ? !query.error.value && <Skeleton lines={10} height={44} />
        : query.data.value?.items.length === 0 && !filtered && !param("after") ? (
            <Empty icon="monitor" title={t("monitors.none")} action={editable && <div class="form-actions">{add}</div>}>
              {t(editable ? "monitors.none_text" : "monitors.none_looker")}
            </Empty>
          ) : (
            <>
              {counts && <Counts counts={counts} />}
              <div class="filters" role="search">
                <Search />
                {filterNames.map((name) => <Choose key={name} name={name} text={names[name]} any={t(anyOf[name])} options={options[name]} />)}
                <span class="quiet" role="status">{counts && t("monitors.count", { n: Object.values(counts).reduce((sum, each) => sum + (each ?? 0), 0) })}</span>
              </div>
              <Chips names={names} options={options} />
              {pausedLong > 0 && !params("state").includes("paused") && (
                <p class="note notice">{t("monitors.paused_long", { n: pausedLong })} <a href={withParams({ state: "paused", after: null })}>{t("monitors.paused_show")}</a></p>
              )}
              {chosen.value.size > 0 && <Bulk chosen={chosen} onDone={query.refetch} />}
              {list.items.length === 0 ? (
                <Empty icon="search" title={t("monitors.no_match")} action={
                  <button type="button" class="button" onClick={() => setParams({ q: null, after: null, ...Object.fromEntries(filterNames.map((name) => [name, null])) })}>{t("monitors.clear")}</button>
                } />
              ) : <Table list={list} kinds={kinds.value} sort={sort} chosen={editable ? chosen : null} />}
              {(list.next || param("after")) && (
                <p class="form-actions spaced-top">
                  {param("after") && <a class="button" href={withParams({ after: null })}>{t("monitors.first_page")}</a>}
                  {list.next && <a class="button" href={withParams({ after: list.next })}>{t("monitors.next_page")}</a>}
                </p>
              )}
            </>
          )}
      {param("add") && editable && <AddMonitor onClose={() => setParams({ add: null })} />}
    </div>
  );
}

function Table(props: { list: MonitorList; kinds: ReadonlyMap<string, CheckKind> | null; sort: string; chosen: Signal<ReadonlySet<string>> | null }) {
  const { list, chosen, sort } = props;
  const whole = chosen !== null && list.items.every((each) => chosen.value.has(each.id));
  const choose = (ids: string[], on: boolean) => {
    if (!chosen) return;
    const next = new Set(chosen.value);
    for (const id of ids) if (on) next.add(id); else next.delete(id);
    chosen.value = next;
  };
  return (
    <div class="panel flush">
      <table class="table monitors" aria-label={t("nav.monitors")}>
        <thead>
          <tr>
            {chosen && (
              <th scope="col" class="col-pick">
                <input type="checkbox" aria-label={t("monitors.choose_all")} checked={whole} onChange={(event) => choose(list.items.map((each) => each.id), event.currentTarget.checked)} />
              </th>
            )}
            {head("urgency", "incident.state", sort, "ascending")}
            {head("name", "agents.name", sort, "ascending")}
            <th scope="col" class="col-bars wide-only">{t("monitors.days")}</th>
            {head("response", "monitors.response", sort, "descending", "number wide-only")}
            {head("uptime", "monitors.uptime", sort, "ascending", "number wide-only")}
          </tr>
        </thead>
        <tbody>{list.items.map((each) => row(each, props.kinds?.get(each.kind), chosen, choose))}</tbody>
      </table>
    </div>
  );
}

// No component: its calls give elements, so that a page of rows is drawn in one go.
function row(monitor: MonitorRow, kind: CheckKind | undefined, chosen: Signal<ReadonlySet<string>> | null, choose: (ids: string[], on: boolean) => void) {
  const { id, name } = monitor;
  return (
    <tr key={id}>
      {chosen && (
        <td class="col-pick">
          <input type="checkbox" aria-label={t("monitors.choose", { name })} checked={chosen.value.has(id)} onChange={(event) => choose([id], event.currentTarget.checked)} />
        </td>
      )}
      <td title={monitor.since ? t("monitors.since", { time: absoluteTime(monitor.since) }) : undefined}>{State({ state: monitor.state })}</td>
      <td class="name-cell">
        <a class="row-link cut" data-row href={at(`monitors/${id}`)} title={name}>{name}</a>
        {monitor.maintenance && <span class="tag">{t("monitors.maintenance")}</span>}{Tags({ tags: monitor.tags.slice(0, 3) })}
        <span class="under with-icon">{Icon({ name: kindIcon(kind), spoken: kind?.title ?? monitor.kind })}<span class="cut">{monitor.state === "up" || !monitor.detail ? monitor.shown : monitor.detail}</span></span>
        <span class="under narrow-only">{millis(monitor.response_ms)} · {share(monitor.uptime_30d)}</span>
      </td>
      <td class="wide-only">{dayBars(monitor.days, monitor.uptime_30d, name)}</td>
      <td class="number wide-only">{spark(monitor.spark)}<span>{millis(monitor.response_ms)}</span></td>
      <td class="number wide-only">{share(monitor.uptime_30d)}</td>
    </tr>
  );
}

// A file or a text that is dropped on the page: a line becomes one monitor, several become a list to import.
const dropping = {
  onDragOver: (event: DragEvent) => event.preventDefault(),
  onDrop: (event: DragEvent) => {
    event.preventDefault();
    const file = event.dataTransfer?.files[0];
    if (file && file.size > kMostFileBytes) toast(t("monitors.too_large"), true);
    else if (file) void file.text().then(take);
    else take(event.dataTransfer?.getData("text/plain") ?? "");
  },
};

function take(text: string): void {
  if (!text.trim()) return;
  pasted.value = text;
  if (text.trim().includes("\n")) navigate(at("monitors/import"));
  else setParams({ add: "1" }, { push: true });
}
