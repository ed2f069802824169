// The enrolment keys of the workspace (/w/<slug>/enrolment). A new one is shown once, with the command to copy. The
// list shows which agents each key enrolled; a key can be revoked.
import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import texts from "../../catalogue/en.enrolment.json";
import { call, newKey } from "../../lib/api";
import { learn, t, type Key } from "../../lib/i18n";
import { useQuery } from "../../lib/query";
import { splitTags } from "../../lib/tags";
import { Time } from "../../lib/time";
import type { List } from "../../lib/types";
import { api, at } from "../../lib/workspace";
import { Check, CopyBox, Empty, Field, Loaded, Panel, Tags } from "../../parts/basics";
import { Confirm, Dialog } from "../../parts/dialog";
import { Form, useForm } from "../../parts/form";
import { Icon } from "../../parts/icon";
import { Outcome } from "../../parts/state";
import { SettingsShell } from "../../shell/settings_shell";

learn(texts);

interface EnrolmentKey {
  id: string;
  name: string;
  hint: string;
  addresses: string[];
  tags: string[];
  team_id: string | null;
  uses: number;
  uses_max: number;
  live: boolean;
  expires_at: string;
  last_used_at: string | null;
  last_used_address: string;
  agents: { id: string; name: string; enrolled_at: string; address: string }[];
}

interface Made {
  key: EnrolmentKey;
  token: string;
  install_command: string;
  enrol_command: string;
}

interface Team {
  id: string;
  name: string;
}

const path = () => api("/enrolment-keys");
const lives: [number, Key][] = [[1, "enrolment.days_1"], [7, "enrolment.days_7"], [30, "enrolment.days_30"], [90, "enrolment.days_90"], [365, "enrolment.days_365"]];

export function Enrolment(_: { id: string }) {
  const query = useQuery<List<EnrolmentKey>>(path());
  const adding = useSignal(false);
  const revoking = useSignal<EnrolmentKey | null>(null);
  const made = useSignal<Made | null>(null);
  const add = (
    <button type="button" class="button primary" onClick={() => (adding.value = true)}><Icon name="plus" />{t("enrolment.add")}</button>
  );
  return (
    <SettingsShell page="enrolment">
      <Loaded query={query} lines={3} height={56}>
        {(list) =>
          list.items.length === 0 ? (
            <Empty icon="key" title={t("enrolment.empty")} action={add}>{t("enrolment.intro")}</Empty>
          ) : (
            <Panel title={t("enrolment.title")} actions={add}>
              <p class="quiet">{t("enrolment.intro")}</p>
              <table class="table" aria-label={t("enrolment.title")}>
                <thead>
                  <tr>
                    <th scope="col">{t("enrolment.name")}</th>
                    <th scope="col">{t("enrolment.uses_column")}</th>
                    <th scope="col" class="wide-only">{t("enrolment.last_used")}</th>
                    <th scope="col" class="wide-only">{t("enrolment.until")}</th>
                    <th scope="col" class="number"><span class="hidden">{t("enrolment.acts")}</span></th>
                  </tr>
                </thead>
                <tbody>
                  {list.items.map((key) => <KeyRow key={key.id} of={key} onRevoke={() => (revoking.value = key)} />)}
                </tbody>
              </table>
            </Panel>
          )}
      </Loaded>
      {adding.value && (
        <NewKey onClose={() => (adding.value = false)}
          onMade={async (one) => {
            adding.value = false;
            made.value = one;
            await query.refetch();
          }} />
      )}
      {made.value && <MadeKey made={made.value} onClose={() => (made.value = null)} />}
      {revoking.value && (
        <Confirm title={t("enrolment.revoke_title")} text={t("enrolment.revoke_text", { name: revoking.value.name })} action={t("enrolment.revoke")} danger
          onClose={() => (revoking.value = null)}
          onConfirm={async () => {
            await call(`${path()}/${revoking.value?.id}`, { method: "DELETE" });
            await query.refetch();
          }} />
      )}
    </SettingsShell>
  );
}

function KeyRow(props: { of: EnrolmentKey; onRevoke: () => void }) {
  const key = props.of;
  const left = key.uses_max - key.uses;
  return (
    <tr>
      <td>
        {key.name}
        <span class="under"><code>{key.hint}</code></span>
        {key.addresses.length > 0 && <span class="under">{t("enrolment.from", { ranges: key.addresses.join(", ") })}</span>}
        {key.tags.length > 0 && <span class="under"><Tags tags={key.tags} /></span>}
        {key.agents.length > 0 && (
          <details class="under">
            <summary>{t("enrolment.agents", { n: key.agents.length })}<span class="hidden"> ({key.name})</span></summary>
            <ul class="plain" aria-label={t("enrolment.who")}>
              {key.agents.map((agent) => (
                <li key={agent.id}><a href={at(`agents/${agent.id}`)}>{agent.name}</a> <span class="quiet"><Time at={agent.enrolled_at} /> · {agent.address}</span></li>
              ))}
            </ul>
          </details>
        )}
      </td>
      <td>
        {key.live ? t("enrolment.left", { n: left }) : <Outcome kind="paused">{left > 0 ? t("enrolment.expired") : t("enrolment.used_up")}</Outcome>}
        <span class="under">{t("enrolment.of", { n: key.uses_max })}</span>
      </td>
      <td class="wide-only">
        {key.last_used_at ? <Time at={key.last_used_at} /> : <span class="quiet">{t("enrolment.never_used")}</span>}
        {key.last_used_address && <span class="under">{key.last_used_address}</span>}
      </td>
      <td class="wide-only"><Time at={key.expires_at} /></td>
      <td class="number">
        <button type="button" class="button small danger-quiet" onClick={props.onRevoke}>{t("enrolment.revoke")}<span class="hidden"> ({key.name})</span></button>
      </td>
    </tr>
  );
}

