// The members of a workspace with their roles, and the invitations. Nobody gives a role above their own. Ownership is
// handed over in the settings.
import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { call, loadMe, me, newKey } from "../../lib/api";
import { t } from "../../lib/i18n";
import { useQuery } from "../../lib/query";
import { fromHere } from "../../lib/router";
import { Time } from "../../lib/time";
import type { Invitation, List, Member, Role, SentInvitation, Team } from "../../lib/types";
import { api, may, workspace } from "../../lib/workspace";
import { CopyBox, Field, Loaded, Panel } from "../../parts/basics";
import { attempt, Confirm, Dialog, toast } from "../../parts/dialog";
import { Form, useForm } from "../../parts/form";
import { Icon } from "../../parts/icon";
import { Outcome } from "../../parts/state";
import { SettingsShell } from "../../shell/settings_shell";

type Below = Exclude<Role, "owner">;
const below: Below[] = ["admin", "operator", "member", "viewer"];

export function Members(_: { id: string }) {
  const manages = may("admin");
  const people = useQuery<List<Member>>(api("/members"), { on: (event) => event.name === "access.changed" });
  const teams = useQuery<List<Team>>(api("/teams"), { on: (event) => event.name === "access.changed" });
  const inviting = useSignal(false);
  const sent = useSignal<SentInvitation | null>(null);
  const removing = useSignal<Member | null>(null);
  const leaving = useSignal(false);
  const teamName = (id: string) => teams.data.value?.items.find((team) => team.id === id)?.name ?? "";
  const invite = manages && (
    <button type="button" class="button primary" onClick={() => (inviting.value = true)}><Icon name="plus" />{t("members.invite")}</button>
  );
  return (
    <SettingsShell page="members" actions={invite}>
      <Loaded query={people} lines={4} height={44}>
        {(list) => (
          <div class="panel flush">
            <table class="table" aria-label={t("settings.members")}>
              <thead>
                <tr>
                  <th scope="col">{t("members.person")}</th>
                  <th scope="col" class="col-role">{t("members.role")}</th>
                  <th scope="col" class="wide-only">{t("settings.teams")}</th>
                  <th scope="col" class="wide-only number">{t("members.last_login")}</th>
                  {manages && <th scope="col" class="col-act"><span class="hidden">{t("members.acts")}</span></th>}
                </tr>
              </thead>
              <tbody>
                {list.items.map((member) => (
                  <tr key={member.user_id} data-row tabIndex={-1}>
                    <td class="name-cell">
                      <strong>{member.name}</strong>{member.user_id === me.value?.user.id && <span class="quiet"> {t("members.you")}</span>}
                      <span class="under">{member.mail}{member.by_provider && ` · ${t("members.by_provider", { name: member.by_provider })}`}</span>
                      {!member.enabled && <Outcome kind="paused">{t("members.disabled")}</Outcome>}
                    </td>
                    <td>
                      {manages && member.role !== "owner" ? (
                        <select aria-label={t("members.role_of", { name: member.name })} value={member.role} onChange={(event) => {
                          const select = event.currentTarget;
                          void attempt(async () => {
                            await call(api(`/members/${member.user_id}`), { method: "PATCH", body: { role: select.value } });
                            if (member.user_id === me.value?.user.id) await loadMe();
                            toast(t("form.saved"));
                            await people.refetch();
                          }).then((done) => {
                            if (!done) select.value = member.role;
                          });
                        }}>
                          {below.map((role) => <option key={role} value={role}>{t(`role.${role}`)}</option>)}
                        </select>
                      ) : t(`role.${member.role}`)}
                    </td>
                    <td class="wide-only">{member.teams.map((each) => teamName(each.team_id)).filter(Boolean).join(", ") || <span class="quiet">–</span>}</td>
                    <td class="wide-only number"><Time at={member.last_login_at} /></td>
                    {manages && (
                      <td>
                        {member.role !== "owner" && member.user_id !== me.value?.user.id && (
                          <button type="button" class="button danger-quiet" onClick={() => (removing.value = member)}><span class="narrow-only"><Icon name="x" /></span><span class="act-text">{t("form.remove")}</span><span class="hidden"> ({member.name})</span></button>
                        )}
                      </td>
                    )}
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
      </Loaded>
      {manages && <Invitations teams={teams.data.value?.items ?? []} onSent={(value) => (sent.value = value)} />}
      {!workspace.value?.opened_by_me && (
        <div class="form-actions spaced-top">
          <button type="button" class="button danger-quiet" onClick={() => (leaving.value = true)}>{t("members.leave")}</button>
        </div>
      )}
      {inviting.value && (
        <Invite teams={teams.data.value?.items ?? []} onClose={() => (inviting.value = false)} onSent={(value) => {
          inviting.value = false;
          sent.value = value;
        }} />
      )}
      {sent.value && <SentDialog sent={sent.value} onClose={() => (sent.value = null)} />}
      {removing.value && (
        <Confirm title={t("members.remove")} text={t("members.remove_text", { name: removing.value.name })} action={t("members.remove")} danger
          onClose={() => (removing.value = null)}
          onConfirm={async () => {
            await call(api(`/members/${removing.value?.user_id}`), { method: "DELETE" });
            await people.refetch();
          }} />
      )}
      {leaving.value && (
        <Confirm title={t("members.leave")} text={t("members.leave_text", { name: workspace.value?.name ?? "" })} action={t("members.leave")} danger
          onClose={() => (leaving.value = false)}
          onConfirm={async () => {
            const onwards = fromHere();
            await call(api("/leave"), { method: "POST", body: {} });
            onwards("/", { replace: true });
            await loadMe();
          }} />
      )}
    </SettingsShell>
  );
}

function Invitations(props: { teams: Team[]; onSent: (sent: SentInvitation) => void }) {
  const query = useQuery<List<Invitation>>(api("/invitations"), { on: (event) => event.name === "access.changed" });
  const revoking = useSignal<Invitation | null>(null);
  return (
    <Panel title={t("invitations.title")} class="spaced-top">
      <Loaded query={query} lines={2}>
        {(list) =>
          list.items.length === 0 ? <p class="quiet">{t("invitations.none")}</p> : (
            <table class="table" aria-label={t("invitations.title")}>
              <thead>
                <tr>
                  <th scope="col">{t("invitations.mail")}</th>
                  <th scope="col" class="col-role wide-only">{t("members.role")}</th>
                  <th scope="col" class="wide-only">{t("invitations.by")}</th>
                  <th scope="col" class="wide-only number">{t("invitations.until")}</th>
                  <th scope="col" class="col-acts"><span class="hidden">{t("members.acts")}</span></th>
                </tr>
              </thead>
              <tbody>
                {list.items.map((each) => (
                  <tr key={each.id}>
                    <td class="name-cell">
                      <span class="cut">{each.mail}</span>
                      <span class="under">{each.expired ? t("invitations.expired") : each.mailed ? t("invitations.mailed") : t("invitations.handed")}{each.team_id && ` · ${props.teams.find((team) => team.id === each.team_id)?.name ?? ""}`}</span>
                    </td>
                    <td class="wide-only">{t(`role.${each.role}`)}</td>
                    <td class="wide-only">{each.inviter_name}</td>
                    <td class="wide-only number"><Time at={each.expires_at} /></td>
                    <td>
                      <div class="actions">
                        <button type="button" class="button" onClick={() => void attempt(async () => {
                          props.onSent(await call<SentInvitation>(api(`/invitations/${each.id}/resend`), { method: "POST", body: {} }));
                          await query.refetch();
                        })}>{t("invitations.again")}<span class="hidden"> ({each.mail})</span></button>
                        <button type="button" class="button danger-quiet" onClick={() => (revoking.value = each)}>{t("invitations.revoke")}<span class="hidden"> ({each.mail})</span></button>
                      </div>
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          )}
      </Loaded>
      {revoking.value && (
        <Confirm title={t("invitations.revoke")} text={t("invitations.revoke_text", { mail: revoking.value.mail })} action={t("invitations.revoke")} danger
          onClose={() => (revoking.value = null)}
          onConfirm={async () => {
            await call(api(`/invitations/${revoking.value?.id}`), { method: "DELETE" });
            await query.refetch();
          }} />
      )}
    </Panel>
  );
}

function Invite(props: { teams: Team[]; onClose: () => void; onSent: (sent: SentInvitation) => void }) {
  const form = useForm();
  const mail = useSignal("");
  const role = useSignal<Below>("member");
  const team = useSignal("");
  const days = useSignal("");
  const key = useRef(newKey());
  return (
    <Dialog title={t("members.invite")} onClose={props.onClose}>
      <Form state={form} spoken={t("members.invite")} fields={["mail", "role", "team_id", "days"]} onSubmit={async () => {
        const body = { mail: mail.value.trim(), role: role.value, team_id: team.value, ...(days.value ? { days: Number(days.value) } : {}) };
        props.onSent(await call<SentInvitation>(api("/invitations"), { method: "POST", body, key: key.current }));
        key.current = newKey();
      }}>
        <Field text={t("invitations.mail")} error={form.fieldError("mail")}>
          {(attributes) => <input {...attributes} type="email" name="mail" required autoFocus maxLength={254} value={mail.value} onInput={(event) => (mail.value = event.currentTarget.value)} />}
        </Field>
        <Field text={t("members.role")} hint={t(`role.${role.value}_text`)} error={form.fieldError("role")}>
          {(attributes) => (
            <select {...attributes} value={role.value} onChange={(event) => (role.value = event.currentTarget.value as Below)}>
              {below.map((each) => <option key={each} value={each}>{t(`role.${each}`)}</option>)}
            </select>
          )}
        </Field>
        {props.teams.length > 0 && (
          <Field text={t("teams.one")} optional error={form.fieldError("team_id")}>
            {(attributes) => (
              <select {...attributes} value={team.value} onChange={(event) => (team.value = event.currentTarget.value)}>
                <option value="">{t("teams.no_team")}</option>
                {props.teams.map((each) => <option key={each.id} value={each.id}>{each.name}</option>)}
              </select>
            )}
          </Field>
        )}
        <Field text={t("invitations.days")} error={form.fieldError("days")}>
          {(attributes) => (
            <select {...attributes} value={days.value} onChange={(event) => (days.value = event.currentTarget.value)}>
              <option value="">{t("invitations.days_usual")}</option>
              {[1, 3, 7, 14, 30].map((n) => <option key={n} value={String(n)}>{t("invitations.days_n", { n })}</option>)}
            </select>
          )}
        </Field>
        <div class="form-actions">
          <button type="submit" class="button primary" disabled={form.busy.value}>{t("members.invite")}</button>
          <button type="button" class="button" onClick={props.onClose}>{t("confirm.cancel")}</button>
        </div>
      </Form>
    </Dialog>
  );
}

function SentDialog(props: { sent: SentInvitation; onClose: () => void }) {
  return (
    <Dialog title={t("invitations.sent", { mail: props.sent.invitation.mail })} onClose={props.onClose}>
      <p>{props.sent.invitation.mailed ? t("invitations.sent_by_mail") : t("invitations.sent_by_hand")}</p>
      <CopyBox text={props.sent.link} spoken={t("invitations.link")} id="invitation-link" />
      <p class="note">{t("invitations.once")}</p>
    </Dialog>
  );
}
