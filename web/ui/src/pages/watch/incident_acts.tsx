// What a reader can do about an open incident beyond acknowledging it: until when, with a comment; taking it back; snoozing.
import { useSignal } from "@preact/signals";
import texts from "../../catalogue/en.incident_more.json";
import { call } from "../../lib/api";
import { learn, t } from "../../lib/i18n";
import { kCommentCharactersMax, type Incident } from "../../lib/types";
import { api, mayEdit } from "../../lib/workspace";
import { Field } from "../../parts/basics";
import { attempt, Dialog, toast } from "../../parts/dialog";
import { Form, useForm } from "../../parts/form";

learn(texts);

const ackMinutes = [30, 60, 240, 480, 1_440, 4_320] as const;
const snoozeMinutes = [15, 30, 60, 240, 480, 1_440] as const;
const spoken = (minutes: number) => (minutes < 60 ? t("acts.minutes", { n: minutes }) : minutes < 1_440 ? t("acts.hours", { n: minutes / 60 }) : t("acts.days", { n: minutes / 1_440 }));

type Asking = "acknowledge" | "snooze";

export function IncidentActs(props: { incident: Incident; onDone: (incident: Incident | null) => Promise<void> }) {
  const { incident } = props;
  const asking = useSignal<Asking | null>(null);
  const close = () => (asking.value = null);
  const done = async (next: Incident | null) => {
    close();
    await props.onDone(next);
  };
  return (
    <>
      {incident.acknowledged_at ? (
        <button type="button" class="button" onClick={() => void attempt(async () => {
          const next = await call<Incident>(api(`/incidents/${incident.id}/unacknowledge`), { method: "POST", body: {} });
          toast(t("acts.taken_back"));
          await props.onDone(next);
        })}>{t("acts.take_back")}</button>
      ) : <button type="button" class="button" onClick={() => (asking.value = "acknowledge")}>{t("acts.acknowledge_until")}</button>}
      <button type="button" class="button" onClick={() => (asking.value = "snooze")}>{t("acts.snooze")}</button>
      {incident.is_drill && mayEdit.value && (
        <button type="button" class="button" onClick={() => void attempt(async () => props.onDone(await call<Incident>(api(`/incidents/${incident.id}/end-drill`), { method: "POST", body: {} })))}>{t("acts.end_drill")}</button>
      )}
      {asking.value === "acknowledge" && <AcknowledgeUntil incident={incident} onClose={close} onDone={done} />}
      {asking.value === "snooze" && <Snooze incident={incident} onClose={close} onDone={() => done(null)} />}
    </>
  );
}

function AcknowledgeUntil(props: { incident: Incident; onClose: () => void; onDone: (incident: Incident) => Promise<void> }) {
  const { incident } = props;
  const form = useForm();
  const until = useSignal("standard");
  const comment = useSignal("");
  return (
    <Dialog title={t("acts.acknowledge_until")} onClose={props.onClose}>
      <Form state={form} spoken={t("acts.acknowledge_until")} fields={["minutes", "comment"]} onSubmit={async () => {
        const minutes = until.value === "standard" ? {} : { minutes: until.value === "none" ? null : Number(until.value) };
        const text = comment.value.trim();
        const next = await call<Incident>(api(`/incidents/${incident.id}/acknowledge`), { method: "POST", body: { ...minutes, ...(text ? { comment: text } : {}) } });
        toast(t("incident.acknowledged_toast"));
        await props.onDone(next);
      }}>
        <Field text={t("acts.until")} hint={t("acts.until_hint")} error={form.fieldError("minutes")}>
          {(attributes) => (
            <select {...attributes} name="minutes" autoFocus value={until.value} onChange={(event) => (until.value = event.currentTarget.value)}>
              <option value="standard">{t("acts.standard")}</option>
              {ackMinutes.map((each) => <option key={each} value={each}>{spoken(each)}</option>)}
              {incident.severity !== "critical" && <option value="none">{t("acts.no_end")}</option>}
            </select>
          )}
        </Field>
        <Field text={t("incident.comment")} optional error={form.fieldError("comment")}>
          {(attributes) => <textarea {...attributes} name="comment" rows={3} maxLength={kCommentCharactersMax} value={comment.value} onInput={(event) => (comment.value = event.currentTarget.value)} />}
        </Field>
        <div class="form-actions">
          <button type="submit" class="button primary" disabled={form.busy.value}>{t("incident.acknowledge")}</button>
          <button type="button" class="button" onClick={props.onClose}>{t("confirm.cancel")}</button>
        </div>
      </Form>
    </Dialog>
  );
}

function Snooze(props: { incident: Incident; onClose: () => void; onDone: () => Promise<void> }) {
  const form = useForm();
  const minutes = useSignal(60);
  return (
    <Dialog title={t("acts.snooze")} onClose={props.onClose}>
      <Form state={form} spoken={t("acts.snooze")} fields={["minutes"]} onSubmit={async () => {
        await call(api(`/incidents/${props.incident.id}/snooze`), { method: "POST", body: { minutes: minutes.value } });
        toast(t("acts.snoozed"));
        await props.onDone();
      }}>
        <p class="quiet">{t("acts.snooze_text")}</p>
        <Field text={t("acts.for")} error={form.fieldError("minutes")}>
          {(attributes) => (
            <select {...attributes} name="minutes" autoFocus value={minutes.value} onChange={(event) => (minutes.value = Number(event.currentTarget.value))}>
              {snoozeMinutes.map((each) => <option key={each} value={each}>{spoken(each)}</option>)}
            </select>
          )}
        </Field>
        <div class="form-actions">
          <button type="submit" class="button primary" disabled={form.busy.value}>{t("acts.snooze")}</button>
          <button type="button" class="button" onClick={props.onClose}>{t("confirm.cancel")}</button>
        </div>
      </Form>
    </Dialog>
  );
}
