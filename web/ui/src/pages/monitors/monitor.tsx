// The page of one monitor: state and why, uptime, response times with their phases, the last result, pings, history,
// settings; and what a reader may do: check now, pause, clone, say the state of a manual one. The import and the defaults
// are pages beside it (/monitors/import, /monitors/defaults).
import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import { SubjectCharts } from "../../chart/range";
import { call, newKey } from "../../lib/api";
import { useMayEditOf } from "../../lib/belonging";
import { millis, share } from "../../lib/format";
import { t, tx, word } from "../../lib/i18n";
import { pageOf } from "../../lib/kinds";
import { useQuery } from "../../lib/query";
import { navigate, param } from "../../lib/router";
import { absoluteTime, ago, Time } from "../../lib/time";
import type { Incident, List } from "../../lib/types";
import { api, at } from "../../lib/workspace";
import { Empty, Facts, Field, Loaded, PageHeader, Panel, Tags } from "../../parts/basics";
import { attempt, Confirm, Dialog, toast } from "../../parts/dialog";
import { Form, useForm } from "../../parts/form";
import { Icon } from "../../parts/icon";
import { IncidentTable } from "../../parts/incident_rows";
import { NameDialog } from "../../parts/name_dialog";
import { State } from "../../parts/state";
import { SubjectRecord } from "../../parts/subject_record";
import { Notes, PausedNote, RulesThatApply, useCommonFacts } from "../../parts/watched";
import { spoken } from "./check_form";
import { DefaultsPage } from "./defaults";
import { ImportPage } from "./importing";
import { chartsFor, type CheckKind, kindIcon, type Monitor, monitorPath, type Outcome, playIcon, subjectOf, timingNames, useCheckKinds, useGroups } from "./model";
import { MonitorSettings } from "./monitor_settings";
import { PingHow, Pings } from "./pings";
import { reasonText, Result } from "./result";
import { dayBars } from "./spark";
import { whence } from "./timing_fields";

type Tab = "readings" | "pings" | "history" | "settings";
const kFirstMs = 700; // how often the first result is asked for
const kLaterMs = 10_000;
const kCheckMs = 90_000;
const manualStates = ["up", "degraded", "down"] as const;

export function MonitorPage(props: { id: string }) {
  if (props.id === "import") return <ImportPage />;
  if (props.id === "defaults") return <DefaultsPage />;
  return <One id={props.id} />;
}

function One(props: { id: string }) {
  const removed = useSignal(false);
  const reloads = useSignal(0);
  const waits = useSignal(false);
  const query = useQuery<Monitor>(removed.value ? null : monitorPath(props.id), {
    on: (event) => event.data.subject_id === props.id,
    everyMs: waits.value ? kFirstMs : kLaterMs,
    throttleMs: 300,
  });
  const incidents = useQuery<List<Incident>>(api(`/incidents?subject=${props.id}&state=any&limit=50`), {
    on: (event) => event.data.subject_id === props.id && event.name.startsWith("incident."),
  });
  const kinds = useCheckKinds();
  const mayEditOf = useMayEditOf();
  const kind = kinds.value?.get(query.data.value?.kind ?? "");
  const pending = query.data.value?.state === "pending" && kind?.is_passive === false;
  useEffect(() => {
    waits.value = pending;
  }, [pending]);
  if (query.error.value?.status === 404 || removed.value) {
    return (
      <Empty alone icon="monitor" title={t("monitor.gone")} action={<a class="button primary" href={at("monitors")}>{t("monitor.all")}</a>}>
        {t("monitor.gone_text")}
      </Empty>
    );
  }
  const asked = param("tab");
  return (
    <Loaded query={query} lines={5} height={84}>
      {(monitor) => {
        const editable = mayEditOf(monitor.teams);
        const isPush = monitor.ping !== null && monitor.ping !== undefined;
        const tab: Tab = asked === "settings" || asked === "history" || (asked === "pings" && isPush) ? asked : "readings";
        const adopt = (next: Monitor) => (query.data.value = next);
        const address = at(`monitors/${monitor.id}`);
        const list = incidents.data.value?.items ?? [];
        const open = list.filter((incident) => !incident.resolved_at);
        const subject = subjectOf(monitor);
        const tabs: [Tab, string][] = [
          ["readings", t("monitor.readings")], ...(isPush ? [["pings", t("monitor.pings")] satisfies [Tab, string]] : []),
          ["history", t("monitor.history")], ["settings", t("monitor.settings")],
        ];
        return (
          <>
            <PageHeader
              title={monitor.name}
              back={{ href: at("monitors"), text: t("nav.monitors") }}
              state={<State state={monitor.state} loud />}
              facts={<HeadFacts monitor={monitor} kind={kind} />}
              actions={editable && <Actions monitor={monitor} kind={kind} onChanged={adopt} />}
            />
            {monitor.paused_at ? <p class="note notice" role="status">{tx("monitor.paused_since", { time: <Time at={monitor.paused_at} /> })}</p> : <PausedNote subject={subject} />}
            <Readouts monitor={monitor} />
            {open.length > 0 && (
              <Panel title={t("overview.open_incidents")} class="alarm spaced"><IncidentTable spoken={t("overview.open_incidents")} incidents={open} short /></Panel>
            )}
            <nav class="tabs spaced" aria-label={t("monitor.tabs")}>
              {tabs.map(([each, text]) => <a key={each} href={each === "readings" ? address : `${address}?tab=${each}`} aria-current={tab === each ? "page" : undefined}>{text}</a>)}
            </nav>
            {tab === "settings" ? (
              kind && <MonitorSettings key={`${reloads.value}/${kind.kind}`} monitor={monitor} kind={kind} editable={editable} onChanged={adopt} onRemoved={() => (removed.value = true)} onReload={() => (reloads.value += 1)} />
            ) : tab === "history" ? (
              <>
                <SubjectRecord subject={subject} />
                {editable && <Answers id={monitor.id} />}
              </>
            ) : tab === "pings" ? <Pings monitor={monitor} />
              : <Main monitor={monitor} kind={kind} incidents={list} editable={editable} />}
          </>
        );
      }}
    </Loaded>
  );
}

