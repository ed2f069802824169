// Leaks of a workspace, of one's own account or of the appliance's people: the list, the dialog that answers a leak,
// and the checklist that remains. The dialog shows what it will do before it does it. A new secret is shown once.
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import texts from "../../catalogue/en.leaks.json";
import { ApiError, call, newKey } from "../../lib/api";
import { learn, t } from "../../lib/i18n";
import { useQuery } from "../../lib/query";
import { fromHere, navigate } from "../../lib/router";
import { Time } from "../../lib/time";
import type { List } from "../../lib/types";
import { isAdministrator } from "../../lib/workspace";
import { CopyBox, Empty, Field, Loaded, Panel } from "../../parts/basics";
import { attempt, Dialog } from "../../parts/dialog";
import { Form, useForm } from "../../parts/form";
import { Icon } from "../../parts/icon";
import { Outcome } from "../../parts/state";

learn(texts);

export interface Leak {
  id: string;
  kind: string;
  title: string;
  subject_name: string;
  circumstances: string;
  at: string;
  by: string;
  closed_at: string | null;
  closed_by: string;
  steps_open: number;
  version: number;
}
interface Step {
  position: number;
  automatic: boolean;
  text: string;
  done_at: string | null;
  done_by: string;
  note: string;
}
export interface WholeLeak extends Leak {
  steps: Step[];
}
interface Kind {
  kind: string;
  title: string;
}
interface LeakedSecret {
  id: string;
  name: string;
  detail: string;
}
interface Plan {
  subject: LeakedSecret;
  automatic: string[];
  by_people: string[];
}
interface Reported {
  leak: WholeLeak;
  secret: string | null;
  secret_label: string;
  secret_is_link: boolean;
}

// `path`: the API's, such as /workspaces/<id>. `href`: the address of one leak's page.
export interface LeakOwner {
  path: string;
  about: string;
  href: (id: string) => string;
}

function State(props: { leak: Leak }) {
  const { leak } = props;
  if (leak.closed_at) return <Outcome kind="paused">{t("leaks.closed")}</Outcome>;
  if (leak.steps_open === 0) return <Outcome kind="up">{t("leaks.nothing_left")}</Outcome>;
  return <Outcome kind="warning">{t("leaks.steps_left", { n: leak.steps_open })}</Outcome>;
}

