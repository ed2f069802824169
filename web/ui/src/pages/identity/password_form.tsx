// The form that changes the password. Every other session ends; this browser gets a new one.
import { useSignal } from "@preact/signals";
import { adoptMe, call } from "../../lib/api";
import { t } from "../../lib/i18n";
import type { Me } from "../../lib/types";
import { Field, Panel } from "../../parts/basics";
import { toast } from "../../parts/dialog";
import { Form, useForm } from "../../parts/form";

export function PasswordPanel(props: { hasPassword: boolean; changedAt?: preact.ComponentChildren }) {
  const form = useForm();
  const current = useSignal("");
  const password = useSignal("");
  if (!props.hasPassword) {
    return <Panel title={t("account.password")}><p class="quiet">{t("account.no_password")}</p></Panel>;
  }
  return (
    <Panel title={t("account.password")} note={props.changedAt}>
      <Form
        state={form}
        spoken={t("account.password")}
        fields={["current", "password"]}
        onSubmit={async () => {
          adoptMe(await call<Me>("/account/password", { method: "POST", body: { current: current.value, password: password.value } }));
          current.value = password.value = "";
          toast(t("account.password_changed"));
        }}
      >
        <Field text={t("account.password_current")} error={form.fieldError("current")}>
          {(attributes) => (
            <input {...attributes} type="password" name="current" autoComplete="current-password" required value={current.value}
              onInput={(event) => (current.value = event.currentTarget.value)} />
          )}
        </Field>
        <Field text={t("account.password_new")} hint={t("account.password_hint")} error={form.fieldError("password")}>
          {(attributes) => (
            <input {...attributes} type="password" name="password" autoComplete="new-password" required minLength={10} value={password.value}
              onInput={(event) => (password.value = event.currentTarget.value)} />
          )}
        </Field>
        <p class="quiet small">{t("account.password_ends")}</p>
        <div class="form-actions">
          <button type="submit" class="button primary" disabled={form.busy.value}>{t("account.password_action")}</button>
        </div>
      </Form>
    </Panel>
  );
}
