// Adding an agent: the form with a name and the confirmation that one may monitor that system; then the command, which
// is shown once, and a sign that turns green when the first heartbeat arrives.
import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import texts from "../catalogue/en.add_agent.json";
import { call, newKey } from "../lib/api";
import { useMayEditOf, useTeams } from "../lib/belonging";
import { learn, t } from "../lib/i18n";
import { putSubject } from "../lib/subjects";
import { splitTags } from "../lib/tags";
import type { NewAgent } from "../lib/types";
import { api, mayEdit } from "../lib/workspace";
import { Check, CopyBox, Field } from "./basics";
import { Form, useForm } from "./form";
import { Waiting } from "./waiting";

learn(texts);

export function AddAgentForm(props: { onAdded: (added: NewAgent) => void; onCancel?: () => void }) {
  const form = useForm();
  const name = useSignal("");
  const tags = useSignal("");
  const authorised = useSignal(false);
  const key = useRef(newKey());
  const mayEditOf = useMayEditOf();
  const teams = useTeams().value.filter((each) => mayEditOf([each.id]));
  // An operator adds agents to their own teams. Where they have one team only, the server knows which.
  const team = useSignal<string | null>(null);
  const asksForTeam = mayEdit.value ? teams.length > 0 : teams.length > 1;
  return (
    <Form
      state={form}
      fields={["name", "tags", "team_ids"]}
      spoken={t("agents.add")}
      onSubmit={async () => {
        const body = { name: name.value.trim(), tags: splitTags(tags.value), authorised: authorised.value, ...(team.value === null ? {} : { team_ids: [team.value].filter(Boolean) }) };
        const added = await call<NewAgent>(api("/agents"), { method: "POST", body, key: key.current });
        key.current = newKey();
        putSubject(added.agent);
        props.onAdded(added);
      }}
    >
      <Field text={t("agents.name")} hint={t("agents.name_hint")} error={form.fieldError("name")}>
        {(attributes) => (
          <input {...attributes} type="text" name="name" required maxLength={80} autoFocus autoComplete="off" spellcheck={false} value={name.value}
            onInput={(event) => (name.value = event.currentTarget.value)} />
        )}
      </Field>
      <Field text={t("agents.tags")} optional hint={t("agents.tags_hint")} error={form.fieldError("tags")}>
        {(attributes) => (
          <input {...attributes} type="text" name="tags" autoComplete="off" spellcheck={false} value={tags.value}
            onInput={(event) => (tags.value = event.currentTarget.value)} />
        )}
      </Field>
      {asksForTeam && (
        <Field text={t("agents.team")} optional={mayEdit.value} error={form.fieldError("team_ids")}>
          {(attributes) => (
            <select {...attributes} name="team" required={!mayEdit.value} value={team.value ?? ""} onChange={(event) => (team.value = event.currentTarget.value)}>
              <option value="">{mayEdit.value ? t("agents.no_team") : ""}</option>
              {teams.map((each) => <option key={each.id} value={each.id}>{each.name}</option>)}
            </select>
          )}
        </Field>
      )}
      <Check checked={authorised.value} required name="authorised" onChange={(checked) => (authorised.value = checked)}>{t("agents.authorised")}</Check>
      <div class="form-actions">
        <button type="submit" class="button primary" disabled={form.busy.value}>{t("agents.add_action")}</button>
        {props.onCancel && <button type="button" class="button" onClick={props.onCancel}>{t("confirm.cancel")}</button>}
      </div>
    </Form>
  );
}

export function AgentCommand(props: { added: NewAgent; rotated?: boolean }) {
  const { added } = props;
  return (
    <>
      <p>{t("agents.command_text")}</p>
      <CopyBox text={added.install_command} spoken={t("agents.command")} id="install-command" />
      <details>
        <summary>{t("agents.by_hand")}</summary>
        <p class="quiet">{t("agents.by_hand_text")}</p>
        <CopyBox text={added.run_command} spoken={t("agents.run_command")} id="run-command" />
        <p class="quiet">{t("agents.token_text")}</p>
        <CopyBox text={added.token} spoken={t("agents.token")} id="agent-token" />
      </details>
      <p class="note">{t("agents.once")}</p>
      {!props.rotated && <Waiting id={added.agent.id} />}
    </>
  );
}
