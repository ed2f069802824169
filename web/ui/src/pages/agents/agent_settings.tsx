// The settings of an agent, and the dangerous acts: disable, rotate the token, decide about another machine, remove.
import { useSignal } from "@preact/signals";
import { dropAgent, putAgent } from "../../lib/agents";
import { call } from "../../lib/api";
import { useGroups, useMayEditOf, useTeams } from "../../lib/belonging";
import { t, tx, word } from "../../lib/i18n";
import { useQuery } from "../../lib/query";
import { duration, Time } from "../../lib/time";
import type { Agent, List, MachineEvent, Metrics, NewAgent } from "../../lib/types";
import { api } from "../../lib/workspace";
import { AgentCommand, splitTags } from "../../parts/add_agent";
import { Check, Field, Loaded, Panel } from "../../parts/basics";
import { attempt, Confirm, Dialog, toast } from "../../parts/dialog";
import { Form, useForm } from "../../parts/form";

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
            putAgent(next);
            props.onChanged(next);
          }}
        />
      )}
    </Panel>
  );
}

// `editable`: the reader may change the settings. `all`: they may also change its team, rotate its token and remove it.
export function AgentSettings(props: { agent: Agent; editable: boolean; all: boolean; onChanged: (agent: Agent) => void; onRemoved: () => void }) {
  const { agent } = props;
  const form = useForm();
  const name = useSignal(agent.name);
  const tags = useSignal(agent.tags.join(", "));
  const interval = useSignal(agent.interval_seconds);
  const threshold = useSignal(agent.missed_threshold);
  const metrics = useSignal(agent.metrics);
  const team = useSignal(agent.team_id ?? "");
  const inGroups = useSignal(agent.group_ids);
  const groups = useGroups();
  const teams = useTeams();
  const mayEditOf = useMayEditOf();
  const offered = teams.value.filter((each) => each.id === agent.team_id || mayEditOf(each.id));
  const asking = useSignal<"disable" | "rotate" | "remove" | null>(null);
  const rotated = useSignal<NewAgent | null>(null);
  const adopt = (next: Agent) => {
    putAgent(next);
    props.onChanged(next);
  };
  const patch = (body: object) => call<Agent>(api(`/agents/${agent.id}`), { method: "PATCH", body });
  return (
    <div class="columns">
      <div>
        <Panel title={t("agent.settings")}>
          <Form
            state={form}
            spoken={t("agent.settings")}
            fields={["name", "tags", "team_id", "interval_seconds", "missed_threshold"]}
            onSubmit={async () => {
              adopt(await patch({
                name: name.value.trim(), tags: splitTags(tags.value), interval_seconds: interval.value, missed_threshold: threshold.value, metrics: metrics.value,
                team_id: team.value, group_ids: inGroups.value,
              }));
              toast(t("form.saved"));
            }}
          >
            <fieldset disabled={!props.editable}>
              <div class="stack">
                <Field text={t("agents.name")} error={form.fieldError("name")}>
                  {(attributes) => <input {...attributes} type="text" name="name" required maxLength={80} value={name.value} onInput={(event) => (name.value = event.currentTarget.value)} />}
                </Field>
                <Field text={t("agents.tags")} hint={t("agents.tags_hint")} error={form.fieldError("tags")}>
                  {(attributes) => <input {...attributes} type="text" name="tags" value={tags.value} onInput={(event) => (tags.value = event.currentTarget.value)} />}
                </Field>
                {teams.value.length > 0 && (
                  <Field text={t("agents.team")} hint={team.value ? undefined : t("agents.no_team_hint")} error={form.fieldError("team_id")}>
                    {(attributes) => (
                      <select {...attributes} value={team.value} onChange={(event) => (team.value = event.currentTarget.value)}>
                        {(props.all || !agent.team_id) && <option value="">{t("agents.no_team")}</option>}
                        {offered.map((each) => <option key={each.id} value={each.id}>{each.name}</option>)}
                      </select>
                    )}
                  </Field>
                )}
                {groups.value.length > 0 && (
                  <fieldset>
                    <legend class="legend-title">{t("agents.groups")}</legend>
                    <div class="check-grid">
                      {groups.value.map((each) => (
                        <Check key={each.id} checked={inGroups.value.includes(each.id)} onChange={(on) => (inGroups.value = on ? [...inGroups.value, each.id] : inGroups.value.filter((id) => id !== each.id))}>{each.name}</Check>
                      ))}
                    </div>
                  </fieldset>
                )}
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
                <div><strong>{agent.state === "disabled" ? t("agent.enable") : t("agent.disable")}</strong><p class="quiet">{t("agent.disable_text")}</p></div>
                {agent.state === "disabled"
                  ? <button type="button" class="button" onClick={() => void attempt(async () => adopt(await patch({ disabled: false })))}>{t("agent.enable")}</button>
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
          onClose={() => (asking.value = null)} onConfirm={async () => adopt(await patch({ disabled: true }))} />
      )}
      {asking.value === "rotate" && (
        <Confirm title={t("agent.rotate")} text={t("agent.rotate_confirm", { name: agent.name })} action={t("agent.rotate")} danger
          onClose={() => (asking.value = null)}
          onConfirm={async () => {
            const next = await call<NewAgent>(api(`/agents/${agent.id}/token`), { method: "POST", body: {} });
            adopt(next.agent);
            rotated.value = next;
          }} />
      )}
      {asking.value === "remove" && (
        <Confirm title={t("agent.remove")} text={t("agent.remove_confirm", { name: agent.name })} action={t("agent.remove")} typed={agent.name} danger
          onClose={() => (asking.value = null)}
          onConfirm={async () => {
            await call(api(`/agents/${agent.id}`), { method: "DELETE" });
            dropAgent(agent.id);
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
    on: (event) => event.name === "agent.changed" && event.data.agent_id === props.agent.id,
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
