// The login page: password, passkey, login providers.
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { adoptMe, ApiError, call } from "../../lib/api";
import { t } from "../../lib/i18n";
import { passkeysHere } from "./passkeys_here";
import { location_ } from "../../lib/router";
import type { Me } from "../../lib/types";
import { Field, pageTitle } from "../../parts/basics";
import { Form, useForm } from "../../parts/form";
import { ProviderButtons } from "./provider_buttons";
import type { Asked } from "./proof";

// The second step and passkeys are loaded when they are needed.
const proof = () => import("./proof");
type Proof = Awaited<ReturnType<typeof proof>>;

export function Login() {
  const form = useForm();
  const mail = useSignal("");
  const password = useSignal("");
  const second = useSignal<{ proof: Proof; asked: Asked } | null>(null);
  const ask = async (asked: Asked) => (second.value = { proof: await proof(), asked });
  const registers = useSignal(false);
  useEffect(() => {
    pageTitle.value = t("login.title");
    call<{ open: boolean }>("/register").then((registration) => (registers.value = registration.open), () => {});
    // The address to return to, where a session ended while the reader was at work.
    const { pathname, search } = location_.peek();
    if (/^\/(w|appliance|account)(\/|$)/.test(pathname)) {
      history.replaceState(null, "", `/login?next=${encodeURIComponent(pathname + search)}`);
      location_.value = new URL(location.href);
    }
    // A login that began at a provider continues here, with its ticket in the fragment.
    const waiting = /^#second_factor=(login_[0-9a-f]{64})$/.exec(location.hash)?.[1];
    if (waiting) {
      history.replaceState(null, "", location.pathname + location.search);
      proof().then((loaded) => loaded.secondStepOf(waiting)).then(ask, (failure) => (form.error.value = failure as ApiError));
    }
  }, []);
  if (second.value) {
    const { SecondStep } = second.value.proof;
    return (
      <SecondStep asked={second.value.asked} onBack={(why) => {
        second.value = null;
        password.value = "";
        form.error.value = why ?? null;
      }} />
    );
  }
  return (
    <div class="lone-card">
      <p class="brand big">connlog</p>
      <h1>{t("login.title")}</h1>
      <Form
        state={form}
        onSubmit={async () => {
          try {
            const answer = await call<Me | { second_factor: Asked }>("/login", { method: "POST", body: { mail: mail.value.trim(), password: password.value } });
            if ("second_factor" in answer && typeof answer.second_factor === "object") await ask(answer.second_factor);
            else adoptMe(answer as Me);
          } catch (failure) {
            if (failure instanceof ApiError && failure.code === "bad_credentials") {
              throw new ApiError(t("login.wrong"), failure.status, failure.code);
            }
            throw failure;
          }
        }}
      >
        <Field text={t("login.mail")}>
          {(attributes) => (
            <input {...attributes} type="email" name="mail" autoComplete="username" required autoFocus value={mail.value}
              onInput={(event) => (mail.value = event.currentTarget.value)} />
          )}
        </Field>
        <Field text={t("login.password")}>
          {(attributes) => (
            <input {...attributes} type="password" name="password" autoComplete="current-password" required value={password.value}
              onInput={(event) => (password.value = event.currentTarget.value)} />
          )}
        </Field>
        <div class="form-actions">
          <button type="submit" class="button primary wide" disabled={form.busy.value}>{t("login.action")}</button>
          {passkeysHere() && (
            <button type="button" class="button wide" disabled={form.busy.value} onClick={async () => {
              form.error.value = null;
              try {
                await (await proof()).signInByPasskey();
              } catch (failure) {
                if (!(failure instanceof ApiError)) throw failure;
                form.error.value = failure;
              }
            }}>{t("login.passkey")}</button>
          )}
        </div>
      </Form>
      <ProviderButtons />
      <p class="small lone-links">
        <a href="/reset">{t("login.forgot")}</a>
        {registers.value && <a href="/register">{t("login.register")}</a>}
        <a href="/security">{t("login.security")}</a>
      </p>
    </div>
  );
}
