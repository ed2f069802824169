// The page behind an invitation's link. The token is in the fragment and leaves the address at once. A reader who is
// signed in with the invited address joins; a person without an account makes one; all others read what to do.
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { adoptMe, ApiError, call, loadMe, me } from "../../lib/api";
import { t, tx } from "../../lib/i18n";
import { location_, navigate } from "../../lib/router";
import type { Me, OpenInvitation, Workspace } from "../../lib/types";
import { Field, pageTitle, Skeleton } from "../../parts/basics";
import { Form, useForm } from "../../parts/form";

let kept = ""; // the token, while the reader signs in in this tab

export function InvitationPage(_: { id: string }) {
  const open = useSignal<OpenInvitation | null>(null);
  const failure = useSignal<string | null>(null);
  const form = useForm();
  const name = useSignal("");
  const password = useSignal("");
  useEffect(() => {
    pageTitle.value = t("invitation.title");
    const token = new URLSearchParams(location.hash.slice(1)).get("token") ?? "";
    if (token) {
      kept = token;
      open.value = failure.value = null;
      history.replaceState(null, "", "/invitation");
      location_.value = new URL(location.href); // so that the page notices another link that is opened on it
    } else if (open.peek() || failure.peek()) {
      return;
    }
    if (!kept) {
      failure.value = t("invitation.no_token");
      return;
    }
    call<OpenInvitation>("/invitation/show", { method: "POST", body: { token: kept } }).then(
      (answer) => (open.value = answer),
      (problem) => (failure.value = problem instanceof ApiError ? problem.message : String(problem)),
    );
  }, [location_.value.hash]);
  const enter = async (workspace: { slug: string } | undefined) => {
    kept = "";
    navigate(`/w/${encodeURIComponent(workspace?.slug ?? "")}/overview`, { replace: true });
  };
  const user = me.value?.user;
  const mine = user && open.value && user.mail.toLowerCase() === open.value.mail.toLowerCase();
  return (
    <div class="panel entrance">
      <p class="brand big">connlog</p>
      <h1>{t("invitation.title")}</h1>
      {failure.value ? <p class="field-error" role="alert">{failure.value}</p> : !open.value ? <Skeleton lines={3} /> : (
        <>
          <p>{tx("invitation.text", { who: <strong>{open.value.inviter_name}</strong>, workspace: <strong>{open.value.workspace_name}</strong>, role: t(`role.${open.value.role}`) })}</p>
          <p class="quiet">{t("invitation.for", { mail: open.value.mail })}</p>
          {mine ? (
            <Form state={form} spoken={t("invitation.title")} onSubmit={async () => {
              const joined = await call<Workspace>("/invitation/accept", { method: "POST", body: { token: kept } });
              await loadMe();
              await enter(joined);
            }}>
              <div class="form-actions"><button type="submit" class="button primary" disabled={form.busy.value}>{t("invitation.join", { name: open.value.workspace_name })}</button></div>
            </Form>
          ) : user ? (
            <>
              <p class="note">{t("invitation.other", { mail: user.mail })}</p>
              <div class="form-actions"><a class="button" href="/">{t("unknown.action")}</a></div>
            </>
          ) : (
            <>
              <Form state={form} spoken={t("invitation.register")} fields={["name", "password"]} onSubmit={async () => {
                const answer = await call<Me & { joined: string }>("/invitation/register", { method: "POST", body: { token: kept, name: name.value.trim(), password: password.value } });
                adoptMe(answer);
                await enter(answer.workspaces[0]);
              }}>
                <h2>{t("invitation.register")}</h2>
                <Field text={t("invitation.name")} error={form.fieldError("name")}>
                  {(attributes) => <input {...attributes} type="text" name="name" required maxLength={80} autoComplete="name" value={name.value} onInput={(event) => (name.value = event.currentTarget.value)} />}
                </Field>
                <Field text={t("invitation.password")} hint={t("invitation.password_hint")} error={form.fieldError("password")}>
                  {(attributes) => <input {...attributes} type="password" name="password" required minLength={10} maxLength={256} autoComplete="new-password" value={password.value} onInput={(event) => (password.value = event.currentTarget.value)} />}
                </Field>
                <div class="form-actions"><button type="submit" class="button primary" disabled={form.busy.value}>{t("invitation.register_action")}</button></div>
              </Form>
              <p class="quiet">{tx("invitation.log_in", { link: <a href="/login?next=/invitation">{t("invitation.log_in_link")}</a> })}</p>
            </>
          )}
        </>
      )}
    </div>
  );
}
