// What people set of a subject, of whatever kind: name, key, notes, tags, labels, teams, groups. `useSubjectForm` holds
// what the fields say, and sends only what differs from what they were filled with: a reader may not see all teams and
// groups of a subject, and must not take away what they do not see.
import { useSignal, type ReadonlySignal, type Signal } from "@preact/signals";
import { useEffect, useId, useRef } from "preact/hooks";
import texts from "../catalogue/en.subject_fields.json";
import { ApiError } from "../lib/api";
import { useMayEditOf, useTeams } from "../lib/belonging";
import { learn, t } from "../lib/i18n";
import { groups, labelsInSight, loadSubjects } from "../lib/subjects";
import { splitTags } from "../lib/tags";
import type { Subject } from "../lib/types";
import { Check, Field } from "./basics";
import type { FormState } from "./form";
import { Icon } from "./icon";

learn(texts);

interface LabelRow {
  key: string;
  value: string;
}

export interface SubjectForm {
  name: Signal<string>;
  subjectKey: Signal<string>;
  notes: Signal<string>;
  runbook: Signal<string>;
  tags: Signal<string>;
  labels: Signal<LabelRow[]>;
  teams: Signal<string[]>;
  inGroups: Signal<string[]>;
  base: ReadonlySignal<Subject>; // what the fields were filled with
  version: Signal<number>; // of it: what If-Match says
  fill: (from: Subject) => void;
  changes: () => Record<string, unknown>;
}

// The names under which a refusal names a field, for Form.
export const subjectFieldNames = ["name", "key", "notes", "runbook", "tags", "labels", "team_ids", "group_ids"];

const rowsOf = (subject: Subject): LabelRow[] => Object.entries(subject.labels).map(([key, value]) => ({ key, value }));

function labelsOf(rows: readonly LabelRow[]): Record<string, string> {
  const labels: Record<string, string> = {};
  for (const row of rows) {
    const key = row.key.trim();
    if (Object.hasOwn(labels, key)) throw new ApiError(t("fields.label_twice", { key }), 422, "invalid_input", "labels");
    labels[key] = row.value.trim();
  }
  return labels;
}

export function useSubjectForm(subject: Subject): SubjectForm {
  const base = useSignal(subject);
  const version = useSignal(subject.version);
  const name = useSignal(subject.name);
  const subjectKey = useSignal(subject.key ?? "");
  const notes = useSignal(subject.notes);
  const runbook = useSignal(subject.runbook ?? "");
  const tags = useSignal(subject.tags.join(", "));
  const labels = useSignal(rowsOf(subject));
  const teams = useSignal<string[]>(subject.team_ids);
  const inGroups = useSignal<string[]>(subject.group_ids);
  return {
    name, subjectKey, notes, runbook, tags, labels, teams, inGroups, base, version,
    fill: (from) => {
      base.value = from;
      version.value = from.version;
      name.value = from.name;
      subjectKey.value = from.key ?? "";
      notes.value = from.notes;
      runbook.value = from.runbook ?? "";
      tags.value = from.tags.join(", ");
      labels.value = rowsOf(from);
      teams.value = from.team_ids;
      inGroups.value = from.group_ids;
    },
    changes: () => {
      const wanted = {
        name: name.value.trim(), key: subjectKey.value.trim() || null, notes: notes.value, runbook: runbook.value.trim(), tags: splitTags(tags.value), labels: labelsOf(labels.value),
        team_ids: teams.value, group_ids: inGroups.value,
      };
      const before: Record<string, unknown> = { ...base.value };
      return Object.fromEntries(Object.entries(wanted).filter(([field, value]) => JSON.stringify(value) !== JSON.stringify(before[field])));
    },
  };
}

// The reader's own act (a pause, say) changed the subject while its form stands open: the form goes on from there.
export function follow(form: SubjectForm, before: Subject, next: Subject): void {
  if (form.version.value === before.version) form.version.value = next.version;
}

// Shown while the form was filled with what is no longer so.
export function ChangedMeanwhile(props: { form: SubjectForm; subject: Subject; reload: () => void }) {
  if (props.subject.version <= props.form.version.value) return null;
  return (
    <p class="note spaced" role="status">
      {t("fields.changed")} <button type="button" class="link-button" onClick={props.reload}>{t("fields.reload")}</button>
    </p>
  );
}

