// The API keys of the workspace (/w/<slug>/api-keys) and of the reader (/account/keys): a list, a form to make one,
// whose token is shown once, and a button to revoke one.
import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import texts from "../../catalogue/en.keys.json";
import { call, newKey } from "../../lib/api";
import { learn, t, word, type Key } from "../../lib/i18n";
import { useQuery } from "../../lib/query";
import { Time } from "../../lib/time";
import type { List, Scope } from "../../lib/types";
import { api } from "../../lib/workspace";
import { Check, CopyBox, Empty, Field, Loaded, Panel } from "../../parts/basics";
import { Confirm, Dialog } from "../../parts/dialog";
import { Form, useForm } from "../../parts/form";
import { Icon } from "../../parts/icon";
import { Outcome } from "../../parts/state";
import { AccountShell } from "../../shell/account_shell";
import { SettingsShell } from "../../shell/settings_shell";

learn(texts);

export interface ApiKey {
  id: string;
  name: string;
  personal: boolean;
  hint: string;
  scopes: Scope[];
  form?: KeyForm;
  addresses: string[];
  created_at: string;
  created_by: string;
  expires_at: string | null;
  last_used_at: string | null;
  last_used_address: string;
}

// What a key is for: the API, Healthchecks' management API, or pings by key and slug.
type KeyForm = "api" | "checks" | "ping";
const forms: KeyForm[] = ["api", "checks", "ping"];

const may = (key: ApiKey): string => {
  if (key.form === "checks") return t(key.scopes.includes("edit_subjects") ? "api_keys.checks_may" : "api_keys.checks_read_only");
  if (key.form === "ping") return t("api_keys.ping_may");
  return key.scopes.map((scope) => word("scope", scope)).join(", ");
};

const scopes: Scope[] = [
  "view", "view_members", "view_own_audit", "acknowledge_incident", "edit_subjects", "edit_rules", "edit_recipients", "rotate_agent_token",
  "manage_enrolment_keys", "manage_members", "review_access", "view_audit", "edit_workspace",
];
const lives: [number, Key][] = [[30, "api_keys.days_30"], [90, "api_keys.days_90"], [365, "api_keys.days_365"], [0, "api_keys.days_0"]];

const isOver = (key: ApiKey) => key.expires_at !== null && Date.parse(key.expires_at) <= Date.now();

export function WorkspaceKeys(_: { id: string }) {
  return (
    <SettingsShell page="api-keys">
      <ApiKeys path={api("/api-keys")} intro={t("api_keys.of_workspace")} ofWorkspace />
    </SettingsShell>
  );
}

export function OwnKeys(_: { id: string }) {
  return (
    <AccountShell title={t("api_keys.title")}>
      <ApiKeys path="/account/api-keys" intro={t("api_keys.of_person")} />
    </AccountShell>
  );
}

