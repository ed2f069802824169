// Settings of the workspace.
import { useSignal } from "@preact/signals";
import { call, loadMe } from "../lib/api";
import { t } from "../lib/i18n";
import type { Workspace } from "../lib/types";
import { mayEdit, workspace } from "../lib/workspace";
import { Field, Panel } from "../parts/basics";
import { toast } from "../parts/dialog";
import { FactorPolicy } from "../parts/factor_policy";
import { Form, useForm } from "../parts/form";
import { SettingsShell } from "./settings_shell";

export function Settings(_: { id: string }) {
  if (!workspace.value) return <SettingsShell page="settings">{null}</SettingsShell>;
  return (
    <SettingsShell page="settings">
      <WorkspaceForm key={workspace.value.id} workspace={workspace.value} />
      <FactorPolicy key={`factors ${workspace.value.id}`} />
    </SettingsShell>
  );
}

function WorkspaceForm(props: { workspace: Workspace }) {
  const form = useForm();
  const name = useSignal(props.workspace.name);
  const policy = useSignal(props.workspace.machine_policy);
  return (
    <div class="narrow">
      <Panel title={t("settings.workspace")}>
        <Form
          state={form}
          label={t("settings.workspace")}
          fields={["name", "machine_policy"]}
          onSubmit={async () => {
            await call<Workspace>(`/workspaces/${props.workspace.id}`, { method: "PATCH", version: props.workspace.version, body: { name: name.value.trim(), machine_policy: policy.value } });
            await loadMe();
            toast(t("form.saved"));
          }}
        >
          <fieldset disabled={!mayEdit.value}>
            <div class="stack">
              <Field label={t("settings.name")} error={form.fieldError("name")}>
                {(attributes) => <input {...attributes} type="text" name="name" required maxLength={80} value={name.value} onInput={(event) => (name.value = event.currentTarget.value)} />}
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
              {mayEdit.value && <div class="form-actions"><button type="submit" class="button primary" disabled={form.busy.value}>{t("form.save")}</button></div>}
            </div>
          </fieldset>
        </Form>
      </Panel>
    </div>
  );
}