function HeadFacts(props: { monitor: Monitor; kind: CheckKind | undefined }) {
  const { monitor, kind } = props;
  return (
    <>
      <span class="with-icon"><Icon name={kindIcon(kind)} spoken={kind?.title ?? monitor.kind} /><span class="breakable">{monitor.shown || kind?.title}</span></span>
      {monitor.detail && <span>{monitor.detail}</span>}
      {monitor.since && <span title={absoluteTime(monitor.since)}>{t("monitor.since", { time: ago(monitor.since) })}</span>}
      {monitor.next_at && !monitor.paused_at && <span title={absoluteTime(monitor.next_at)}>{t("monitor.next", { time: ago(monitor.next_at) })}</span>}
      {monitor.know_within_seconds !== null && <span>{t("monitor.known_within", { time: spoken(monitor.know_within_seconds) })}</span>}
      <Tags tags={monitor.tags} labels={monitor.labels} />
    </>
  );
}

function Readouts(props: { monitor: Monitor }) {
  const { uptime, response_ms, certificate_days } = props.monitor;
  const parts = [["h24", "monitor.uptime_24h"], ["d7", "monitor.uptime_7d"], ["d30", "monitor.uptime_30d"], ["d90", "monitor.uptime_90d"], ["d365", "monitor.uptime_365d"]] as const;
  return (
    <>
      <dl class="readouts narrower" aria-label={t("monitor.uptime")}>
        {response_ms !== null && <div class="readout"><dt>{t("monitors.response")}</dt><dd>{millis(response_ms)}</dd></div>}
        {parts.map(([name, text]) => <div class="readout" key={name}><dt>{t(text)}</dt><dd>{share(uptime?.[name] ?? null)}</dd></div>)}
        {certificate_days !== null && <div class="readout"><dt>{t("monitor.certificate")}</dt><dd>{t("monitor.days", { n: certificate_days })}</dd></div>}
      </dl>
      <div class="panel day-panel spaced">{dayBars(props.monitor.days, props.monitor.uptime_30d, t("monitors.days"))}<p class="legend"><span>{t("monitor.days_ago", { n: props.monitor.days.length })}</span><span>{t("monitor.today")}</span></p></div>
    </>
  );
}

