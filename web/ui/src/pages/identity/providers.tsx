// Appliance: the login providers. Each shows its settings and its latest error. A test asks the provider step by step.
import texts from "../../catalogue/en.logins.json";
import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { call, newKey } from "../../lib/api";
import { learn, t } from "../../lib/i18n";
import { useQuery } from "../../lib/query";
import { ago } from "../../lib/time";
import type { List, Role } from "../../lib/types";
import { Check, CopyBox, Empty, Field, Loaded, Panel } from "../../parts/basics";
import { attempt, Confirm, Dialog, toast } from "../../parts/dialog";
import { Form, useForm } from "../../parts/form";
import { Icon } from "../../parts/icon";
import { Outcome } from "../../parts/state";
import { ApplianceShell } from "../../shell/appliance_shell";

learn(texts);

interface RoleRow {
  value: string;
  workspace_id: string;
  role: Role;
}
interface Provider {
  id: string;
  preset: string;
  name: string;
  issuer: string;
  client_id: string;
  has_secret: boolean;
  ca_pem: string;
  allowed_domains: string[];
  create_accounts: boolean;
  counts_as_second_factor: boolean;
  second_factor_acr: string;
  role_claim: string;
  roles: RoleRow[];
  enabled: boolean;
  trouble: { message: string; at: string } | null;
  notice: { message: string; at: string } | null; // it did not fail, and something it said could not be used
  version: number;
}
interface Preset {
  preset: string;
  name: string;
  issuer: string;
  issuer_hint: string;
  role_claim: string;
}
type Providers = List<Provider> & { presets: Preset[]; workspaces: { id: string; name: string }[]; redirect_uri: string };
interface Tested {
  ok: boolean;
  steps: { name: "discovery" | "clock" | "keys" | "client"; ok: boolean; detail: string; advice: string }[];
}

export function ProvidersPage(_: { id: string }) {
  const query = useQuery<Providers>("/appliance/providers");
  const editing = useSignal<Provider | "new" | null>(null);
  const removing = useSignal<Provider | null>(null);
  const add = <button type="button" class="button primary" onClick={() => (editing.value = "new")}><Icon name="plus" />{t("providers.add")}</button>;
  return (
    <ApplianceShell title={t("providers.title")} actions={add}>
      <div class="narrow">
        <Loaded query={query} lines={4} height={72}>
          {(list) => (
            <>
              {list.items.length === 0 && <Empty icon="key" title={t("providers.none")}>{t("providers.none_text")}</Empty>}
              {list.items.map((provider) => <Card key={provider.id} provider={provider} onEdit={() => (editing.value = provider)} onRemove={() => (removing.value = provider)} />)}
              <Panel title={t("providers.redirect")} class="spaced-top">
                <p>{t("providers.redirect_text")}</p>
                <CopyBox text={list.redirect_uri} spoken={t("providers.redirect_copy")} />
              </Panel>
              {editing.value && (
                <Edit provider={editing.value === "new" ? null : editing.value} list={list} onClose={() => (editing.value = null)}
                  onSaved={async () => {
                    editing.value = null;
                    toast(t("form.saved"));
                    await query.refetch();
                  }} />
              )}
            </>
          )}
        </Loaded>
      </div>
      {removing.value && (
        <Confirm title={`${t("providers.remove")}: ${removing.value.name}`} text={t("providers.remove_text", { name: removing.value.name })} action={t("providers.remove")} danger typed={removing.value.name}
          onClose={() => (removing.value = null)}
          onConfirm={async () => {
            await call(`/appliance/providers/${removing.value?.id}`, { method: "DELETE" });
            await query.refetch();
          }} />
      )}
    </ApplianceShell>
  );
}

