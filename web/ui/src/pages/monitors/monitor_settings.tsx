// The settings of a monitor: what it checks, how often, from where, what people set of every subject; and its removal.
import { useSignal, type Signal } from "@preact/signals";
import { call } from "../../lib/api";
import { t } from "../../lib/i18n";
import { useQuery } from "../../lib/query";
import { dropSubject } from "../../lib/subjects";
import { splitTags } from "../../lib/tags";
import { api } from "../../lib/workspace";
import { Check, Field, Panel } from "../../parts/basics";
import { Confirm, toast } from "../../parts/dialog";
import { Form, useForm, type FormState } from "../../parts/form";
import { ChangedMeanwhile, SubjectFields, subjectFieldNames, useSubjectForm } from "../../parts/subject_fields";
import { CheckFields, draftBody, draftErrors, Try, useDraft } from "./check_form";
import { asksForHost, type CheckKind, type Monitor, monitorPath, subjectOf } from "./model";

interface Props {
  monitor: Monitor;
  kind: CheckKind;
  editable: boolean;
  onChanged: (next: Monitor) => void;
  onRemoved: () => void;
  onReload: () => void;
}

// The API of monitors calls teams and groups by these names.
const renamed: Record<string, string> = { team_ids: "teams", group_ids: "groups" };

function renamedErrors(form: FormState): FormState {
  return { ...form, fieldError: (name) => form.fieldError(renamed[name] ?? name) };
}

// An agent whose host lets it be a probe: for which kinds, and where.
interface ProbeOffer {
  id: string;
  name: string;
  kinds: string[];
  networks: string[];
}

interface Chosen {
  mode: "appliance" | "agents";
  agents: string[];
  needed: number;
}

export function MonitorSettings(props: Props) {
  const { monitor, kind } = props;
  const form = useForm();
  const fields = useSubjectForm(subjectOf(monitor));
  const draft = useDraft(kind, monitor);
  const probes = useSignal<Chosen>({ mode: monitor.probes.mode, agents: monitor.probes.agents.map((each) => each.id), needed: monitor.probes.needed });
  const before = useSignal(JSON.stringify([draftBody(kind, draft), probes.value])); // what the fields were filled with
  const confirmed = useSignal(false);
  const asks = asksForHost(form.error.value);
  const change = (): Record<string, unknown> => {
    const common = Object.fromEntries(Object.entries(fields.changes()).map(([name, value]) => [renamed[name] ?? name, value]));
    const checked = JSON.stringify([draftBody(kind, draft), probes.value]) === before.value ? {} : { ...draftBody(kind, draft), ...(kind.is_passive ? {} : { probes: probes.value }) };
    return { ...common, ...checked, ...(confirmed.value ? { confirmed_host: true } : {}) };
  };
  return (
    <div class="narrow">
      <ChangedMeanwhile form={fields} subject={subjectOf(monitor)} reload={props.onReload} />
      <Panel title={t("monitor.settings")}>
        <Form
          state={form}
          spoken={t("monitor.settings")}
          fields={[...subjectFieldNames, "teams", "groups", "probes.agents", "probes.needed", "confirmed_host", ...draftErrors(kind)]}
          onSubmit={async () => {
            const body = change();
            if (Object.keys(body).length > 0) {
              const next = await call<Monitor>(monitorPath(monitor.id), { method: "PATCH", version: fields.version.value, body });
              fields.fill(subjectOf(next));
              draft.fill(kind, next);
              probes.value = { mode: next.probes.mode, agents: next.probes.agents.map((each) => each.id), needed: next.probes.needed };
              before.value = JSON.stringify([draftBody(kind, draft), probes.value]);
              confirmed.value = false;
              props.onChanged(next);
            }
            toast(t("form.saved"));
          }}
        >
          <fieldset disabled={!props.editable}>
            <div class="stack">
              <CheckFields kind={kind} draft={draft} form={form} monitor={monitor} tags={splitTags(fields.tags.value)} groups={fields.inGroups.value} />
              {(asks || confirmed.value) && (
                <div class="note" role={confirmed.value ? undefined : "alert"}>
                  {asks && <p>{form.error.value?.message}</p>}
                  <Check name="confirmed_host" required checked={confirmed.value} onChange={(on) => (confirmed.value = on)}>{t("monitors.confirm_host")}</Check>
                </div>
              )}
              {kind.for_probes && !kind.is_passive && <Where chosen={probes} kind={kind.kind} form={form} />}
              <SubjectFields fields={fields} form={renamedErrors(form)} />
              {props.editable && (
                <>
                  <Try kind={kind} draft={draft} monitor={monitor} />
                  <div class="form-actions"><button type="submit" class="button primary" disabled={form.busy.value}>{t("form.save")}</button></div>
                </>
              )}
            </div>
          </fieldset>
        </Form>
      </Panel>
      {props.editable && <Removal monitor={monitor} onRemoved={props.onRemoved} />}
    </div>
  );
}

