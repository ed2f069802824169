// The first screen of a new appliance: the person with the link that the server printed becomes its owner. The next
// steps (mail, first agent, test alert) are pages/appliance/start.tsx.
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { adoptMe, call } from "../../lib/api";
import networkTexts from "../../catalogue/en.networks.json";
import { learn, t } from "../../lib/i18n";
import { linesOf } from "../../lib/tags";
import { location_, navigate } from "../../lib/router";
import type { Me } from "../../lib/types";
import { Field, pageTitle } from "../../parts/basics";
import { Form, useForm } from "../../parts/form";

learn(networkTexts);

function tokenOfAddress(): string {
  const { hash, searchParams } = location_.peek();
  const part = hash.replace(/^#/, "");
  return searchParams.get("token") ?? new URLSearchParams(part).get("token") ?? (part.includes("=") ? "" : part);
}

export function Setup(_: { id: string }) {
  const form = useForm();
  const token = useSignal(tokenOfAddress());
  const linked = useSignal(token.peek() !== "");
  const name = useSignal("");
  const mail = useSignal("");
  const password = useSignal("");
  const workspaceName = useSignal("");
  // What the appliance proposes: the networks of its own interfaces.
  const networks = useSignal("");
  useEffect(() => {
    void call<{ networks?: string[] }>("/setup").then((state) => (networks.value = (state.networks ?? []).join("\n")), () => {}); // without a proposal the field is empty
  }, []);
  useEffect(() => {
    pageTitle.value = t("setup.title");
    // Takes the token out of the address bar, so that neither the history nor a Referer holds it.
    if (linked.peek()) history.replaceState(null, "", "/setup");
  }, []);
  return (
    <div class="lone-card">
      <p class="brand big">connlog</p>
      <h1>{t("setup.title")}</h1>
      <p class="quiet">{t("setup.text")}</p>
      <Form
        state={form}
        fields={["token", "name", "mail", "password", "workspace_name", "networks"]}
        onSubmit={async () => {
          const reader = await call<Me>("/setup", {
            method: "POST",
            body: {
              token: token.value.trim(),
              name: name.value.trim(),
              mail: mail.value.trim(),
              password: password.value,
              workspace_name: workspaceName.value.trim(),
              networks: linesOf(networks.value),
            },
          });
          // The address changes first: with a reader who is signed in, /setup leads to the overview.
          navigate(`/w/${encodeURIComponent(reader.workspaces[0]?.slug ?? "")}/start`, { replace: true });
          adoptMe(reader);
        }}
      >
        {(!linked.value || form.fieldError("token") !== null) && (
          <Field text={t("setup.token")} hint={t("setup.token_hint")} error={form.fieldError("token")}>
            {(attributes) => (
              <input {...attributes} type="text" name="token" autoComplete="off" spellcheck={false} required value={token.value}
                onInput={(event) => (token.value = event.currentTarget.value)} />
            )}
          </Field>
        )}
        <Field text={t("setup.name")} error={form.fieldError("name")}>
          {(attributes) => (
            <input {...attributes} type="text" name="name" autoComplete="name" required maxLength={80} autoFocus value={name.value}
              onInput={(event) => (name.value = event.currentTarget.value)} />
          )}
        </Field>
        <Field text={t("setup.mail")} hint={t("setup.mail_hint")} error={form.fieldError("mail")}>
          {(attributes) => (
            <input {...attributes} type="email" name="mail" autoComplete="username" required value={mail.value}
              onInput={(event) => (mail.value = event.currentTarget.value)} />
          )}
        </Field>
        <Field text={t("setup.password")} hint={t("setup.password_hint")} error={form.fieldError("password")}>
          {(attributes) => (
            <input {...attributes} type="password" name="password" autoComplete="new-password" required value={password.value}
              onInput={(event) => (password.value = event.currentTarget.value)} />
          )}
        </Field>
        <Field text={t("setup.workspace")} hint={t("setup.workspace_hint")} error={form.fieldError("workspace_name")}>
          {(attributes) => (
            <input {...attributes} type="text" name="workspace_name" autoComplete="organization" required maxLength={80} value={workspaceName.value}
              onInput={(event) => (workspaceName.value = event.currentTarget.value)} />
          )}
        </Field>
        <details open={form.fieldError("networks") !== null}>
          <summary>{t("setup.networks")}</summary>
          <Field text={t("networks.title")} optional hint={t("setup.networks_hint")} error={form.fieldError("networks")}>
            {(attributes) => <textarea {...attributes} name="networks" rows={3} spellcheck={false} class="mono" value={networks.value} onInput={(event) => (networks.value = event.currentTarget.value)} />}
          </Field>
        </details>
        <div class="form-actions">
          <button type="submit" class="button primary wide" disabled={form.busy.value}>{t("setup.action")}</button>
        </div>
      </Form>
    </div>
  );
}