function Card(props: { provider: Provider; onEdit: () => void; onRemove: () => void }) {
  const { provider } = props;
  const busy = useSignal(false);
  const tested = useSignal<Tested | null>(null);
  return (
    <div class="panel">
      <div class="recipient">
        <Icon name="key" />
        <div class="grow">
          <h2>{provider.name}</h2>
          <p class="quiet">{provider.issuer}</p>
          <p class="recipient-facts">
            {provider.enabled ? <Outcome kind="up">{t("providers.on")}</Outcome> : <Outcome kind="paused">{t("providers.off")}</Outcome>}
            {provider.trouble && <Outcome kind="warning">{t("providers.trouble")}</Outcome>}
            {provider.trouble && <span class="quiet">{provider.trouble.message} {ago(provider.trouble.at)}</span>}
          </p>
          {provider.notice && (
            <p class="recipient-facts">
              <Outcome kind="warning">{t("providers.notice")}</Outcome> <span class="quiet">{provider.notice.message} {ago(provider.notice.at)}</span>
            </p>
          )}
        </div>
        <div class="actions">
          <button type="button" class="button" disabled={busy.value} onClick={async () => {
            busy.value = true;
            tested.value = null;
            await attempt(async () => {
              tested.value = await call<Tested>(`/appliance/providers/${provider.id}/test`, { method: "POST", body: {}, timeoutMs: 60_000 });
            });
            busy.value = false;
          }}><Icon name="send" />{busy.value ? t("providers.testing") : t("providers.test")}<span class="hidden"> ({provider.name})</span></button>
          <button type="button" class="button" onClick={props.onEdit}>{t("form.edit")}<span class="hidden"> ({provider.name})</span></button>
          <button type="button" class="button danger-quiet" onClick={props.onRemove}>{t("providers.remove")}<span class="hidden"> ({provider.name})</span></button>
        </div>
      </div>
      {tested.value && (
        <div role="status">
          <ul class="provider-steps">
          {tested.value.steps.map((step) => (
            <li key={step.name}>
              <Outcome kind={step.ok ? "up" : "down"}>{t(`providers.step_${step.name}`)}</Outcome> <span>{step.detail}{step.advice && <> <strong>{step.advice}</strong></>}</span>
            </li>
          ))}
          </ul>
        </div>
      )}
    </div>
  );
}

const roles: Exclude<Role, "owner">[] = ["admin", "operator", "member", "viewer"]; // only an owner makes another one

