// Signing in.
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { adoptMe, ApiError, call } from "../lib/api";
import { t } from "../lib/i18n";
import { location_ } from "../lib/router";
import type { Me } from "../lib/types";
import { Field, pageTitle } from "../parts/basics";
import { Form, useForm } from "../parts/form";

export function Login() {
  const form = useForm();
  const mail = useSignal("");
  const password = useSignal("");
  useEffect(() => {
    pageTitle.value = t("login.title");
    // The way back, for when a session ended in the middle of something.
    const { pathname, search } = location_.peek();
    if (/^\/(w|appliance|account)(\/|$)/.test(pathname)) {
      history.replaceState(null, "", `/login?next=${encodeURIComponent(pathname + search)}`);
      location_.value = new URL(location.href);
    }
  }, []);
  return (
    <div class="lone-card">
      <p class="brand big">connlog</p>
      <h1>{t("login.title")}</h1>
      <Form
        state={form}
        onSubmit={async () => {
          try {
            adoptMe(await call<Me>("/login", { method: "POST", body: { mail: mail.value.trim(), password: password.value } }));
          } catch (failure) {
            if (failure instanceof ApiError && failure.code === "bad_credentials") {
              throw new ApiError(t("login.wrong"), failure.status, failure.code);
            }
            throw failure;
          }
        }}
      >
        <Field label={t("login.mail")}>
          {(attributes) => (
            <input {...attributes} type="email" name="mail" autoComplete="username" required autoFocus value={mail.value}
              onInput={(event) => (mail.value = event.currentTarget.value)} />
          )}
        </Field>
        <Field label={t("login.password")}>
          {(attributes) => (
            <input {...attributes} type="password" name="password" autoComplete="current-password" required value={password.value}
              onInput={(event) => (password.value = event.currentTarget.value)} />
          )}
        </Field>
        <div class="form-actions">
          <button type="submit" class="button primary wide" disabled={form.busy.value}>{t("login.action")}</button>
        </div>
      </Form>
      <p class="quiet small">{t("login.lost")} <code>connlog user reset-password</code></p>
    </div>
  );
}
