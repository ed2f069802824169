// The page to which a login provider leads back (/provider#…). It signs the reader in, asks the account to agree first,
// or says why not. The fragment leaves the address bar at once.
import texts from "../../catalogue/en.logins.json";
import { useSignal, type Signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { ApiError, call, loadMe, me } from "../../lib/api";
import { learn, t, word } from "../../lib/i18n";
import type { LoginRefusal } from "../../lib/types";
import { wayBack } from "../../lib/prefs";
import { navigate } from "../../lib/router";
import { Field, pageTitle, Skeleton } from "../../parts/basics";
import { toast } from "../../parts/dialog";
import { Form, useForm } from "../../parts/form";

learn(texts);

interface Waiting {
  provider: string;
  mail: string;
  has_password: boolean;
  can_mail: boolean;
}

// A query that asks once and by POST, because an address must not hold the ticket.
function useQueryOnce<T>(path: string, body: object): { data: Signal<T | null>; error: Signal<ApiError | null> } {
  const data = useSignal<T | null>(null);
  const error = useSignal<ApiError | null>(null);
  useEffect(() => {
    call<T>(path, { method: "POST", body }).then(
      (answer) => (data.value = answer),
      (failure) => (error.value = failure instanceof ApiError ? failure : new ApiError(String(failure), 0, "question")),
    );
  }, []);
  return { data, error };
}

function takeFragment(): [string, string] {
  const [name = "", value = ""] = location.hash.slice(1).split("=", 2);
  history.replaceState(null, "", location.pathname);
  return [name, decodeURIComponent(value)];
}

export function ProviderPage(_: { id: string }) {
  const fragment = useSignal<[string, string] | null>(null);
  useEffect(() => {
    fragment.value = takeFragment();
  }, []);
  const [what, value] = fragment.value ?? ["", ""];
  if (!fragment.value) return <Skeleton lines={2} />;
  if (what === "entered") return <Entering />;
  if (what === "confirm") return <Agree ticket={value} />;
  if (what === "link") return <FollowLink token={value} />;
  if (what === "proved") return <Proved />;
  if (what === "unproved") return <Unproved why={value as LoginRefusal} />;
  return <Refused why={(value || "state") as LoginRefusal} />;
}

const Back = () => <p><a href="/login">{t("logins.back")}</a></p>;

function Entering() {
  const failed = useSignal(false);
  useEffect(() => {
    pageTitle.value = t("logins.title");
    loadMe().then(
      () => (me.value ? navigate("/", { replace: true }) : (failed.value = true)),
      () => (failed.value = true),
    );
  }, []);
  return failed.value ? <Refused why="session_over" /> : <div class="lone-card" aria-busy="true"><p role="status">{t("logins.entering")}</p></div>;
}

// After a fresh proof: back to the page that asked for it. What was typed there is gone. No new proof is asked for a
// while.
function Proved() {
  useEffect(() => {
    toast(t("logins.proved"));
    navigate(wayBack.take(), { replace: true });
  }, []);
  return null;
}

function Unproved(props: { why: LoginRefusal }) {
  const back = useSignal("/");
  useEffect(() => {
    pageTitle.value = t("logins.unproved");
    back.value = wayBack.take();
  }, []);
  return (
    <div class="lone-card">
      <p class="brand big">connlog</p>
      <h1>{t("logins.unproved")}</h1>
      <p role="alert">{word("refused", props.why)}</p>
      <p><a href={back.value}>{t("logins.unproved_back")}</a></p>
    </div>
  );
}

function Refused(props: { why: LoginRefusal }) {
  useEffect(() => {
    pageTitle.value = t("logins.refused");
  }, []);
  return (
    <div class="lone-card">
      <p class="brand big">connlog</p>
      <h1>{t("logins.refused")}</h1>
      <p role="alert">{word("refused", props.why)}</p>
      <Back />
    </div>
  );
}

function Agree(props: { ticket: string }) {
  const waiting = useQueryOnce<Waiting>("/login/providers/confirmation", { ticket: props.ticket });
  const form = useForm();
  const password = useSignal("");
  const sent = useSignal(false);
  const data = waiting.data.value;
  useEffect(() => {
    if (data) pageTitle.value = t("logins.confirm_title", { provider: data.provider });
  }, [data]);
  if (waiting.error.value) return <Refused why="state" />;
  if (!data) return <Skeleton lines={3} />;
  return (
    <div class="lone-card">
      <p class="brand big">connlog</p>
      <h1>{t("logins.confirm_title", { provider: data.provider })}</h1>
      <p>{t("logins.confirm_text", { mail: data.mail, provider: data.provider })}</p>
      {sent.value ? <p role="status">{t("logins.confirm_sent", { mail: data.mail, provider: data.provider })}</p> : (
        <Form
          state={form}
          spoken={t("logins.confirm_title", { provider: data.provider })}
          onSubmit={async () => {
            const answer = await call<{ entered: boolean; second_factor: { ticket: string } | null }>("/login/providers/confirm", { method: "POST", body: { ticket: props.ticket, password: password.value } });
            if (answer.second_factor) {
              location.assign(`/login#second_factor=${answer.second_factor.ticket}`);
              return;
            }
            await loadMe();
            navigate("/", { replace: true });
          }}
        >
          {data.has_password && (
            <Field text={t("logins.password")}>
              {(attributes) => (
                <input {...attributes} type="password" name="password" autoComplete="current-password" required autoFocus value={password.value}
                  onInput={(event) => (password.value = event.currentTarget.value)} />
              )}
            </Field>
          )}
          <div class="form-actions">
            {data.has_password && <button type="submit" class="button primary wide" disabled={form.busy.value}>{t("logins.confirm_action")}</button>}
            {data.can_mail && (
              <button type="button" class="button wide" disabled={form.busy.value} onClick={async () => {
                form.error.value = null;
                try {
                  await call("/login/providers/confirm-mail", { method: "POST", body: { ticket: props.ticket } });
                  sent.value = true;
                } catch (failure) {
                  if (!(failure instanceof ApiError)) throw failure;
                  form.error.value = failure;
                }
              }}>{t(data.has_password ? "logins.confirm_mail" : "logins.confirm_mail_only")}</button>
            )}
          </div>
        </Form>
      )}
      <Back />
    </div>
  );
}

// The link takes effect by a click, because mail programs open links by themselves.
function FollowLink(props: { token: string }) {
  const form = useForm();
  const provider = useSignal("");
  useEffect(() => {
    pageTitle.value = t("logins.link_title");
  }, []);
  return (
    <div class="lone-card">
      <p class="brand big">connlog</p>
      <h1>{t("logins.link_title")}</h1>
      {provider.value ? <p role="status">{t("logins.link_done", { provider: provider.value })}</p> : (
        <Form
          state={form}
          spoken={t("logins.link_title")}
          onSubmit={async () => {
            provider.value = (await call<{ provider: string }>("/login/providers/confirm-link", { method: "POST", body: { token: props.token } })).provider;
          }}
        >
          <p>{t("logins.link_text")}</p>
          <div class="form-actions">
            <button type="submit" class="button primary wide" disabled={form.busy.value}>{t("logins.link_action")}</button>
          </div>
        </Form>
      )}
      <Back />
    </div>
  );
}
