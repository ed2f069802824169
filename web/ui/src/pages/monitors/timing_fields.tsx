// How often and how patiently a monitor is checked. An empty field takes what a group or a tag says, or the standard;
// the hint says which, and from where.
import type { Signal } from "@preact/signals";
import { t } from "../../lib/i18n";
import { duration } from "../../lib/time";
import { Field } from "../../parts/basics";
import type { FormState } from "../../parts/form";
import { type Effective, type Own, type Timing, type TimingName, timingNames, timingRange } from "./model";

// In seconds and milliseconds, as people say them.
export function said(name: TimingName, value: number): string {
  if (name === "time_limit_ms") return value < 1_000 ? `${value} ms` : duration(value / 1_000);
  return name.endsWith("_seconds") ? duration(value) : String(value);
}

export function whence(name: TimingName, value: Effective | undefined): string {
  const text = said(name, value?.value ?? timingRange[name].standard);
  if (value?.from === "group") return t("timing.from_group", { value: text, name: value.of_name || value.of || "" });
  if (value?.from === "tag") return t("timing.from_tag", { value: text, name: value.of ?? "" });
  return value?.from === "own" ? t("timing.own", { value: text }) : t("timing.from_standard", { value: text });
}

export function TimingFields(props: { own: Signal<Own>; timing?: Timing; form: FormState; prefix?: string; plain?: boolean }) {
  return (
    <div class="form-grid timing">
      {timingNames.map((name) => {
        const { low, high, standard } = timingRange[name];
        const value = props.own.value[name] ?? null;
        return (
          <Field key={name} text={t(`timing.${name}`)} optional hint={value !== null ? said(name, value) : props.plain ? undefined : whence(name, props.timing?.[name])} error={props.form.fieldError(`${props.prefix ?? "own."}${name}`)}>
            {(attributes) => (
              <input {...attributes} type="number" name={name} min={low} max={high} step={1} placeholder={String(props.timing && props.timing[name].from !== "own" ? props.timing[name].value : standard)} value={value ?? ""}
                onInput={(event) => {
                  const next = event.currentTarget.valueAsNumber;
                  props.own.value = { ...props.own.value, [name]: Number.isNaN(next) ? null : next };
                }} />
            )}
          </Field>
        );
      })}
    </div>
  );
}

export const timingErrors = timingNames.map((name) => `own.${name}`);