function ApiKeys(props: { path: string; intro: string; ofWorkspace?: boolean }) {
  const query = useQuery<List<ApiKey>>(props.path);
  const adding = useSignal(false);
  const revoking = useSignal<ApiKey | null>(null);
  const made = useSignal<{ key: ApiKey; token: string } | null>(null);
  const add = (
    <button type="button" class="button primary" onClick={() => (adding.value = true)}><Icon name="plus" />{t("api_keys.add")}</button>
  );
  return (
    <>
      <Loaded query={query} lines={3} height={56}>
        {(list) =>
          list.items.length === 0 ? (
            <Empty icon="key" title={t("api_keys.empty")} action={add}>{props.intro}</Empty>
          ) : (
            <Panel title={t("api_keys.title")} actions={add}>
              <p class="quiet">{props.intro}</p>
              <table class="table" aria-label={t("api_keys.title")}>
                <thead>
                  <tr>
                    <th scope="col">{t("api_keys.name")}</th>
                    <th scope="col" class="wide-only">{t("api_keys.scopes")}</th>
                    <th scope="col">{t("api_keys.last_used")}</th>
                    <th scope="col" class="wide-only">{t("api_keys.ends")}</th>
                    <th scope="col" class="number"><span class="hidden">{t("api_keys.acts")}</span></th>
                  </tr>
                </thead>
                <tbody>
                  {list.items.map((key) => (
                    <tr key={key.id}>
                      <td>
                        {key.name}
                        <span class="under"><code>{key.hint}</code></span>
                        {key.addresses.length > 0 && <span class="under">{t("api_keys.from", { ranges: key.addresses.join(", ") })}</span>}
                      </td>
                      <td class="wide-only">{may(key)}</td>
                      <td>
                        {key.last_used_at ? <Time at={key.last_used_at} /> : <span class="quiet">{t("api_keys.never_used")}</span>}
                        {key.last_used_address && <span class="under">{key.last_used_address}</span>}
                      </td>
                      <td class="wide-only">
                        {isOver(key) ? <Outcome kind="paused">{t("api_keys.over")}</Outcome> : key.expires_at ? <Time at={key.expires_at} /> : t("api_keys.no_end")}
                      </td>
                      <td class="number">
                        <button type="button" class="button small danger-quiet" onClick={() => (revoking.value = key)}>{t("api_keys.revoke")}<span class="hidden"> ({key.name})</span></button>
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </Panel>
          )}
      </Loaded>
      {adding.value && (
        <NewApiKey path={props.path} forms={props.ofWorkspace ? forms : []} onClose={() => (adding.value = false)}
          onMade={async (one) => {
            adding.value = false;
            made.value = one;
            await query.refetch();
          }} />
      )}
      {made.value && (
        <Dialog title={t("api_keys.made_title", { name: made.value.key.name })} onClose={() => (made.value = null)}>
          <p>{t(`api_keys.made_${made.value.key.form ?? "api"}`)}</p>
          <CopyBox text={made.value.token} spoken={t("api_keys.token")} id="api-key-token" />
          <p class="note">{t("api_keys.once")}</p>
        </Dialog>
      )}
      {revoking.value && (
        <Confirm title={t("api_keys.revoke_title")} text={t("api_keys.revoke_text", { name: revoking.value.name })} action={t("api_keys.revoke")} danger
          onClose={() => (revoking.value = null)}
          onConfirm={async () => {
            await call(`${props.path}/${revoking.value?.id}`, { method: "DELETE" });
            await query.refetch();
          }} />
      )}
    </>
  );
}

function NewApiKey(props: { path: string; forms: KeyForm[]; onClose: () => void; onMade: (made: { key: ApiKey; token: string }) => Promise<void> }) {
  const form = useForm();
  const name = useSignal("");
  const days = useSignal(90);
  const chosen = useSignal<string[]>(["view"]);
  const kind = useSignal<KeyForm>("api");
  const readOnly = useSignal(false);
  const addresses = useSignal("");
  const key = useRef(newKey());
  return (
    <Dialog title={t("api_keys.add")} onClose={props.onClose} wide>
      <Form
        state={form}
        spoken={t("api_keys.add")}
        fields={["name", "addresses", "days", "form"]}
        onSubmit={async () => {
          const ranges = addresses.value.split("\n").map((each) => each.trim()).filter(Boolean);
          const right = kind.value === "api" ? { scopes: chosen.value } : kind.value === "checks" ? { form: kind.value, read_only: readOnly.value } : { form: kind.value };
          const body = { name: name.value.trim(), ...right, addresses: ranges, days: days.value };
          await props.onMade(await call(props.path, { method: "POST", body, key: key.current }));
        }}
      >
        <Field text={t("api_keys.name")} hint={t("api_keys.name_hint")} error={form.fieldError("name")}>
          {(attributes) => <input {...attributes} type="text" name="name" required maxLength={80} autoComplete="off" value={name.value} onInput={(event) => (name.value = event.currentTarget.value)} />}
        </Field>
        {props.forms.length > 0 && (
          <Field text={t("api_keys.form")} hint={t(`api_keys.form_hint_${kind.value}`)} error={form.fieldError("form")}>
            {(attributes) => (
              <select {...attributes} name="form" value={kind.value} onChange={(event) => (kind.value = forms.find((each) => each === event.currentTarget.value) ?? "api")}>
                {props.forms.map((each) => <option key={each} value={each}>{t(`api_keys.form_${each}`)}</option>)}
              </select>
            )}
          </Field>
        )}
        {kind.value === "checks" && <Check name="read_only" checked={readOnly.value} onChange={(on) => (readOnly.value = on)}>{t("api_keys.read_only")}</Check>}
        <fieldset hidden={kind.value !== "api"}>
          <legend class="legend-title">{t("api_keys.scopes_ask")}</legend>
          <div class="check-grid scope-grid">
            {scopes.map((scope) => (
              <Check key={scope} name={scope} checked={chosen.value.includes(scope)}
                onChange={(on) => (chosen.value = on ? [...chosen.value, scope] : chosen.value.filter((each) => each !== scope))}>
                {word("scope", scope)}
              </Check>
            ))}
          </div>
        </fieldset>
        <Field text={t("api_keys.days")} error={form.fieldError("days")}>
          {(attributes) => (
            <select {...attributes} name="days" value={String(days.value)} onChange={(event) => (days.value = Number(event.currentTarget.value))}>
              {lives.map(([value, text]) => <option key={value} value={String(value)}>{t(text)}</option>)}
            </select>
          )}
        </Field>
        <Field text={t("api_keys.addresses")} optional hint={t("api_keys.addresses_hint")} error={form.fieldError("addresses")}>
          {(attributes) => <textarea {...attributes} name="addresses" rows={2} spellcheck={false} value={addresses.value} onInput={(event) => (addresses.value = event.currentTarget.value)} />}
        </Field>
        <div class="form-actions">
          <button type="submit" class="button primary" disabled={form.busy.value || (kind.value === "api" && chosen.value.length === 0)}>{t("api_keys.add")}</button>
          <button type="button" class="button" onClick={props.onClose}>{t("confirm.cancel")}</button>
        </div>
      </Form>
    </Dialog>
  );
}