// From where it is looked at: the appliance, or agents whose hosts allow it.
function Where(props: { chosen: Signal<Chosen>; kind: string; form: FormState }) {
  const { chosen, form } = props;
  const query = useQuery<{ items: ProbeOffer[] }>(api("/probes"));
  const offered = query.data.value?.items ?? [];
  const put = (part: Partial<Chosen>) => (chosen.value = { ...chosen.value, ...part });
  const { mode, agents: ids, needed } = chosen.value;
  return (
    <>
      <Field text={t("monitor.where")} hint={t("monitor.where_hint")}>
        {(attributes) => (
          <select {...attributes} name="probes" value={mode} onChange={(event) => put({ mode: event.currentTarget.value === "agents" ? "agents" : "appliance" })}>
            <option value="appliance">{t("monitor.where_appliance")}</option>
            <option value="agents">{t("monitor.where_agents")}</option>
          </select>
        )}
      </Field>
      {mode === "agents" && (
        <fieldset>
          <legend class="legend-title">{t("nav.agents")}</legend>
          {offered.length === 0 && query.data.value && <p class="quiet">{t("monitor.no_probes")}</p>}
          <ul class="pick-list" aria-label={t("nav.agents")}>
            {offered.map((each) => (
              <li key={each.id}>
                <Check checked={ids.includes(each.id)} disabled={!each.kinds.includes(props.kind) && !ids.includes(each.id)} onChange={(on) => put({ agents: on ? [...ids, each.id] : ids.filter((id) => id !== each.id) })}>{each.name}</Check>
                <span class="quiet">{each.kinds.includes(props.kind) ? each.networks.join(", ") : t("monitor.probe_not")}</span>
              </li>
            ))}
          </ul>
          {form.fieldError("probes.agents") && <p class="field-error" role="alert">{form.fieldError("probes.agents")}</p>}
          <Field text={t("monitor.needed")} hint={t("monitor.needed_hint", { of: ids.length })} error={form.fieldError("probes.needed")}>
            {(attributes) => <input {...attributes} class="short" type="number" name="needed" min={1} max={Math.max(1, ids.length)} step={1} value={needed} onInput={(event) => put({ needed: event.currentTarget.valueAsNumber || 1 })} />}
          </Field>
        </fieldset>
      )}
    </>
  );
}

function Removal(props: { monitor: Monitor; onRemoved: () => void }) {
  const { monitor } = props;
  const asking = useSignal(false);
  return (
    <Panel title={t("monitor.danger")} class="spaced-top">
      <ul class="danger-list">
        <li>
          <div><strong>{t("monitor.remove")}</strong><p class="quiet">{t("monitor.remove_how")}</p></div>
          <button type="button" class="button danger-quiet" onClick={() => (asking.value = true)}>{t("monitor.remove")}</button>
        </li>
      </ul>
      {asking.value && (
        <Confirm title={t("monitor.remove")} text={t("monitor.remove_text", { name: monitor.name })} action={t("monitor.remove")} danger
          onClose={() => (asking.value = false)}
          onConfirm={async () => {
            await call(monitorPath(monitor.id), { method: "DELETE" });
            dropSubject(monitor.id);
            toast(t("monitor.removed", { name: monitor.name }));
            props.onRemoved();
          }} />
      )}
    </Panel>
  );
}
