// Appliance: the register of security incidents. /appliance/register is the list; ?case=<id> shows one case; ?from=<origin>
// &id=<id>&title=<title> opens a new one that comes from a leak or from a security event.
import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { call, newKey } from "../../lib/api";
import { t, tx, word } from "../../lib/i18n";
import { useQuery } from "../../lib/query";
import { fromHere, location_, param, setParams } from "../../lib/router";
import { absoluteTime, ago, Time } from "../../lib/time";
import type { List } from "../../lib/types";
import { Empty, Field, Loaded, Panel } from "../../parts/basics";
import { attempt, Dialog } from "../../parts/dialog";
import { Form, useForm } from "../../parts/form";
import { Icon } from "../../parts/icon";
import { Outcome } from "../../parts/state";
import { ApplianceShell } from "../../shell/appliance_shell";
import { CaseView } from "./security_case";

export type Origin = "by_hand" | "leak" | "security_event";
export interface Deadline {
  hours: number;
  due_at: string;
  done_at: string | null;
  state: "running" | "near" | "overdue" | "kept" | "late" | "not_applicable" | "closed";
}
export interface Case {
  id: string;
  title: string;
  origin: Origin;
  origin_id: string;
  known_at: string;
  opened_at: string;
  opened_by: string;
  closed_at: string | null;
  closed_by: string;
  steps_open: number;
  version: number;
  deadlines: Deadline[];
}

const kList = "/appliance/register";
export const caseHref = (id: string) => `${kList}?case=${encodeURIComponent(id)}`;
const presses = (one: Case) => !one.closed_at && one.deadlines.some((each) => each.state === "near" || each.state === "overdue");

export function SecurityCasesPage(_: { id: string }) {
  const id = location_.value.searchParams.get("case") ?? "";
  return <ApplianceShell title={t("appliance.register")}>{id ? <CaseView key={id} id={id} list={kList} /> : <CaseList />}</ApplianceShell>;
}

export function CaseState(props: { one: Case }) {
  const { one } = props;
  if (one.closed_at) return <Outcome kind="paused">{t("cases.closed")}</Outcome>;
  if (presses(one)) return <Outcome kind="down">{t("cases.deadline")}</Outcome>;
  return <Outcome kind="warning">{t("cases.steps_left", { n: one.steps_open })}</Outcome>;
}

const marks: Record<Deadline["state"], "up" | "down" | "pending" | "warning" | "paused"> = {
  running: "pending", near: "warning", overdue: "down", kept: "up", late: "warning", not_applicable: "paused", closed: "paused",
};

// In words, with the time of the reader's zone.
export function Deadlines(props: { one: Case }) {
  return (
    <ul class="plain" aria-label={t("cases.deadlines")}>
      {props.one.deadlines.filter((each) => each.state !== "closed").map((each) => (
        <li key={each.hours}>
          <Outcome kind={marks[each.state]}>{t("cases.within", { n: each.hours })}</Outcome>{" "}
          <span class="quiet">{t(`case_deadline.${each.state}`, { when: ago(each.due_at), at: absoluteTime(each.due_at) })}</span>
        </li>
      ))}
    </ul>
  );
}