function MadeKey(props: { made: Made; onClose: () => void }) {
  const { made } = props;
  return (
    <Dialog title={t("enrolment.made_title", { name: made.key.name })} onClose={props.onClose} wide>
      <p>{t("enrolment.command_text")}</p>
      <CopyBox text={made.install_command} spoken={t("enrolment.command")} id="enrolment-install-command" />
      <details>
        <summary>{t("enrolment.by_hand")}</summary>
        <p class="quiet">{t("enrolment.by_hand_text")}</p>
        <CopyBox text={made.enrol_command} spoken={t("enrolment.enrol_command")} id="enrolment-command" />
        <CopyBox text={made.token} spoken={t("enrolment.key")} id="enrolment-key" />
      </details>
      <p class="note">{t("enrolment.once")}</p>
    </Dialog>
  );
}

function NewKey(props: { onClose: () => void; onMade: (made: Made) => Promise<void> }) {
  const form = useForm();
  const teams = useQuery<List<Team>>(api("/teams"));
  const name = useSignal("");
  const uses = useSignal("1");
  const days = useSignal(7);
  const addresses = useSignal("");
  const tags = useSignal("");
  const team = useSignal("");
  const authorised = useSignal(false);
  const key = useRef(newKey());
  const known = teams.data.value?.items ?? [];
  return (
    <Dialog title={t("enrolment.add")} onClose={props.onClose} wide>
      <Form
        state={form}
        spoken={t("enrolment.add")}
        fields={["name", "uses", "days", "addresses", "tags", "team_id"]}
        onSubmit={async () => {
          const ranges = addresses.value.split("\n").map((each) => each.trim()).filter(Boolean);
          const body = {
            name: name.value.trim(), uses: Number(uses.value), days: days.value, addresses: ranges, tags: splitTags(tags.value),
            team_id: team.value || null, authorised: authorised.value,
          };
          await props.onMade(await call<Made>(path(), { method: "POST", body, key: key.current }));
        }}
      >
        <Field text={t("enrolment.name")} hint={t("enrolment.name_hint")} error={form.fieldError("name")}>
          {(attributes) => <input {...attributes} type="text" name="name" required maxLength={80} autoComplete="off" value={name.value} onInput={(event) => (name.value = event.currentTarget.value)} />}
        </Field>
        <Field text={t("enrolment.uses")} error={form.fieldError("uses")}>
          {(attributes) => <input {...attributes} type="number" name="uses" required min={1} max={10000} step={1} value={uses.value} onInput={(event) => (uses.value = event.currentTarget.value)} />}
        </Field>
        <Field text={t("enrolment.days")} error={form.fieldError("days")}>
          {(attributes) => (
            <select {...attributes} name="days" value={String(days.value)} onChange={(event) => (days.value = Number(event.currentTarget.value))}>
              {lives.map(([value, text]) => <option key={value} value={String(value)}>{t(text)}</option>)}
            </select>
          )}
        </Field>
        <Field text={t("enrolment.addresses")} optional hint={t("enrolment.addresses_hint")} error={form.fieldError("addresses")}>
          {(attributes) => <textarea {...attributes} name="addresses" rows={2} spellcheck={false} value={addresses.value} onInput={(event) => (addresses.value = event.currentTarget.value)} />}
        </Field>
        <Field text={t("enrolment.tags")} optional hint={t("enrolment.tags_hint")} error={form.fieldError("tags")}>
          {(attributes) => <input {...attributes} type="text" name="tags" autoComplete="off" spellcheck={false} value={tags.value} onInput={(event) => (tags.value = event.currentTarget.value)} />}
        </Field>
        {known.length > 0 && (
          <Field text={t("enrolment.team")} optional error={form.fieldError("team_id")}>
            {(attributes) => (
              <select {...attributes} name="team" value={team.value} onChange={(event) => (team.value = event.currentTarget.value)}>
                <option value="">{t("enrolment.no_team")}</option>
                {known.map((each) => <option key={each.id} value={each.id}>{each.name}</option>)}
              </select>
            )}
          </Field>
        )}
        <Check checked={authorised.value} required name="authorised" onChange={(checked) => (authorised.value = checked)}>{t("enrolment.authorised")}</Check>
        <div class="form-actions">
          <button type="submit" class="button primary" disabled={form.busy.value}>{t("enrolment.add")}</button>
          <button type="button" class="button" onClick={props.onClose}>{t("confirm.cancel")}</button>
        </div>
      </Form>
    </Dialog>
  );
}
