// When backups are made by themselves and how many are kept. It says in words what the fields mean, while they change.
import { useSignal } from "@preact/signals";
import { call } from "../../lib/api";
import { readersLocale, t } from "../../lib/i18n";
import { bytes } from "../../lib/format";
import type { BackupKind, BackupList, BackupSchedule } from "../../lib/types";
import { Check, Field, Panel } from "../../parts/basics";
import { toast } from "../../parts/dialog";
import { Form, useForm } from "../../parts/form";

const kWeekdays = 7;
const kEveryDay = 127;
const kAlwaysKept = 3; // the newest ones, whatever the numbers say
const keeps = ["keep_daily", "keep_weekly", "keep_monthly", "keep_yearly"] as const;
const kMost = { keep_daily: 1000, keep_weekly: 1000, keep_monthly: 1000, keep_yearly: 100 }; // as in the API's schema

// 2024-01-01 was a Monday.
const weekdayName = new Intl.DateTimeFormat(readersLocale, { weekday: "long", timeZone: "UTC" });
const nameOf = (day: number) => weekdayName.format(Date.UTC(2024, 0, 1 + day));
const listed = new Intl.ListFormat(readersLocale, { type: "conjunction" });
const twoDigits = (value: number) => String(value).padStart(2, "0");

const zoneHere = () => Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";
const zones = (stored: string) => [...new Set(["UTC", zoneHere(), stored, ...Intl.supportedValuesOf("timeZone")])].sort();

// While it is off, the zone is the reader's, unless another one was saved.
const begun = (schedule: BackupSchedule): BackupSchedule => (schedule.enabled || schedule.zone !== "UTC" ? schedule : { ...schedule, zone: zoneHere() });

const filesOf = (schedule: BackupSchedule) => Math.max(kAlwaysKept, keeps.reduce((sum, name) => sum + schedule[name], 0));

function daysOf(mask: number): string {
  if (mask === kEveryDay) return t("schedule.every_day");
  return listed.format(Array.from({ length: kWeekdays }, (_, day) => day).filter((day) => mask & (1 << day)).map(nameOf));
}

// What is saved means: when, what, and how many files that comes to.
function inWords(schedule: BackupSchedule, list: BackupList): string[] {
  if (!schedule.enabled) return [t("schedule.off")];
  const time = `${twoDigits(schedule.hour)}:${twoDigits(schedule.minute)}`;
  const whole = schedule.whole_on !== 0;
  const small = schedule.daily_without_history && schedule.whole_on !== kEveryDay;
  if (!whole && !small) return [t("schedule.nothing")];
  const files = filesOf(schedule);
  const sizeOf = (kind: BackupKind) => list.items.find((backup) => backup.state === "complete" && backup.kind === kind)?.bytes ?? 0;
  const size = files * ((whole ? sizeOf("whole") : 0) + (small ? sizeOf("without_history") : 0));
  return [
    whole ? t("schedule.whole", { days: daysOf(schedule.whole_on), time, zone: schedule.zone }) : "",
    small ? t(whole ? "schedule.small_else" : "schedule.small_daily", { time, zone: schedule.zone }) : "",
    t("schedule.kept", { daily: schedule.keep_daily, weekly: schedule.keep_weekly, monthly: schedule.keep_monthly, yearly: schedule.keep_yearly }),
    t(whole && small ? "schedule.files_each" : "schedule.files", { n: files }),
    size > 0 ? t("schedule.size", { size: bytes(size) }) : "",
  ].filter(Boolean);
}

export function ScheduleForm(props: { list: BackupList; changed: () => Promise<void> }) {
  const form = useForm();
  const schedule = useSignal(begun(props.list.schedule));
  const value = schedule.value;
  const change = (part: Partial<BackupSchedule>) => (schedule.value = { ...schedule.value, ...part });
  return (
    <Panel title={t("schedule.title")}>
      <Form
        state={form}
        spoken={t("schedule.title")}
        fields={["hour", "minute", "zone", "whole_on", ...keeps]}
        onSubmit={async () => {
          await call<BackupSchedule>("/appliance/backup-schedule", { method: "PUT", body: schedule.value });
          toast(t("form.saved"));
          await props.changed();
        }}
      >
        <Check name="enabled" checked={value.enabled} onChange={(enabled) => change({ enabled })}>{t("schedule.enabled")}</Check>
        <div class="pair">
          <Field text={t("schedule.time")} error={form.fieldError("hour") ?? form.fieldError("minute")}>
            {(attributes) => (
              <input {...attributes} class="short" type="time" name="time" required value={`${twoDigits(value.hour)}:${twoDigits(value.minute)}`}
                onInput={(event) => {
                  const [hour, minute] = event.currentTarget.value.split(":").map(Number);
                  if (hour !== undefined && minute !== undefined) change({ hour, minute });
                }} />
            )}
          </Field>
          <Field text={t("schedule.zone")} error={form.fieldError("zone")}>
            {(attributes) => (
              <select {...attributes} name="zone" value={value.zone} onChange={(event) => change({ zone: event.currentTarget.value })}>
                {zones(value.zone).map((zone) => <option key={zone} value={zone}>{zone}</option>)}
              </select>
            )}
          </Field>
        </div>
        <fieldset>
          <legend class="legend-title">{t("schedule.whole_on")}</legend>
          <div class="check-grid">
            {Array.from({ length: kWeekdays }, (_, day) => (
              <Check key={day} name={`day-${day}`} checked={(value.whole_on & (1 << day)) !== 0} onChange={() => change({ whole_on: value.whole_on ^ (1 << day) })}>{nameOf(day)}</Check>
            ))}
          </div>
          {form.fieldError("whole_on") && <p class="field-error">{form.fieldError("whole_on")}</p>}
        </fieldset>
        <Check name="daily_without_history" checked={value.daily_without_history} onChange={(daily_without_history) => change({ daily_without_history })}>
          {t("schedule.small")}<br /><span class="quiet">{t("schedule.small_text")}</span>
        </Check>
        <fieldset>
          <legend class="legend-title">{t("schedule.keep")}</legend>
          <div class="pair">
            {keeps.map((name) => (
              <Field key={name} text={t(`schedule.${name}`)} error={form.fieldError(name)}>
                {(attributes) => (
                  <input {...attributes} class="short" type="number" name={name} required min={0} max={kMost[name]} step={1} value={value[name]}
                    onInput={(event) => {
                      const count = event.currentTarget.valueAsNumber;
                      if (!Number.isNaN(count)) schedule.value = { ...schedule.value, [name]: count };
                    }} />
                )}
              </Field>
            ))}
          </div>
        </fieldset>
        <div class="preview" role="status">{inWords(value, props.list).join(" ")}</div>
        <div class="form-actions"><button type="submit" class="button primary" disabled={form.busy.value}>{t("form.save")}</button></div>
      </Form>
    </Panel>
  );
}
