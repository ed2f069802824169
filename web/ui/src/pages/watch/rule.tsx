// A rule as a sentence whose words are fields, with a preview that counts what matches now. ?subject=… begins a new rule
// about that subject's state.
import { useComputed, useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import { useMayEditOf, useMayEditRule } from "../../lib/belonging";
import { ApiError, call, newKey } from "../../lib/api";
import { t, tx, word, type Key } from "../../lib/i18n";
import { useKinds } from "../../lib/kinds";
import { late } from "../../lib/late";
import { formatOf, unitText, useMetrics } from "../../lib/metrics";
import { useQuery } from "../../lib/query";
import { fromHere, param } from "../../lib/router";
import { groups, labelsInSight, loadSubjects, subjects, tagsInSight } from "../../lib/subjects";
import { isAgent, type List, type Preview, type Recipient, type Rule, type RuleBody, type RuleStateWord, type Subject } from "../../lib/types";
import { api, at, mayEdit, mayEditSome } from "../../lib/workspace";
import { Check, Empty, Field, Loaded, PageHeader, Panel, Skeleton } from "../../parts/basics";
import { Confirm, toast } from "../../parts/dialog";
import { Form, useForm } from "../../parts/form";
import { RuleTest } from "../../parts/rule_test";

// Loaded when a rule is looked at: most readers see the list alone.
const More = late(() => import("./rule_more").then((file) => file.RuleMore));
const Telling = late(() => import("./rule_telling").then((file) => file.RuleTelling));

const fresh: RuleBody = {
  name: "", kind: "metric", target: { kind: "all" }, metric: "cpu_percent", comparison: "above", threshold: 90, hysteresis: 5,
  duration_seconds: 300, cooldown_seconds: 300, severity: "warning", enabled: true, recipient_ids: [],
};
const kPreviewAfterMs = 350;
const onlyKinds: [string, Key][] = [["", "rule.of_any_kind"], ["agent", "nav.agents"], ["monitor", "nav.monitors"], ["group", "nav.groups"]];
const moreFields = ["repeat_seconds", "working_hours", "working_hours.days", "working_hours.from", "working_hours.to", "working_hours.zone", "runbook", "notes"];
const stateWords: RuleStateWord[] = ["down", "degraded", "unknown"];
type Target = RuleBody["target"];

// A rule about the state of one subject: at once, as silence was waited for already.
const aboutState = (subject: string): RuleBody => ({
  ...fresh, kind: "state", state: "down", duration_seconds: 0, severity: "critical", target: { kind: "subject", subject_id: subject },
});

function bodyOf(rule: RuleBody): RuleBody {
  const { name, kind, metric, comparison, threshold, hysteresis, duration_seconds, cooldown_seconds, severity, enabled, recipient_ids } = rule;
  return {
    name, kind, metric, comparison, threshold, hysteresis, duration_seconds, cooldown_seconds, severity, enabled, recipient_ids,
    target: targetOf(choiceOf(rule.target), rule.target.label ?? ""), part: rule.part ?? "", ...(kind === "state" ? { state: rule.state ?? "down" } : {}),
    ...(rule.repeat_seconds === undefined ? {} : { repeat_seconds: rule.repeat_seconds }), ...(rule.working_hours === undefined ? {} : { working_hours: rule.working_hours }),
    ...(rule.runbook === undefined ? {} : { runbook: rule.runbook }), ...(rule.notes === undefined ? {} : { notes: rule.notes }),
    ...(rule.only_kind === undefined ? {} : { only_kind: rule.target.kind === "subject" ? null : rule.only_kind }),
  };
}

// A target as the value of an option, and back. The text of a label is typed beside it.
function choiceOf(target: Target): string {
  switch (target.kind) {
    case "tag":
      return `tag:${target.tag}`;
    case "subject":
      return `subject:${target.subject_id}`;
    case "group":
      return `group:${target.group_id}`;
    default:
      return target.kind;
  }
}

function targetOf(choice: string, label: string): Target {
  const kind = choice.split(":", 1)[0];
  const rest = choice.slice((kind ?? "").length + 1);
  switch (kind) {
    case "tag":
      return { kind, tag: rest };
    case "label":
      return { kind, label: label.trim() };
    case "subject":
      return { kind, subject_id: rest };
    case "group":
      return { kind, group_id: rest };
    default:
      return { kind: "all" };
  }
}

export function RulePage(props: { id: string }) {
  if (props.id === "new") return mayEditSome.value ? <Editor rule={null} /> : <Empty alone icon="rules" title={t("unknown.title")} />;
  return <Existing id={props.id} />;
}

function Existing(props: { id: string }) {
  const query = useQuery<Rule>(api(`/rules/${props.id}`));
  if (query.error.value?.status === 404) {
    return <Empty alone icon="rules" title={t("rules.gone")} action={<a class="button primary" href={at("rules")}>{t("rules.all")}</a>} />;
  }
  return <Loaded query={query} lines={4} height={56}>{(rule) => <Editor key={`${rule.id}/${rule.version}`} rule={rule} onSaved={(next) => (query.data.value = next)} />}</Loaded>;
}

function Editor(props: { rule: Rule | null; onSaved?: (rule: Rule) => void }) {
  const form = useForm();
  const body = useSignal<RuleBody>(props.rule ? bodyOf(props.rule) : param("subject") ? aboutState(param("subject")) : fresh);
  const chosen = useSignal((props.rule?.recipient_ids.length ?? 0) > 0);
  const preview = useSignal<Preview | null>(null);
  const previewProblem = useSignal<string | null>(null);
  const removing = useSignal(false);
  const key = useRef(newKey());
  const recipients = useQuery<List<Recipient>>(api("/recipients"), { on: (event) => event.name === "recipient.changed" });
  // The recipients that the rule would tell if they had agreed to get alerts.
  const deaf = (recipients.data.value?.items ?? []).filter((each) => each.enabled && each.consent !== "confirmed" && (chosen.value ? body.value.recipient_ids.includes(each.id) : each.receives_by_default));
  // The recovery margin follows the threshold until the reader sets it, so that a recovery stays possible.
  const marginSet = useSignal(props.rule !== null);
  const table = useMetrics();
  const marginFor = (threshold: number): number => {
    const { comparison, metric, hysteresis } = body.peek();
    const row = table?.get(metric);
    if (marginSet.peek() || !row) return hysteresis;
    const room = comparison === "above" ? threshold - row.low : row.high - threshold;
    return Math.round(Math.min(row.suggested?.hysteresis ?? 0, Math.max(0, room) / 2) * 100) / 100;
  };
  const change = (part: Partial<RuleBody>) => (body.value = { ...body.value, ...part });
  const id = useId();
  useEffect(() => void loadSubjects(), []);

  const tags = useComputed(() => [...new Set([...tagsInSight.value, body.value.target.tag ?? ""])].filter(Boolean).sort());

  useEffect(() => {
    const abort = new AbortController();
    if (body.value.target.kind === "label" && !body.value.target.label?.trim()) return; // not typed yet
    const ask = () => {
      const asked = { ...bodyOf(body.value), name: body.value.name.trim() || t("rules.unnamed") };
      call<Preview>(api("/rules/preview"), { method: "POST", body: asked, signal: abort.signal }).then(
        (answer) => {
          preview.value = answer;
          previewProblem.value = null;
        },
        (failure) => {
          if (!(failure instanceof ApiError) || abort.signal.aborted) return;
          // The server computes one preview at a time. Ask again when it says.
          if (failure.status === 503 && failure.retryAfter) timer = setTimeout(ask, failure.retryAfter * 1000);
          else previewProblem.value = failure.message;
        },
      );
    };
    let timer = setTimeout(ask, kPreviewAfterMs);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [JSON.stringify(body.value)]);

  const mayEditOf = useMayEditOf();
  const mayEditRule = useMayEditRule();
  const editable = props.rule ? mayEditRule(props.rule) : mayEditSome.value;
  // With a team's grant only rules about one subject of the team can be made, so only those are offered. The first one is
  // chosen at the beginning.
  const byGrant = editable && !mayEdit.value;
  const offered = [...subjects.value.values()].filter((each) => !byGrant || mayEditOf(each.team_ids)).sort((a, b) => a.name.localeCompare(b.name));
  const first = byGrant ? (offered.find((each) => each.kind !== "group") ?? offered[0]) : undefined;
  const value = body.value;
  const kinds = useKinds();
  const about = value.target.kind === "subject" ? subjects.value.get(value.target.subject_id ?? "") : undefined;
  // What a rule about this subject can be about; about several, everything.
  const kindOf = (subject: Subject | undefined) => (subject ? kinds?.get(subject.kind) : undefined);
  const mayBeSilence = (subject: Subject | undefined) => kindOf(subject)?.reports ?? true;
  const mayBeMetric = (subject: Subject | undefined, metric: string) => kindOf(subject)?.metrics.some((each) => each === metric) ?? true;
  const aim = (target: Target) => {
    const subject = target.kind === "subject" ? subjects.peek().get(target.subject_id ?? "") : undefined;
    const fits = value.kind === "state" || (value.kind === "silence" ? mayBeSilence(subject) : mayBeMetric(subject, value.metric));
    change(fits ? { target } : { target, kind: "state", state: "down", duration_seconds: 0 });
  };
  useEffect(() => {
    if (first && body.peek().target.kind !== "subject") aim({ kind: "subject", subject_id: first.id });
  }, [first?.id]);
  const condition = value.kind === "silence" ? "silence" : value.kind === "state" ? `state:${value.state ?? "down"}` : value.metric;
  const known = table?.get(value.metric);
  // What "all" means follows from the condition: only agents fall silent, and a metric has its kinds.
  const all: Key = value.kind === "state" ? "rule.target_everything"
    : value.kind === "metric" && known && !known.kinds.includes("agent") ? "rule.target_all_monitors" : "rule.target_all";
  const offeredMetrics = [...(table?.values() ?? [])].filter((each) => each.in_rules && mayBeMetric(about, each.word));

  const what = (
    <select aria-label={t("rule.metric")} value={condition} onChange={(event) => {
      const next = event.currentTarget.value;
      const state = stateWords.find((each) => next === `state:${each}`);
      if (next === "silence") change({ kind: "silence" });
      else if (state) change({ kind: "state", state, ...(value.kind === "state" ? {} : { duration_seconds: 0 }) });
      else {
        // A threshold of another unit means nothing for the new metric.
        const row = table?.get(next);
        const other = row?.suggested && (row.unit !== known?.unit || value.kind !== "metric");
        change({ kind: "metric", metric: next, ...(other ? { ...row.suggested, comparison: row.worse === "below" ? "below" : "above" } : {}) });
      }
    }}>
      {(mayBeSilence(about) || value.kind === "silence") && <option value="silence">{t("rule.metric_silence")}</option>}
      <optgroup label={t("rule.states")}>{stateWords.map((each) => <option key={each} value={`state:${each}`}>{word("rule_state", each)}</option>)}</optgroup>
      {([["rule.metrics", true], ["rule.metrics_monitors", false]] as const).map(([text, ofAgents]) => {
        const list = offeredMetrics.filter((each) => each.kinds.includes("agent") === ofAgents);
        return list.length > 0 && <optgroup key={text} label={t(text)}>{list.map((each) => <option key={each.word} value={each.word}>{each.noun}</option>)}</optgroup>;
      })}
      {value.kind === "metric" && !offeredMetrics.some((each) => each.word === value.metric) && (
        <optgroup label={t("rule.other")}><option value={value.metric}>{known?.noun ?? value.metric}</option></optgroup>
      )}
    </select>
  );
  const oneOf = (kind: string, isOf: (subject: Subject) => boolean) => {
    const list = offered.filter(isOf);
    return list.length > 0 && <optgroup label={kind}>{list.map((each) => <option key={each.id} value={`subject:${each.id}`}>{each.name}</option>)}</optgroup>;
  };
  const where = (
    <>
      <select aria-label={t("rule.target")} value={choiceOf(value.target)} onChange={(event) => aim(targetOf(event.currentTarget.value, value.target.label ?? ""))}>
        {!byGrant && <option value="all">{t(all)}</option>}
        {!byGrant && <option value="label">{t("rule.target_label")}</option>}
        {!byGrant && tags.value.length > 0 && <optgroup label={t("agents.tags")}>{tags.value.map((tag) => <option key={tag} value={`tag:${tag}`}>{t("rule.target_tag", { tag })}</option>)}</optgroup>}
        {!byGrant && groups.value.length > 0 && <optgroup label={t("rule.target_members")}>{groups.value.map((each) => <option key={each.id} value={`group:${each.id}`}>{t("rule.target_group", { name: each.name })}</option>)}</optgroup>}
        {oneOf(t("nav.groups"), (each) => each.kind === "group")}
        {oneOf(t("nav.agents"), isAgent)}
        {oneOf(t("nav.monitors"), (each) => each.kind !== "group" && !isAgent(each))}
        {(value.target.kind === "group" ? !groups.value.some((each) => each.id === value.target.group_id) : value.target.kind === "subject" && !about) && <option value={choiceOf(value.target)}>{t("rule.target_unknown")}</option>}
      </select>
      {value.kind === "state" && value.target.kind !== "subject" && (
        <select aria-label={t("rule.only_kind")} value={value.only_kind ?? ""} onChange={(event) => change({ only_kind: event.currentTarget.value || null })}>
          {onlyKinds.map(([kind, text]) => <option key={kind} value={kind}>{t(text)}</option>)}
        </select>
      )}
      {value.target.kind === "label" && (
        <>
          <input type="text" aria-label={t("rule.label")} required maxLength={264} placeholder="env=prod" list={`${id}-labels`} autoComplete="off" spellcheck={false}
            aria-invalid={form.fieldError("target.label") ?? form.fieldError("label") ? "true" : undefined}
            value={value.target.label ?? ""} onInput={(event) => change({ target: { kind: "label", label: event.currentTarget.value } })} />
          <datalist id={`${id}-labels`}>{labelsInSight.value.map((each) => <option key={each} value={each} />)}</datalist>
        </>
      )}
    </>
  );
  const comparison = (
    <select aria-label={t("rule.comparison")} value={value.comparison} onChange={(event) => change({ comparison: event.currentTarget.value as "above" | "below" })}>
      <option value="above">{t("rule.above")}</option>
      <option value="below">{t("rule.below")}</option>
    </select>
  );
  const threshold = (
    <input type="number" aria-label={t("rule.threshold")} aria-invalid={form.fieldError("threshold") ? "true" : undefined} required min={known?.low} max={known?.high} step="any"
      value={value.threshold} onInput={(event) => {
        const next = event.currentTarget.valueAsNumber;
        if (Number.isFinite(next)) change({ threshold: next, hysteresis: marginFor(next) });
      }} />
  );
  const minutes = (
    <input type="number" aria-label={t("rule.duration")} aria-invalid={form.fieldError("duration_seconds") ? "true" : undefined} required min={0} max={1440} step="any"
      value={value.duration_seconds / 60} onInput={(event) => Number.isFinite(event.currentTarget.valueAsNumber) && change({ duration_seconds: Math.round(event.currentTarget.valueAsNumber * 60) })} />
  );
  const whom = (
    <select aria-label={t("rule.recipients")} value={chosen.value ? "chosen" : "default"} onChange={(event) => {
      chosen.value = event.currentTarget.value === "chosen";
      if (!chosen.value) change({ recipient_ids: [] });
    }}>
      <option value="default">{t("rule.recipients_default")}</option>
      <option value="chosen">{t("rule.recipients_chosen")}</option>
    </select>
  );
  // Seconds are told as people say them, too.
  const unit = known?.unit === "seconds" ? `${unitText(known)} (${formatOf(known)(value.threshold)})` : unitText(known);
  const sentence: ComponentChildren[] = value.kind === "silence"
    ? tx("rule.sentence_silence", { what, where, whom })
    : value.kind === "state" ? tx("rule.sentence_state", { what, where, minutes, whom })
    : tx("rule.sentence_metric", { what, where, comparison, threshold, unit, minutes, whom });

  return (
    <>
      <PageHeader title={props.rule ? props.rule.name : t("rules.add")} back={{ href: at("rules"), text: t("nav.rules") }} />
      <Form
        state={form}
        spoken={t("rule.form")}
        fields={["name", ...moreFields]}
        onSubmit={async () => {
          const onwards = fromHere();
          const sent = { ...bodyOf(body.value), name: body.value.name.trim() };
          if (props.rule) {
            const saved = await call<Rule>(api(`/rules/${props.rule.id}`), { method: "PATCH", version: props.rule.version, body: sent });
            toast(t("form.saved"));
            props.onSaved?.(saved);
          } else {
            const made = await call<Rule>(api("/rules"), { method: "POST", body: sent, key: key.current });
            toast(t("rules.added"));
            onwards(at(`rules/${made.id}`), { replace: true });
          }
        }}
      >
        <fieldset disabled={!editable}>
          <Panel>
            <div class="stack">
              <div class="sentence">{sentence}</div>
              {chosen.value && (
                <fieldset>
                  <legend class="legend-title">{t("rule.recipients")}</legend>
                  <div class="check-grid">
                    {(recipients.data.value?.items ?? []).map((recipient) => (
                      <Check key={recipient.id} checked={value.recipient_ids.includes(recipient.id)}
                        onChange={(on) => change({ recipient_ids: on ? [...value.recipient_ids, recipient.id] : value.recipient_ids.filter((id) => id !== recipient.id) })}>
                        {recipient.name}{recipient.consent !== "confirmed" && <span class="quiet"> ({t(`consent.${recipient.consent}`)})</span>}
                      </Check>
                    ))}
                  </div>
                </fieldset>
              )}
              {deaf.length > 0 && <p class="note">{t("rule.not_told", { names: deaf.map((each) => each.name).join(", ") })}</p>}
              <p class="preview" role="status">
                {previewProblem.value ? <span class="field-error">{previewProblem.value}</span>
                  : preview.value ? <>
                      <strong>{t("rule.preview_now", { n: preview.value.matching_now, of: preview.value.targeted_subjects })}</strong>{" "}
                      {t("rule.preview_past", { n: preview.value.incidents_30_days })}
                    </>
                  : <span class="quiet">{t("loading")}</span>}
              </p>
              <div class="pair">
                <Field text={t("rule.name")} error={form.fieldError("name")}>
                  {(attributes) => <input {...attributes} type="text" name="name" required maxLength={80} value={value.name} onInput={(event) => change({ name: event.currentTarget.value })} />}
                </Field>
                <Field text={t("rule.severity")}>
                  {(attributes) => (
                    <select {...attributes} value={value.severity} onChange={(event) => change({ severity: event.currentTarget.value as RuleBody["severity"] })}>
                      <option value="info">{t("severity.info")}</option>
                      <option value="warning">{t("severity.warning")}</option>
                      <option value="critical">{t("severity.critical")}</option>
                    </select>
                  )}
                </Field>
              </div>
              <details open={marginSet.value && previewProblem.value !== null}>
                <summary>{t("rule.more")}</summary>
                <div class="pair">
                  {value.kind === "metric" && (
                    <Field text={t("rule.hysteresis")} hint={t("rule.hysteresis_hint")}>
                      {(attributes) => <input {...attributes} type="number" min={0} step="any" value={value.hysteresis} onInput={(event) => {
                        marginSet.value = true;
                        if (Number.isFinite(event.currentTarget.valueAsNumber)) change({ hysteresis: event.currentTarget.valueAsNumber });
                      }} />}
                    </Field>
                  )}
                  <Field text={t("rule.cooldown")} hint={t("rule.cooldown_hint")}>
                    {(attributes) => <input {...attributes} type="number" min={0} max={1440} step="any" value={value.cooldown_seconds / 60} onInput={(event) => Number.isFinite(event.currentTarget.valueAsNumber) && change({ cooldown_seconds: Math.round(event.currentTarget.valueAsNumber * 60) })} />}
                  </Field>
                </div>
              </details>
              <details>
                <summary>{t("rule.telling")}</summary>
                <div class="stack"><More body={body} form={form} /></div>
              </details>
              <Check checked={value.enabled} onChange={(enabled) => change({ enabled })}>{t("rule.enabled")}</Check>
              {editable && (
                <div class="form-actions">
                  <button type="submit" class="button primary" disabled={form.busy.value}>{props.rule ? t("form.save") : t("rules.create")}</button>
                  {props.rule && <button type="button" class="button danger-quiet" onClick={() => (removing.value = true)}>{t("rules.remove")}</button>}
                </div>
              )}
            </div>
          </Panel>
        </fieldset>
      </Form>
      {props.rule && editable && (
        <Panel title={t("test.title")} class="spaced-top">
          <p class="quiet">{t("test.text")}</p>
          <RuleTest rule={props.rule} />
        </Panel>
      )}
      {props.rule && <Telling rule={props.rule} editable={editable} />}
      {!recipients.data.value && chosen.value && <Skeleton lines={1} />}
      {removing.value && props.rule && (
        <Confirm title={t("rules.remove")} text={t("rules.remove_text", { name: props.rule.name })} action={t("rules.remove")} danger
          onClose={() => (removing.value = false)}
          onConfirm={async () => {
            const onwards = fromHere();
            await call(api(`/rules/${props.rule?.id}`), { method: "DELETE" });
            toast(t("rules.removed"));
            onwards(at("rules"), { replace: true });
          }} />
      )}
    </>
  );
}