function Main(props: { monitor: Monitor; kind: CheckKind | undefined; incidents: Incident[]; editable: boolean }) {
  const { monitor, kind, incidents } = props;
  const interval = monitor.timing.interval_seconds.value;
  return (
    <>
      {monitor.last_at && (kind?.is_passive === false || typeof monitor.ping?.last_duration_seconds === "number") && (
        <SubjectCharts kind="monitor" id={monitor.id} only={chartsFor(monitor.kind)} spoken={t("monitor.readings")} since={monitor.created_at ?? null} incidents={incidents} quietSeconds={interval * 2 + 60} />
      )}
      {kind?.is_passive === false && !monitor.last_at && !monitor.paused_at && (
        <p class="waiting" role="status"><State state="pending" /><span>{t("monitor.waiting")}</span></p>
      )}
      {monitor.ping && <PingHow monitor={monitor} editable={props.editable} />}
      <div class="columns spaced-top">
        <div>
          {monitor.last && kind?.is_passive === false && <Panel title={t("monitor.last")}><Result result={monitor.last} spoken={t("monitor.last")} /></Panel>}
          <Panel title={t("monitor.incidents")}>
            {incidents.length === 0 ? <p class="quiet">{t("monitor.no_incidents")}</p> : <IncidentTable spoken={t("monitor.incidents")} incidents={incidents.slice(0, 10)} short />}
          </Panel>
          <RulesThatApply subject={subjectOf(monitor)} more={props.editable && <p class="spaced-top"><a href={`${at("rules/new")}?subject=${monitor.id}`}>{t("monitor.add_rule")}</a></p>} />
        </div>
        <div>
          <AboutIt monitor={monitor} kind={kind} />
          {monitor.probes?.mode === "agents" && <ProbesOf monitor={monitor} />}
          <Notes text={monitor.notes} />
        </div>
      </div>
    </>
  );
}

function AboutIt(props: { monitor: Monitor; kind: CheckKind | undefined }) {
  const { monitor, kind } = props;
  const common = useCommonFacts(subjectOf(monitor));
  const groups = useGroups().value.filter((each) => monitor.groups.includes(each.id));
  const facts: [string, ComponentChildren][] = [[t("monitors.kind"), kind?.title ?? monitor.kind]];
  if (kind?.is_passive === false) for (const name of timingNames) facts.push([t(`timing.${name}`), whence(name, monitor.timing[name])]);
  if (monitor.slow_after_ms > 0) facts.push([t("monitor.slow_after"), millis(monitor.slow_after_ms)]);
  if (monitor.invert) facts.push([t("monitor.inverted"), t(kind?.is_passive ? "monitor.inverted_told" : "monitor.inverted_text")]);
  const named = common.some(([name]) => name === t("agents.groups"));
  if (!named && groups.length > 0) facts.push([t("agents.groups"), groups.map((each, index) => <span key={each.id}>{index > 0 && ", "}<a href={pageOf("group", each.id)}>{each.name}</a></span>)]);
  return <Panel title={t("monitor.facts")}><Facts items={[...facts, ...common]} /></Panel>;
}

function ProbesOf(props: { monitor: Monitor }) {
  const { agents, needed } = props.monitor.probes;
  return (
    <Panel title={t("monitor.probes")} note={t("monitor.probes_needed", { n: needed, of: agents.length })}>
      <ul class="plain-list">
        {agents.map((each) => (
          <li key={each.id}><State state={each.state ?? "pending"} /><a class="grow" href={at(`agents/${each.id}`)}>{each.name ?? t("monitor.unseen_agent")}</a><span class="quiet">{each.text || reasonText(each.reason ?? "")}</span><Time at={each.at} /></li>
        ))}
      </ul>
    </Panel>
  );
}

// What it answered when it turned down: for people who may edit it, for 30 days.
function Answers(props: { id: string }) {
  const query = useQuery<{ items: { at: string; text: string }[] }>(monitorPath(props.id, "/answers"));
  return (
    <Panel title={t("monitor.answers")} note={t("monitor.answers_note")} class="spaced-top">
      <Loaded query={query} lines={2}>
        {(list) => list.items.length === 0 ? <p class="quiet">{t("monitor.no_answers")}</p> : (
          <ul class="plain-list">
            {list.items.map((each) => (
              <li key={each.at}>
                <details class="grow">
                  <summary><Time at={each.at} exact /></summary>
                  <pre class="answer-text excerpt" tabIndex={0} role="region" aria-label={t("monitor.answers")}>{each.text}</pre>
                </details>
              </li>
            ))}
          </ul>
        )}
      </Loaded>
    </Panel>
  );
}

