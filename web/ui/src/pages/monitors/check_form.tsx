// What a monitor checks and how: the fields of its kind as the server describes them, the rest of it folded with a count
// of what differs from the standard, and how soon people will know. Used to add a monitor and to change one.
import { useComputed, useSignal, type ReadonlySignal, type Signal } from "@preact/signals";
import { call } from "../../lib/api";
import { t } from "../../lib/i18n";
import { useQuery } from "../../lib/query";
import { duration } from "../../lib/time";
import type { KindField, KindValue, List } from "../../lib/types";
import { api } from "../../lib/workspace";
import { Check, Field } from "../../parts/basics";
import { attempt } from "../../parts/dialog";
import type { FormState } from "../../parts/form";
import { Icon } from "../../parts/icon";
import { kindBody, KindForm, kindFieldNames, kindValues, standardOf, type KindValues } from "../../parts/kind_form";
import { type CheckKind, type DefaultsRow, effective, isFirst, isShown, knowWithin, type Monitor, type Outcome, type Own, playIcon, timingNames } from "./model";
import { Result } from "./result";
import { timingErrors, TimingFields } from "./timing_fields";

const kTryMs = 90_000;
const kCertificateDays = 14;

export interface CheckDraft {
  values: Signal<KindValues>;
  own: Signal<Own>;
  slow: Signal<number>;
  days: Signal<number>;
  invert: Signal<boolean>;
  fill: (kind: CheckKind, from?: Monitor, fields?: Record<string, KindValue>) => void;
}

export function useDraft(kind: CheckKind, from?: Monitor, fields?: Record<string, KindValue>): CheckDraft {
  const values = useSignal<KindValues>(started(kind, from, fields));
  const own = useSignal<Own>(from?.own ?? {});
  const slow = useSignal(from?.slow_after_ms ?? 0);
  const days = useSignal(from?.certificate_days_limit ?? kCertificateDays);
  const invert = useSignal(from?.invert ?? false);
  return {
    values, own, slow, days, invert,
    fill: (next, monitor, more) => {
      values.value = started(next, monitor, more);
      own.value = monitor?.own ?? own.value;
      slow.value = monitor?.slow_after_ms ?? slow.value;
      days.value = monitor?.certificate_days_limit ?? days.value;
      invert.value = monitor?.invert ?? invert.value;
    },
  };
}

// A proposal may hold secrets that were moved out of an address; those are kept, unlike stored ones, which never come.
function started(kind: CheckKind, from?: Monitor, fields: Record<string, KindValue> = {}): KindValues {
  return { ...kindValues(kind.fields, { ...from?.fields, ...fields }), ...Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null)) };
}

// What is sent of it: of a kind that is only told, its fields; of one without a certificate, not its days.
export function draftBody(kind: CheckKind, draft: CheckDraft): Record<string, unknown> {
  return {
    fields: kindBody(kind.fields, draft.values.value),
    ...(kind.is_passive ? {} : checkBody(kind, draft)),
  };
}

function checkBody(kind: CheckKind, draft: CheckDraft): Record<string, unknown> {
  return {
    own: Object.fromEntries(timingNames.map((name) => [name, draft.own.value[name] ?? null])),
    slow_after_ms: draft.slow.value,
    ...(kind.has_certificate ? { certificate_days: draft.days.value } : {}),
    invert: draft.invert.value,
  };
}

export const draftErrors = (kind: CheckKind): string[] => [...kindFieldNames(kind.fields), ...timingErrors, "slow_after_ms", "certificate_days", "invert"];

const differs = (field: KindField, value: KindValue | undefined): boolean => !field.made_here && (value ?? "") !== (standardOf(field) ?? "");

function countOf(kind: CheckKind, draft: CheckDraft, folded: KindField[]): number {
  return folded.filter((field) => isShown(field, draft.values.value) && differs(field, draft.values.value[field.name])).length
    + timingNames.filter((name) => (draft.own.value[name] ?? null) !== null).length
    + Number(draft.slow.value > 0) + Number(kind.has_certificate && draft.days.value !== kCertificateDays) + Number(draft.invert.value);
}

