// Every text of the interface comes from a catalogue. catalogue/en.json belongs to the first screen. The other files
// belong to a chunk or a part, which hands its file to `learn` when it is loaded. The keys are a type, so a missing key
// does not compile. A text may depend on a number ({"one": …, "other": …}, by Intl.PluralRules on `n`).
import type { ComponentChildren } from "preact";
import english from "../catalogue/en.json";
import type help from "../catalogue/en.help.json";
import type incidents from "../catalogue/en.incidents.json";
import type setup from "../catalogue/en.setup.json";
import type disclosure from "../catalogue/en.disclosure.json";
import type letters from "../catalogue/en.letters.json";
import type leaks from "../catalogue/en.leaks.json";
import type trust from "../catalogue/en.trust.json";
import type care from "../catalogue/en.care.json";
import type care_hint from "../catalogue/en.care_hint.json";
import type check from "../catalogue/en.check.json";
import type removed from "../catalogue/en.removed.json";
import type storage from "../catalogue/en.storage.json";
import type account from "../catalogue/en.account.json";
import type appliance from "../catalogue/en.appliance.json";
import type enrolment from "../catalogue/en.enrolment.json";
import type keys from "../catalogue/en.keys.json";
import type login from "../catalogue/en.login.json";
import type logins from "../catalogue/en.logins.json";
import type entrance from "../catalogue/en.entrance.json";
import type factors from "../catalogue/en.factors.json";
import type people from "../catalogue/en.people.json";
import type switcher from "../catalogue/en.switcher.json";
import type addAgent from "../catalogue/en.add_agent.json";
import type agent from "../catalogue/en.agent.json";
import type agentSettings from "../catalogue/en.agent_settings.json";
import type agents from "../catalogue/en.agents.json";
import type groups from "../catalogue/en.groups.json";
import type record from "../catalogue/en.record.json";
import type filter from "../catalogue/en.filter.json";
import type kind from "../catalogue/en.kind.json";
import type monitor from "../catalogue/en.monitor.json";
import type monitorForm from "../catalogue/en.monitor_form.json";
import type monitors from "../catalogue/en.monitors.json";
import type networks from "../catalogue/en.networks.json";
import type palette from "../catalogue/en.palette.json";
import type range from "../catalogue/en.range.json";
import type subjectFields from "../catalogue/en.subject_fields.json";
import type watched from "../catalogue/en.watched.json";
import type tabs from "../catalogue/en.tabs.json";
import type trails from "../catalogue/en.trails.json";
import type answer from "../catalogue/en.answer.json";
import type graph from "../catalogue/en.graph.json";
import type quiet from "../catalogue/en.quiet.json";
import type subjectMore from "../catalogue/en.subject_more.json";
import type deliveries from "../catalogue/en.deliveries.json";
import type pipeline from "../catalogue/en.pipeline.json";
import type incidentMore from "../catalogue/en.incident_more.json";
import type ruleMore from "../catalogue/en.rule_more.json";
import type hours from "../catalogue/en.hours.json";
import type messages from "../catalogue/en.messages.json";
import type telling from "../catalogue/en.telling.json";
import type deadMan from "../catalogue/en.dead_man.json";
import type ack from "../catalogue/en.ack.json";
import type sources from "../catalogue/en.sources.json";
import type zone from "../catalogue/en.zone.json";
import type notification from "../catalogue/en.notification.json";
import type overviewMore from "../catalogue/en.overview_more.json";

export type Key =
  | keyof typeof english
  | keyof typeof help
  | keyof typeof incidents
  | keyof typeof setup
  | keyof typeof disclosure
  | keyof typeof leaks
  | keyof typeof letters
  | keyof typeof trust
  | keyof typeof care
  | keyof typeof care_hint
  | keyof typeof check
  | keyof typeof removed
  | keyof typeof storage
  | keyof typeof account
  | keyof typeof appliance
  | keyof typeof entrance
  | keyof typeof factors
  | keyof typeof login
  | keyof typeof logins
  | keyof typeof keys
  | keyof typeof enrolment
  | keyof typeof people
  | keyof typeof switcher
  | keyof typeof addAgent
  | keyof typeof agent
  | keyof typeof agentSettings
  | keyof typeof agents
  | keyof typeof groups
  | keyof typeof record
  | keyof typeof filter
  | keyof typeof kind
  | keyof typeof monitor
  | keyof typeof monitorForm
  | keyof typeof monitors
  | keyof typeof networks
  | keyof typeof palette
  | keyof typeof range
  | keyof typeof subjectFields
  | keyof typeof watched
  | keyof typeof tabs
  | keyof typeof answer
  | keyof typeof graph
  | keyof typeof quiet
  | keyof typeof subjectMore
  | keyof typeof deliveries
  | keyof typeof pipeline
  | keyof typeof incidentMore
  | keyof typeof ruleMore
  | keyof typeof hours
  | keyof typeof messages
  | keyof typeof telling
  | keyof typeof deadMan
  | keyof typeof ack
  | keyof typeof sources
  | keyof typeof zone
  | keyof typeof notification
  | keyof typeof overviewMore
  | keyof typeof trails;
const texts: Record<string, unknown> = { ...english };

// To be called before the first text of the catalogue is shown.
export function learn(more: object): void {
  Object.assign(texts, more);
}

export type Values = Record<string, string | number>;

let locale = navigator.language || "en";
try {
  new Intl.NumberFormat(locale);
} catch {
  locale = "en";
}
export const readersLocale = locale;
const numbers = new Intl.NumberFormat(locale);
const plurals = new Intl.PluralRules("en");

function template(key: Key, n: unknown): string {
  const value: unknown = texts[key] ?? key;
  if (typeof value === "string") return value;
  const forms = value as { one: string; other: string };
  return typeof n === "number" && plurals.select(n) === "one" ? forms.one : forms.other;
}

export function t(key: Key, values: Values = {}): string {
  return template(key, values.n).replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = values[name];
    return typeof value === "number" ? numbers.format(value) : (value ?? `{${name}}`);
  });
}

// Like t, with elements for the values: tx("incident.nobody", { link: <a/> }).
export function tx(key: Key, values: Record<string, ComponentChildren>): ComponentChildren[] {
  return template(key, values.n)
    .split(/(\{\w+\})/)
    .map((part) => (/^\{\w+\}$/.test(part) ? values[part.slice(1, -1)] : part));
}

// The words of a closed set whose texts stand under one prefix: "up", "down", … of "state".
export type WordOf<Prefix extends string> = Key extends infer K ? (K extends `${Prefix}.${infer Word}` ? Word : never) : never;

// The text of a word that the server sent (a state, a kind, a reason). A word of lib/types.ts without a text does not
// compile. A word that only a newer server knows is shown as it came.
export function word<Prefix extends string>(prefix: Prefix, name: WordOf<Prefix>): string {
  const key = `${prefix}.${name}`;
  return key in texts ? t(key as Key) : name.replaceAll("_", " ");
}
