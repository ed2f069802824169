// Appliance: all accounts. An administrator sets no passwords; they hand over a link, which is shown once.
import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { call, me, newKey } from "../../lib/api";
import { t, type Key } from "../../lib/i18n";
import { useQuery } from "../../lib/query";
import { param, setParams } from "../../lib/router";
import { Time } from "../../lib/time";
import type { List } from "../../lib/types";
import { Check, CopyBox, Empty, Field, Loaded, Panel } from "../../parts/basics";
import { Confirm, Dialog, toast } from "../../parts/dialog";
import { Form, useForm } from "../../parts/form";
import { Icon } from "../../parts/icon";
import { Outcome } from "../../parts/state";
import { ApplianceShell } from "../../shell/appliance_shell";

interface ListedUser {
  id: string;
  name: string;
  mail: string;
  appliance_administrator: boolean;
  enabled: boolean;
  has_password: boolean;
  second_factor: boolean;
  workspaces: number;
  sessions: number;
  api_keys: number;
  created_at: string;
  last_login_at: string | null;
  last_seen_at: string | null;
}

interface Act {
  name: string;
  text: Key;
  title: Key;
  explain: Key;
  danger?: boolean;
  typed?: boolean;
  run: (user: ListedUser) => Promise<string | void>; // returns a link to show
}

const patch = (user: ListedUser, body: object) => call(`/appliance/users/${user.id}`, { method: "PATCH", body });
const post = (user: ListedUser, what: string) => call<{ link: string }>(`/appliance/users/${user.id}/${what}`, { method: "POST", body: {} });

function actsOn(user: ListedUser): Act[] {
  return [
    { name: "reset-link", text: "users.reset_link", title: "users.reset_link", explain: "users.reset_link_text", run: async (each) => (await post(each, "reset-link")).link },
    user.appliance_administrator
      ? { name: "dismiss", text: "users.dismiss", title: "users.dismiss", explain: "users.dismiss_text", danger: true, run: async (each) => void (await patch(each, { appliance_administrator: false })) }
      : { name: "appoint", text: "users.appoint", title: "users.appoint", explain: "users.appoint_text", run: async (each) => void (await patch(each, { appliance_administrator: true })) },
    { name: "end-sessions", text: "users.end_sessions", title: "users.end_sessions", explain: "users.end_sessions_text", run: async (each) => void (await post(each, "end-sessions")) },
    { name: "reset-second-factor", text: "users.reset_factor", title: "users.reset_factor", explain: "users.reset_factor_text", danger: true, run: async (each) => void (await post(each, "reset-second-factor")) },
    user.enabled
      ? { name: "disable", text: "users.disable", title: "users.disable", explain: "users.disable_text", danger: true, run: async (each) => void (await patch(each, { enabled: false })) }
      : { name: "enable", text: "users.enable", title: "users.enable", explain: "users.enable_text", run: async (each) => void (await patch(each, { enabled: true })) },
    { name: "delete", text: "users.delete", title: "users.delete", explain: "users.delete_text", danger: true, typed: true, run: async (each) => void (await call(`/appliance/users/${each.id}`, { method: "DELETE" })) },
  ];
}