function Edit(props: { provider: Provider | null; list: Providers; onClose: () => void; onSaved: () => Promise<void> }) {
  const { provider, list } = props;
  const form = useForm();
  const key = useRef(newKey());
  const value = useSignal({
    preset: provider?.preset ?? "generic",
    name: provider?.name ?? "",
    issuer: provider?.issuer ?? "",
    client_id: provider?.client_id ?? "",
    ca_pem: provider?.ca_pem ?? "",
    domains: provider?.allowed_domains.join(" ") ?? "",
    create_accounts: provider?.create_accounts ?? false,
    counts_as_second_factor: provider?.counts_as_second_factor ?? false,
    second_factor_acr: provider?.second_factor_acr ?? "",
    role_claim: provider?.role_claim ?? "",
    roles: provider?.roles ?? [],
    enabled: provider?.enabled ?? true,
  });
  const secret = useSignal("");
  const now = value.value;
  const set = (change: Partial<typeof now>) => (value.value = { ...value.value, ...change });
  const preset = list.presets.find((each) => each.preset === now.preset) ?? list.presets[0];
  const text = (name: "name" | "issuer" | "client_id" | "domains" | "second_factor_acr" | "role_claim") => ({
    type: "text" as const, name, spellcheck: false, autoComplete: "off", value: now[name],
    onInput: (event: { currentTarget: HTMLInputElement }) => set({ [name]: event.currentTarget.value }),
  });
  const setRow = (index: number, change: Partial<RoleRow>) => set({ roles: now.roles.map((row, at) => (at === index ? { ...row, ...change } : row)) });
  const title = provider ? t("providers.edit", { name: provider.name }) : t("providers.add");
  return (
    <Dialog title={title} onClose={props.onClose} wide>
      <Form
        state={form}
        spoken={title}
        fields={["preset", "name", "issuer", "client_id", "client_secret", "ca_pem", "allowed_domains", "second_factor_acr", "role_claim", "roles"]}
        onSubmit={async () => {
          const { domains, preset: kind, ...rest } = value.value;
          const body = {
            ...rest, name: rest.name.trim(), issuer: rest.issuer.trim(), client_id: rest.client_id.trim(),
            ca_pem: rest.ca_pem.trim() ? `${rest.ca_pem.trim()}\n` : "",
            allowed_domains: domains.split(/[\s,]+/).filter(Boolean),
            ...(secret.value ? { client_secret: secret.value } : {}),
          };
          if (provider) await call(`/appliance/providers/${provider.id}`, { method: "PATCH", version: provider.version, body });
          else await call("/appliance/providers", { method: "POST", body: { ...body, preset: kind }, key: key.current });
          await props.onSaved();
        }}
      >
        {!provider && (
          <Field text={t("providers.preset")} error={form.fieldError("preset")}>
            {(attributes) => (
              <select {...attributes} name="preset" value={now.preset} onChange={(event) => {
                const chosen = list.presets.find((each) => each.preset === event.currentTarget.value);
                const untouched = !now.name || list.presets.some((each) => each.name === now.name);
                set({ preset: event.currentTarget.value, issuer: chosen?.issuer ?? "", role_claim: chosen?.role_claim ?? "", ...(untouched ? { name: chosen?.name ?? "" } : {}) });
              }}>
                {list.presets.map((each) => <option key={each.preset} value={each.preset}>{each.preset === "generic" ? "OpenID Connect" : each.name}</option>)}
              </select>
            )}
          </Field>
        )}
        <Field text={t("providers.name")} error={form.fieldError("name")}>{(attributes) => <input {...attributes} {...text("name")} required maxLength={40} />}</Field>
        <Field text={t("providers.issuer")} error={form.fieldError("issuer")} hint={preset?.issuer_hint ? t("providers.issuer_hint", { example: preset.issuer_hint }) : undefined}>
          {(attributes) => <input {...attributes} {...text("issuer")} required />}
        </Field>
        {now.preset === "microsoft" && <p class="field-hint">{t("providers.mail_hint")}</p>}
        <Field text={t("providers.client_id")} error={form.fieldError("client_id")}>{(attributes) => <input {...attributes} {...text("client_id")} required />}</Field>
        <Field text={t("providers.client_secret")} optional error={form.fieldError("client_secret")} hint={provider?.has_secret ? t("providers.secret_kept") : undefined}>
          {(attributes) => <input {...attributes} type="password" name="client_secret" autoComplete="off" value={secret.value} onInput={(event) => (secret.value = event.currentTarget.value)} />}
        </Field>
        <Field text={t("providers.domains")} optional error={form.fieldError("allowed_domains")} hint={t("providers.domains_hint")}>
          {(attributes) => <input {...attributes} {...text("domains")} placeholder="example.org" />}
        </Field>
        <Check name="create_accounts" checked={now.create_accounts} onChange={(on) => set({ create_accounts: on })}>{t("providers.accounts")}</Check>
        <Check name="counts_as_second_factor" checked={now.counts_as_second_factor} onChange={(on) => set({ counts_as_second_factor: on })}>{t("providers.factor")}</Check>
        {now.counts_as_second_factor && (
          <Field text={t("providers.acr")} optional error={form.fieldError("second_factor_acr")} hint={t("providers.acr_hint")}>{(attributes) => <input {...attributes} {...text("second_factor_acr")} />}</Field>
        )}
        <fieldset class="claim-roles">
          <legend>{t("providers.roles")}</legend>
          <p class="field-hint">{t("providers.role_text")}</p>
          <Field text={t("providers.claim")} optional error={form.fieldError("role_claim")} hint={t("providers.claim_hint")}>{(attributes) => <input {...attributes} {...text("role_claim")} />}</Field>
          {now.roles.map((row, index) => (
            <div key={index} class="claim-role">
              <label><span>{t("providers.role_value")}</span><input type="text" required maxLength={200} value={row.value} onInput={(event) => setRow(index, { value: event.currentTarget.value })} /></label>
              <label><span>{t("providers.role_workspace")}</span>
                <select value={row.workspace_id} onChange={(event) => setRow(index, { workspace_id: event.currentTarget.value })}>
                  {list.workspaces.map((each) => <option key={each.id} value={each.id}>{each.name}</option>)}
                </select>
              </label>
              <label><span>{t("providers.role")}</span>
                <select value={row.role} onChange={(event) => setRow(index, { role: event.currentTarget.value as Role })}>
                  {roles.map((role) => <option key={role} value={role}>{t(`providers.as_${role}`)}</option>)}
                </select>
              </label>
              <button type="button" class="icon-button" aria-label={t("providers.role_remove")} onClick={() => set({ roles: now.roles.filter((_, at) => at !== index) })}><Icon name="x" /></button>
            </div>
          ))}
          {form.fieldError("roles") && <p class="field-error" role="alert">{form.fieldError("roles")}</p>}
          <button type="button" class="button small" onClick={() => set({ roles: [...now.roles, { value: "", workspace_id: list.workspaces[0]?.id ?? "", role: "viewer" }] })}><Icon name="plus" />{t("providers.role_add")}</button>
        </fieldset>
        <details open={now.ca_pem !== ""}>
          <summary>{t("providers.ca")}</summary>
          <Field text={t("providers.ca")} optional hint={t("providers.ca_hint")} error={form.fieldError("ca_pem")}>
            {(attributes) => <textarea {...attributes} name="ca_pem" rows={4} class="mono" spellcheck={false} value={now.ca_pem} onInput={(event) => set({ ca_pem: event.currentTarget.value })} />}
          </Field>
        </details>
        <Check name="enabled" checked={now.enabled} onChange={(on) => set({ enabled: on })}>{t("providers.enabled")}</Check>
        <div class="form-actions">
          <button type="submit" class="button primary" disabled={form.busy.value}>{t("form.save")}</button>
          <button type="button" class="button" onClick={props.onClose}>{t("confirm.cancel")}</button>
        </div>
      </Form>
    </Dialog>
  );
}
