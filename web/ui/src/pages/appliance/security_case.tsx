// One case of the register: its deadlines, checklist, timeline, who and what is affected, and its end. A closed case is
// read only.
import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { call, newKey } from "../../lib/api";
import { t, word } from "../../lib/i18n";
import { useQuery, type Query } from "../../lib/query";
import { Time } from "../../lib/time";
import { Field, Loaded, Panel } from "../../parts/basics";
import { attempt, Dialog, toast } from "../../parts/dialog";
import { Form, useForm } from "../../parts/form";
import { Icon } from "../../parts/icon";
import { CaseState, Deadlines, type Case } from "./security_cases";

type EntryKind = "note" | "measure" | "decision" | "told" | "step" | "early_warning" | "tell_authority";
interface Entry {
  position: number;
  at: string;
  kind: EntryKind;
  is_step: boolean;
  by: string;
  text: string;
  done_at: string | null;
  done_by: string;
  done_note: string;
}
interface WholeCase extends Case {
  affected_people: string;
  affected_workspaces: string;
  affected_data: string;
  conclusion: string;
  entries: Entry[];
}

export function CaseView(props: { id: string; list: string }) {
  const path = `/appliance/security-cases/${encodeURIComponent(props.id)}`;
  const query = useQuery<WholeCase>(path);
  const closing = useSignal(false);
  return (
    <Loaded query={query} lines={6}>
      {(one) => (
        <>
          <div class="panel-head">
            <div>
              <p><a href={props.list}>{t("cases.back")}</a></p>
              <h2>{one.title}</h2>
              <p class="quiet">{word("case_origin", one.origin)}{one.origin_id && <> <code class="breakable">{one.origin_id}</code></>}</p>
            </div>
            <CaseState one={one} />
            <div class="actions">
              <a class="button" href={`/api/v1${path}/report`} download>{t("cases.report")}</a>
              {one.closed_at
                ? <button type="button" class="button" onClick={() => void attempt(async () => { query.data.value = await call<WholeCase>(`${path}/reopen`, { method: "POST", body: {}, version: one.version }); })}>{t("cases.reopen")}</button>
                : <button type="button" class="button primary" disabled={one.steps_open > 0} onClick={() => (closing.value = true)}>{t("cases.close")}</button>}
            </div>
          </div>
          <p class="quiet">{t("cases.known")} <Time at={one.known_at} exact />. {t("cases.opened")} <Time at={one.opened_at} exact /> {t("cases.by", { name: one.opened_by })}</p>
          {one.closed_at && <p class="quiet">{t("cases.closed")} <Time at={one.closed_at} exact /> {t("cases.by", { name: one.closed_by })}</p>}
          <Deadlines one={one} />
          {one.conclusion && <Panel title={t("cases.conclusion")} class="spaced-top"><p class="as-written breakable">{one.conclusion}</p></Panel>}
          <Checklist one={one} path={path} query={query} />
          <Timeline one={one} path={path} query={query} />
          <Affected key={one.version} one={one} path={path} query={query} />
          {closing.value && <CloseDialog one={one} path={path} query={query} onClose={() => (closing.value = false)} />}
        </>
      )}
    </Loaded>
  );
}

interface PartProps {
  one: WholeCase;
  path: string;
  query: Query<WholeCase>;
}

function Checklist({ one, path, query }: PartProps) {
  const steps = one.entries.filter((entry) => entry.is_step);
  return (
    <Panel title={t("cases.checklist")} class="spaced-top">
      <ul class="plain-list leak-steps" aria-label={t("cases.checklist")}>
        {steps.map((step) => (
          <Step key={step.position} step={step} fixed={one.closed_at !== null} onChange={(done, note) => attempt(async () => {
            query.data.value = await call<WholeCase>(`${path}/entries/${step.position}/done`, { method: "POST", body: { done, note } });
          })} />
        ))}
      </ul>
    </Panel>
  );
}

function Step(props: { step: Entry; fixed: boolean; onChange: (done: boolean, note: string) => Promise<boolean> }) {
  const { step } = props;
  const noting = useSignal(false);
  const note = useSignal(step.done_note);
  const done = step.done_at !== null;
  return (
    <li>
      <div class="grow">
        {props.fixed ? <p>{done ? <Icon name="check" /> : <Icon name="minus" />} {step.text}</p> : (
          <label class="check">
            <input type="checkbox" checked={done} onChange={(event) => void props.onChange(event.currentTarget.checked, step.done_note)} />
            <span>{step.text}</span>
          </label>
        )}
        {step.done_at && <span class="under"><Time at={step.done_at} /> {t("cases.by", { name: step.done_by })}</span>}
        {step.done_note && !noting.value && <span class="under breakable">{step.done_note}</span>}
        {noting.value && (
          <form onSubmit={async (event) => {
            event.preventDefault();
            if (await props.onChange(done, note.value.trim())) noting.value = false;
          }}>
            <Field text={t("cases.note")}>
              {(attributes) => <textarea {...attributes} rows={2} maxLength={500} value={note.value} onInput={(event) => (note.value = event.currentTarget.value)} />}
            </Field>
            <button type="submit" class="button">{t("cases.note_save")}</button>
          </form>
        )}
      </div>
      {!props.fixed && !noting.value && (
        <button type="button" class="button" onClick={() => { note.value = step.done_note; noting.value = true; }}>
          {t("cases.note_add")}<span class="hidden"> ({step.text})</span>
        </button>
      )}
    </li>
  );
}