export function Users(_: { id: string }) {
  const search = param("q");
  const after = param("after");
  const query = useQuery<List<ListedUser>>(`/appliance/users?limit=50&q=${encodeURIComponent(search)}&after=${encodeURIComponent(after)}`);
  const adding = useSignal(false);
  const open = useSignal<ListedUser | null>(null);
  const asked = useSignal<{ user: ListedUser; act: Act } | null>(null);
  const link = useSignal<{ name: string; link: string } | null>(null);
  const add = <button type="button" class="button primary" onClick={() => (adding.value = true)}><Icon name="plus" />{t("users.add")}</button>;
  return (
    <ApplianceShell title={t("appliance.users")} actions={add}>
      <div class="filters" role="search">
        <label class="search-field">
          <Icon name="search" />
          <span class="hidden">{t("users.search")}</span>
          <input type="search" placeholder={t("users.search")} value={search} onInput={(event) => setParams({ q: event.currentTarget.value, after: null })} />
        </label>
      </div>
      <Loaded query={query} lines={5} height={48}>
        {(list) =>
          list.items.length === 0 ? (
            <Empty icon="people" title={t("users.none")}>{t("users.none_text")}</Empty>
          ) : (
            <Panel class="flush">
              <table class="table" aria-label={t("appliance.users")}>
                <thead>
                  <tr>
                    <th scope="col">{t("users.name")}</th>
                    <th scope="col" class="wide-only col-severity">{t("users.state")}</th>
                    <th scope="col" class="number wide-only col-cpu">{t("users.workspaces")}</th>
                    <th scope="col" class="number wide-only col-time">{t("users.sessions")}</th>
                    <th scope="col" class="number wide-only col-time">{t("users.seen")}</th>
                    <th scope="col" class="number col-time"><span class="hidden">{t("users.acts")}</span></th>
                  </tr>
                </thead>
                <tbody>
                  {list.items.map((user) => (
                    <tr key={user.id}>
                      <td>
                        {user.name}{user.id === me.value?.user.id && <span class="quiet"> {t("users.you")}</span>}
                        <span class="under">{user.mail}</span>
                        <span class="under narrow-only"><StateOf user={user} /></span>
                        {user.appliance_administrator && <span class="tags"><span class="tag">{t("users.administrator")}</span></span>}
                      </td>
                      <td class="wide-only"><StateOf user={user} /></td>
                      <td class="number wide-only">{user.workspaces}</td>
                      <td class="number wide-only">{user.sessions}</td>
                      <td class="number wide-only">{user.last_seen_at || user.last_login_at ? <Time at={user.last_seen_at ?? user.last_login_at!} /> : <span class="quiet">{t("users.never")}</span>}</td>
                      <td class="number">
                        <button type="button" class="button small" onClick={() => (open.value = user)}>{t("users.manage")}<span class="hidden"> ({user.name})</span></button>
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </Panel>
          )}
      </Loaded>
      <Pages next={query.data.value?.next ?? null} />
      {open.value && (
        <Dialog title={open.value.name} onClose={() => (open.value = null)}>
          <p class="quiet">{open.value.mail}</p>
          <ul class="danger-list">
            {actsOn(open.value).map((act) => (
              <li key={act.name}>
                <div>
                  <strong>{t(act.title)}</strong>
                  <p class="quiet">{t(act.explain)}</p>
                </div>
                <button type="button" class={act.danger ? "button danger-quiet" : "button"} onClick={() => {
                  asked.value = { user: open.value!, act };
                  open.value = null;
                }}>{t(act.text)}</button>
              </li>
            ))}
          </ul>
        </Dialog>
      )}
      {asked.value && (
        <Confirm title={t(asked.value.act.title)} action={t(asked.value.act.text)} danger={asked.value.act.danger}
          text={<><strong>{asked.value.user.name}</strong> ({asked.value.user.mail}). {t(asked.value.act.explain)}</>}
          typed={asked.value.act.typed ? asked.value.user.mail : undefined}
          onClose={() => (asked.value = null)}
          onConfirm={async () => {
            const { user, act } = asked.value!;
            const shown = await act.run(user);
            await query.refetch();
            if (shown) link.value = { name: user.name, link: shown };
            else toast(t("users.done"));
          }} />
      )}
      {adding.value && (
        <NewUser onClose={() => (adding.value = false)} onMade={async (made) => {
          adding.value = false;
          link.value = { name: made.user.name, link: made.link };
          await query.refetch();
        }} />
      )}
      {link.value && (
        <Dialog title={t("users.link_title", { name: link.value.name })} onClose={() => (link.value = null)}>
          <p>{t("users.link_text")}</p>
          <CopyBox text={link.value.link} spoken={t("users.link")} id="user-link" />
          <p class="note">{t("agents.once")}</p>
        </Dialog>
      )}
    </ApplianceShell>
  );
}

function StateOf(props: { user: ListedUser }) {
  const { user } = props;
  if (!user.enabled) return <Outcome kind="paused">{t("users.disabled")}</Outcome>;
  return user.has_password || user.last_login_at ? <Outcome kind="up">{t("users.enabled")}</Outcome> : <Outcome kind="pending">{t("users.new")}</Outcome>;
}

// The links to the first and to the next page of the list.
export function Pages(props: { next: string | null }) {
  if (!props.next && !param("after")) return null;
  return (
    <p class="form-actions spaced-top">
      {param("after") && <button type="button" class="button" onClick={() => setParams({ after: null }, { push: true })}>{t("pages.first")}</button>}
      {props.next && <button type="button" class="button" onClick={() => setParams({ after: props.next }, { push: true })}>{t("pages.next")}</button>}
    </p>
  );
}

function NewUser(props: { onClose: () => void; onMade: (made: { user: ListedUser; link: string }) => Promise<void> }) {
  const form = useForm();
  const name = useSignal("");
  const mail = useSignal("");
  const administrator = useSignal(false);
  const send = useSignal(false);
  const key = useRef(newKey());
  return (
    <Dialog title={t("users.add")} onClose={props.onClose}>
      <Form
        state={form}
        spoken={t("users.add")}
        fields={["name", "mail"]}
        onSubmit={async () => {
          const body = { name: name.value.trim(), mail: mail.value.trim(), appliance_administrator: administrator.value, send: send.value };
          await props.onMade(await call("/appliance/users", { method: "POST", body, key: key.current }));
        }}
      >
        <Field text={t("users.name")} error={form.fieldError("name")}>
          {(attributes) => <input {...attributes} type="text" name="name" required maxLength={80} autoComplete="off" value={name.value} onInput={(event) => (name.value = event.currentTarget.value)} />}
        </Field>
        <Field text={t("users.mail")} error={form.fieldError("mail")}>
          {(attributes) => <input {...attributes} type="email" name="mail" required maxLength={254} autoComplete="off" value={mail.value} onInput={(event) => (mail.value = event.currentTarget.value)} />}
        </Field>
        <Check checked={administrator.value} onChange={(on) => (administrator.value = on)}>{t("users.as_administrator")}</Check>
        <Check checked={send.value} onChange={(on) => (send.value = on)}>{t("users.send_link")}</Check>
        <div class="form-actions">
          <button type="submit" class="button primary" disabled={form.busy.value}>{t("users.add")}</button>
          <button type="button" class="button" onClick={props.onClose}>{t("confirm.cancel")}</button>
        </div>
      </Form>
    </Dialog>
  );
}
