// Account: name, mail address, password, and which notices come by mail.
import { useSignal } from "@preact/signals";
import type { Account, MailChange } from "./account";
import { call, loadMe } from "../../lib/api";
import { t } from "../../lib/i18n";
import { useQuery, type Query } from "../../lib/query";
import { Time } from "../../lib/time";
import { Check, Field, Loaded, Panel } from "../../parts/basics";
import { attempt, toast } from "../../parts/dialog";
import { Form, useForm } from "../../parts/form";
import { PasswordPanel } from "./password_form";
import { Outcome } from "../../parts/state";
import { AccountShell } from "../../shell/account_shell";

function Name(props: { account: Account; query: Query<Account> }) {
  const form = useForm();
  const name = useSignal(props.account.name);
  const notices = useSignal(props.account.login_notices);
  return (
    <Panel title={t("account.you")}>
      <Form
        state={form}
        spoken={t("account.you")}
        fields={["name"]}
        onSubmit={async () => {
          props.query.data.value = await call<Account>("/account", { method: "PATCH", body: { name: name.value.trim(), login_notices: notices.value } });
          await loadMe();
          toast(t("form.saved"));
        }}
      >
        <Field text={t("account.name")} error={form.fieldError("name")}>
          {(attributes) => (
            <input {...attributes} type="text" name="name" autoComplete="name" required maxLength={80} value={name.value}
              onInput={(event) => (name.value = event.currentTarget.value)} />
          )}
        </Field>
        <Check name="login_notices" checked={notices.value} onChange={(on) => (notices.value = on)}>{t("account.login_notices")}</Check>
        <div class="form-actions">
          <button type="submit" class="button primary" disabled={form.busy.value}>{t("form.save")}</button>
        </div>
      </Form>
    </Panel>
  );
}

function Waiting(props: { change: MailChange; query: Query<Account> }) {
  const mark = (agreed: boolean) => <Outcome kind={agreed ? "up" : "pending"}>{agreed ? t("account.agreed") : t("account.not_agreed")}</Outcome>;
  return (
    <div class="note" id="mail-change">
      <p>{t("account.change_waits", { mail: props.change.mail })}</p>
      <ul class="plain">
        <li>{t("account.former_address")} {mark(props.change.former_agreed)}</li>
        <li>{t("account.new_address")} {mark(props.change.new_agreed)}</li>
      </ul>
      <button type="button" class="button small" onClick={() => void attempt(async () => {
        await call("/account/mail", { method: "DELETE" });
        await props.query.refetch();
      })}>{t("account.change_cancel")}</button>
    </div>
  );
}

function Mail(props: { account: Account; query: Query<Account> }) {
  const { account } = props;
  const form = useForm();
  const mail = useSignal("");
  return (
    <Panel title={t("account.mail")}>
      <p class="mail-state">
        <strong>{account.mail}</strong>{" "}
        {account.mail_verified_at ? <Outcome kind="up">{t("account.mail_verified")}</Outcome> : <Outcome kind="warning">{t("account.mail_unverified")}</Outcome>}
      </p>
      {!account.mail_works && <p class="quiet">{t("account.mail_off")}</p>}
      {account.mail_works && !account.mail_verified_at && (
        <p>
          <button type="button" class="button small" onClick={() => void attempt(async () => {
            await call("/account/mail/verification", { method: "POST", body: {} });
            toast(t("account.link_sent", { mail: account.mail }));
          })}>{t("account.send_link")}</button>
        </p>
      )}
      {account.mail_change && <Waiting change={account.mail_change} query={props.query} />}
      {account.mail_works && (
        <Form
          state={form}
          spoken={t("account.change_mail")}
          fields={["mail"]}
          onSubmit={async () => {
            props.query.data.value = await call<Account>("/account/mail", { method: "POST", body: { mail: mail.value.trim() } });
            mail.value = "";
            toast(t("account.change_asked"));
          }}
        >
          <Field text={t("account.other_mail")} hint={t("account.other_mail_hint")} error={form.fieldError("mail")}>
            {(attributes) => (
              <input {...attributes} type="email" name="mail" autoComplete="email" required value={mail.value}
                onInput={(event) => (mail.value = event.currentTarget.value)} />
            )}
          </Field>
          <div class="form-actions">
            <button type="submit" class="button" disabled={form.busy.value}>{t("account.change_mail")}</button>
          </div>
        </Form>
      )}
    </Panel>
  );
}

export function Profile(_: { id: string }) {
  const query = useQuery<Account>("/account");
  return (
    <AccountShell title={t("account.profile")}>
      <div class="narrow stack">
        <Loaded query={query} lines={6} height={56}>
          {(account) => (
            <>
              <Name account={account} query={query} />
              <Mail account={account} query={query} />
              <PasswordPanel hasPassword={account.has_password}
                changedAt={account.password_changed_at && <>{t("account.password_since")} <Time at={account.password_changed_at} /></>} />
            </>
          )}
        </Loaded>
      </div>
    </AccountShell>
  );
}