export function LeakList(props: { owner: LeakOwner }) {
  const { owner } = props;
  const query = useQuery<List<Leak>>(`${owner.path}/leaks`);
  const older = useSignal<Leak[]>([]);
  const next = useSignal<string | null | undefined>(undefined);
  const reporting = useSignal(false);
  const button = (
    <button type="button" class="button primary" onClick={() => (reporting.value = true)}>
      <Icon name="warning" />
      {t("leaks.report")}
    </button>
  );
  return (
    <>
      <Loaded query={query} lines={3} height={56}>
        {(list) => {
          const cursor = next.value === undefined ? list.next : next.value;
          return list.items.length === 0 ? (
            <Empty icon="check" title={t("leaks.empty")} action={button}>{owner.about}</Empty>
          ) : (
            <Panel title={t("leaks.list")} actions={button}>
              <p class="quiet">{owner.about}</p>
              <table class="table" aria-label={t("leaks.list")}>
                <thead>
                  <tr>
                    <th scope="col">{t("leaks.what")}</th>
                    <th scope="col">{t("leaks.state")}</th>
                    <th scope="col" class="number col-time">{t("leaks.reported")}</th>
                  </tr>
                </thead>
                <tbody>
                  {[...list.items, ...older.value].map((leak) => (
                    <tr key={leak.id}>
                      <td>
                        <a href={owner.href(leak.id)}>{leak.subject_name}</a>
                        <span class="under">{leak.title}</span>
                      </td>
                      <td><State leak={leak} /></td>
                      <td class="number">
                        <Time at={leak.at} />
                        <span class="under">{t("leaks.by", { name: leak.by })}</span>
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
              {cursor && (
                <button type="button" class="button" onClick={() => void attempt(async () => {
                  const page = await call<List<Leak>>(`${owner.path}/leaks?after=${encodeURIComponent(cursor)}`);
                  older.value = [...older.value, ...page.items];
                  next.value = page.next;
                })}>{t("leaks.more")}</button>
              )}
            </Panel>
          );
        }}
      </Loaded>
      {reporting.value && <Report owner={owner} onClose={() => { reporting.value = false; void query.refetch(); }} />}
    </>
  );
}

function Steps(props: { title: string; steps: string[] }) {
  if (props.steps.length === 0) return null;
  return (
    <>
      <h3>{props.title}</h3>
      <ul class="leak-plan">{props.steps.map((step) => <li key={step}>{step}</li>)}</ul>
    </>
  );
}

function Report(props: { owner: LeakOwner; onClose: () => void }) {
  const { path } = props.owner;
  const form = useForm();
  const kinds = useQuery<List<Kind>>(`${path}/leak-kinds`);
  const kind = useSignal("");
  const search = useSignal("");
  const secrets = useSignal<LeakedSecret[] | null>(null);
  const leaked = useSignal("");
  const plan = useSignal<Plan | null>(null);
  const problem = useSignal<string | null>(null);
  const words = useSignal("");
  const done = useSignal<Reported | null>(null);
  const key = useRef(newKey());

  const say = (failure: unknown) => {
    if (!(failure instanceof ApiError)) throw failure;
    problem.value = failure.message;
  };
  useEffect(() => {
    secrets.value = null;
    leaked.value = "";
    if (!kind.value) return;
    const stop = new AbortController();
    const timer = setTimeout(() => {
      call<List<LeakedSecret>>(`${path}/leak-subjects?kind=${encodeURIComponent(kind.value)}&q=${encodeURIComponent(search.value.trim())}`, { signal: stop.signal })
        .then((list) => {
          problem.value = null;
          secrets.value = list.items;
          if (list.items.length === 1) leaked.value = list.items[0]!.id;
        }, (failure: unknown) => { if (!stop.signal.aborted) say(failure); });
    }, search.value ? 250 : 0);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [kind.value, search.value]);
  useEffect(() => {
    plan.value = null;
    if (!leaked.value) return;
    const stop = new AbortController();
    call<Plan>(`${path}/leak-plan?kind=${encodeURIComponent(kind.value)}&subject=${encodeURIComponent(leaked.value)}`, { signal: stop.signal })
      .then((found) => { problem.value = null; plan.value = found; }, (failure: unknown) => { if (!stop.signal.aborted) say(failure); });
    return () => stop.abort();
  }, [leaked.value]);

  const reported = done.value;
  if (reported) {
    const href = props.owner.href(reported.leak.id);
    return (
      <Dialog title={reported.secret_label} onClose={() => { props.onClose(); navigate(href); }}>
        <CopyBox text={reported.secret_is_link ? location.origin + (reported.secret ?? "") : reported.secret ?? ""} spoken={reported.secret_label} />
        <p class="note">{t("leaks.secret_text")}</p>
        <div class="form-actions"><a class="button primary" href={href} onClick={props.onClose}>{t("leaks.to_leak")}</a></div>
      </Dialog>
    );
  }
  const many = (secrets.value?.length ?? 0) > 8 || search.value !== "";
  return (
    <Dialog title={t("leaks.report")} wide onClose={props.onClose}>
      <Form state={form} spoken={t("leaks.report")} fields={["kind", "subject", "circumstances"]} onSubmit={async () => {
        const onwards = fromHere();
        const answer = await call<Reported>(`${path}/leaks`, {
          method: "POST", key: key.current, body: { kind: kind.value, subject: leaked.value, circumstances: words.value.trim() },
        });
        if (answer.secret) {
          done.value = answer;
          return;
        }
        props.onClose();
        onwards(props.owner.href(answer.leak.id));
      }}>
        <Field text={t("leaks.kind")} error={form.fieldError("kind")}>
          {(attributes) => (
            <select {...attributes} required value={kind.value} onChange={(event) => { search.value = ""; kind.value = event.currentTarget.value; }}>
              <option value="">{t("leaks.kind_ask")}</option>
              {kinds.data.value?.items.map((each) => <option key={each.kind} value={each.kind}>{each.title}</option>)}
            </select>
          )}
        </Field>
        {kind.value && many && (
          <Field text={t("leaks.search")}>
            {(attributes) => <input {...attributes} type="search" maxLength={80} value={search.value} onInput={(event) => (search.value = event.currentTarget.value)} />}
          </Field>
        )}
        {kind.value && secrets.value && (secrets.value.length === 0 ? <p class="quiet" role="status">{t("leaks.subject_none")}</p> : (
          <Field text={t("leaks.subject")} error={form.fieldError("subject")}>
            {(attributes) => (
              <select {...attributes} required value={leaked.value} onChange={(event) => (leaked.value = event.currentTarget.value)}>
                <option value="" />
                {secrets.value?.map((each) => <option key={each.id} value={each.id}>{each.detail ? `${each.name} (${each.detail})` : each.name}</option>)}
              </select>
            )}
          </Field>
        ))}
        {problem.value && <p class="field-error" role="alert">{problem.value}</p>}
        {plan.value && (
          <div class="panel caution" role="status">
            <Steps title={t("leaks.automatic")} steps={plan.value.automatic} />
            <Steps title={t("leaks.by_people")} steps={plan.value.by_people} />
          </div>
        )}
        {plan.value && (
          <Field text={t("leaks.circumstances")} optional hint={t("leaks.circumstances_hint")} error={form.fieldError("circumstances")}>
            {(attributes) => <textarea {...attributes} rows={3} maxLength={500} value={words.value} onInput={(event) => (words.value = event.currentTarget.value)} />}
          </Field>
        )}
        <div class="form-actions">
          <button type="submit" class="button danger" disabled={!plan.value || form.busy.value}>{t("leaks.act")}</button>
          <button type="button" class="button" onClick={props.onClose}>{t("confirm.cancel")}</button>
        </div>
      </Form>
    </Dialog>
  );
}

export function LeakView(props: { owner: LeakOwner; list: string; id: string }) {
  const path = `${props.owner.path}/leaks/${encodeURIComponent(props.id)}`;
  const query = useQuery<WholeLeak>(path);
  const change = (body: object, to = path) => attempt(async () => {
    query.data.value = await call<WholeLeak>(to, { method: "PATCH", body });
  });
  return (
    <Loaded query={query} lines={6}>
      {(leak) => (
        <>
          <div class="panel-head">
            <div>
              <p><a href={props.list}>{t("leaks.back")}</a></p>
              <h2>{leak.subject_name}</h2>
              <p class="quiet">{leak.title}</p>
            </div>
            <State leak={leak} />
            <div class="actions">
              <a class="button" href={`/api/v1${path}/export?format=markdown`} download>{t("leaks.export_markdown")}</a>
              <a class="button" href={`/api/v1${path}/export?format=json`} download>{t("leaks.export_json")}</a>
              <button type="button" class="button" onClick={() => print()}>{t("leaks.print")}</button>
              {isAdministrator.value && (
                <a class="button" href={`/appliance/register?from=leak&id=${leak.id}&title=${encodeURIComponent(t("leaks.to_register_title", { name: leak.subject_name }))}`}>{t("leaks.to_register")}</a>
              )}
              {leak.closed_at
                ? <button type="button" class="button" onClick={() => void change({ closed: false })}>{t("leaks.open_again")}</button>
                : <button type="button" class="button primary" disabled={leak.steps_open > 0} onClick={() => void change({ closed: true })}>{t("leaks.close")}</button>}
            </div>
          </div>
          <p class="quiet"><Fact at={leak.at} name={leak.by} text="leaks.reported_fact" /></p>
          {leak.closed_at && <p class="quiet"><Fact at={leak.closed_at} name={leak.closed_by} text="leaks.closed_fact" /></p>}
          {leak.circumstances && <p>{leak.circumstances}</p>}
          {([true, false] as const).map((automatic) => {
            const steps = leak.steps.filter((step) => step.automatic === automatic);
            if (steps.length === 0) return null;
            const title = automatic ? t("leaks.automatic_done") : t("leaks.by_people_done");
            return (
              <Panel key={String(automatic)} title={title} class="spaced-top">
                <ul class="plain-list leak-steps" aria-label={title}>
                  {steps.map((step) => (
                    <StepRow key={step.position} step={step} fixed={automatic || leak.closed_at !== null}
                      onChange={(done, note) => change({ done, note }, `${path}/steps/${step.position}`)} />
                  ))}
                </ul>
              </Panel>
            );
          })}
        </>
      )}
    </Loaded>
  );
}

function Fact(props: { at: string; name: string; text: "leaks.reported_fact" | "leaks.closed_fact" }) {
  const [before, after] = t(props.text, { name: props.name }).split("{time}");
  return <>{before}<Time at={props.at} />{after}</>;
}

function StepRow(props: { step: Step; fixed: boolean; onChange: (done: boolean, note: string) => Promise<boolean> }) {
  const { step } = props;
  const noting = useSignal(false);
  const note = useSignal(step.note);
  const done = step.done_at !== null;
  return (
    <li>
      <div class="grow">
        {props.fixed ? <p>{done ? <Icon name="check" /> : <Icon name="minus" />} {step.text}</p> : (
          <label class="check">
            <input type="checkbox" checked={done} onChange={(event) => void props.onChange(event.currentTarget.checked, step.note)} />
            <span>{step.text}</span>
          </label>
        )}
        {step.done_at && <span class="under"><Time at={step.done_at} /> {t("leaks.by", { name: step.done_by })}</span>}
        {step.note && !noting.value && <span class="under">{step.note}</span>}
        {noting.value && (
          <form onSubmit={async (event) => {
            event.preventDefault();
            if (await props.onChange(done, note.value.trim())) noting.value = false;
          }}>
            <Field text={t("leaks.note")}>
              {(attributes) => <textarea {...attributes} rows={2} maxLength={500} value={note.value} onInput={(event) => (note.value = event.currentTarget.value)} />}
            </Field>
            <button type="submit" class="button">{t("leaks.note_save")}</button>
          </form>
        )}
      </div>
      {!props.fixed && !noting.value && (
        <button type="button" class="button" onClick={() => { note.value = step.note; noting.value = true; }}>
          {t("leaks.note_add")}<span class="hidden"> ({step.text})</span>
        </button>
      )}
    </li>
  );
}
