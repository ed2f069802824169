// The teams of a workspace: their members, and which of these may edit what belongs to the team.
import { useSignal } from "@preact/signals";
import { call } from "../../lib/api";
import { t } from "../../lib/i18n";
import { useQuery } from "../../lib/query";
import type { List, Member, Team } from "../../lib/types";
import { api, at, may, workspace } from "../../lib/workspace";
import { Check, Empty, Loaded, Panel } from "../../parts/basics";
import { attempt, Confirm } from "../../parts/dialog";
import { Icon } from "../../parts/icon";
import { NameDialog } from "../../parts/name_dialog";
import { SettingsShell } from "../../shell/settings_shell";

export function Teams(_: { id: string }) {
  const manages = may("admin");
  const query = useQuery<List<Team>>(api("/teams"), { on: (event) => event.name === "access.changed" });
  const people = useQuery<List<Member>>(api("/members"), { on: (event) => event.name === "access.changed" });
  const naming = useSignal<Team | "new" | null>(null);
  const removing = useSignal<Team | null>(null);
  const add = manages && <button type="button" class="button primary" onClick={() => (naming.value = "new")}><Icon name="plus" />{t("teams.add")}</button>;
  return (
    <SettingsShell page="teams" actions={add}>
      <p class="intro quiet">{workspace.value?.team_scoped ? t("teams.scoped") : t("teams.not_scoped")}</p>
      <Loaded query={query} lines={3} height={90}>
        {(list) =>
          list.items.length === 0 ? (
            <Empty icon="people" title={t("teams.none")} action={add}>{t("teams.none_text")}</Empty>
          ) : (
            <ul class="recipient-list" aria-label={t("settings.teams")}>
              {list.items.map((team) => (
                <li key={team.id}>
                  <Panel title={team.name} note={<a href={`${at("agents")}?team=${team.id}`}>{t("teams.subjects", { n: team.subjects })}</a>} actions={manages && (
                    <>
                      <button type="button" class="button" onClick={() => (naming.value = team)}>{t("teams.rename")}<span class="hidden"> ({team.name})</span></button>
                      <button type="button" class="button danger-quiet" onClick={() => (removing.value = team)}>{t("form.remove")}<span class="hidden"> ({team.name})</span></button>
                    </>
                  )}>
                    <People team={team} people={people.data.value?.items ?? []} manages={manages} changed={() => query.refetch()} />
                  </Panel>
                </li>
              ))}
            </ul>
          )}
      </Loaded>
      {naming.value && (
        <NameDialog title={naming.value === "new" ? t("teams.add") : t("teams.rename")} name={naming.value === "new" ? "" : naming.value.name}
          onClose={() => (naming.value = null)}
          onNamed={async (name) => {
            const team = naming.value;
            if (team === "new") await call(api("/teams"), { method: "POST", body: { name } });
            else if (team) await call(api(`/teams/${team.id}`), { method: "PATCH", version: team.version, body: { name } });
            await query.refetch();
          }} />
      )}
      {removing.value && (
        <Confirm title={t("teams.remove")} text={t("teams.remove_text", { name: removing.value.name })} action={t("teams.remove")} danger
          onClose={() => (removing.value = null)}
          onConfirm={async () => {
            await call(api(`/teams/${removing.value?.id}`), { method: "DELETE" });
            await query.refetch();
          }} />
      )}
    </SettingsShell>
  );
}

function People(props: { team: Team; people: Member[]; manages: boolean; changed: () => Promise<void> }) {
  const { team, people } = props;
  const named = (id: string) => people.find((each) => each.user_id === id);
  const others = people.filter((each) => !team.members.some((member) => member.user_id === each.user_id));
  const put = (user: string, may_edit: boolean) => void attempt(async () => {
    await call(api(`/teams/${team.id}/members/${user}`), { method: "PUT", body: { may_edit } });
    await props.changed();
  });
  return (
    <>
      {team.members.length === 0 ? <p class="quiet">{t("teams.empty")}</p> : (
        <ul class="team-people">
          {team.members.map((member) => {
            const person = named(member.user_id);
            const edits = person?.role === "owner" || person?.role === "admin";
            return (
              <li key={member.user_id}>
                <span class="grow"><strong>{person?.name ?? "…"}</strong> <span class="quiet">{person && t(`role.${person.role}`)}</span></span>
                {edits ? <span class="quiet">{t("teams.edits_all")}</span> : (
                  <Check checked={member.may_edit} disabled={!props.manages || person?.role !== "operator"} onChange={(on) => put(member.user_id, on)}>
                    {t("teams.may_edit")}<span class="hidden"> ({person?.name})</span>
                  </Check>
                )}
                {props.manages && (
                  <button type="button" class="icon-button" aria-label={t("teams.take_out", { name: person?.name ?? "" })} onClick={() => void attempt(async () => {
                    await call(api(`/teams/${team.id}/members/${member.user_id}`), { method: "DELETE" });
                    await props.changed();
                  })}><Icon name="x" /></button>
                )}
              </li>
            );
          })}
        </ul>
      )}
      {props.manages && others.length > 0 && (
        <select class="spaced-top" aria-label={t("teams.put_in", { team: team.name })} value="" onChange={(event) => put(event.currentTarget.value, false)}>
          <option value="" disabled>{t("teams.put_somebody")}</option>
          {others.map((each) => <option key={each.user_id} value={each.user_id}>{each.name}</option>)}
        </select>
      )}
    </>
  );
}