const written = ["note", "measure", "decision", "told", "step"] as const;

function Timeline({ one, path, query }: PartProps) {
  const entries = one.entries.filter((entry) => !entry.is_step);
  return (
    <Panel title={t("cases.timeline")} class="spaced-top">
      {entries.length === 0 ? <p class="quiet">{t("cases.timeline_none")}</p> : (
        <ol class="timeline" aria-label={t("cases.timeline")}>
          {entries.map((entry) => (
            <li key={entry.position}>
              <span class="timeline-mark"><Icon name="check" /></span>
              <div>
                <p><strong>{word("case_entry", entry.kind)}</strong> <span class="quiet">{t("cases.by", { name: entry.by })}</span></p>
                <p class="timeline-text">{entry.text}</p>
              </div>
              <Time at={entry.at} exact />
            </li>
          ))}
        </ol>
      )}
      {!one.closed_at && <EntryForm path={path} query={query} />}
    </Panel>
  );
}

function EntryForm(props: { path: string; query: Query<WholeCase> }) {
  const form = useForm();
  const kind = useSignal<(typeof written)[number]>("note");
  const text = useSignal("");
  const key = useRef(newKey());
  return (
    <Form state={form} class="stack spaced-top" spoken={t("cases.write")} fields={["kind", "text"]} onSubmit={async () => {
      props.query.data.value = await call<WholeCase>(`${props.path}/entries`, { method: "POST", key: key.current, body: { kind: kind.value, text: text.value.trim() } });
      key.current = newKey();
      text.value = "";
    }}>
      <Field text={t("cases.entry_kind")} error={form.fieldError("kind")}>
        {(attributes) => (
          <select {...attributes} name="kind" value={kind.value} onChange={(event) => (kind.value = event.currentTarget.value as (typeof written)[number])}>
            {written.map((each) => <option key={each} value={each}>{word("case_entry", each)}</option>)}
          </select>
        )}
      </Field>
      <Field text={t("cases.entry")} hint={t("cases.entry_hint")} error={form.fieldError("text")}>
        {(attributes) => <textarea {...attributes} name="text" required rows={3} maxLength={4000} value={text.value} onInput={(event) => (text.value = event.currentTarget.value)} />}
      </Field>
      <div class="form-actions"><button type="submit" class="button primary" disabled={form.busy.value}>{t("cases.write")}</button></div>
    </Form>
  );
}

const parts = ["affected_people", "affected_workspaces", "affected_data"] as const;

function Affected({ one, path, query }: PartProps) {
  const form = useForm();
  const values = useSignal({ affected_people: one.affected_people, affected_workspaces: one.affected_workspaces, affected_data: one.affected_data });
  if (one.closed_at) {
    return (
      <Panel title={t("cases.affected")} class="spaced-top">
        {parts.map((part) => <div key={part}><h3>{t(`cases.${part}`)}</h3><p class="as-written breakable">{one[part] || "–"}</p></div>)}
      </Panel>
    );
  }
  return (
    <Panel title={t("cases.affected")} class="spaced-top">
      <p class="quiet">{t("cases.affected_text")}</p>
      <Form state={form} class="stack" spoken={t("cases.affected")} fields={[...parts]} onSubmit={async () => {
        query.data.value = await call<WholeCase>(path, { method: "PATCH", version: one.version, body: values.value });
        toast(t("form.saved"));
      }}>
        {parts.map((part) => (
          <Field key={part} text={t(`cases.${part}`)} optional error={form.fieldError(part)}>
            {(attributes) => <textarea {...attributes} name={part} rows={2} maxLength={4000} value={values.value[part]} onInput={(event) => (values.value = { ...values.value, [part]: event.currentTarget.value })} />}
          </Field>
        ))}
        <div class="form-actions"><button type="submit" class="button" disabled={form.busy.value}>{t("form.save")}</button></div>
      </Form>
    </Panel>
  );
}

function CloseDialog(props: PartProps & { onClose: () => void }) {
  const form = useForm();
  const conclusion = useSignal(props.one.conclusion);
  return (
    <Dialog title={t("cases.close")} wide onClose={props.onClose}>
      <Form state={form} spoken={t("cases.close")} fields={["conclusion"]} onSubmit={async () => {
        props.query.data.value = await call<WholeCase>(`${props.path}/close`, { method: "POST", version: props.one.version, body: { conclusion: conclusion.value.trim() } });
        props.onClose();
      }}>
        <Field text={t("cases.conclusion")} hint={t("cases.conclusion_hint")} error={form.fieldError("conclusion")}>
          {(attributes) => <textarea {...attributes} name="conclusion" required autoFocus rows={5} maxLength={4000} value={conclusion.value} onInput={(event) => (conclusion.value = event.currentTarget.value)} />}
        </Field>
        <div class="form-actions">
          <button type="submit" class="button primary" disabled={form.busy.value}>{t("cases.close_now")}</button>
          <button type="button" class="button" onClick={props.onClose}>{t("confirm.cancel")}</button>
        </div>
      </Form>
    </Dialog>
  );
}
