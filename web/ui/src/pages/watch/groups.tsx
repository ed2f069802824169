// Groups of agents, which filters and rules use.
import { useSignal } from "@preact/signals";
import { call } from "../../lib/api";
import { t } from "../../lib/i18n";
import { useQuery } from "../../lib/query";
import type { Group, List } from "../../lib/types";
import { api, at, may } from "../../lib/workspace";
import { Empty, Loaded } from "../../parts/basics";
import { Confirm } from "../../parts/dialog";
import { Icon } from "../../parts/icon";
import { NameDialog } from "../../parts/name_dialog";
import { SettingsShell } from "../../shell/settings_shell";

export function Groups(_: { id: string }) {
  const manages = may("admin");
  const query = useQuery<List<Group>>(api("/groups"), { on: (event) => event.name === "access.changed" || event.name === "agent.changed" });
  const naming = useSignal<Group | "new" | null>(null);
  const removing = useSignal<Group | null>(null);
  const add = manages && <button type="button" class="button primary" onClick={() => (naming.value = "new")}><Icon name="plus" />{t("groups.add")}</button>;
  return (
    <SettingsShell page="groups" actions={add}>
      <Loaded query={query} lines={3}>
        {(list) =>
          list.items.length === 0 ? (
            <Empty icon="server" title={t("groups.none")} action={add}>{t("groups.none_text")}</Empty>
          ) : (
            <>
              <div class="panel flush">
                <table class="table" aria-label={t("settings.groups")}>
                  <thead>
                    <tr>
                      <th scope="col">{t("agents.name")}</th>
                      <th scope="col" class="number col-count">{t("nav.agents")}</th>
                      <th scope="col" class="number col-count">{t("nav.rules")}</th>
                      {manages && <th scope="col" class="col-acts"><span class="hidden">{t("members.acts")}</span></th>}
                    </tr>
                  </thead>
                  <tbody>
                    {list.items.map((group) => (
                      <tr key={group.id}>
                        <td><a class="row-link cut" data-row href={`${at("agents")}?group=${group.id}`}>{group.name}</a></td>
                        <td class="number">{group.agents}</td>
                        <td class="number">{group.rules}</td>
                        {manages && (
                          <td>
                            <div class="actions">
                              <button type="button" class="button" onClick={() => (naming.value = group)}>{t("teams.rename")}<span class="hidden"> ({group.name})</span></button>
                              <button type="button" class="button danger-quiet" onClick={() => (removing.value = group)}>{t("form.remove")}<span class="hidden"> ({group.name})</span></button>
                            </div>
                          </td>
                        )}
                      </tr>
                    ))}
                  </tbody>
                </table>
              </div>
              <p class="note">{t("groups.how")}</p>
            </>
          )}
      </Loaded>
      {naming.value && (
        <NameDialog title={naming.value === "new" ? t("groups.add") : t("teams.rename")} name={naming.value === "new" ? "" : naming.value.name}
          onClose={() => (naming.value = null)}
          onNamed={async (name) => {
            const group = naming.value;
            if (group === "new") await call(api("/groups"), { method: "POST", body: { name } });
            else if (group) await call(api(`/groups/${group.id}`), { method: "PATCH", version: group.version, body: { name } });
            await query.refetch();
          }} />
      )}
      {removing.value && (
        <Confirm title={t("groups.remove")} text={t("groups.remove_text", { name: removing.value.name })} action={t("groups.remove")} danger
          onClose={() => (removing.value = null)}
          onConfirm={async () => {
            await call(api(`/groups/${removing.value?.id}`), { method: "DELETE" });
            await query.refetch();
          }} />
      )}
    </SettingsShell>
  );
}
