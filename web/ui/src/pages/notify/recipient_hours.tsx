// The hours of a recipient's reader, and the code that proves that a chat or number is read by whom it should.
import { useSignal, type Signal } from "@preact/signals";
import texts from "../../catalogue/en.hours.json";
import { call } from "../../lib/api";
import { learn, t } from "../../lib/i18n";
import type { Answer, ReaderHours, Recipient } from "../../lib/types";
import { zoneHere } from "../../lib/zones";
import { api, mayEditSome } from "../../lib/workspace";
import { Check, Field } from "../../parts/basics";
import { attempt, toast } from "../../parts/dialog";
import { Form, useForm, type FormState } from "../../parts/form";
import { AnswerLine } from "../../parts/answer_line";
import { TimeField, ZoneField } from "../../parts/zone_field";

learn(texts);

const kMorning = "07:30";

export function HoursFields(props: { hours: Signal<ReaderHours>; form: FormState }) {
  const { hours, form } = props;
  const value = hours.value;
  const put = (part: Partial<ReaderHours>) => (hours.value = { ...hours.value, ...part });
  // The zone is asked for first when something depends on it: the reader's own then.
  const zone = () => (hours.peek().zone === "UTC" ? zoneHere() : hours.peek().zone);
  const quiet = value.quiet_from !== null;
  return (
    <>
      <p class="field-hint">{t("hours.about")}</p>
      <Check name="quiet_hours" checked={quiet} onChange={(on) => put(on ? { quiet_from: "22:00", quiet_to: "07:00", zone: zone() } : { quiet_from: null, quiet_to: null })}>{t("hours.quiet")}</Check>
      {quiet && (
        <div class="form-grid">
          <TimeField text={t("hours.from")} name="quiet_from" required value={value.quiet_from ?? ""} error={form.fieldError("quiet_from")} onChange={(quiet_from) => put({ quiet_from })} />
          <TimeField text={t("hours.to")} name="quiet_to" required value={value.quiet_to ?? ""} error={form.fieldError("quiet_to")} onChange={(quiet_to) => put({ quiet_to })} />
        </div>
      )}
      <Check name="digest" checked={value.digest_at !== null} onChange={(on) => put(on ? { digest_at: kMorning, zone: zone() } : { digest_at: null })}>{t("hours.digest")}</Check>
      {value.digest_at !== null && <TimeField text={t("hours.digest_at")} name="digest_at" required value={value.digest_at} error={form.fieldError("digest_at")} onChange={(digest_at) => put({ digest_at })} />}
      <Check name="weekly" checked={value.weekly} onChange={(weekly) => put({ weekly, zone: zone() })}>{t("hours.weekly")}</Check>
      {(quiet || value.digest_at !== null || value.weekly) && <ZoneField zone={value.zone} error={form.fieldError("zone")} onChange={(next) => put({ zone: next })} />}
    </>
  );
}

export function CodeForm(props: { recipient: Recipient; onConfirmed: () => Promise<void> }) {
  const { recipient } = props;
  const form = useForm();
  const code = useSignal("");
  const answer = useSignal<Answer | null>(null);
  const busy = useSignal(false);
  if (!mayEditSome.value) return <p class="answer">{t("code.waits")}</p>;
  return (
    <div class="code-form">
      <p>{t("code.waits")}</p>
      <div class="form-actions">
        <button type="button" class="button small" disabled={busy.value} onClick={async () => {
          busy.value = true;
          answer.value = null;
          await attempt(async () => void (answer.value = await call<Answer>(api(`/recipients/${recipient.id}/code`), { method: "POST", body: {}, timeoutMs: 90_000 })));
          busy.value = false;
        }}>{t("code.send")}<span class="hidden"> ({recipient.name})</span></button>
      </div>
      <AnswerLine answer={answer.value} />
      <Form state={form} class="test-form" spoken={t("code.of", { name: recipient.name })} fields={["code"]} onSubmit={async () => {
        await call<Recipient>(api(`/recipients/${recipient.id}/confirm`), { method: "POST", body: { code: code.value.replace(/\s/g, "") } });
        toast(t("code.confirmed", { name: recipient.name }));
        await props.onConfirmed();
      }}>
        <Field text={t("code.type")} error={form.fieldError("code")}>
          {(attributes) => <input {...attributes} type="text" name="code" inputMode="numeric" autoComplete="one-time-code" required pattern="\s*[0-9\s]{6,9}\s*" value={code.value} onInput={(event) => (code.value = event.currentTarget.value)} />}
        </Field>
        <button type="submit" class="button" disabled={form.busy.value}>{t("code.confirm")}<span class="hidden"> ({recipient.name})</span></button>
      </Form>
    </div>
  );
}