export function SubjectFields(props: { fields: SubjectForm; form: FormState; nameHint?: string }) {
  const { fields, form } = props;
  return (
    <>
      <Field text={t("agents.name")} hint={props.nameHint} error={form.fieldError("name")}>
        {(attributes) => <input {...attributes} type="text" name="name" required maxLength={80} value={fields.name.value} onInput={(event) => (fields.name.value = event.currentTarget.value)} />}
      </Field>
      <Field text={t("agents.tags")} hint={t("agents.tags_hint")} error={form.fieldError("tags")}>
        {(attributes) => <input {...attributes} type="text" name="tags" value={fields.tags.value} onInput={(event) => (fields.tags.value = event.currentTarget.value)} />}
      </Field>
      <LabelRows rows={fields.labels} error={form.fieldError("labels")} />
      <TeamChoice fields={fields} error={form.fieldError("team_ids")} />
      <GroupChoice fields={fields} error={form.fieldError("group_ids")} />
      <Field text={t("fields.notes")} optional hint={t("fields.notes_hint")} error={form.fieldError("notes")}>
        {(attributes) => <textarea {...attributes} name="notes" rows={4} maxLength={10_000} value={fields.notes.value} onInput={(event) => (fields.notes.value = event.currentTarget.value)} />}
      </Field>
      <Field text={t("fields.runbook")} optional hint={t("fields.runbook_hint")} error={form.fieldError("runbook")}>
        {(attributes) => <input {...attributes} type="url" name="runbook" maxLength={500} pattern="https://.*" placeholder="https://wiki.example.com/…" value={fields.runbook.value} onInput={(event) => (fields.runbook.value = event.currentTarget.value)} />}
      </Field>
      <Field text={t("fields.key")} optional hint={t("fields.key_hint")} error={form.fieldError("key")}>
        {(attributes) => <input {...attributes} type="text" name="key" maxLength={64} pattern="[a-z0-9._\-]+" autoComplete="off" spellcheck={false} value={fields.subjectKey.value} onInput={(event) => (fields.subjectKey.value = event.currentTarget.value)} />}
      </Field>
    </>
  );
}

const Refused = (props: { error: string | null }) => (props.error ? <p class="field-error" role="alert">{props.error}</p> : null);

function LabelRows(props: { rows: Signal<LabelRow[]>; error: string | null }) {
  const { rows } = props;
  const list = useRef<HTMLUListElement>(null);
  const add = useRef<HTMLButtonElement>(null);
  const id = useId();
  useEffect(() => void loadSubjects(), []);
  const put = (index: number, change: Partial<LabelRow>) => (rows.value = rows.value.map((row, each) => (each === index ? { ...row, ...change } : row)));
  const known = labelsInSight.value.filter((each) => each.includes("=")).map((each): [string, string] => [each.slice(0, each.indexOf("=")), each.slice(each.indexOf("=") + 1)]);
  return (
    <fieldset>
      <legend class="legend-title">{t("fields.labels")}</legend>
      <ul class="label-rows" ref={list}>
        {rows.value.map((row, index) => (
          <li key={index}>
            <input type="text" aria-label={t("fields.label_key", { n: index + 1 })} required maxLength={63} pattern="[A-Za-z0-9._\/\-]+" list={`${id}-keys`} autoComplete="off" spellcheck={false}
              value={row.key} onInput={(event) => put(index, { key: event.currentTarget.value })} />
            <span aria-hidden="true">=</span>
            <input type="text" aria-label={t("fields.label_value", { n: index + 1 })} maxLength={200} list={`${id}-values-${index}`} autoComplete="off" spellcheck={false}
              value={row.value} onInput={(event) => put(index, { value: event.currentTarget.value })} />
            <datalist id={`${id}-values-${index}`}>{known.filter(([key, value]) => key === row.key && value).map(([, value]) => <option key={value} value={value} />)}</datalist>
            <button type="button" class="icon-button" aria-label={t("fields.label_remove", { n: index + 1 })} onClick={() => {
              rows.value = rows.value.filter((_, each) => each !== index);
              add.current?.focus();
            }}><Icon name="x" /></button>
          </li>
        ))}
      </ul>
      <datalist id={`${id}-keys`}>{[...new Set(known.map(([key]) => key))].map((key) => <option key={key} value={key} />)}</datalist>
      <button type="button" class="button small" ref={add} onClick={() => {
        rows.value = [...rows.value, { key: "", value: "" }];
        requestAnimationFrame(() => list.current?.querySelector<HTMLElement>("li:last-child input")?.focus());
      }}><Icon name="plus" />{t("fields.label_add")}</button>
      <p class="field-hint">{t("fields.labels_hint")}</p>
      <Refused error={props.error} />
    </fieldset>
  );
}

const toggled = (list: string[], id: string, on: boolean): string[] => (on ? [...list, id] : list.filter((each) => each !== id));

function TeamChoice(props: { fields: SubjectForm; error: string | null }) {
  const { teams } = props.fields;
  const known = useTeams();
  const mayEditOf = useMayEditOf();
  if (known.value.length === 0) return null;
  return (
    <fieldset>
      <legend class="legend-title">{t("fields.teams")}</legend>
      <div class="check-grid">
        {known.value.map((each) => (
          <Check key={each.id} checked={teams.value.includes(each.id)} disabled={!mayEditOf([each.id])} onChange={(on) => (teams.value = toggled(teams.value, each.id, on))}>{each.name}</Check>
        ))}
      </div>
      {teams.value.length === 0 && <p class="field-hint">{t("fields.no_team")}</p>}
      <Refused error={props.error} />
    </fieldset>
  );
}

function GroupChoice(props: { fields: SubjectForm; error: string | null }) {
  const { inGroups, base } = props.fields;
  const offered = groups.value.filter((each) => each.id !== base.value.id);
  if (offered.length === 0) return null;
  return (
    <fieldset>
      <legend class="legend-title">{t("agents.groups")}</legend>
      <div class="check-grid long">
        {offered.map((each) => <Check key={each.id} checked={inGroups.value.includes(each.id)} onChange={(on) => (inGroups.value = toggled(inGroups.value, each.id, on))}>{each.name}</Check>)}
      </div>
      <Refused error={props.error} />
    </fieldset>
  );
}
