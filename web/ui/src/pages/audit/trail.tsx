// A trail as pages show it: filter, entries, older pages, exports. The filter is in the address and each entry has a
// link, so that a search or an entry can be sent to somebody.
import { useSignal, type Signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import texts from "../../catalogue/en.trails.json";
import { learn, t, word, type Key } from "../../lib/i18n";
import { useQuery } from "../../lib/query";
import { param, setParams, withParams } from "../../lib/router";
import { Time } from "../../lib/time";
import { isAdministrator } from "../../lib/workspace";
import { Empty, Loaded } from "../../parts/basics";

learn(texts);

export interface TrailEntry {
  id: string;
  trail: string;
  sequence: number;
  at: string;
  actor_kind: "user" | "agent" | "system" | "command_line" | "api_key";
  actor_name: string;
  address: string;
  act: string;
  sentence: string;
  subject: string;
  details: string;
}
interface Page {
  items: TrailEntry[];
  next: string | null;
  all: boolean;
}

const kDelayMs = 300;
const kLimit = 50;
type Name = "text" | "actor" | "act" | "from" | "to";
const fields: { name: Name; text: Key; date?: boolean; hint?: Key }[] = [
  { name: "text", text: "trail.text" },
  { name: "actor", text: "trail.actor" },
  { name: "act", text: "trail.act", hint: "trail.act_hint" },
  { name: "from", text: "trail.from", date: true },
  { name: "to", text: "trail.to", date: true },
];

// A day in the reader's time zone. `end`: the instant at which the day is over.
function instant(day: string, end: boolean): string {
  const at = new Date(`${day}T00:00:00`);
  if (Number.isNaN(at.getTime())) return "";
  if (end) at.setDate(at.getDate() + 1);
  return at.toISOString();
}

function wanted(names: Name[]): URLSearchParams {
  const query = new URLSearchParams();
  for (const name of names) {
    const value = param(name);
    if (value) query.set(name, name === "from" || name === "to" ? instant(value, name === "to") : value);
  }
  return query;
}

// The cursor of the page that begins with the entry of this id.
const beginningWith = (id: string) => id.replace(/\d+$/, (number) => String(Number(number) + 1));

function FilterField(props: { field: (typeof fields)[number] }) {
  const { name, text, date, hint } = props.field;
  const value: Signal<string> = useSignal(param(name));
  const inAddress = param(name);
  useEffect(() => {
    value.value = inAddress;
  }, [inAddress]);
  useEffect(() => {
    if (value.value === inAddress) return;
    const timer = setTimeout(() => setParams({ [name]: value.value || null, after: null, entry: null }), kDelayMs);
    return () => clearTimeout(timer);
  }, [value.value]);
  return (
    <label class="trail-field">
      <span>{t(text)}</span>
      {date
        ? <input type="date" name={name} value={value.value} onInput={(event) => (value.value = event.currentTarget.value)} />
        : <input type="search" name={name} spellcheck={false} placeholder={hint ? t(hint) : undefined} value={value.value} onInput={(event) => (value.value = event.currentTarget.value)} />}
    </label>
  );
}

// `path` and `export` are addresses of the API. `more` is added to each query ("trail=security").
export function TrailList(props: { spoken: string; path: string; export?: string; more?: string; filters?: Name[] }) {
  const names = props.filters ?? fields.map((field) => field.name);
  const query = wanted(names);
  const filtered = query.size > 0;
  for (const [name, value] of new URLSearchParams(props.more)) query.set(name, value);
  const exported = query.toString();
  const entry = param("entry");
  const after = entry ? beginningWith(entry) : param("after");
  query.set("limit", String(kLimit));
  if (after) query.set("after", after);
  const page = useQuery<Page>(`${props.path}?${query}`);
  const none = { text: null, actor: null, act: null, from: null, to: null, after: null, entry: null };
  return (
    <>
      <div class="filters" role="search" aria-label={t("trail.filter")}>
        {fields.filter((field) => names.includes(field.name)).map((field) => <FilterField key={field.name} field={field} />)}
        {filtered && <button type="button" class="button" onClick={() => setParams(none)}>{t("trail.clear")}</button>}
        {props.export && (
          <div class="actions">
            {(["csv", "json"] as const).map((format) => (
              <a key={format} class="button" download href={`/api/v1${props.export}?format=${format}${exported ? `&${exported}` : ""}`}>{t(`trail.export_${format}`)}</a>
            ))}
          </div>
        )}
      </div>
      <Loaded query={page} lines={8}>
        {(data) => (
          <>
            {!data.all && <p class="quiet">{t("trail.own")}</p>}
            {data.items.length === 0 ? (
              filtered || after
                ? <Empty icon="search" title={t(data.next ? "trail.none_here" : "trail.none")}>{data.next ? "" : t("trail.none_text")}</Empty>
                : <Empty icon="clock" title={t("trail.empty")}>{t("trail.empty_text")}</Empty>
            ) : (
              <div class="panel flush"><Entries spoken={props.spoken} items={data.items} marked={entry} /></div>
            )}
            {(data.next || after) && (
              <nav class="form-actions spaced-top" aria-label={props.spoken}>
                {after && <a class="button" href={withParams({ after: null, entry: null })}>{t("trail.newest")}</a>}
                {data.next && <a class="button" href={withParams({ after: data.next, entry: null })}>{t("trail.older")}</a>}
              </nav>
            )}
          </>
        )}
      </Loaded>
    </>
  );
}

const kId = /^[0-9a-f]{8}-[0-9a-f-]{27}$/;

// An act and its object. People cannot read ids, so the details are shown instead where they name the object.
function What(props: { entry: TrailEntry }) {
  const { act, sentence, subject, details, address } = props.entry;
  const named = kId.test(subject) && details !== "";
  return (
    <td>
      <span title={act}>{sentence}</span>
      {(named || subject) && <>: <strong class="breakable" title={named ? subject : undefined}>{named ? details : subject}</strong></>}
      {details && !named && <div class="quiet breakable">{details}</div>}
      {address && <div class="quiet narrow-only">{address}</div>}
      {props.entry.trail === "security" && isAdministrator.value && (
        <div><a href={`/appliance/register?from=security_event&id=${encodeURIComponent(props.entry.id)}&title=${encodeURIComponent(subject ? `${sentence}: ${subject}` : sentence)}`}>{t("trail.to_register")}</a></div>
      )}
    </td>
  );
}

function Entries(props: { spoken: string; items: TrailEntry[]; marked: string }) {
  return (
    <table class="table trail" aria-label={props.spoken}>
      <thead>
        <tr>
          <th scope="col" class="col-audit-time">{t("trail.when")}</th>
          <th scope="col" class="col-trail-who">{t("trail.who")}</th>
          <th scope="col">{t("trail.what")}</th>
          <th scope="col" class="wide-only col-trail-who">{t("trail.address")}</th>
        </tr>
      </thead>
      <tbody>
        {props.items.map((each) => (
          <tr key={each.trail + each.id} class={each.id === props.marked ? "marked" : undefined} aria-current={each.id === props.marked ? "true" : undefined}>
            <td>
              <a href={withParams({ entry: each.id, after: null })} title={t("trail.link")}><Time at={each.at} exact /></a>
            </td>
            <td>
              {each.actor_name || t("trail.somebody")}
              {each.actor_kind !== "user" && <div class="quiet">{word("actor", each.actor_kind)}</div>}
            </td>
            <What entry={each} />
            <td class="wide-only">{each.address}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
