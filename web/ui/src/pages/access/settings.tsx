// The settings of the workspace itself: name, address, policies, and what only owners do.
import { useSignal } from "@preact/signals";
import { call, loadMe } from "../../lib/api";
import { t } from "../../lib/i18n";
import { fromHere } from "../../lib/router";
import type { Workspace } from "../../lib/types";
import { may, mayEdit, workspace } from "../../lib/workspace";
import { Check, Field, Panel } from "../../parts/basics";
import { toast } from "../../parts/dialog";
import { FactorPolicy } from "./factor_policy";
import { Form, useForm } from "../../parts/form";
import { DangerZone } from "./workspace_danger";
import { SettingsShell } from "../../shell/settings_shell";

export function Settings(_: { id: string }) {
  if (!workspace.value) return <SettingsShell page="settings">{null}</SettingsShell>;
  return (
    <SettingsShell page="settings">
      <WorkspaceForm key={workspace.value.id} workspace={workspace.value} />
      <FactorPolicy key={`factors ${workspace.value.id}`} />
      {may("owner") && <div class="narrow"><DangerZone key={`danger ${workspace.value.id}`} workspace={workspace.value} /></div>}
    </SettingsShell>
  );
}

function WorkspaceForm(props: { workspace: Workspace }) {
  const form = useForm();
  const name = useSignal(props.workspace.name);
  const slug = useSignal(props.workspace.slug);
  const policy = useSignal(props.workspace.machine_policy);
  const scoped = useSignal(props.workspace.team_scoped);
  return (
    <div class="narrow">
      <Panel title={t("settings.workspace")}>
        <Form
          state={form}
          spoken={t("settings.workspace")}
          fields={["name", "slug", "machine_policy"]}
          onSubmit={async () => {
            const body = { name: name.value.trim(), slug: slug.value.trim(), machine_policy: policy.value, team_scoped: scoped.value };
            const onwards = fromHere();
            const saved = await call<Workspace>(`/workspaces/${props.workspace.id}`, { method: "PATCH", version: props.workspace.version, body });
            if (saved.slug !== props.workspace.slug) onwards(`/w/${saved.slug}/settings`, { replace: true });
            await loadMe();
            toast(t("form.saved"));
          }}
        >
          <fieldset disabled={!mayEdit.value}>
            <div class="stack">
              <Field text={t("settings.name")} error={form.fieldError("name")}>
                {(attributes) => <input {...attributes} type="text" name="name" required maxLength={80} value={name.value} onInput={(event) => (name.value = event.currentTarget.value)} />}
              </Field>
              <Field text={t("settings.slug")} hint={t("settings.slug_hint", { address: `${location.origin}/w/${slug.value}` })} error={form.fieldError("slug")}>
                {(attributes) => <input {...attributes} type="text" name="slug" required maxLength={40} pattern="[a-z0-9]([a-z0-9\-]*[a-z0-9])?" spellcheck={false} value={slug.value} onInput={(event) => (slug.value = event.currentTarget.value)} />}
              </Field>
              <fieldset>
                <legend class="legend-title">{t("settings.policy")}</legend>
                <div class="stack">
                  {(["warn", "refuse"] as const).map((each) => (
                    <label key={each} class="check">
                      <input type="radio" name="machine_policy" value={each} checked={policy.value === each} onChange={() => (policy.value = each)} />
                      <span><strong>{t(`settings.policy_${each}`)}</strong><br /><span class="quiet">{t(`settings.policy_${each}_text`)}</span></span>
                    </label>
                  ))}
                </div>
              </fieldset>
              <Check checked={scoped.value} onChange={(on) => (scoped.value = on)}>
                <strong>{t("settings.scoped")}</strong><br /><span class="quiet">{t("settings.scoped_text")}</span>
              </Check>
              {mayEdit.value
                ? <div class="form-actions"><button type="submit" class="button primary" disabled={form.busy.value}>{t("form.save")}</button></div>
                : <p class="quiet">{t("settings.readonly")}</p>}
            </div>
          </fieldset>
        </Form>
      </Panel>
    </div>
  );
}