function CaseList() {
  const query = useQuery<List<Case>>("/appliance/security-cases", { everyMs: 60_000 });
  const older = useSignal<Case[]>([]);
  const next = useSignal<string | null | undefined>(undefined);
  const adding = useSignal(false);
  const from = param("from");
  const asked = from === "leak" || from === "security_event";
  const close = () => {
    adding.value = false;
    if (asked) setParams({ from: null, id: null, title: null });
  };
  const button = (
    <button type="button" class="button primary" onClick={() => (adding.value = true)}>
      <Icon name="plus" />
      {t("cases.open")}
    </button>
  );
  return (
    <>
      <Loaded query={query} lines={3} height={56}>
        {(list) => {
          const cursor = next.value === undefined ? list.next : next.value;
          const pressing = list.items.filter(presses);
          return (
            <>
              {pressing.length > 0 && (
                <div class="panel caution spaced" role="status">
                  <Outcome kind="down">{t("cases.deadline")}</Outcome> {t("cases.pressing", { n: pressing.length })}
                </div>
              )}
              {list.items.length === 0 ? <Empty icon="check" title={t("cases.none")} action={button}>{t("cases.about")}</Empty> : (
                <Panel title={t("cases.list")} actions={button}>
                  <p class="quiet">{t("cases.about")}</p>
                  <table class="table" aria-label={t("cases.list")}>
                    <thead>
                      <tr>
                        <th scope="col">{t("cases.what")}</th>
                        <th scope="col">{t("cases.state")}</th>
                        <th scope="col" class="wide-only">{t("cases.deadlines")}</th>
                        <th scope="col" class="number col-time">{t("cases.known")}</th>
                      </tr>
                    </thead>
                    <tbody>
                      {[...list.items, ...older.value].map((one) => (
                        <tr key={one.id}>
                          <td>
                            <a href={caseHref(one.id)}>{one.title}</a>
                            <span class="under">{word("case_origin", one.origin)}</span>
                          </td>
                          <td><CaseState one={one} /></td>
                          <td class="wide-only"><Deadlines one={one} /></td>
                          <td class="number">
                            <Time at={one.known_at} />
                            <span class="under">{t("cases.by", { name: one.opened_by })}</span>
                          </td>
                        </tr>
                      ))}
                    </tbody>
                  </table>
                  {cursor && (
                    <button type="button" class="button" onClick={() => void attempt(async () => {
                      const page = await call<List<Case>>(`/appliance/security-cases?after=${encodeURIComponent(cursor)}`);
                      older.value = [...older.value, ...page.items];
                      next.value = page.next;
                    })}>{t("cases.more")}</button>
                  )}
                </Panel>
              )}
            </>
          );
        }}
      </Loaded>
      {(adding.value || asked) && <NewCase origin={asked ? from : "by_hand"} originId={asked ? param("id") : ""} title={asked ? param("title") : ""} onClose={close} />}
    </>
  );
}

// A time of the reader's zone as <input type="datetime-local"> has it, and back.
const local = (at: Date) => new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
export const instantOf = (value: string): string | undefined => {
  const at = new Date(value);
  return Number.isNaN(at.getTime()) ? undefined : at.toISOString();
};

function NewCase(props: { origin: Origin; originId: string; title: string; onClose: () => void }) {
  const form = useForm();
  const title = useSignal(props.title.slice(0, 150));
  const known = useSignal(local(new Date()));
  const key = useRef(newKey());
  return (
    <Dialog title={t("cases.open")} wide onClose={props.onClose}>
      <Form state={form} spoken={t("cases.open")} fields={["title", "known_at", "origin_id"]} onSubmit={async () => {
        const onwards = fromHere();
        const body = { title: title.value.trim(), origin: props.origin, origin_id: props.originId, known_at: instantOf(known.value) };
        const made = await call<Case>("/appliance/security-cases", { method: "POST", key: key.current, body });
        props.onClose();
        onwards(caseHref(made.id));
      }}>
        <Field text={t("cases.title")} hint={t("cases.title_hint")} error={form.fieldError("title")}>
          {(attributes) => <input {...attributes} type="text" name="title" required autoFocus maxLength={150} value={title.value} onInput={(event) => (title.value = event.currentTarget.value)} />}
        </Field>
        <Field text={t("cases.known_at")} hint={t("cases.known_at_hint")} error={form.fieldError("known_at")}>
          {(attributes) => <input {...attributes} type="datetime-local" name="known_at" required value={known.value} onInput={(event) => (known.value = event.currentTarget.value)} />}
        </Field>
        {props.originId && <p class="note">{tx("cases.from", { origin: word("case_origin", props.origin), id: <code class="breakable">{props.originId}</code> })}</p>}
        {form.fieldError("origin_id") && <p class="field-error">{form.fieldError("origin_id")}</p>}
        <div class="form-actions">
          <button type="submit" class="button primary" disabled={form.busy.value}>{t("cases.open_now")}</button>
          <button type="button" class="button" onClick={props.onClose}>{t("confirm.cancel")}</button>
        </div>
      </Form>
    </Dialog>
  );
}
