// Appliance: all workspaces. An administrator may look into one for a while, with a reason; its members see that.
import { useSignal } from "@preact/signals";
import networkTexts from "../../catalogue/en.networks.json";
import { call, loadMe } from "../../lib/api";
import { learn, t } from "../../lib/i18n";
import { useQuery } from "../../lib/query";
import { navigate, param, setParams } from "../../lib/router";
import { linesOf } from "../../lib/tags";
import { Time } from "../../lib/time";
import type { List } from "../../lib/types";
import { Empty, Field, Loaded, Panel } from "../../parts/basics";
import { attempt, Confirm, Dialog, toast } from "../../parts/dialog";
import { Form, useForm } from "../../parts/form";
import { Icon } from "../../parts/icon";
import { Outcome } from "../../parts/state";
import { ApplianceShell } from "../../shell/appliance_shell";
import { Pages } from "./users";

learn(networkTexts);

interface ListedWorkspace {
  id: string;
  slug: string;
  name: string;
  enabled: boolean;
  members: number;
  agents: number;
  recipients: number;
  open_incidents: number;
  api_keys: number;
  owners: string[];
  deletion_at: string | null;
  created_at: string;
  member: boolean;
  opening: { id: string; expires_at: string; reason: string } | null;
}

export function ApplianceWorkspaces(_: { id: string }) {
  const search = param("q");
  const query = useQuery<List<ListedWorkspace>>(`/appliance/workspaces?limit=50&q=${encodeURIComponent(search)}&after=${encodeURIComponent(param("after"))}`);
  const opening = useSignal<ListedWorkspace | null>(null);
  const owning = useSignal<ListedWorkspace | null>(null);
  const toggling = useSignal<ListedWorkspace | null>(null);
  const reaching = useSignal<ListedWorkspace | null>(null);
  const enter = (each: ListedWorkspace) => `/w/${encodeURIComponent(each.slug)}/overview`;
  return (
    <ApplianceShell title={t("appliance.workspaces")}>
      <div class="filters" role="search">
        <label class="search-field">
          <Icon name="search" />
          <span class="hidden">{t("wsadmin.search")}</span>
          <input type="search" placeholder={t("wsadmin.search")} value={search} onInput={(event) => setParams({ q: event.currentTarget.value, after: null })} />
        </label>
      </div>
      <Loaded query={query} lines={4} height={56}>
        {(list) =>
          list.items.length === 0 ? (
            <Empty icon="inbox" title={t("wsadmin.none")}>{t("wsadmin.none_text")}</Empty>
          ) : (
            <ul class="recipient-list" aria-label={t("appliance.workspaces")}>
              {list.items.map((each) => (
                <li key={each.id}>
                  <Panel>
                    <div class="recipient">
                      <div class="grow">
                        <h2>{each.name}</h2>
                        <p class="quiet">
                          {[t("wsadmin.members", { n: each.members }), t("wsadmin.agents", { n: each.agents }), t("wsadmin.recipients", { n: each.recipients }), t("wsadmin.incidents", { n: each.open_incidents })].join(" · ")}
                        </p>
                        <p class="recipient-facts">
                          {each.enabled ? <Outcome kind="up">{t("wsadmin.enabled")}</Outcome> : <Outcome kind="paused">{t("wsadmin.disabled")}</Outcome>}
                          {each.owners.length > 0 ? <span class="quiet">{t("wsadmin.owners", { owners: each.owners.join(", ") })}</span> : <Outcome kind="warning">{t("wsadmin.ownerless")}</Outcome>}
                          {each.deletion_at && <><Outcome kind="warning">{t("wsadmin.deletion")}</Outcome> <Time at={each.deletion_at} /></>}
                        </p>
                        {each.opening && <p class="quiet">{t("wsadmin.open_until")} <Time at={each.opening.expires_at} />: {each.opening.reason}</p>}
                      </div>
                      <div class="actions">
                        {each.owners.length === 0 && <button type="button" class="button" onClick={() => (owning.value = each)}>{t("wsadmin.assign")}<span class="hidden"> ({each.name})</span></button>}
                        {each.member || each.opening ? (
                          <a class="button" href={enter(each)}>{t("wsadmin.enter")}<span class="hidden"> ({each.name})</span></a>
                        ) : (
                          <button type="button" class="button" onClick={() => (opening.value = each)}><Icon name="eye" />{t("wsadmin.open")}<span class="hidden"> ({each.name})</span></button>
                        )}
                        {each.opening && (
                          <button type="button" class="button" onClick={() => void attempt(async () => {
                            await call(`/appliance/workspaces/${each.id}/open`, { method: "DELETE" });
                            await Promise.all([query.refetch(), loadMe()]);
                            toast(t("wsadmin.closed"));
                          })}>{t("wsadmin.close")}<span class="hidden"> ({each.name})</span></button>
                        )}
                        <button type="button" class="button" onClick={() => (reaching.value = each)}>{t("networks.edit")}<span class="hidden"> ({each.name})</span></button>
                        <button type="button" class={each.enabled ? "button danger-quiet" : "button"} onClick={() => (toggling.value = each)}>
                          {each.enabled ? t("wsadmin.disable") : t("wsadmin.enable")}<span class="hidden"> ({each.name})</span>
                        </button>
                      </div>
                    </div>
                  </Panel>
                </li>
              ))}
            </ul>
          )}
      </Loaded>
      <Pages next={query.data.value?.next ?? null} />
      {opening.value && (
        <OpenWorkspace workspace={opening.value} onClose={() => (opening.value = null)} onOpened={async () => {
          const place = enter(opening.value!);
          opening.value = null;
          await loadMe();
          navigate(place);
        }} />
      )}
      {owning.value && <AssignOwner workspace={owning.value} onClose={() => (owning.value = null)} onDone={query.refetch} />}
      {reaching.value && <Networks workspace={reaching.value} onClose={() => (reaching.value = null)} />}
      {toggling.value && (
        <Confirm title={toggling.value.enabled ? t("wsadmin.disable") : t("wsadmin.enable")} action={toggling.value.enabled ? t("wsadmin.disable") : t("wsadmin.enable")}
          text={toggling.value.enabled ? t("wsadmin.disable_text", { name: toggling.value.name }) : t("wsadmin.enable_text", { name: toggling.value.name })}
          danger={toggling.value.enabled}
          onClose={() => (toggling.value = null)}
          onConfirm={async () => {
            await call(`/appliance/workspaces/${toggling.value!.id}`, { method: "PATCH", body: { enabled: !toggling.value!.enabled } });
            await query.refetch();
          }} />
      )}
    </ApplianceShell>
  );
}

