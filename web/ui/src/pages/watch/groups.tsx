// The list of groups: their state, and how their members are. A new one is made in a dialog (?add=1).
import { useComputed, useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { call, newKey } from "../../lib/api";
import { useMayEditOf, useTeams } from "../../lib/belonging";
import { t } from "../../lib/i18n";
import { fromHere, param, setParams } from "../../lib/router";
import { groups, loadSubjects, putSubject, subjectsAt, subjectsError, subjectsLoaded } from "../../lib/subjects";
import { Time } from "../../lib/time";
import type { Group, Subject } from "../../lib/types";
import { api, at, mayEdit, mayEditSome } from "../../lib/workspace";
import { Empty, Failure, Field, PageHeader, Skeleton, Tags } from "../../parts/basics";
import { Dialog } from "../../parts/dialog";
import { Form, useForm } from "../../parts/form";
import { Icon } from "../../parts/icon";
import { State, urgency } from "../../parts/state";
import { healthBody, HealthFields, MembersPicker, useHealthForm } from "./group_fields";

export const memberCount = ({ group }: Group): number => group.counts.up + group.counts.degraded + group.counts.down + group.counts.unknown + group.counts.pending;

export function Groups(_: { id: string }) {
  useEffect(() => void loadSubjects(), []);
  const shown = useComputed(() => groups.value.toSorted((a, b) => urgency(a.state) - urgency(b.state)));
  const add = mayEditSome.value && (
    <button type="button" class="button primary" onClick={() => setParams({ add: "1" }, { push: true })}><Icon name="plus" />{t("groups.add")}</button>
  );
  return (
    <>
      <PageHeader title={t("nav.groups")} actions={add} />
      {subjectsError.value && <Failure error={subjectsError.value} at={subjectsAt.value} retry={() => void loadSubjects(true)} />}
      {!subjectsLoaded.value && shown.value.length === 0 ? (
        !subjectsError.value && <Skeleton lines={5} height={40} />
      ) : shown.value.length === 0 ? (
        <Empty icon="group" title={t("groups.none")} action={add}>{t(mayEditSome.value ? "groups.none_text" : "groups.none_looker")}</Empty>
      ) : (
        <div class="panel flush">
          <table class="table" aria-label={t("nav.groups")}>
            <thead>
              <tr>
                <th scope="col" class="col-state">{t("incident.state")}</th>
                <th scope="col">{t("agents.name")}</th>
                <th scope="col" class="number col-up">{t("groups.up")}</th>
                <th scope="col" class="number col-time wide-only">{t("groups.since")}</th>
              </tr>
            </thead>
            <tbody>{shown.value.map((group) => <Row key={group.id} group={group} />)}</tbody>
          </table>
        </div>
      )}
      {param("add") && mayEditSome.value && <AddGroup onClose={() => setParams({ add: null })} />}
    </>
  );
}

function Row(props: { group: Group }) {
  const { group } = props;
  const members = memberCount(group);
  return (
    <tr>
      <td><State state={group.state} /></td>
      <td class="name-cell">
        <a class="row-link cut" data-row href={at(`groups/${group.id}`)} title={group.name}>{group.name}</a>
        <Tags tags={group.tags.slice(0, 3)} labels={group.labels} />
        {group.observed.detail && <span class="under">{group.observed.detail}</span>}
      </td>
      <td class="number">{members === 0 ? <span class="quiet">{t("groups.empty")}</span> : t("groups.up_of", { up: group.group.counts.up + group.group.counts.degraded, n: members })}</td>
      <td class="number wide-only"><Time at={group.observed.since} /></td>
    </tr>
  );
}

function AddGroup(props: { onClose: () => void }) {
  const form = useForm();
  const name = useSignal("");
  const health = useHealthForm();
  const members = useSignal<string[]>([]);
  const key = useRef(newKey());
  const mayEditOf = useMayEditOf();
  const teams = useTeams().value.filter((each) => mayEditOf([each.id]));
  // As with agents: an operator makes it for a team of their own; with one team only, the server knows which.
  const team = useSignal("");
  const asksForTeam = mayEdit.value ? teams.length > 0 : teams.length > 1;
  return (
    <Dialog title={t("groups.add")} onClose={props.onClose} wide>
      <Form
        state={form}
        spoken={t("groups.add")}
        fields={["name", "health", "amount", "member_ids", "team_ids"]}
        onSubmit={async () => {
          const onwards = fromHere();
          const body = { kind: "group", name: name.value.trim(), ...healthBody(health), member_ids: members.value, ...(team.value ? { team_ids: [team.value] } : {}) };
          const made = await call<Subject>(api("/subjects"), { method: "POST", body, key: key.current });
          putSubject(made);
          onwards(at(`groups/${made.id}`));
        }}
      >
        <Field text={t("agents.name")} hint={t("groups.name_hint")} error={form.fieldError("name")}>
          {(attributes) => <input {...attributes} type="text" name="name" required autoFocus maxLength={80} autoComplete="off" value={name.value} onInput={(event) => (name.value = event.currentTarget.value)} />}
        </Field>
        <HealthFields of={health} form={form} />
        <MembersPicker chosen={members} error={form.fieldError("member_ids")} />
        {asksForTeam && (
          <Field text={t("agents.team")} optional={mayEdit.value} error={form.fieldError("team_ids")}>
            {(attributes) => (
              <select {...attributes} name="team" required={!mayEdit.value} value={team.value} onChange={(event) => (team.value = event.currentTarget.value)}>
                <option value="">{mayEdit.value ? t("agents.no_team") : ""}</option>
                {teams.map((each) => <option key={each.id} value={each.id}>{each.name}</option>)}
              </select>
            )}
          </Field>
        )}
        <div class="form-actions">
          <button type="submit" class="button primary" disabled={form.busy.value}>{t("groups.make")}</button>
          <button type="button" class="button" onClick={props.onClose}>{t("confirm.cancel")}</button>
        </div>
      </Form>
    </Dialog>
  );
}
