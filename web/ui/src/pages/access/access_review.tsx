// The access review: who has access to this workspace, since when, and when they last used it. What is no longer needed
// can be removed from the list. Below it stand the looks of the appliance's administrators, which every member sees.
import { useSignal } from "@preact/signals";
import { call, loadMe, me } from "../../lib/api";
import { t, word, type Key } from "../../lib/i18n";
import { useQuery, type Query } from "../../lib/query";
import { Time } from "../../lib/time";
import type { Consent, List, Role, Scope } from "../../lib/types";
import { api, may } from "../../lib/workspace";
import { Field, Loaded, Panel } from "../../parts/basics";
import { Confirm, Dialog, toast } from "../../parts/dialog";
import { Form, useForm } from "../../parts/form";
import { Outcome } from "../../parts/state";
import { SettingsShell } from "../../shell/settings_shell";

type Kind =
  | "member"
  | "invitation"
  | "api_key"
  | "personal_key"
  | "enrolment_key"
  | "recipient"
  | "break_glass"
  | "monitor_secret"
  | "event_key";

interface Item {
  kind: Kind;
  id: string;
  name: string;
  address: string;
  rights: string;
  teams: string;
  given_by: string;
  since: string | null;
  last_used_at: string | null;
  ends_at: string | null;
  state: string;
  stale: boolean;
}

interface Review {
  items: Item[];
  due_at: string | null;
  overdue: boolean;
  interval_days: number;
  done: { done_at: string; done_by: string; note: string }[];
}

interface Opening {
  id: string;
  administrator: string;
  reason: string;
  opened_at: string;
  expires_at: string;
  ended_at: string | null;
  ended_by: string;
  open: boolean;
  reads: number;
  places: { place: string; reads: number; last_at: string }[];
}

// The API's path for removing each kind. A personal key has none: it ends with its person's membership.
// The secret of a monitor is no row with a button: it ends with its monitor.
function removedAs(kind: Kind) {
  return kind === "personal_key" || kind === "monitor_secret" ? "api_key" : kind;
}

const paths: Partial<Record<Kind, string>> = {
  member: "/members", invitation: "/invitations", api_key: "/api-keys", enrolment_key: "/enrolment-keys", recipient: "/recipients", break_glass: "/break-glass", event_key: "/event-sources",
};
const sections: [Kind, Key][] = [
  ["break_glass", "review.break_glass"], ["member", "review.member"], ["invitation", "review.invitation"], ["api_key", "review.api_key"],
  ["personal_key", "review.personal_key"], ["enrolment_key", "review.enrolment_key"], ["recipient", "review.recipient"],
  ["monitor_secret", "review.monitor_secret"], ["event_key", "review.event_key"],
];

// Only owners remove owners. Readers cannot remove themselves here; they leave on the page of members.
const removable = (item: Item) => paths[item.kind] && !(item.kind === "member" && (item.id === me.value?.user.id || (item.rights === "owner" && !may("owner"))));

export function AccessReviewPage(_: { id: string }) {
  const reviews = may("admin");
  const query = useQuery<Review>(reviews ? api("/access-review") : null, { on: (event) => event.name === "recipient.changed" || event.name === "workspace.changed" });
  const openings = useQuery<List<Opening>>(api("/break-glass"), { on: (event) => event.name === "workspace.changed" });
  const finishing = useSignal(false);
  const removing = useSignal<Item | null>(null);
  return (
    <SettingsShell page="access-review" actions={reviews && <button type="button" class="button primary" onClick={() => (finishing.value = true)}>{t("review.finish")}</button>}>
      {reviews && (
        <Loaded query={query} lines={8} height={44}>
          {(review) => (
            <>
              <p class="spaced">
                {review.overdue ? <Outcome kind="warning">{t("review.overdue")}</Outcome> : review.due_at ? <Outcome kind={review.done[0] ? "up" : "pending"}>{t(review.done[0] ? "review.in_time" : "review.not_due")}</Outcome> : <Outcome kind="paused">{t("review.off")}</Outcome>}{" "}
                <span class="quiet">
                  {review.done[0] ? t("review.last", { who: review.done[0].done_by }) : t("review.never")}{" "}
                  {review.done[0] && <Time at={review.done[0].done_at} />}{review.done[0] && ". "}
                  {review.due_at && t("review.interval", { n: review.interval_days })}
                </span>
              </p>
              {sections.map(([kind, title]) => {
                const items = review.items.filter((item) => item.kind === kind);
                return items.length > 0 && <Items key={kind} kind={kind} title={t(title)} items={items} onRemove={(item) => (removing.value = item)} />;
              })}
              {review.done.length > 0 && (
                <Panel title={t("review.former")}>
                  <ul class="plain-list">
                    {review.done.map((each) => <li key={each.done_at}><Time at={each.done_at} /> <span>{each.done_by}</span> {each.note && <span class="quiet">{each.note}</span>}</li>)}
                  </ul>
                </Panel>
              )}
            </>
          )}
        </Loaded>
      )}
      <Openings query={openings} />
      {finishing.value && <Finish onClose={() => (finishing.value = false)} onDone={async (review) => {
        finishing.value = false;
        query.data.value = review;
        toast(t("review.finished"));
        await loadMe();
      }} />}
      {removing.value && (
        <Confirm title={t("review.remove_title", { name: removing.value.name })} text={t(`review.remove_${removedAs(removing.value.kind)}`)} action={t("form.remove")} danger
          onClose={() => (removing.value = null)}
          onConfirm={async () => {
            await call(api(`${paths[removing.value!.kind]}/${removing.value!.id}`), { method: "DELETE" });
            await Promise.all([query.refetch(), openings.refetch()]);
          }} />
      )}
    </SettingsShell>
  );
}

