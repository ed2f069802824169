// The pages for people without a session: /reset, /register and /verify. The link in a mail has its token behind the #,
// which never reaches a server's log. The token leaves the address bar at once.
import type { ComponentChildren } from "preact";
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { adoptMe, call, me } from "../../lib/api";
import { t, tx } from "../../lib/i18n";
import { useQuery } from "../../lib/query";
import { location_, navigate } from "../../lib/router";
import type { Me } from "../../lib/types";
import { Field, Loaded, pageTitle } from "../../parts/basics";
import { Form, useForm, type FormState } from "../../parts/form";
import { Outcome } from "../../parts/state";

interface State {
  open: boolean;
  mail_works: boolean;
}

const tokenIn = (hash: string, names: string[]): { name: string; token: string } => {
  const part = new URLSearchParams(hash.replace(/^#/, ""));
  const name = names.find((each) => part.get(each)) ?? "";
  return { name, token: part.get(name) ?? "" };
};

// The first of `names` that the fragment has, with its value. The reader may open another link on the same page.
function useToken(names: string[]): { name: string; token: string } {
  const { hash } = location_.value;
  const found = useSignal(tokenIn(hash, names));
  useEffect(() => {
    const now = tokenIn(hash, names);
    if (!now.token) return;
    found.value = now;
    history.replaceState(null, "", location.pathname);
    location_.value = new URL(location.href);
  }, [hash]);
  return found.value;
}

function Card(props: { title: string; children: ComponentChildren }) {
  useEffect(() => {
    pageTitle.value = props.title;
  }, [props.title]);
  return (
    <div class="lone-card">
      <p class="brand big">connlog</p>
      <h1>{props.title}</h1>
      {props.children}
    </div>
  );
}

const ToLogin = () => <p class="small"><a href="/login">{t("entrance.to_login")}</a></p>;

function PasswordField(props: { form: FormState; value: string; onInput: (text: string) => void }) {
  return (
    <Field text={t("entrance.password")} hint={t("setup.password_hint")} error={props.form.fieldError("password")}>
      {(attributes) => (
        <input {...attributes} type="password" name="password" autoComplete="new-password" required autoFocus value={props.value}
          onInput={(event) => props.onInput(event.currentTarget.value)} />
      )}
    </Field>
  );
}

function MailField(props: { form: FormState; value: string; first?: boolean; onInput: (text: string) => void }) {
  return (
    <Field text={t("login.mail")} error={props.form.fieldError("mail")}>
      {(attributes) => (
        <input {...attributes} type="email" name="mail" autoComplete="username" required autoFocus={props.first} value={props.value}
          onInput={(event) => props.onInput(event.currentTarget.value)} />
      )}
    </Field>
  );
}

// ---- /reset ----

function AskReset() {
  const form = useForm();
  const mail = useSignal("");
  const asked = useSignal(false);
  const state = useQuery<State>("/register");
  if (asked.value) {
    return (
      <Card title={t("entrance.look_title")}>
        <p role="status">{t("reset.asked", { mail: mail.value.trim() })}</p>
        <p class="quiet small">{t("reset.asked_more")}</p>
        <ToLogin />
      </Card>
    );
  }
  return (
    <Card title={t("reset.title")}>
      <Loaded query={state} lines={2}>
        {(registration) =>
          registration.mail_works ? (
            <>
              <p class="quiet">{t("reset.text")}</p>
              <Form state={form} fields={["mail"]} onSubmit={async () => {
                await call("/password-reset", { method: "POST", body: { mail: mail.value.trim() } });
                asked.value = true;
              }}>
                <MailField form={form} first value={mail.value} onInput={(text) => (mail.value = text)} />
                <div class="form-actions"><button type="submit" class="button primary wide" disabled={form.busy.value}>{t("reset.ask")}</button></div>
              </Form>
            </>
          ) : (
            <p>{tx("reset.no_mail", { command: <code>connlog user reset-password</code> })}</p>
          )}
      </Loaded>
      <ToLogin />
    </Card>
  );
}

function ChooseAnew(props: { token: string }) {
  const form = useForm();
  const password = useSignal("");
  const done = useSignal(false);
  if (done.value) {
    return (
      <Card title={t("reset.done_title")}>
        <p role="status"><Outcome kind="up">{t("reset.done")}</Outcome></p>
        <p><a class="button primary wide" href="/login">{t("login.action")}</a></p>
      </Card>
    );
  }
  return (
    <Card title={t("reset.choose_title")}>
      <p class="quiet">{t("reset.choose_text")}</p>
      <Form state={form} fields={["password"]} onSubmit={async () => {
        await call("/password-reset/complete", { method: "POST", body: { token: props.token, password: password.value } });
        me.value = null;  // every session has ended, also that of this browser
        done.value = true;
      }}>
        <PasswordField form={form} value={password.value} onInput={(text) => (password.value = text)} />
        <div class="form-actions"><button type="submit" class="button primary wide" disabled={form.busy.value}>{t("reset.choose")}</button></div>
      </Form>
      {form.error.value?.field === "token" && <p><a href="/reset">{t("reset.again")}</a></p>}
    </Card>
  );
}

export function Reset(_: { id: string }) {
  const { token } = useToken(["token"]);
  return token ? <ChooseAnew key={token} token={token} /> : <AskReset />;
}

// ---- /register ----

function AskRegistration() {
  const form = useForm();
  const name = useSignal("");
  const mail = useSignal("");
  const asked = useSignal(false);
  const state = useQuery<State>("/register");
  if (asked.value) {
    return (
      <Card title={t("entrance.look_title")}>
        <p role="status">{t("register.asked", { mail: mail.value.trim() })}</p>
        <ToLogin />
      </Card>
    );
  }
  return (
    <Card title={t("register.title")}>
      <Loaded query={state} lines={2}>
        {(registration) =>
          registration.open ? (
            <>
              <p class="quiet">{t("register.text")}</p>
              <Form state={form} fields={["name", "mail"]} onSubmit={async () => {
                await call("/register", { method: "POST", body: { name: name.value.trim(), mail: mail.value.trim() } });
                asked.value = true;
              }}>
                <Field text={t("setup.name")} error={form.fieldError("name")}>
                  {(attributes) => (
                    <input {...attributes} type="text" name="name" autoComplete="name" required maxLength={80} autoFocus value={name.value}
                      onInput={(event) => (name.value = event.currentTarget.value)} />
                  )}
                </Field>
                <MailField form={form} value={mail.value} onInput={(text) => (mail.value = text)} />
                <div class="form-actions"><button type="submit" class="button primary wide" disabled={form.busy.value}>{t("register.ask")}</button></div>
              </Form>
            </>
          ) : (
            <p>{t("register.closed")}</p>
          )}
      </Loaded>
      <ToLogin />
    </Card>
  );
}

function CompleteRegistration(props: { token: string }) {
  const form = useForm();
  const password = useSignal("");
  return (
    <Card title={t("register.complete_title")}>
      <p class="quiet">{t("register.complete_text")}</p>
      <Form state={form} fields={["password"]} onSubmit={async () => {
        const reader = await call<Me>("/register/complete", { method: "POST", body: { token: props.token, password: password.value } });
        navigate("/", { replace: true });
        adoptMe(reader);
      }}>
        <PasswordField form={form} value={password.value} onInput={(text) => (password.value = text)} />
        <div class="form-actions"><button type="submit" class="button primary wide" disabled={form.busy.value}>{t("register.complete")}</button></div>
      </Form>
      {form.error.value?.field === "token" && <p><a href="/register">{t("register.again")}</a></p>}
    </Card>
  );
}

export function Register(_: { id: string }) {
  const { token } = useToken(["token"]);
  return token ? <CompleteRegistration key={token} token={token} /> : <AskRegistration />;
}

// ---- /verify ----

export function Verify(_: { id: string }) {
  const { name, token } = useToken(["mail", "former", "new"]);
  if (!token) return <Card title={t("address.title")}><p>{t("address.no_token")}</p><ToLogin /></Card>;
  return <AnswerLink key={token} name={name} token={token} />;
}

type MailOutcome = "verified" | "waits_for_other" | "changed" | "refused";

function AnswerLink({ name, token }: { name: string; token: string }) {
  const form = useForm();
  const outcome = useSignal<MailOutcome | "">("");
  const answer = (agree: boolean) => async () => {
    const { outcome: what } = await call<{ outcome: MailOutcome }>("/verify-mail", { method: "POST", body: { token, kind: name, agree } });
    outcome.value = what;
  };
  if (outcome.value) {
    return (
      <Card title={t("address.title")}>
        <p role="status"><Outcome kind={outcome.value === "refused" ? "paused" : outcome.value === "waits_for_other" ? "pending" : "up"}>{t(`address.outcome_${outcome.value}`)}</Outcome></p>
        <p class="small"><a href="/account">{t("address.to_account")}</a></p>
      </Card>
    );
  }
  const key = name === "former" ? "address.former" : name === "new" ? "address.new" : "address.mail";
  return (
    <Card title={t("address.title")}>
      <p class="quiet">{t(key)}</p>
      <Form state={form} onSubmit={answer(true)}>
        <div class="form-actions"><button type="submit" class="button primary wide" disabled={form.busy.value}>{t(name === "former" ? "address.agree" : "address.confirm")}</button></div>
      </Form>
      {name === "former" && (
        <Form state={form} onSubmit={answer(false)}>
          <div class="form-actions"><button type="submit" class="button danger-quiet wide" disabled={form.busy.value}>{t("address.refuse")}</button></div>
        </Form>
      )}
      <ToLogin />
    </Card>
  );
}
