// Event sources: other systems whose events become incidents. The list, the page of one, and the dialog that shows a new key
// once, with lines to paste into the system that sends.
import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useRef } from "preact/hooks";
import { call, newKey } from "../../lib/api";
import { useMayEditOf } from "../../lib/belonging";
import { t, tx, word, type Key } from "../../lib/i18n";
import { useQuery, type Query } from "../../lib/query";
import { fromHere } from "../../lib/router";
import { splitTags } from "../../lib/tags";
import { duration, Time } from "../../lib/time";
import type { Incident, List } from "../../lib/types";
import { api, at, mayEditSome } from "../../lib/workspace";
import { CopyBox, Empty, Facts, Field, Loaded, PageHeader, Panel, Tags } from "../../parts/basics";
import { attempt, Confirm, Dialog, toast } from "../../parts/dialog";
import { Form, useForm, type FormState } from "../../parts/form";
import { Icon } from "../../parts/icon";
import { IncidentTable } from "../../parts/incident_rows";
import { Outcome, State } from "../../parts/state";
import { SettingsShell } from "../../shell/settings_shell";
import { formats, type EventFormat, type EventSource, linesFor, type SourceWithKey } from "./event_model";

export function EventSourcesPage(_: { id: string }) {
  const query = useQuery<List<EventSource>>(api("/event-sources"), { on: (event) => event.name === "subject.changed", everyMs: 30_000 });
  const adding = useSignal(false);
  const made = useSignal<SourceWithKey | null>(null);
  const add = mayEditSome.value && <button type="button" class="button primary" onClick={() => (adding.value = true)}><Icon name="plus" />{t("sources.add")}</button>;
  return (
    <SettingsShell page="event-sources" actions={add}>
      <p class="quiet intro">{t("sources.about")}</p>
      <Loaded query={query} lines={3} height={56}>
        {(list) => list.items.length === 0 ? <Empty icon="webhook" title={t("sources.none")} action={add}>{t("sources.none_text")}</Empty> : (
          <div class="panel flush">
            <table class="table" aria-label={t("settings.event_sources")}>
              <thead>
                <tr>
                  <th scope="col" class="col-state">{t("incident.state")}</th>
                  <th scope="col">{t("agents.name")}</th>
                  <th scope="col" class="wide-only">{t("sources.format")}</th>
                  <th scope="col" class="number wide-only">{t("sources.open")}</th>
                  <th scope="col" class="number col-time wide-only">{t("sources.last")}</th>
                </tr>
              </thead>
              <tbody>
                {list.items.map((each) => (
                  <tr key={each.id}>
                    <td><State state={each.state} /></td>
                    <td><a class="row-link" data-row href={at(`event-sources/${each.id}`)}>{each.name}</a> <Tags tags={each.tags} /></td>
                    <td class="wide-only">{word("event_format", each.format)}</td>
                    <td class="number wide-only">{each.open_events.toLocaleString()}</td>
                    <td class="number wide-only"><Time at={each.last_at} /></td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
      </Loaded>
      {adding.value && <Add onClose={() => (adding.value = false)} onMade={async (source) => {
        adding.value = false;
        made.value = source;
        await query.refetch();
      }} />}
      {made.value && <Once made={made.value} onClose={() => (made.value = null)} />}
    </SettingsShell>
  );
}

// The key, this once, and what to paste.
function Once(props: { made: SourceWithKey; onClose: () => void }) {
  const { source, key } = props.made;
  return (
    <Dialog title={t("sources.key_title", { name: source.name })} wide onClose={props.onClose}>
      <CopyBox text={key} spoken={t("sources.key")} />
      <p class="note">{t("sources.once")}</p>
      {linesFor(source.format, location.origin, key).map(({ name, text }) => (
        <section key={name}>
          <h3>{t(name)}</h3>
          <CopyBox text={text} spoken={t(name)} />
        </section>
      ))}
      <div class="form-actions"><a class="button" href={at(`event-sources/${source.id}`)} onClick={props.onClose}>{t("sources.to_page")}</a></div>
    </Dialog>
  );
}

interface Draft {
  addresses: string;
  stale_hours: number;
  watchdog_event: string;
  watchdog_minutes: number;
}

const draftOf = (source: EventSource | null): Draft => ({
  addresses: source?.addresses.join("\n") ?? "", stale_hours: (source?.stale_after_seconds ?? 86_400) / 3_600,
  watchdog_event: source?.watchdog_event ?? "", watchdog_minutes: (source?.watchdog_seconds ?? 300) / 60,
});

const bodyOf = (draft: Draft) => ({
  addresses: draft.addresses.split(/[\s,]+/).filter(Boolean), stale_after_seconds: Math.round(draft.stale_hours * 3_600),
  watchdog_event: draft.watchdog_event.trim(), watchdog_seconds: Math.round(draft.watchdog_minutes * 60),
});
const fieldNames = ["name", "tags", "addresses", "stale_after_seconds", "watchdog_event", "watchdog_seconds"];

function SourceFields(props: { draft: Draft; onChange: (draft: Draft) => void; form: FormState }) {
  const { draft, form } = props;
  const put = (part: Partial<Draft>) => props.onChange({ ...draft, ...part });
  return (
    <>
      <Field text={t("sources.stale")} hint={t("sources.stale_hint")} error={form.fieldError("stale_after_seconds")}>
        {(attributes) => <input {...attributes} class="short" type="number" name="stale_hours" required min={0.1} max={720} step="any" value={draft.stale_hours} onInput={(event) => Number.isFinite(event.currentTarget.valueAsNumber) && put({ stale_hours: event.currentTarget.valueAsNumber })} />}
      </Field>
      <Field text={t("sources.watchdog")} optional hint={t("sources.watchdog_hint")} error={form.fieldError("watchdog_event")}>
        {(attributes) => <input {...attributes} type="text" name="watchdog_event" maxLength={255} autoComplete="off" spellcheck={false} placeholder="Watchdog" value={draft.watchdog_event} onInput={(event) => put({ watchdog_event: event.currentTarget.value })} />}
      </Field>
      {draft.watchdog_event.trim() && (
        <Field text={t("sources.watchdog_minutes")} error={form.fieldError("watchdog_seconds")}>
          {(attributes) => <input {...attributes} class="short" type="number" name="watchdog_minutes" required min={1} max={1_440} step="any" value={draft.watchdog_minutes} onInput={(event) => Number.isFinite(event.currentTarget.valueAsNumber) && put({ watchdog_minutes: event.currentTarget.valueAsNumber })} />}
        </Field>
      )}
      <Field text={t("sources.addresses")} optional hint={t("sources.addresses_hint")} error={form.fieldError("addresses")}>
        {(attributes) => <textarea {...attributes} class="mono" name="addresses" rows={2} autoComplete="off" spellcheck={false} placeholder="10.0.0.0/8" value={draft.addresses} onInput={(event) => put({ addresses: event.currentTarget.value })} />}
      </Field>
    </>
  );
}

function Add(props: { onClose: () => void; onMade: (made: SourceWithKey) => Promise<void> }) {
  const form = useForm();
  const name = useSignal("");
  const tags = useSignal("");
  const format = useSignal<EventFormat>("alertmanager");
  const draft = useSignal(draftOf(null));
  const key = useRef(newKey());
  return (
    <Dialog title={t("sources.add")} onClose={props.onClose}>
      <Form state={form} spoken={t("sources.add")} fields={[...fieldNames, "format"]} onSubmit={async () => {
        const body = { name: name.value.trim(), format: format.value, tags: splitTags(tags.value), ...bodyOf(draft.value) };
        await props.onMade(await call<SourceWithKey>(api("/event-sources"), { method: "POST", body, key: key.current }));
      }}>
        <Field text={t("agents.name")} error={form.fieldError("name")}>
          {(attributes) => <input {...attributes} type="text" name="name" required autoFocus maxLength={80} value={name.value} onInput={(event) => (name.value = event.currentTarget.value)} />}
        </Field>
        <Field text={t("sources.format")} error={form.fieldError("format")}>
          {(attributes) => (
            <select {...attributes} name="format" value={format.value} onChange={(event) => (format.value = formats.find((each) => each === event.currentTarget.value) ?? "json")}>
              {formats.map((each) => <option key={each} value={each}>{word("event_format", each)}</option>)}
            </select>
          )}
        </Field>
        <Field text={t("agents.tags")} optional hint={t("agents.tags_hint")} error={form.fieldError("tags")}>
          {(attributes) => <input {...attributes} type="text" name="tags" value={tags.value} onInput={(event) => (tags.value = event.currentTarget.value)} />}
        </Field>
        <details>
          <summary>{t("sources.more")}</summary>
          <div class="stack"><SourceFields draft={draft.value} onChange={(next) => (draft.value = next)} form={form} /></div>
        </details>
        <div class="form-actions">
          <button type="submit" class="button primary" disabled={form.busy.value}>{t("sources.add")}</button>
          <button type="button" class="button" onClick={props.onClose}>{t("confirm.cancel")}</button>
        </div>
      </Form>
    </Dialog>
  );
}

export function EventSourcePage(props: { id: string }) {
  const gone = useSignal(false);
  const query: Query<EventSource> = useQuery<EventSource>(gone.value ? null : api(`/event-sources/${props.id}`), { on: (event) => event.data.subject_id === props.id, everyMs: 15_000 });
  const incidents = useQuery<List<Incident>>(api(`/incidents?subject=${props.id}&state=any&limit=20`), {
    on: (event) => event.data.subject_id === props.id && event.name.startsWith("incident."),
  });
  const mayEditOf = useMayEditOf();
  if (gone.value || query.error.value?.status === 404) {
    return <Empty alone icon="webhook" title={t("sources.gone")} action={<a class="button primary" href={at("event-sources")}>{t("settings.event_sources")}</a>} />;
  }
  return (
    <Loaded query={query} lines={5} height={72}>
      {(source) => {
        const list = incidents.data.value?.items ?? [];
        const editable = mayEditOf(source.team_ids);
        return (
          <>
            <PageHeader title={source.name} back={{ href: at("event-sources"), text: t("settings.event_sources") }} state={<State state={source.state} loud />}
              facts={<><span>{word("event_format", source.format)}</span><Tags tags={source.tags} /></>} actions={editable && <Acts source={source} onGone={() => (gone.value = true)} onChanged={query.refetch} />} />
            <div class="columns">
              <Panel title={t("sources.incidents")}>
                {list.length === 0 ? <p class="quiet">{t("sources.no_incidents")}</p> : <IncidentTable spoken={t("sources.incidents")} incidents={list} short />}
              </Panel>
              <div>
                <Panel title={t("sources.facts")}><Facts items={factsOf(source)} /></Panel>
                {editable && <Settings key={source.version} source={source} onSaved={(saved) => (query.data.value = saved)} />}
              </div>
            </div>
          </>
        );
      }}
    </Loaded>
  );
}

function factsOf(source: EventSource): [string, ComponentChildren][] {
  const facts: [string, ComponentChildren][] = [
    [t("sources.key"), <code>{source.key_start}…</code>],
    [t("sources.open"), source.open_events.toLocaleString()],
    [t("sources.last"), <Time at={source.last_at} />],
    [t("sources.stale"), duration(source.stale_after_seconds)],
    [t("sources.addresses"), source.addresses.join(", ") || t("sources.any_address")],
  ];
  if (source.watchdog_event) facts.push([t("sources.watchdog"), <>{source.watchdog_event} · {tx("sources.watchdog_seen", { time: <Time at={source.watchdog_at} /> })}</>]);
  return facts;
}

function Acts(props: { source: EventSource; onGone: () => void; onChanged: () => Promise<void> }) {
  const { source } = props;
  const asking = useSignal<"key" | "remove" | null>(null);
  const made = useSignal<SourceWithKey | null>(null);
  const tried = useSignal<{ ok: boolean; text: string; incident_id: string | null } | null>(null);
  return (
    <>
      <button type="button" class="button" onClick={() => void attempt(async () => {
        tried.value = await call(api(`/event-sources/${source.id}/test`), { method: "POST", body: {} });
        await props.onChanged();
      })}><Icon name="send" />{t("sources.test")}</button>
      <button type="button" class="button" onClick={() => (asking.value = "key")}><Icon name="key" />{t("sources.renew")}</button>
      <button type="button" class="button danger-quiet" onClick={() => (asking.value = "remove")}>{t("form.remove")}</button>
      {asking.value === "key" && (
        <Confirm title={t("sources.renew")} text={t("sources.renew_text")} action={t("sources.renew")} danger onClose={() => (asking.value = null)} onConfirm={async () => {
          made.value = await call<SourceWithKey>(api(`/event-sources/${source.id}/key`), { method: "POST", body: {} });
          await props.onChanged();
        }} />
      )}
      {asking.value === "remove" && (
        <Confirm title={t("sources.remove")} text={t("sources.remove_text", { name: source.name })} action={t("form.remove")} danger onClose={() => (asking.value = null)} onConfirm={async () => {
          const onwards = fromHere();
          await call(api(`/event-sources/${source.id}`), { method: "DELETE" });
          toast(t("sources.removed", { name: source.name }));
          props.onGone();
          onwards(at("event-sources"), { replace: true });
        }} />
      )}
      {made.value && <Once made={made.value} onClose={() => (made.value = null)} />}
      {tried.value && (
        <Dialog title={t("sources.test")} onClose={() => (tried.value = null)}>
          <p role="status"><Outcome kind={tried.value.ok ? "up" : "down"}>{t(tried.value.ok ? "sources.test_ok" : "sources.test_bad")}</Outcome> {tried.value.text}</p>
          {tried.value.incident_id && <p><a href={at(`incidents/${tried.value.incident_id}`)}>{t("sources.test_incident")}</a></p>}
        </Dialog>
      )}
    </>
  );
}

function Settings(props: { source: EventSource; onSaved: (source: EventSource) => void }) {
  const { source } = props;
  const form = useForm();
  const name = useSignal(source.name);
  const tags = useSignal(source.tags.join(", "));
  const draft = useSignal(draftOf(source));
  const before = useRef({ ...bodyOf(draftOf(source)), name: source.name, tags: source.tags } as Record<string, unknown>);
  return (
    <Panel title={t("sources.settings")} class="spaced-top">
      <Form state={form} spoken={t("sources.settings")} fields={fieldNames} onSubmit={async () => {
        const wanted = { name: name.value.trim(), tags: splitTags(tags.value), ...bodyOf(draft.value) };
        const body = Object.fromEntries(Object.entries(wanted).filter(([each, value]) => JSON.stringify(value) !== JSON.stringify(before.current[each])));
        const saved = Object.keys(body).length === 0 ? source : await call<EventSource>(api(`/event-sources/${source.id}`), { method: "PATCH", version: source.version, body });
        toast(t("form.saved"));
        props.onSaved(saved);
      }}>
        <Field text={t("agents.name")} error={form.fieldError("name")}>
          {(attributes) => <input {...attributes} type="text" name="name" required maxLength={80} value={name.value} onInput={(event) => (name.value = event.currentTarget.value)} />}
        </Field>
        <Field text={t("agents.tags")} optional hint={t("agents.tags_hint")} error={form.fieldError("tags")}>
          {(attributes) => <input {...attributes} type="text" name="tags" value={tags.value} onInput={(event) => (tags.value = event.currentTarget.value)} />}
        </Field>
        <SourceFields draft={draft.value} onChange={(next) => (draft.value = next)} form={form} />
        <div class="form-actions"><button type="submit" class="button primary" disabled={form.busy.value}>{t("form.save")}</button></div>
      </Form>
      <details class="spaced-top">
        <summary>{t("sources.lines")}</summary>
        {linesFor(source.format, location.origin, t("sources.your_key")).map((line: { name: Key; text: string }) => (
          <section key={line.name}>
            <h3>{t(line.name)}</h3>
            <CopyBox text={line.text} spoken={t(line.name)} />
          </section>
        ))}
      </details>
    </Panel>
  );
}
