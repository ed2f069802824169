// The appliance's mail settings with "send a test", used by the first run and by Appliance → Mail.
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { call, me } from "../lib/api";
import { t } from "../lib/i18n";
import type { Answer, MailSettings } from "../lib/types";
import { AnswerLine } from "./answer_line";
import { Field } from "./basics";
import { toast } from "./dialog";
import { Form, useForm } from "./form";

const usualPort = { starttls: 587, tls: 465, none: 25 } as const;

export function MailForm(props: { settings: MailSettings; onSaved: (settings: MailSettings) => void }) {
  const form = useForm();
  const settings = useSignal(props.settings);
  const password = useSignal("");
  const usual = useSignal(!props.settings.configured);
  useEffect(() => {
    settings.value = props.settings.configured
      ? props.settings
      : { ...props.settings, security: props.settings.security || "starttls", port: props.settings.port || 587, from_name: props.settings.from_name || "connlog" };
  }, [props.settings]);
  const change = (part: Partial<MailSettings>) => (settings.value = { ...settings.value, ...part });
  const value = settings.value;
  return (
    <Form
      state={form}
      class="form-grid"
      spoken={t("mail.title")}
      fields={["host", "port", "security", "username", "password", "from_address", "from_name", "ca_pem", "helo_name", "login"]}
      onSubmit={async () => {
        const { host, port, security, username, from_address, from_name, ca_pem, helo_name, login } = settings.value;
        const body = {
          host: host.trim(), port, security, username: username.trim(), from_address: from_address.trim(), from_name: from_name.trim(),
          ca_pem: ca_pem.trim() ? `${ca_pem.trim()}\n` : "",
          helo_name: helo_name.trim(), login,
          ...(password.value ? { password: password.value } : {}),
        };
        const saved = await call<MailSettings>("/appliance/mail", { method: "PUT", body });
        password.value = "";
        toast(t("mail.saved"));
        props.onSaved(saved);
      }}
    >
      <Field text={t("mail.host")} error={form.fieldError("host")} class="span-2">
        {(attributes) => (
          <input {...attributes} type="text" name="host" required spellcheck={false} placeholder="mail.example.com" value={value.host}
            onInput={(event) => change({ host: event.currentTarget.value })} />
        )}
      </Field>
      <Field text={t("mail.security")} error={form.fieldError("security")}>
        {(attributes) => (
          <select {...attributes} name="security" value={value.security}
            onChange={(event) => {
              const security = event.currentTarget.value as MailSettings["security"];
              change(usual.value ? { security, port: usualPort[security] } : { security });
            }}>
            <option value="starttls">STARTTLS</option>
            <option value="tls">TLS</option>
            <option value="none">{t("mail.security_none")}</option>
          </select>
        )}
      </Field>
      <Field text={t("mail.port")} error={form.fieldError("port")}>
        {(attributes) => (
          <input {...attributes} type="number" name="port" required min={1} max={65535} value={value.port}
            onInput={(event) => {
              usual.value = false;
              change({ port: event.currentTarget.valueAsNumber || 0 });
            }} />
        )}
      </Field>
      <Field text={t("mail.username")} optional error={form.fieldError("username")}>
        {(attributes) => (
          <input {...attributes} type="text" name="username" autoComplete="off" spellcheck={false} value={value.username}
            onInput={(event) => change({ username: event.currentTarget.value })} />
        )}
      </Field>
      <Field text={t("mail.password")} optional error={form.fieldError("password")} hint={value.has_password ? t("mail.password_kept") : undefined}>
        {(attributes) => (
          <input {...attributes} type="password" name="password" autoComplete="off" value={password.value}
            onInput={(event) => (password.value = event.currentTarget.value)} />
        )}
      </Field>
      <Field text={t("mail.from")} error={form.fieldError("from_address")}>
        {(attributes) => (
          <input {...attributes} type="email" name="from_address" required placeholder="connlog@example.com" value={value.from_address}
            onInput={(event) => change({ from_address: event.currentTarget.value })} />
        )}
      </Field>
      <Field text={t("mail.from_name")} optional error={form.fieldError("from_name")}>
        {(attributes) => (
          <input {...attributes} type="text" name="from_name" maxLength={80} value={value.from_name}
            onInput={(event) => change({ from_name: event.currentTarget.value })} />
        )}
      </Field>
      <details class="span-2" open={value.ca_pem !== ""}>
        <summary>{t("mail.ca_summary")}</summary>
        <Field text={t("mail.ca")} optional hint={t("mail.ca_hint")} error={form.fieldError("ca_pem")}>
          {(attributes) => (
            <textarea {...attributes} name="ca_pem" rows={5} spellcheck={false} class="mono" value={value.ca_pem}
              onInput={(event) => change({ ca_pem: event.currentTarget.value })} />
          )}
        </Field>
      </details>
      <details class="span-2" open={value.helo_name !== "" || value.login !== "automatic"}>
        <summary>{t("mail.strict_summary")}</summary>
        <Field text={t("mail.helo")} optional hint={t("mail.helo_hint", { name: value.default_helo_name })} error={form.fieldError("helo_name")}>
          {(attributes) => (
            <input {...attributes} type="text" name="helo_name" spellcheck={false} maxLength={255} placeholder={value.default_helo_name} value={value.helo_name}
              onInput={(event) => change({ helo_name: event.currentTarget.value })} />
          )}
        </Field>
        <Field text={t("mail.login")} hint={t("mail.login_hint")} error={form.fieldError("login")}>
          {(attributes) => (
            <select {...attributes} name="login" value={value.login}
              onChange={(event) => change({ login: event.currentTarget.value as MailSettings["login"] })}>
              <option value="automatic">{t("mail.login_automatic")}</option>
              <option value="plain">PLAIN</option>
              <option value="login">LOGIN</option>
              <option value="cram_md5">CRAM-MD5</option>
            </select>
          )}
        </Field>
      </details>
      <div class="form-actions span-2">
        <button type="submit" class="button primary" disabled={form.busy.value}>{t("mail.save")}</button>
      </div>
    </Form>
  );
}

// "Send a test" shows the mail server's own answer.
export function MailTest(props: { onAnswer?: () => void }) {
  const form = useForm();
  const to = useSignal(me.peek()?.user.mail ?? "");
  const answer = useSignal<Answer | null>(null);
  return (
    <Form
      state={form}
      class="test-form"
      spoken={t("mail.test_title")}
      fields={["to"]}
      onSubmit={async () => {
        answer.value = null;
        // A mail server may take five minutes to greet.
        answer.value = await call<Answer>("/appliance/mail/test", { method: "POST", body: { to: to.value.trim() }, timeoutMs: 360_000 });
        props.onAnswer?.();
      }}
    >
      <Field text={t("mail.test_to")} error={form.fieldError("to")}>
        {(attributes) => (
          <input {...attributes} type="email" name="to" required value={to.value} onInput={(event) => (to.value = event.currentTarget.value)} />
        )}
      </Field>
      <button type="submit" class="button" disabled={form.busy.value}>{form.busy.value ? t("test.sending") : t("mail.test")}</button>
      <AnswerLine answer={answer.value} />
    </Form>
  );
}