export function CheckFields(props: { kind: CheckKind; draft: CheckDraft; form: FormState; monitor?: Monitor; tags: readonly string[]; groups: readonly string[] }) {
  const { kind, draft, form, monitor } = props;
  const shown = kind.fields.filter((field) => isShown(field, draft.values.value));
  const near = shown.filter((field) => isFirst(kind, field));
  const folded = shown.filter((field) => !isFirst(kind, field));
  const differing = countOf(kind, draft, kind.fields.filter((field) => !isFirst(kind, field)));
  const failed = form.error.value?.field ?? "";
  const opened = useSignal(false);
  return (
    <>
      <KindForm form={form} fields={near} values={draft.values} secretsSet={monitor?.secrets_set} />
      <details open={opened.value || folded.some((field) => failed === `fields.${field.name}`) || failed.startsWith("own.")} onToggle={(event) => (opened.value = event.currentTarget.open)}>
        <summary>{t("monitor.advanced")}{differing > 0 && <span class="quiet"> {t("monitor.differ", { n: differing })}</span>}</summary>
        <div class="stack">
          <KindForm form={form} fields={folded} values={draft.values} secretsSet={monitor?.secrets_set} />
          {!kind.is_passive && (
            <>
              <TimingFields own={draft.own} timing={monitor?.timing} form={form} />
              <div class="form-grid">
                <Milliseconds value={draft.slow} form={form} />
                {kind.has_certificate && (
                  <Field text={t("monitor.certificate_days")} hint={t("monitor.certificate_hint")} error={form.fieldError("certificate_days")}>
                    {(attributes) => <input {...attributes} type="number" name="certificate_days" min={0} max={365} step={1} value={draft.days.value} onInput={(event) => (draft.days.value = event.currentTarget.valueAsNumber || 0)} />}
                  </Field>
                )}
              </div>
            </>
          )}
          <Check name="invert" checked={draft.invert.value} onChange={(on) => (draft.invert.value = on)}>{t(kind.is_passive ? "monitor.invert_told" : "monitor.invert")}</Check>
        </div>
      </details>
      <KnowWithin kind={kind} draft={draft} tags={props.tags} groups={props.groups} />
    </>
  );
}

function Milliseconds(props: { value: Signal<number>; form: FormState }) {
  return (
    <Field text={t("monitor.slow_after")} hint={t("monitor.slow_hint")} error={props.form.fieldError("slow_after_ms")}>
      {(attributes) => <input {...attributes} type="number" name="slow_after_ms" min={0} max={60_000} step={1} value={props.value.value} onInput={(event) => (props.value.value = event.currentTarget.valueAsNumber || 0)} />}
    </Field>
  );
}

// What groups and tags of the workspace say, for the sentence below.
export function useDefaults(): ReadonlySignal<readonly DefaultsRow[]> {
  const query = useQuery<List<DefaultsRow>>(api("/check-defaults"));
  return useComputed(() => query.data.value?.items ?? []);
}

// "You will know within 2 min", while the fields change.
function KnowWithin(props: { kind: CheckKind; draft: CheckDraft; tags: readonly string[]; groups: readonly string[] }) {
  const { kind, draft } = props;
  const defaults = useDefaults();
  if (kind.kind === "manual") return null;
  const number = (name: string) => Number(draft.values.value[name] ?? 0) || 0;
  if (kind.is_passive) {
    if (draft.values.value.schedule) return <p class="preview" role="status">{t("monitor.know_after", { time: duration(number("grace_seconds")) })}</p>;
    return <p class="preview" role="status">{t("monitor.know_ping", { time: spoken(number("period_seconds") + number("grace_seconds")) })}</p>;
  }
  const timing = effective(draft.own.value, props.tags, props.groups, defaults.value);
  return <p class="preview" role="status">{t("monitor.know_within", { time: spoken(knowWithin(timing)) })}</p>;
}

// Whole minutes as "2 min", else as durations are written.
export function spoken(seconds: number): string {
  return seconds >= 60 && seconds < 3_600 && seconds % 60 === 0 ? t("monitor.minutes", { n: seconds / 60 }) : duration(Math.ceil(seconds));
}

// Tries the check as the form says, without saving anything.
export function Try(props: { kind: CheckKind; draft: CheckDraft; monitor?: Monitor }) {
  const busy = useSignal(false);
  const result = useSignal<Outcome | null>(null);
  if (props.kind.is_passive) return null;
  return (
    <>
      <div class="form-actions">
        <button type="button" class="button" disabled={busy.value} onClick={async () => {
          busy.value = true;
          result.value = null;
          await attempt(async () => {
            const { fields, slow_after_ms, certificate_days, invert } = draftBody(props.kind, props.draft);
            const body = { kind: props.kind.kind, fields, slow_after_ms, invert, ...(certificate_days === undefined ? {} : { certificate_days }), ...(props.monitor ? { monitor_id: props.monitor.id } : {}) };
            result.value = (await call<{ result: Outcome }>(api("/monitors/try"), { method: "POST", body, timeoutMs: kTryMs })).result;
          });
          busy.value = false;
        }}><Icon name={playIcon} />{t(busy.value ? "monitor.trying" : "monitor.try")}</button>
      </div>
      {result.value && <Result result={result.value} spoken={t("monitor.try_result")} />}
    </>
  );
}