function Actions(props: { monitor: Monitor; kind: CheckKind | undefined; onChanged: (next: Monitor) => void }) {
  const { monitor, kind, onChanged } = props;
  const asking = useSignal<"pause" | "clone" | "state" | null>(null);
  const busy = useSignal(false);
  const result = useSignal<Outcome | null>(null);
  const pause = async (paused: boolean) => onChanged(await call<Monitor>(monitorPath(monitor.id), { method: "PATCH", version: monitor.version, body: { paused } }));
  const close = () => (asking.value = null);
  return (
    <>
      {kind?.is_passive === false && (
        <button type="button" class="button" disabled={busy.value} onClick={async () => {
          busy.value = true;
          await attempt(async () => {
            result.value = (await call<{ result: Outcome }>(monitorPath(monitor.id, "/check"), { method: "POST", body: {}, timeoutMs: kCheckMs })).result;
          });
          busy.value = false;
        }}><Icon name={playIcon} />{t(busy.value ? "monitor.trying" : "monitor.check_now")}</button>
      )}
      {monitor.kind === "manual" && <button type="button" class="button" onClick={() => (asking.value = "state")}>{t("monitor.set_state")}</button>}
      {monitor.paused_at
        ? <button type="button" class="button" onClick={() => void attempt(() => pause(false))}>{t("watched.resume")}</button>
        : <button type="button" class="button" onClick={() => (asking.value = "pause")}><Icon name="pause" />{t("watched.pause")}</button>}
      <button type="button" class="button" onClick={() => (asking.value = "clone")}>{t("monitor.clone")}</button>
      {asking.value === "pause" && (
        <Confirm title={t("watched.pause")} text={t("monitor.pause_text", { name: monitor.name })} action={t("watched.pause")} onClose={close} onConfirm={() => pause(true)} />
      )}
      {asking.value === "clone" && (
        <NameDialog title={t("monitor.clone")} name={t("monitor.clone_name", { name: monitor.name }).slice(0, 80)} hint={t("monitor.clone_hint")} onClose={close} onNamed={async (name) => {
          const made = await call<Monitor>(monitorPath(monitor.id, "/clone"), { method: "POST", body: { name }, key: newKey() });
          navigate(`${at(`monitors/${made.id}`)}?tab=settings`);
        }} />
      )}
      {asking.value === "state" && <SetState monitor={monitor} onClose={close} onChanged={onChanged} />}
      {result.value && (
        <Dialog title={t("monitor.checked")} onClose={() => (result.value = null)} wide>
          <Result result={result.value} spoken={t("monitor.checked")} />
          <p class="quiet">{t("monitor.checked_note")}</p>
        </Dialog>
      )}
    </>
  );
}

function SetState(props: { monitor: Monitor; onClose: () => void; onChanged: (next: Monitor) => void }) {
  const form = useForm();
  const state = useSignal<(typeof manualStates)[number]>("down");
  const detail = useSignal("");
  return (
    <Dialog title={t("monitor.set_state")} onClose={props.onClose}>
      <Form state={form} spoken={t("monitor.set_state")} fields={["state", "detail"]} onSubmit={async () => {
        await call(monitorPath(props.monitor.id, "/state"), { method: "POST", body: { state: state.value, detail: detail.value.trim() } });
        props.onChanged(await call<Monitor>(monitorPath(props.monitor.id)));
        toast(t("form.saved"));
        props.onClose();
      }}>
        <Field text={t("incident.state")} error={form.fieldError("state")}>
          {(attributes) => (
            <select {...attributes} name="state" value={state.value} onChange={(event) => (state.value = manualStates.find((each) => each === event.currentTarget.value) ?? "down")}>
              {manualStates.map((each) => <option key={each} value={each}>{word("state", each)}</option>)}
            </select>
          )}
        </Field>
        <Field text={t("monitor.state_detail")} optional error={form.fieldError("detail")}>
          {(attributes) => <input {...attributes} type="text" name="detail" maxLength={200} autoComplete="off" value={detail.value} onInput={(event) => (detail.value = event.currentTarget.value)} />}
        </Field>
        <div class="form-actions">
          <button type="submit" class="button primary" disabled={form.busy.value}>{t("form.save")}</button>
          <button type="button" class="button" onClick={props.onClose}>{t("confirm.cancel")}</button>
        </div>
      </Form>
    </Dialog>
  );
}
