// Settings of the workspace, and its audit log.
import { useSignal } from "@preact/signals";
import { call, loadMe } from "../lib/api";
import { t, word } from "../lib/i18n";
import { useQuery } from "../lib/query";
import { param } from "../lib/router";
import { Time } from "../lib/time";
import type { AuditEntry, List, Workspace } from "../lib/types";
import { api, may, mayEdit, workspace } from "../lib/workspace";
import { Field, Loaded, Panel } from "../parts/basics";
import { attempt, toast } from "../parts/dialog";
import { Form, useForm } from "../parts/form";
import { SettingsShell } from "./settings_shell";

export function Settings(_: { id: string }) {
  const audit = param("tab") === "audit" && may("admin");
  return (
    <SettingsShell page={audit ? "settings?tab=audit" : "settings"}>
      {audit ? <Audit /> : workspace.value && <WorkspaceForm key={workspace.value.id} workspace={workspace.value} />}
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

function Audit() {
  const query = useQuery<List<AuditEntry>>(api("/audit?limit=100"), { on: (event) => event.name !== "agent.heartbeat" });
  const more = useSignal<AuditEntry[]>([]);
  const done = useSignal(false);
  return (
    <Loaded query={query} lines={8}>
      {(list) => {
        const shown = [...list.items, ...more.value];
        const last = shown[shown.length - 1];
        return (
          <>
            <div class="panel flush">
              <table class="table audit" aria-label={t("settings.audit")}>
                <thead>
                  <tr>
                    <th scope="col" class="col-audit-time">{t("audit.when")}</th>
                    <th scope="col">{t("audit.who")}</th>
                    <th scope="col">{t("audit.act")}</th>
                    <th scope="col" class="wide-only">{t("audit.subject")}</th>
                    <th scope="col" class="wide-only">{t("audit.address")}</th>
                  </tr>
                </thead>
                <tbody>
                  {shown.map((entry) => (
                    <tr key={entry.sequence}>
                      <td><Time at={entry.at} exact /></td>
                      <td>{entry.actor_name || word("actor", entry.actor_kind)}</td>
                      <td>{entry.act}</td>
                      <td class="wide-only">{entry.subject}{entry.details ? <code class="answer-text">{typeof entry.details === "string" ? entry.details : JSON.stringify(entry.details)}</code> : null}</td>
                      <td class="wide-only">{entry.address}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
            {last && !done.value && list.items.length >= 100 && (
              <div class="form-actions spaced-top">
                <button type="button" class="button" onClick={() => void attempt(async () => {
                  const page = await call<List<AuditEntry>>(api(`/audit?limit=100&before=${last.sequence}`));
                  more.value = [...more.value, ...page.items];
                  done.value = page.items.length < 100;
                })}>{t("list.more")}</button>
              </div>
            )}
          </>
        );
      }}
    </Loaded>
  );
}
