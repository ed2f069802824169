// The named zone in which times of the day are meant.
import type { Signal } from "@preact/signals";
import texts from "../catalogue/en.zone.json";
import { learn, t } from "../lib/i18n";
import { dayName, dayWords, zones, type DayWord } from "../lib/zones";
import { Check, Field } from "./basics";

learn(texts);

export function ZoneField(props: { zone: string; error?: string | null; hint?: string; onChange: (zone: string) => void }) {
  return (
    <Field text={t("zone.zone")} error={props.error} hint={props.hint}>
      {(attributes) => (
        <select {...attributes} name="zone" value={props.zone} onChange={(event) => props.onChange(event.currentTarget.value)}>
          {zones(props.zone).map((zone) => <option key={zone} value={zone}>{zone}</option>)}
        </select>
      )}
    </Field>
  );
}

export function DayChecks(props: { days: Signal<DayWord[]>; text: string; error?: string | null }) {
  const { days } = props;
  return (
    <fieldset>
      <legend class="legend-title">{props.text}</legend>
      <div class="check-grid">
        {dayWords.map((word, day) => (
          <Check key={word} name={`day-${word}`} checked={days.value.includes(word)}
            onChange={(on) => (days.value = dayWords.filter((each) => (each === word ? on : days.value.includes(each))))}>{dayName(day)}</Check>
        ))}
      </div>
      {props.error && <p class="field-error" role="alert">{props.error}</p>}
    </fieldset>
  );
}

export function TimeField(props: { text: string; name: string; value: string; required?: boolean; optional?: boolean; hint?: string; error?: string | null; onChange: (value: string) => void }) {
  return (
    <Field text={props.text} hint={props.hint} error={props.error} optional={props.optional}>
      {(attributes) => <input {...attributes} class="short" type="time" name={props.name} required={props.required} value={props.value} onInput={(event) => props.onChange(event.currentTarget.value)} />}
    </Field>
  );
}
