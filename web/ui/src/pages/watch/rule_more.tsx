// The fields of a rule that say how its messages go: reminders, working hours, runbook, notes.
import { useSignal, type Signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import texts from "../../catalogue/en.rule_more.json";
import { learn, t } from "../../lib/i18n";
import type { RuleBody, WorkingHours } from "../../lib/types";
import { zoneHere, type DayWord } from "../../lib/zones";
import { Check, Field } from "../../parts/basics";
import type { FormState } from "../../parts/form";
import { DayChecks, TimeField, ZoneField } from "../../parts/zone_field";

learn(texts);

const kNotesMax = 2_000;
const usual: WorkingHours = { days: ["mon", "tue", "wed", "thu", "fri"], from: "08:00", to: "18:00", zone: "UTC" };

export function RuleMore(props: { body: Signal<RuleBody>; form: FormState }) {
  const { body, form } = props;
  const value = body.value;
  const change = (part: Partial<RuleBody>) => (body.value = { ...body.value, ...part });
  const hours = value.working_hours ?? null;
  const put = (part: Partial<WorkingHours>) => change({ working_hours: { ...(body.value.working_hours ?? usual), ...part } });
  const days = useSignal<DayWord[]>(hours?.days ?? usual.days);
  useEffect(() => {
    if (body.peek().working_hours && body.peek().working_hours?.days !== days.value) put({ days: days.value });
  }, [days.value]);
  return (
    <>
      <Field text={t("rule_more.repeat")} hint={t("rule_more.repeat_hint")} error={form.fieldError("repeat_seconds")}>
        {(attributes) => <input {...attributes} class="short" type="number" name="repeat" min={0} max={1_440} step={1} value={(value.repeat_seconds ?? 0) / 60}
          onInput={(event) => Number.isFinite(event.currentTarget.valueAsNumber) && change({ repeat_seconds: Math.round(event.currentTarget.valueAsNumber * 60) })} />}
      </Field>
      <Check name="working_hours" checked={hours !== null} onChange={(on) => change({ working_hours: on ? { ...usual, days: days.value, zone: zoneHere() } : null })}>{t("rule_more.hours")}</Check>
      {hours && (
        <>
          <p class="field-hint">{t("rule_more.hours_hint")}</p>
          <DayChecks days={days} text={t("rule_more.days")} error={form.fieldError("working_hours.days") ?? form.fieldError("working_hours")} />
          <div class="form-grid">
            <TimeField text={t("rule_more.from")} name="hours_from" required value={hours.from} error={form.fieldError("working_hours.from")} onChange={(from) => put({ from })} />
            <TimeField text={t("rule_more.to")} name="hours_to" required value={hours.to} error={form.fieldError("working_hours.to")} onChange={(to) => put({ to })} />
          </div>
          <ZoneField zone={hours.zone} error={form.fieldError("working_hours.zone")} onChange={(zone) => put({ zone })} />
        </>
      )}
      <Field text={t("rule_more.runbook")} optional hint={t("rule_more.runbook_hint")} error={form.fieldError("runbook")}>
        {(attributes) => <input {...attributes} type="url" name="runbook" maxLength={500} pattern="https://.*" placeholder="https://wiki.example.com/…" value={value.runbook ?? ""} onInput={(event) => change({ runbook: event.currentTarget.value.trim() })} />}
      </Field>
      <Field text={t("rule_more.notes")} optional hint={t("rule_more.notes_hint")} error={form.fieldError("notes")}>
        {(attributes) => <textarea {...attributes} name="notes" rows={3} maxLength={kNotesMax} value={value.notes ?? ""} onInput={(event) => change({ notes: event.currentTarget.value })} />}
      </Field>
    </>
  );
}