function rightsOf(item: Item): string {
  if (item.kind === "member" || item.kind === "invitation") return word("role", item.rights as Role);
  if (item.kind === "recipient") return word("consent", item.state as Consent);
  if (item.kind === "break_glass") return t("review.looks");
  return item.rights.split(" ").filter(Boolean).map((scope) => word("scope", scope as Scope)).join(", ");
}

function Items(props: { kind: Kind; title: string; items: Item[]; onRemove: (item: Item) => void }) {
  return (
    <Panel title={props.title} note={String(props.items.length)}>
      <table class="table" aria-label={props.title}>
        <thead>
          <tr>
            <th scope="col">{t("review.who")}</th>
            <th scope="col" class="wide-only">{t("review.rights")}</th>
            <th scope="col" class="wide-only col-time">{t("review.since")}</th>
            <th scope="col" class="wide-only col-severity">{t("review.used")}</th>
            <th scope="col" class="number col-time"><span class="hidden">{t("review.acts")}</span></th>
          </tr>
        </thead>
        <tbody>
          {props.items.map((item) => (
            <tr key={item.id}>
              <td>
                {item.name}
                {item.address && item.address !== item.name && <span class="under">{item.address}</span>}
                {item.teams && <span class="under">{t("review.teams", { teams: item.teams })}</span>}
                {item.state === "disabled" && <Outcome kind="paused">{t("review.disabled")}</Outcome>}
                <span class="under narrow-only">
                  {rightsOf(item)}
                  {item.kind !== "invitation" && <> · {t("review.used")}: <Time at={item.last_used_at} /></>}
                  {item.stale && <> · <Outcome kind="warning">{t("review.stale")}</Outcome></>}
                </span>
              </td>
              <td class="wide-only">{rightsOf(item)}{item.ends_at && <span class="under">{t("review.until")} <Time at={item.ends_at} /></span>}</td>
              <td class="wide-only"><Time at={item.since} />{item.given_by && <span class="under">{item.given_by}</span>}</td>
              <td class="wide-only">
                {item.kind === "invitation" ? <span class="quiet">–</span> : <Time at={item.last_used_at} />}
                {item.stale && <span class="under"><Outcome kind="warning">{t("review.stale")}</Outcome></span>}
              </td>
              <td class="number">
                {removable(item) && <button type="button" class="button small danger-quiet" onClick={() => props.onRemove(item)}>{t("form.remove")}<span class="hidden"> ({item.name})</span></button>}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Panel>
  );
}

function Finish(props: { onClose: () => void; onDone: (review: Review) => Promise<void> }) {
  const form = useForm();
  const note = useSignal("");
  return (
    <Dialog title={t("review.finish")} onClose={props.onClose}>
      <p>{t("review.finish_text")}</p>
      <Form state={form} spoken={t("review.finish")} fields={["note"]} onSubmit={async () => props.onDone(await call<Review>(api("/access-review/done"), { method: "POST", body: { note: note.value.trim() } }))}>
        <Field text={t("review.note")} optional error={form.fieldError("note")}>
          {(attributes) => <textarea {...attributes} name="note" rows={2} maxLength={500} value={note.value} onInput={(event) => (note.value = event.currentTarget.value)} />}
        </Field>
        <div class="form-actions">
          <button type="submit" class="button primary" disabled={form.busy.value}>{t("review.finish")}</button>
          <button type="button" class="button" onClick={props.onClose}>{t("confirm.cancel")}</button>
        </div>
      </Form>
    </Dialog>
  );
}

function Openings(props: { query: Query<List<Opening>> }) {
  return (
    <Panel title={t("review.openings")} class="spaced-top">
      <p class="quiet">{t("review.openings_text")}</p>
      <Loaded query={props.query} lines={2}>
        {(list) =>
          list.items.length === 0 ? <p>{t("review.no_openings")}</p> : (
            <ul class="plain-list">
              {list.items.map((each) => (
                <li key={each.id}>
                  {each.open ? <Outcome kind="warning">{t("review.open")}</Outcome> : <Outcome kind="paused">{t("review.closed")}</Outcome>}
                  <span class="grow">
                    <strong>{each.administrator}</strong>: {each.reason}
                    <span class="under"><Time at={each.opened_at} exact /> – <Time at={each.ended_at ?? each.expires_at} exact />{each.ended_by && ` (${t("review.ended_by", { who: each.ended_by })})`}</span>
                    <span class="under">{t("review.reads", { n: each.reads })}{each.places.length > 0 && `: ${each.places.map((place) => `${place.place || "/"} ${place.reads}×`).join(", ")}`}</span>
                  </span>
                </li>
              ))}
            </ul>
          )}
      </Loaded>
    </Panel>
  );
}