// Which private networks the checks and webhooks of a workspace may reach.
function Networks(props: { workspace: ListedWorkspace; onClose: () => void }) {
  const path = `/appliance/workspaces/${props.workspace.id}/networks`;
  const query = useQuery<{ networks: string[] }>(path);
  return (
    <Dialog title={t("networks.title")} onClose={props.onClose}>
      <p>{t("networks.text", { name: props.workspace.name })}</p>
      <Loaded query={query} lines={2}>
        {(now) => (
          <NetworksForm networks={now.networks} onSave={async (networks) => {
            query.data.value = await call<{ networks: string[] }>(path, { method: "PUT", body: { networks } });
            toast(t("form.saved"));
            props.onClose();
          }} onClose={props.onClose} />
        )}
      </Loaded>
    </Dialog>
  );
}

function NetworksForm(props: { networks: string[]; onSave: (networks: string[]) => Promise<void>; onClose: () => void }) {
  const form = useForm();
  const text = useSignal(props.networks.join("\n"));
  return (
    <Form state={form} spoken={t("networks.title")} fields={["networks"]} onSubmit={() => props.onSave(linesOf(text.value))}>
      <Field text={t("networks.title")} hint={t("networks.hint")} error={form.fieldError("networks")}>
        {(attributes) => <textarea {...attributes} name="networks" rows={6} spellcheck={false} class="mono" value={text.value} onInput={(event) => (text.value = event.currentTarget.value)} />}
      </Field>
      <div class="form-actions">
        <button type="submit" class="button primary" disabled={form.busy.value}>{t("form.save")}</button>
        <button type="button" class="button" onClick={props.onClose}>{t("confirm.cancel")}</button>
      </div>
    </Form>
  );
}

function OpenWorkspace(props: { workspace: ListedWorkspace; onClose: () => void; onOpened: () => Promise<void> }) {
  const form = useForm();
  const reason = useSignal("");
  const minutes = useSignal(60);
  return (
    <Dialog title={t("wsadmin.open_title", { name: props.workspace.name })} onClose={props.onClose}>
      <p>{t("wsadmin.open_text")}</p>
      <Form
        state={form}
        spoken={t("wsadmin.open")}
        fields={["reason", "minutes"]}
        onSubmit={async () => {
          await call(`/appliance/workspaces/${props.workspace.id}/open`, { method: "POST", body: { reason: reason.value.trim(), minutes: minutes.value } });
          await props.onOpened();
        }}
      >
        <Field text={t("wsadmin.reason")} hint={t("wsadmin.reason_hint")} error={form.fieldError("reason")}>
          {(attributes) => <input {...attributes} type="text" name="reason" required minLength={10} maxLength={500} autoComplete="off" value={reason.value} onInput={(event) => (reason.value = event.currentTarget.value)} />}
        </Field>
        <Field text={t("wsadmin.minutes")} error={form.fieldError("minutes")}>
          {(attributes) => (
            <select {...attributes} name="minutes" value={String(minutes.value)} onChange={(event) => (minutes.value = Number(event.currentTarget.value))}>
              {([[15, "wsadmin.minutes_15"], [60, "wsadmin.minutes_60"], [240, "wsadmin.minutes_240"], [480, "wsadmin.minutes_480"]] as const).map(([value, text]) => <option key={value} value={String(value)}>{t(text)}</option>)}
            </select>
          )}
        </Field>
        <div class="form-actions">
          <button type="submit" class="button primary" disabled={form.busy.value}><Icon name="eye" />{t("wsadmin.open")}</button>
          <button type="button" class="button" onClick={props.onClose}>{t("confirm.cancel")}</button>
        </div>
      </Form>
    </Dialog>
  );
}

function AssignOwner(props: { workspace: ListedWorkspace; onClose: () => void; onDone: () => Promise<void> }) {
  const form = useForm();
  const mail = useSignal("");
  return (
    <Dialog title={t("wsadmin.assign_title", { name: props.workspace.name })} onClose={props.onClose}>
      <p>{t("wsadmin.assign_text")}</p>
      <Form
        state={form}
        spoken={t("wsadmin.assign")}
        fields={["mail"]}
        onSubmit={async () => {
          await call(`/appliance/workspaces/${props.workspace.id}`, { method: "PATCH", body: { owner: mail.value.trim() } });
          await props.onDone();
          props.onClose();
        }}
      >
        <Field text={t("users.mail")} error={form.fieldError("mail")}>
          {(attributes) => <input {...attributes} type="email" name="mail" required autoComplete="off" value={mail.value} onInput={(event) => (mail.value = event.currentTarget.value)} />}
        </Field>
        <div class="form-actions">
          <button type="submit" class="button primary" disabled={form.busy.value}>{t("wsadmin.assign")}</button>
          <button type="button" class="button" onClick={props.onClose}>{t("confirm.cancel")}</button>
        </div>
      </Form>
    </Dialog>
  );
}
