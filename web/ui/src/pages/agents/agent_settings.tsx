// The settings of an agent, and the dangerous acts: disable, rotate the token, decide about another machine, remove.
import { useSignal } from "@preact/signals";
import texts from "../../catalogue/en.agent_settings.json";
import { call } from "../../lib/api";
import { learn, t, tx, word } from "../../lib/i18n";
import { useQuery } from "../../lib/query";
import { dropSubject, putSubject } from "../../lib/subjects";
import { duration, Time } from "../../lib/time";
import type { Agent, List, MachineEvent, Metrics, NewAgent } from "../../lib/types";
import { api } from "../../lib/workspace";
import { AgentCommand } from "../../parts/add_agent";
import { Check, Field, Loaded, Panel } from "../../parts/basics";
import { attempt, Confirm, Dialog, toast } from "../../parts/dialog";
import { Form, useForm } from "../../parts/form";
import { ChangedMeanwhile, follow, SubjectFields, subjectFieldNames, useSubjectForm } from "../../parts/subject_fields";

learn(texts);

const metricNames: (keyof Metrics)[] = ["cpu", "memory", "disk", "load"];

export function MachinePanel(props: { agent: Agent; decides: boolean; onChanged: (agent: Agent) => void }) {
  const deciding = useSignal<"approve" | "reject" | null>(null);
  const { agent } = props;
  return (
    <Panel title={t("machine.knocked")} class="alarm spaced">
      <p>{t(props.decides ? "machine.knocked_text" : "machine.knocked_tell")}</p>
      <p class="quiet">{tx("machine.ids", { bound: <code>{agent.machine_id || "–"}</code>, other: <code>{agent.pending_machine_id}</code> })}</p>
      {props.decides && (
        <div class="form-actions">
          <button type="button" class="button" onClick={() => (deciding.value = "approve")}>{t("machine.approve")}</button>
          <button type="button" class="button" onClick={() => (deciding.value = "reject")}>{t("machine.reject")}</button>
        </div>
      )}
      {deciding.value && (
        <Confirm
          title={deciding.value === "approve" ? t("machine.approve") : t("machine.reject")}
          text={deciding.value === "approve" ? t("machine.approve_text", { name: agent.name }) : t("machine.reject_text", { name: agent.name })}
          action={deciding.value === "approve" ? t("machine.approve") : t("machine.reject")}
          danger={deciding.value === "approve"}
          onClose={() => (deciding.value = null)}
          onConfirm={async () => {
            const next = await call<Agent>(api(`/agents/${agent.id}/machine`), { method: "POST", body: { decision: deciding.value } });
            putSubject(next);
            props.onChanged(next);
          }}
        />
      )}
    </Panel>
  );
}

