// The dialog that plans a maintenance (once, weekly, monthly, by cron) or begins a mute. While it is filled in it says what
// matches and when the next windows are. What covers more than half of the workspace, or what is critical, is confirmed
// twice: by saving, and by typing how many subjects it silences.
import { useSignal, type Signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { ApiError, call, newKey } from "../../lib/api";
import { t, word } from "../../lib/i18n";
import { useQuery } from "../../lib/query";
import { groups, labelsInSight, subjects, tagsInSight } from "../../lib/subjects";
import { absoluteTime, serverNow, shortTime } from "../../lib/time";
import type { List, Rule, Severity } from "../../lib/types";
import { api } from "../../lib/workspace";
import { dayWords, isoOf, localText, zoneHere, type DayWord } from "../../lib/zones";
import { Field, Segments } from "../../parts/basics";
import { Dialog, toast } from "../../parts/dialog";
import { Form, useForm, type FormState } from "../../parts/form";
import { Icon } from "../../parts/icon";
import { DayChecks, TimeField, ZoneField } from "../../parts/zone_field";
import { type Dimension, dimensionOf, dimensions, type Matcher, type Quiet, type QuietBody, type QuietKind, type QuietPreview, type QuietRepeat } from "./quiet_model";

const kPreviewAfterMs = 350;
const kHour = 3_600_000;
const repeats: QuietRepeat[] = ["once", "weekly", "monthly", "cron"];
const severities: Severity[] = ["info", "warning", "critical"];
const muteHours = [1, 4, 8, 24, 72, 168] as const;

interface When {
  repeat: Signal<QuietRepeat>;
  zone: Signal<string>;
  days: Signal<DayWord[]>;
  on: Signal<string>; // monthly: "1,15" or "last-sun"
  time: Signal<string>;
  cron: Signal<string>;
  minutes: Signal<number>;
  from: Signal<string>; // local
  to: Signal<string>;
}

// "mon,thu", "mon-fri"
function daysOf(text: string): DayWord[] {
  const chosen = new Set<number>();
  for (const part of text.split(",")) {
    const [from = -1, to = from] = part.split("-").map((word) => dayWords.findIndex((each) => each === word));
    for (let day = from; from >= 0 && to >= 0; day = (day + 1) % dayWords.length) {
      chosen.add(day);
      if (day === to) break;
    }
  }
  return dayWords.filter((_, day) => chosen.has(day));
}

function useWhen(quiet: Quiet | null, kind: QuietKind): When {
  const [first = "", second = ""] = quiet?.repeat === "weekly" || quiet?.repeat === "monthly" ? quiet.schedule.split(" ") : [];
  const begin = Math.ceil(serverNow() / kHour) * kHour;
  return {
    repeat: useSignal<QuietRepeat>(quiet?.repeat ?? "once"),
    zone: useSignal(quiet?.zone ?? zoneHere()),
    days: useSignal<DayWord[]>(quiet?.repeat === "weekly" ? daysOf(first) : ["sun"]),
    on: useSignal(quiet?.repeat === "monthly" ? first : "1"),
    time: useSignal(second || "02:00"),
    cron: useSignal(quiet?.repeat === "cron" ? quiet.schedule : "0 2 * * 0"),
    minutes: useSignal(Math.round((quiet?.duration_seconds || 7_200) / 60)),
    from: useSignal(quiet?.starts_at ? localText(quiet.starts_at) : kind === "mute" ? "" : localText(begin)),
    to: useSignal(quiet?.ends_at ? localText(quiet.ends_at) : quiet ? "" : localText(kind === "mute" ? serverNow() + 4 * kHour : begin + 2 * kHour)),
  };
}

function scheduleOf(when: When): string {
  if (when.repeat.value === "weekly") return `${when.days.value.join(",")} ${when.time.value}`;
  if (when.repeat.value === "monthly") return `${when.on.value.trim()} ${when.time.value}`;
  return when.repeat.value === "cron" ? when.cron.value.trim() : "";
}

const cleaned = (matcher: Matcher): Matcher => Object.fromEntries(Object.entries(matcher).filter(([, value]) => value !== null && value !== undefined && String(value).trim() !== ""));

export function QuietForm(props: { quiet: Quiet | null; kind: QuietKind; onClose: () => void; onSaved: () => Promise<void> }) {
  const { quiet, kind } = props;
  const isMute = kind === "mute";
  const form = useForm();
  const name = useSignal(quiet?.name ?? "");
  const reason = useSignal(quiet?.reason ?? "");
  const matchers = useSignal<Matcher[]>(quiet?.matchers ?? [{ tag: "" }]);
  const when = useWhen(quiet, kind);
  const preview = useSignal<QuietPreview | null>(null);
  const problem = useSignal<string | null>(null);
  const typed = useSignal("");
  const asked = useSignal(false); // the server wants it confirmed
  const key = useRef(newKey());
  const once = when.repeat.value === "once";
  const body: QuietBody = {
    kind, name: isMute ? reason.value.trim().slice(0, 80) : name.value.trim(), reason: reason.value.trim(), matchers: matchers.value.map(cleaned),
    repeat: when.repeat.value, zone: when.zone.value, schedule: scheduleOf(when), duration_seconds: once ? 0 : Math.round(when.minutes.value * 60),
    starts_at: isoOf(when.from.value), ends_at: isoOf(when.to.value),
  };
  const asJson = JSON.stringify(body);
  // A line without its value would match everything.
  const finished = matchers.value.every((each) => {
    const dimension = dimensionOf(each);
    return dimension === "" || (each[dimension] ?? "").trim() !== "";
  });
  const former = useRef(asJson); // what the fields were filled with
  useEffect(() => {
    if (!finished) {
      preview.value = null;
      problem.value = null;
      return;
    }
    const abort = new AbortController();
    const timer = setTimeout(() => {
      const whole = { ...body, name: body.name || t("quiet.unnamed") };
      call<QuietPreview>(api("/quiet/preview"), { method: "POST", body: whole, signal: abort.signal }).then(
        (answer) => {
          preview.value = answer;
          problem.value = null;
        },
        (failure) => {
          if (failure instanceof ApiError && !abort.signal.aborted) problem.value = failure.message;
        },
      );
    }, kPreviewAfterMs);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [asJson, finished]);
  const count = preview.value?.matches ?? 0;
  const confirmed = asked.value && typed.value.replace(/\D/g, "") === String(count);
  const title = t(quiet ? "quiet.edit" : isMute ? "quiet.add_mute" : "quiet.add");
  return (
    <Dialog title={title} onClose={props.onClose} wide>
      <Form
        state={form}
        spoken={title}
        fields={["name", "reason", "schedule", "zone", "duration_seconds", "starts_at", "ends_at", "confirm_wide"]}
        onSubmit={async () => {
          const more = confirmed ? { confirm_wide: true } : {};
          try {
            if (quiet) {
              // Of what has begun not everything may change, so only what changed is sent.
              const before = JSON.parse(former.current) as Record<string, unknown>;
              const changed = Object.entries(body).filter(([name, value]) => name !== "kind" && JSON.stringify(value) !== JSON.stringify(before[name]));
              await call(api(`/quiet/${quiet.id}`), { method: "PATCH", version: quiet.version, body: { ...Object.fromEntries(changed), ...more } });
            } else await call(api("/quiet"), { method: "POST", body: { ...body, ...more }, key: key.current });
          } catch (failure) {
            if (failure instanceof ApiError && failure.code === "confirm_wide") {
              asked.value = true;
              key.current = newKey(); // another request, as it says more
            }
            throw failure;
          }
          toast(t("form.saved"));
          await props.onSaved();
        }}
      >
        {!isMute && (
          <Field text={t("quiet.name")} error={form.fieldError("name")}>
            {(attributes) => <input {...attributes} type="text" name="name" required autoFocus maxLength={80} value={name.value} onInput={(event) => (name.value = event.currentTarget.value)} />}
          </Field>
        )}
        <Field text={t("quiet.reason")} optional={!isMute} error={form.fieldError("reason") ?? (isMute ? form.fieldError("name") : null)}>
          {(attributes) => <input {...attributes} type="text" name="reason" required={isMute} autoFocus={isMute} maxLength={500} value={reason.value} onInput={(event) => (reason.value = event.currentTarget.value)} />}
        </Field>
        <MatcherRows matchers={matchers} form={form} />
        {isMute ? <MuteEnd when={when} form={form} /> : <WhenFields when={when} form={form} />}
        <div class="preview" role="status">
          {problem.value ? <span class="field-error">{problem.value}</span> : preview.value ? <PreviewText preview={preview.value} /> : <span class="quiet">{t(finished ? "loading" : "quiet.unfinished")}</span>}
        </div>
        {preview.value?.is_wide && <p class="note">{t("quiet.wide")}</p>}
        {asked.value && (
          <Field text={t("quiet.type_count", { n: count })} hint={t("quiet.type_hint")} error={form.fieldError("confirm_wide")}>
            {(attributes) => <input {...attributes} class="short" type="text" inputMode="numeric" name="confirm" required autoComplete="off" value={typed.value} onInput={(event) => (typed.value = event.currentTarget.value)} />}
          </Field>
        )}
        <div class="form-actions">
          <button type="submit" class={asked.value ? "button danger" : "button primary"} disabled={form.busy.value || (asked.value && !confirmed)}>{quiet ? t("form.save") : t(isMute ? "quiet.mute_now" : "quiet.plan")}</button>
          <button type="button" class="button" onClick={props.onClose}>{t("confirm.cancel")}</button>
        </div>
      </Form>
    </Dialog>
  );
}

function PreviewText(props: { preview: QuietPreview }) {
  const { matches, subjects: of, windows } = props.preview;
  return (
    <>
      <strong>{t("quiet.preview", { n: matches, of })}</strong>
      {windows.length === 0 ? <p class="quiet">{t("quiet.no_window")}</p> : (
        <>
          <p class="quiet">{t("quiet.windows")}</p>
          <ul class="window-list" aria-label={t("quiet.windows")}>
            {windows.map((each) => <li key={each.from} title={absoluteTime(each.from)}>{t("quiet.from_to", { from: shortTime(each.from), to: shortTime(each.to) })}</li>)}
          </ul>
        </>
      )}
    </>
  );
}

// Until when a mute lasts: some hours from now, or a time of one's own.
function MuteEnd(props: { when: When; form: FormState }) {
  const { when, form } = props;
  return (
    <>
      <fieldset>
        <legend class="legend-title">{t("quiet.for")}</legend>
        <div class="kind-choices">
          {muteHours.map((hours) => (
            <button key={hours} type="button" class="button small" onClick={() => (when.to.value = localText(serverNow() + hours * kHour))}>{hours < 24 ? t("quiet.hours", { n: hours }) : t("quiet.days", { n: hours / 24 })}</button>
          ))}
        </div>
      </fieldset>
      <Field text={t("quiet.ends")} hint={t("quiet.mute_hint")} error={form.fieldError("ends_at")}>
        {(attributes) => <input {...attributes} class="moment" type="datetime-local" name="ends_at" required value={when.to.value} onInput={(event) => (when.to.value = event.currentTarget.value)} />}
      </Field>
    </>
  );
}

function WhenFields(props: { when: When; form: FormState }) {
  const { when, form } = props;
  const once = when.repeat.value === "once";
  const put = (repeat: QuietRepeat) => {
    when.repeat.value = repeat;
    if (repeat !== "once") when.to.value = ""; // it goes on until somebody ends it
    else if (!when.to.value) when.to.value = localText(Date.parse(when.from.value || localText(serverNow())) + 2 * kHour);
  };
  return (
    <>
      <Segments<QuietRepeat> spoken={t("quiet.repeat")} value={when.repeat.value} options={repeats.map((each): [QuietRepeat, string] => [each, word("quiet_repeat", each)])} onChange={put} />
      {when.repeat.value === "weekly" && <DayChecks days={when.days} text={t("quiet.on_days")} error={form.fieldError("schedule")} />}
      {when.repeat.value === "cron" && (
        <Field text={t("quiet.cron")} hint={t("quiet.cron_hint")} error={form.fieldError("schedule")}>
          {(attributes) => <input {...attributes} class="mono" type="text" name="schedule" required maxLength={100} autoComplete="off" spellcheck={false} value={when.cron.value} onInput={(event) => (when.cron.value = event.currentTarget.value)} />}
        </Field>
      )}
      {!once && (
        <div class="form-grid">
          {when.repeat.value === "monthly" && (
            <Field text={t("quiet.on_dates")} hint={t("quiet.on_dates_hint")} error={form.fieldError("schedule")}>
              {(attributes) => <input {...attributes} type="text" name="schedule" required maxLength={100} autoComplete="off" spellcheck={false} value={when.on.value} onInput={(event) => (when.on.value = event.currentTarget.value)} />}
            </Field>
          )}
          {when.repeat.value !== "cron" && <TimeField text={t("quiet.at")} name="time" required value={when.time.value} onChange={(time) => (when.time.value = time)} />}
          <Field text={t("quiet.minutes")} error={form.fieldError("duration_seconds")}>
            {(attributes) => <input {...attributes} class="short" type="number" name="minutes" required min={1} max={43_200} step={1} value={when.minutes.value} onInput={(event) => (when.minutes.value = event.currentTarget.valueAsNumber || 0)} />}
          </Field>
          <ZoneField zone={when.zone.value} error={form.fieldError("zone")} onChange={(zone) => (when.zone.value = zone)} />
        </div>
      )}
      <div class="form-grid">
        <Field text={t(once ? "quiet.begins" : "quiet.first_from")} hint={t("quiet.in_your_zone", { zone: zoneHere() })} error={form.fieldError("starts_at")}>
          {(attributes) => <input {...attributes} class="moment" type="datetime-local" name="starts_at" required value={when.from.value} onInput={(event) => (when.from.value = event.currentTarget.value)} />}
        </Field>
        <Field text={t(once ? "quiet.ends" : "quiet.last_until")} optional={!once} error={form.fieldError("ends_at")}>
          {(attributes) => <input {...attributes} class="moment" type="datetime-local" name="ends_at" required={once} value={when.to.value} onInput={(event) => (when.to.value = event.currentTarget.value)} />}
        </Field>
      </div>
    </>
  );
}

// Lines of what is silenced: each line alone is enough.
function MatcherRows(props: { matchers: Signal<Matcher[]>; form: FormState }) {
  const { matchers, form } = props;
  const rules = useQuery<List<Rule>>(api("/rules"));
  const list = useRef<HTMLUListElement>(null);
  const add = useRef<HTMLButtonElement>(null);
  const put = (index: number, matcher: Matcher) => (matchers.value = matchers.value.map((each, at) => (at === index ? matcher : each)));
  const problem = form.error.value?.field?.startsWith("matchers") ? form.error.value.message : null;
  return (
    <fieldset>
      <legend class="legend-title">{t("quiet.what")}</legend>
      <ul class="matchers" ref={list}>
        {matchers.value.map((matcher, index) => (
          <li key={index}>
            <MatcherRow matcher={matcher} n={index + 1} rules={rules.data.value?.items ?? []} onChange={(next) => put(index, next)} />
            <button type="button" class="icon-button" aria-label={t("quiet.line_remove", { n: index + 1 })} disabled={matchers.value.length === 1} onClick={() => {
              matchers.value = matchers.value.filter((_, at) => at !== index);
              add.current?.focus();
            }}><Icon name="x" /></button>
          </li>
        ))}
      </ul>
      <button type="button" class="button small" ref={add} onClick={() => {
        matchers.value = [...matchers.value, { tag: "" }];
        requestAnimationFrame(() => list.current?.querySelector<HTMLElement>("li:last-child select")?.focus());
      }}><Icon name="plus" />{t("quiet.line_add")}</button>
      {matchers.value.length > 1 && <p class="field-hint">{t("quiet.any_line")}</p>}
      {problem && <p class="field-error" role="alert">{problem}</p>}
    </fieldset>
  );
}

function MatcherRow(props: { matcher: Matcher; n: number; rules: Rule[]; onChange: (matcher: Matcher) => void }) {
  const { matcher, n } = props;
  const dimension = dimensionOf(matcher);
  const value = dimension ? (matcher[dimension] ?? "") : "";
  const named = [...subjects.value.values()].filter((each) => each.kind !== "group").sort((a, b) => a.name.localeCompare(b.name));
  const options: Record<Dimension, [string, string][]> = {
    subject_id: named.map((each) => [each.id, each.name]),
    group_id: groups.value.map((each) => [each.id, each.name]),
    tag: [...new Set([...tagsInSight.value, dimension === "tag" ? value : ""])].filter(Boolean).map((each) => [each, each]),
    label: labelsInSight.value.map((each) => [each, each]),
    rule_id: props.rules.map((each) => [each.id, each.name]),
  };
  const turn = (next: string) => {
    const rest = { ...matcher };
    for (const each of dimensions) delete rest[each];
    const to = dimensions.find((each) => each === next);
    props.onChange(to ? { ...rest, [to]: "" } : rest);
  };
  return (
    <>
      <select aria-label={t("quiet.line_kind", { n })} value={dimension} onChange={(event) => turn(event.currentTarget.value)}>
        <option value="">{t("quiet.of_all")}</option>
        {dimensions.map((each) => <option key={each} value={each}>{word("quiet_of", each)}</option>)}
      </select>
      {dimension === "label" ? (
        <input type="text" aria-label={t("quiet.line_value", { n })} required maxLength={264} placeholder="env=prod" autoComplete="off" spellcheck={false} value={value} onInput={(event) => props.onChange({ ...matcher, label: event.currentTarget.value })} />
      ) : dimension !== "" && (
        <select aria-label={t("quiet.line_value", { n })} required value={value} onChange={(event) => props.onChange({ ...matcher, [dimension]: event.currentTarget.value })}>
          <option value="">{t("quiet.choose")}</option>
          {options[dimension].map(([id, text]) => <option key={id} value={id}>{text}</option>)}
        </select>
      )}
      <select aria-label={t("quiet.line_severity", { n })} value={matcher.severity ?? ""} onChange={(event) => props.onChange({ ...matcher, severity: severities.find((each) => each === event.currentTarget.value) ?? null })}>
        <option value="">{t("quiet.any_severity")}</option>
        {severities.map((each) => <option key={each} value={each}>{t("quiet.only_severity", { severity: t(`severity.${each}`) })}</option>)}
      </select>
    </>
  );
}
