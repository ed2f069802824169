// The settings of a group: what people set of it, its health rule, its members; and its removal, with what stands in the
// way.
import { useSignal } from "@preact/signals";
import { call } from "../../lib/api";
import { t } from "../../lib/i18n";
import { useQuery } from "../../lib/query";
import { dropSubject, subjects } from "../../lib/subjects";
import type { Group, List, Rule, Subject } from "../../lib/types";
import { api, at } from "../../lib/workspace";
import { Panel } from "../../parts/basics";
import { Confirm, Dialog, toast } from "../../parts/dialog";
import { Form, useForm } from "../../parts/form";
import { ChangedMeanwhile, SubjectFields, subjectFieldNames, useSubjectForm } from "../../parts/subject_fields";
import { healthBody, HealthFields, MembersPicker, useHealthForm } from "./group_fields";

interface Props {
  group: Group;
  editable: boolean;
  onChanged: (next: Subject) => void;
  onRemoved: () => void;
  onReload: () => void;
}

export function GroupSettings(props: Props) {
  const { group } = props;
  const form = useForm();
  const fields = useSubjectForm(group);
  const health = useHealthForm(group.group);
  const before = useSignal(group.group); // what the fields were filled with
  const members = useSignal<string[]>(group.group.member_ids ?? []);
  const changes = () => {
    const more: Record<string, unknown> = {};
    const wanted = healthBody(health);
    if (wanted.health !== before.value.health || (wanted.amount ?? before.value.amount) !== before.value.amount) Object.assign(more, wanted);
    const were = new Set(before.value.member_ids);
    const same = members.value.length === were.size && members.value.every((id) => were.has(id));
    if (!same) more.member_ids = members.value;
    return { ...fields.changes(), ...more };
  };
  return (
    <div class="narrow">
      <ChangedMeanwhile form={fields} subject={group} reload={props.onReload} />
      <Panel title={t("groups.settings")}>
        <Form
          state={form}
          spoken={t("groups.settings")}
          fields={[...subjectFieldNames, "health", "amount", "member_ids"]}
          onSubmit={async () => {
            const body = changes();
            if (Object.keys(body).length > 0) {
              const next = await call<Group>(api(`/subjects/${group.id}`), { method: "PATCH", version: fields.version.value, body });
              fields.fill(next);
              before.value = next.group;
              health.health.value = next.group.health;
              health.amount.value = next.group.amount;
              members.value = next.group.member_ids ?? [];
              props.onChanged(next);
            }
            toast(t("form.saved"));
          }}
        >
          <fieldset disabled={!props.editable}>
            <div class="stack">
              <HealthFields of={health} form={form} />
              <MembersPicker chosen={members} self={group.id} error={form.fieldError("member_ids")} />
              <SubjectFields fields={fields} form={form} />
              {props.editable && <div class="form-actions"><button type="submit" class="button primary" disabled={form.busy.value}>{t("form.save")}</button></div>}
            </div>
          </fieldset>
        </Form>
      </Panel>
      {props.editable && <Removal group={group} onRemoved={props.onRemoved} />}
    </div>
  );
}

// A group that a rule names, or that is in another group, is not removed: what stands in the way is said before.
function Removal(props: { group: Group; onRemoved: () => void }) {
  const { group } = props;
  const asking = useSignal(false);
  const rules = useQuery<List<Rule>>(api("/rules"), { on: (event) => event.name === "rule.changed" });
  const naming = (rules.data.value?.items ?? []).filter(({ target }) => target.group_id === group.id || target.subject_id === group.id);
  const holding = group.group_ids.flatMap((id) => subjects.value.get(id) ?? []);
  const close = () => (asking.value = false);
  return (
    <Panel title={t("groups.danger")} class="spaced-top">
      <ul class="danger-list">
        <li>
          <div><strong>{t("groups.remove")}</strong><p class="quiet">{t("groups.remove_how")}</p></div>
          <button type="button" class="button danger-quiet" onClick={() => (asking.value = true)}>{t("groups.remove")}</button>
        </li>
      </ul>
      {asking.value && (naming.length + holding.length > 0 ? (
        <Dialog title={t("groups.in_the_way")} onClose={close}>
          <p>{t("groups.in_the_way_text", { name: group.name })}</p>
          <ul class="plain-list">
            {naming.map((rule) => <li key={rule.id}><span class="quiet">{t("groups.way_rule")}</span> <a href={at(`rules/${rule.id}`)}>{rule.name}</a></li>)}
            {holding.map((each) => <li key={each.id}><span class="quiet">{t("groups.way_group")}</span> <a href={`${at(`groups/${each.id}`)}?tab=settings`}>{each.name}</a></li>)}
          </ul>
          <div class="form-actions"><button type="button" class="button" onClick={close}>{t("dialog.close")}</button></div>
        </Dialog>
      ) : (
        <Confirm title={t("groups.remove")} text={t("groups.remove_text", { name: group.name })} action={t("groups.remove")} danger
          onClose={close}
          onConfirm={async () => {
            await call(api(`/subjects/${group.id}`), { method: "DELETE" });
            dropSubject(group.id);
            toast(t("groups.removed", { name: group.name }));
            props.onRemoved();
          }} />
      ))}
    </Panel>
  );
}