// `editable`: the reader may change the settings. `all`: they may also rotate its token and remove it.
export function AgentSettings(props: {
  agent: Agent; editable: boolean; all: boolean; onChanged: (agent: Agent) => void; onRemoved: () => void; onReload: () => void;
}) {
  const { agent } = props;
  const form = useForm();
  const fields = useSubjectForm(agent);
  const interval = useSignal(agent.interval_seconds);
  const threshold = useSignal(agent.missed_threshold);
  const metrics = useSignal(agent.metrics);
  const asking = useSignal<"disable" | "rotate" | "remove" | null>(null);
  const rotated = useSignal<NewAgent | null>(null);
  const adopt = (next: Agent) => {
    putSubject(next);
    props.onChanged(next);
  };
  const save = (body: object, version: number) => call<Agent>(api(`/agents/${agent.id}`), { method: "PATCH", version, body });
  const disable = async (disabled: boolean) => {
    const next = await save({ disabled }, agent.version);
    follow(fields, agent, next);
    adopt(next);
  };
  return (
    <div class="columns">
      <div>
        <ChangedMeanwhile form={fields} subject={agent} reload={props.onReload} />
        <Panel title={t("agent.settings")}>
          <Form
            state={form}
            spoken={t("agent.settings")}
            fields={[...subjectFieldNames, "interval_seconds", "missed_threshold"]}
            onSubmit={async () => {
              const own = { interval_seconds: interval.value, missed_threshold: threshold.value, metrics: metrics.value };
              const next = await save({ ...fields.changes(), ...own }, fields.version.value);
              fields.fill(next);
              adopt(next);
              toast(t("form.saved"));
            }}
          >
            <fieldset disabled={!props.editable}>
              <div class="stack">
                <SubjectFields fields={fields} form={form} />
                <div class="pair">
                  <Field text={t("agent.interval_seconds")} error={form.fieldError("interval_seconds")}>
                    {(attributes) => <input {...attributes} type="number" name="interval_seconds" required min={10} max={86400} value={interval.value} onInput={(event) => (interval.value = event.currentTarget.valueAsNumber || 0)} />}
                  </Field>
                  <Field text={t("agent.missed_threshold")} error={form.fieldError("missed_threshold")}>
                    {(attributes) => <input {...attributes} type="number" name="missed_threshold" required min={1} max={100} value={threshold.value} onInput={(event) => (threshold.value = event.currentTarget.valueAsNumber || 0)} />}
                  </Field>
                </div>
                <p class="field-hint">{t("agent.silence_hint", { time: duration(interval.value * (threshold.value + 1)) })}</p>
                <fieldset>
                  <legend class="legend-title">{t("agent.metrics")}</legend>
                  <div class="check-grid">
                    {metricNames.map((each) => (
                      <Check key={each} checked={metrics.value[each]} onChange={(on) => (metrics.value = { ...metrics.value, [each]: on })}>{t(`chart.${each}`)}</Check>
                    ))}
                  </div>
                </fieldset>
                {props.editable && <div class="form-actions"><button type="submit" class="button primary" disabled={form.busy.value}>{t("form.save")}</button></div>}
              </div>
            </fieldset>
          </Form>
        </Panel>
        {props.editable && (
          <Panel title={t("agent.danger")}>
            <ul class="danger-list">
              <li>
                <div><strong>{agent.disabled ? t("agent.enable") : t("agent.disable")}</strong><p class="quiet">{t("agent.disable_text")}</p></div>
                {agent.disabled
                  ? <button type="button" class="button" onClick={() => void attempt(() => disable(false))}>{t("agent.enable")}</button>
                  : <button type="button" class="button" onClick={() => (asking.value = "disable")}>{t("agent.disable")}</button>}
              </li>
              {props.all && (
                <>
                  <li>
                    <div><strong>{t("agent.rotate")}</strong><p class="quiet">{t("agent.rotate_text", { hint: agent.token_hint })}</p></div>
                    <button type="button" class="button" onClick={() => (asking.value = "rotate")}>{t("agent.rotate")}</button>
                  </li>
                  <li>
                    <div><strong>{t("agent.remove")}</strong><p class="quiet">{t("agent.remove_text")}</p></div>
                    <button type="button" class="button danger-quiet" onClick={() => (asking.value = "remove")}>{t("agent.remove")}</button>
                  </li>
                </>
              )}
            </ul>
          </Panel>
        )}
      </div>
      <MachineHistory agent={agent} />
      {asking.value === "disable" && (
        <Confirm title={t("agent.disable")} text={t("agent.disable_confirm", { name: agent.name })} action={t("agent.disable")}
          onClose={() => (asking.value = null)} onConfirm={() => disable(true)} />
      )}
      {asking.value === "rotate" && (
        <Confirm title={t("agent.rotate")} text={t("agent.rotate_confirm", { name: agent.name })} action={t("agent.rotate")} danger
          onClose={() => (asking.value = null)}
          onConfirm={async () => {
            const next = await call<NewAgent>(api(`/agents/${agent.id}/token`), { method: "POST", body: {} });
            follow(fields, agent, next.agent);
            adopt(next.agent);
            rotated.value = next;
          }} />
      )}
      {asking.value === "remove" && (
        <Confirm title={t("agent.remove")} text={t("agent.remove_confirm", { name: agent.name })} action={t("agent.remove")} typed={agent.name} danger
          onClose={() => (asking.value = null)}
          onConfirm={async () => {
            await call(api(`/agents/${agent.id}`), { method: "DELETE" });
            dropSubject(agent.id);
            toast(t("agent.removed", { name: agent.name }));
            props.onRemoved();
          }} />
      )}
      {rotated.value && (
        <Dialog title={t("agent.new_token", { name: agent.name })} wide onClose={() => (rotated.value = null)}>
          <AgentCommand added={rotated.value} rotated />
        </Dialog>
      )}
    </div>
  );
}

function MachineHistory(props: { agent: Agent }) {
  const query = useQuery<List<MachineEvent>>(api(`/agents/${props.agent.id}/machine-events`), {
    on: (event) => event.name === "subject.changed" && event.data.subject_id === props.agent.id,
  });
  return (
    <Panel title={t("machine.title")}>
      <p class="quiet">{props.agent.machine_id ? t("machine.bound_to") : t("machine.unbound")}</p>
      {props.agent.machine_id && <p><code class="answer-text">{props.agent.machine_id}</code></p>}
      <Loaded query={query} lines={2}>
        {(list) =>
          list.items.length === 0 ? <p class="quiet">{t("machine.no_history")}</p> : (
            <table class="table" aria-label={t("machine.history")}>
              <thead><tr><th scope="col">{t("machine.event")}</th><th scope="col">{t("machine.id")}</th><th scope="col" class="number col-time">{t("machine.when")}</th></tr></thead>
              <tbody>
                {list.items.map((event, index) => (
                  <tr key={index}>
                    <td>{word("machine_event", event.kind)}{event.actor_name && <span class="quiet"> · {event.actor_name}</span>}</td>
                    <td class="cut"><code title={event.machine_id}>{event.machine_id || "–"}</code></td>
                    <td class="number"><Time at={event.at} /></td>
                  </tr>
                ))}
              </tbody>
            </table>
          )}
      </Loaded>
    </Panel>
  );
}
