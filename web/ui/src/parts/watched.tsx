// What the pages of subjects of every kind share: the pause, the notes, the rules that apply, the common facts.
import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import texts from "../catalogue/en.watched.json";
import { call } from "../lib/api";
import { useTeams } from "../lib/belonging";
import { learn, t, tx } from "../lib/i18n";
import { addressOf, pageOf, useKinds } from "../lib/kinds";
import { late } from "../lib/late";
import { useQuery } from "../lib/query";
import { putSubject, subjects } from "../lib/subjects";
import { Time } from "../lib/time";
import { inOrder, type List, type Rule, type Subject, type SubjectKind } from "../lib/types";
import { api, at } from "../lib/workspace";
import { Loaded, Panel } from "./basics";
import { attempt, Confirm } from "./dialog";
import { Icon } from "./icon";
import { SeverityMark } from "./state";
import type { DependencyList } from "./subject_more";

const SubjectMore = late(() => import("./subject_more").then((file) => file.SubjectMore));

learn(texts);

// Pauses the watching, after saying what that means, or resumes it.
export function Pause<T extends Subject>(props: { subject: T; onChanged: (next: T) => void }) {
  const { subject } = props;
  const asking = useSignal(false);
  const put = async (paused: boolean) => {
    const next = await call<T>(addressOf(subject.kind, subject.id), { method: "PATCH", version: subject.version, body: { paused } });
    putSubject(next);
    props.onChanged(next);
  };
  if (subject.paused_at) return <button type="button" class="button" onClick={() => void attempt(() => put(false))}>{t("watched.resume")}</button>;
  return (
    <>
      <button type="button" class="button" onClick={() => (asking.value = true)}><Icon name="pause" />{t("watched.pause")}</button>
      {asking.value && (
        <Confirm title={t("watched.pause")} text={t("watched.pause_text", { name: subject.name })} action={t("watched.pause")} onClose={() => (asking.value = false)} onConfirm={() => put(true)} />
      )}
    </>
  );
}

// Also that a maintenance runs.
export function PausedNote(props: { subject: Subject }) {
  const { paused_at, maintenance } = props.subject;
  if (paused_at) return <p class="note notice" role="status">{tx("watched.paused_since", { time: <Time at={paused_at} /> })}</p>;
  return maintenance ? <p class="note notice" role="status">{t("watched.maintained")} <a href={at("quiet")}>{t("nav.quiet")}</a></p> : null;
}

// Plain text. An address of https is a link; nothing else is.
export function Notes(props: { text: string }) {
  if (!props.text.trim()) return null;
  const parts = props.text.split(/(https:\/\/[^\s<>"'`]*[^\s<>"'`.,;:!?)\]])/);
  return (
    <Panel title={t("watched.notes")} class="spaced-top">
      <p class="as-written">
        {parts.map((part, index) => (index % 2 === 1 && URL.canParse(part) ? <a key={index} href={part} target="_blank" rel="noopener noreferrer nofollow">{part}</a> : part))}
      </p>
    </Panel>
  );
}

function isAbout(rule: Rule, subject: Subject, kind: SubjectKind): boolean {
  const { target } = rule;
  if (target.kind === "subject") return target.subject_id === subject.id;
  if (rule.only_kind && rule.only_kind !== subject.kind) return false;
  if (!kind.conditions.some((condition) => condition === rule.kind)) return false;
  if (rule.kind === "metric" && !kind.metrics.some((metric) => metric === rule.metric)) return false;
  if (target.kind === "all") return kind.in_all;
  if (target.kind === "tag") return subject.tags.includes(target.tag ?? "");
  if (target.kind === "group") return subject.group_ids.includes(target.group_id ?? "");
  const [key = "", ...value] = (target.label ?? "").split("=");
  return Object.hasOwn(subject.labels, key) && (value.length === 0 || subject.labels[key] === value.join("="));
}

// `more`: below the list, a link to a new rule. The dependencies follow.
export function RulesThatApply(props: { subject: Subject; more?: ComponentChildren }) {
  const { subject } = props;
  const query = useQuery<List<Rule>>(api("/rules"), { on: (event) => event.name === "rule.changed" });
  const kind = useKinds()?.get(subject.kind);
  return (
    <>
    <Panel title={t("watched.rules")} class="spaced-top">
      <Loaded query={query} lines={3} height={24}>
        {(list) => {
          if (!kind) return null;
          const mine = inOrder(list.items).filter((rule) => rule.enabled && isAbout(rule, subject, kind));
          const ofMembers = inOrder(list.items).filter((rule) => rule.enabled && rule.target.kind === "group" && rule.target.group_id === subject.id);
          return (
            <>
              {mine.length + ofMembers.length === 0 && <p class="quiet">{t("watched.no_rules")}</p>}
              <ul class="plain-list">
                {[...mine, ...ofMembers].map((rule) => (
                  <li key={rule.id}><SeverityMark severity={rule.severity} /><a class="grow" href={at(`rules/${rule.id}`)}>{rule.sentence}</a></li>
                ))}
              </ul>
              {props.more}
            </>
          );
        }}
      </Loaded>
    </Panel>
    <Depends subject={subject} />
    </>
  );
}

// What it depends on: loaded where there is something to show, or where somebody asks for it.
function Depends(props: { subject: Subject }) {
  const { subject } = props;
  const asked = useSignal(false);
  const query = useQuery<DependencyList>(api("/dependencies"));
  const some = query.data.value?.items.some((each) => each.subject === subject.id || each.parent === subject.id);
  return (
    <>
      {!some && <p class="spaced-top"><button type="button" class="link-button" aria-expanded={asked.value ? "true" : "false"} onClick={() => (asked.value = !asked.value)}>{t("watched.depends")}</button></p>}
      {(some || asked.value) && <SubjectMore subject={subject} />}
    </>
  );
}

// Key, runbook, teams and groups: those that are set, for Facts.
export function useCommonFacts(subject: Subject): [string, ComponentChildren][] {
  const teams = useTeams(subject.team_ids.length > 0);
  const facts: [string, ComponentChildren][] = [];
  const named = teams.value.filter((each) => subject.team_ids.includes(each.id));
  const groups = subject.group_ids.flatMap((id) => subjects.value.get(id) ?? []);
  if (subject.key) facts.push([t("watched.key"), <code>{subject.key}</code>]);
  if (subject.runbook) facts.push([t("watched.runbook"), <a class="breakable" href={subject.runbook} target="_blank" rel="noopener noreferrer nofollow">{subject.runbook}</a>]);
  if (named.length > 0) facts.push([t("watched.teams"), named.map((each) => each.name).join(", ")]);
  if (groups.length > 0) facts.push([t("agents.groups"), groups.map((each, index) => <span key={each.id}>{index > 0 && ", "}<a href={pageOf(each.kind, each.id)}>{each.name}</a></span>)]);
  return facts;
}
