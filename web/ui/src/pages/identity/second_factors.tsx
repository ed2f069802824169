// Account: the second factors (an authenticator application, passkeys) and recovery codes.
import type { ComponentType } from "preact";
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import texts from "../../catalogue/en.factors.json";
import { call, loadMe, me } from "../../lib/api";
import { learn, t, tx } from "../../lib/i18n";
import { makePasskey, passkeyFits, type NewPasskeyOptions } from "./passkey";
import { passkeysHere } from "./passkeys_here";
import { useQuery } from "../../lib/query";
import { Time } from "../../lib/time";
import { CopyBox, copyText, Field, Loaded, Panel } from "../../parts/basics";
import { attempt, Confirm, Dialog, toast } from "../../parts/dialog";
import { Form, useForm } from "../../parts/form";
import { Icon } from "../../parts/icon";
import { AccountShell } from "../../shell/account_shell";

learn(texts);

interface Passkey {
  id: string;
  name: string;
  backed_up: boolean;
  created_at: string;
  last_used_at: string | null;
}

interface Factors {
  totp: { confirmed_at: string; last_used_at: string | null } | null;
  recovery: { left: number; of: number; made_at: string | null };
  passkeys: Passkey[];
  passkeys_possible: boolean;
  required_by: { id: string; name: string; slug: string }[];
}

const kCodesLow = 3;

export function SecondFactors(_: { id: string }) {
  const query = useQuery<Factors>("/account/factors");
  const codes = useSignal<string[]>([]);
  // After every change: asks for the list again, and for what the shell's notice shows.
  const changed = async (fresh: string[] = []) => {
    codes.value = fresh;
    await Promise.all([query.refetch(), loadMe()]);
  };
  return (
    <AccountShell title={t("account.security")}>
      <Loaded query={query} lines={5} height={64}>
        {(factors) => (
          <div class="stack narrow">
            {factors.required_by.length > 0 && (
              <p class="note">{t(factors.totp || factors.passkeys.length > 0 ? "factors.required_by" : "factors.wanted_by", { names: factors.required_by.map((each) => each.name).join(", ") })}</p>
            )}
            <Application factors={factors} changed={changed} />
            <Passkeys factors={factors} changed={changed} />
            <Codes factors={factors} changed={changed} />
          </div>
        )}
      </Loaded>
      {codes.value.length > 0 && <FreshCodes codes={codes.value} onClose={() => (codes.value = [])} />}
    </AccountShell>
  );
}

type PartProps = { factors: Factors; changed: (codes?: string[]) => Promise<void> };
const count = (factors: Factors) => factors.passkeys.length + (factors.totp ? 1 : 0);

function Application({ factors, changed }: PartProps) {
  const offer = useSignal<{ secret: string; url: string } | null>(null);
  const removing = useSignal(false);
  const begin = () => attempt(async () => {
    offer.value = await call("/account/factors/totp", { method: "POST" });
  });
  return (
    <Panel
      title={t("factors.application")}
      actions={factors.totp ? (
        <>
          <button type="button" class="button small" onClick={() => void begin()}>{t("factors.replace")}</button>
          <button type="button" class="button small danger-quiet" onClick={() => (removing.value = true)}>{t("factors.remove")}</button>
        </>
      ) : undefined}
    >
      {factors.totp ? (
        <p>
          {tx("factors.application_set", { when: <Time at={factors.totp.confirmed_at} /> })}{" "}
          {factors.totp.last_used_at && tx("factors.application_used", { when: <Time at={factors.totp.last_used_at} /> })}
        </p>
      ) : (
        <>
          <p class="quiet">{t("factors.application_none")}</p>
          <div class="form-actions spaced-top">
            <button type="button" class="button primary" onClick={() => void begin()}>{t("factors.setup")}</button>
          </div>
        </>
      )}
      {offer.value && (
        <SetUp offer={offer.value} onClose={() => (offer.value = null)} onDone={async (codes) => {
          offer.value = null;
          toast(t("factors.totp_done"));
          await changed(codes);
        }} />
      )}
      {removing.value && (
        <Confirm title={t("factors.remove_title")} danger action={t("factors.remove")} onClose={() => (removing.value = false)}
          text={<>{t("factors.remove_text")} {count(factors) === 1 && <strong>{t("factors.last")}</strong>}</>}
          onConfirm={async () => {
            await call("/account/factors/totp", { method: "DELETE" });
            toast(t("factors.totp_removed"));
            await changed();
          }} />
      )}
    </Panel>
  );
}

function SetUp(props: { offer: { secret: string; url: string }; onClose: () => void; onDone: (codes: string[]) => Promise<void> }) {
  const form = useForm();
  const code = useSignal("");
  const Qr = useSignal<ComponentType<{ text: string; spoken: string }> | null>(null);
  useEffect(() => void import("./qr").then((module) => (Qr.value = module.QrCode)), []);
  const Drawn = Qr.value;
  return (
    <Dialog title={t("factors.setup_title")} onClose={props.onClose}>
      <p>{t("factors.setup_text")}</p>
      <div class="qr-place">{Drawn && <Drawn text={props.offer.url} spoken={t("factors.qr")} />}</div>
      <CopyBox text={props.offer.secret.replace(/(.{4})(?=.)/g, "$1 ")} spoken={t("factors.secret")} id="totp-secret" />
      <Form state={form} fields={["code"]} spoken={t("factors.setup_title")} onSubmit={async () => {
        const { recovery_codes } = await call<{ recovery_codes: string[] }>("/account/factors/totp/confirm", { method: "POST", body: { code: code.value } });
        await props.onDone(recovery_codes);
      }}>
        <Field text={t("factors.setup_code")} error={form.fieldError("code")}>
          {(attributes) => (
            <input {...attributes} type="text" name="code" inputMode="numeric" autoComplete="one-time-code" required autoFocus maxLength={10} value={code.value}
              onInput={(event) => (code.value = event.currentTarget.value)} />
          )}
        </Field>
        <div class="form-actions">
          <button type="submit" class="button primary" disabled={form.busy.value}>{t("factors.setup_confirm")}</button>
          <button type="button" class="button" onClick={props.onClose}>{t("confirm.cancel")}</button>
        </div>
      </Form>
    </Dialog>
  );
}

// Why passkeys cannot be used at this address, or null.
function obstacle(factors: Factors): string | null {
  const host = new URL(me.value?.server.public_url ?? location.href).hostname;
  if (!factors.passkeys_possible) return t("passkey.not_on_server");
  if (!passkeysHere()) return t("passkey.none");
  return passkeyFits(host) ? null : t("passkey.other_address", { host });
}

function Passkeys({ factors, changed }: PartProps) {
  const adding = useSignal(false);
  const renaming = useSignal<Passkey | null>(null);
  const removing = useSignal<Passkey | null>(null);
  const why = obstacle(factors);
  const add = why === null && (
    <button type="button" class="button primary" onClick={() => (adding.value = true)}><Icon name="plus" />{t("factors.passkey_add")}</button>
  );
  return (
    <Panel title={t("factors.passkeys")} actions={factors.passkeys.length > 0 ? add || undefined : undefined}>
      {why && <p class="note">{why}</p>}
      {factors.passkeys.length === 0 ? (
        <>
          <p class="quiet">{t("factors.passkeys_none")}</p>
          {add && <div class="form-actions spaced-top">{add}</div>}
        </>
      ) : (
        <table class="table" aria-label={t("factors.passkeys")}>
          <thead>
            <tr>
              <th scope="col">{t("factors.name")}</th>
              <th scope="col" class="wide-only">{t("factors.added")}</th>
              <th scope="col">{t("factors.last_used")}</th>
              <th scope="col" class="number"><span class="hidden">{t("factors.passkey_rename")}</span></th>
            </tr>
          </thead>
          <tbody>
            {factors.passkeys.map((key) => (
              <tr key={key.id}>
                <td>{key.name}{key.backed_up && <span class="under">{t("factors.synced")}</span>}</td>
                <td class="wide-only"><Time at={key.created_at} /></td>
                <td>{key.last_used_at ? <Time at={key.last_used_at} /> : <span class="quiet">{t("factors.never")}</span>}</td>
                <td class="number">
                  <span class="row-acts">
                    <button type="button" class="button small" onClick={() => (renaming.value = key)}>{t("factors.passkey_rename")}<span class="hidden"> ({key.name})</span></button>
                    <button type="button" class="button small danger-quiet" onClick={() => (removing.value = key)}>{t("factors.remove")}<span class="hidden"> ({key.name})</span></button>
                  </span>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {adding.value && (
        <Name title={t("factors.passkey_add")} text={t("factors.passkey_next")} action={t("factors.passkey_add")} name="" onClose={() => (adding.value = false)}
          onName={async (name) => {
            const options = await call<NewPasskeyOptions>("/account/passkeys/options", { method: "POST" });
            const made = await makePasskey(options);
            const { recovery_codes } = await call<{ recovery_codes: string[] }>("/account/passkeys", { method: "POST", body: { name, ...made } });
            adding.value = false;
            toast(t("factors.passkey_added"));
            await changed(recovery_codes);
          }} />
      )}
      {renaming.value && (
        <Name title={t("factors.passkey_rename_title")} action={t("form.save")} name={renaming.value.name} onClose={() => (renaming.value = null)}
          onName={async (name) => {
            await call(`/account/passkeys/${renaming.value?.id}`, { method: "PATCH", body: { name } });
            renaming.value = null;
            await changed();
          }} />
      )}
      {removing.value && (
        <Confirm title={t("factors.passkey_remove_title")} danger action={t("factors.remove")} onClose={() => (removing.value = null)}
          text={<>{t("factors.passkey_remove_text", { name: removing.value.name })} {count(factors) === 1 && <strong>{t("factors.last")}</strong>}</>}
          onConfirm={async () => {
            await call(`/account/passkeys/${removing.value?.id}`, { method: "DELETE" });
            await changed();
          }} />
      )}
    </Panel>
  );
}

function Name(props: { title: string; text?: string; action: string; name: string; onClose: () => void; onName: (name: string) => Promise<void> }) {
  const form = useForm();
  const name = useSignal(props.name);
  return (
    <Dialog title={props.title} onClose={props.onClose}>
      {props.text && <p>{props.text}</p>}
      <Form state={form} fields={["name"]} spoken={props.title} onSubmit={() => props.onName(name.value.trim())}>
        <Field text={t("factors.name")} hint={t("factors.name_hint")} error={form.fieldError("name")}>
          {(attributes) => (
            <input {...attributes} type="text" name="name" required maxLength={60} autoComplete="off" autoFocus value={name.value}
              onInput={(event) => (name.value = event.currentTarget.value)} />
          )}
        </Field>
        <div class="form-actions">
          <button type="submit" class="button primary" disabled={form.busy.value}>{props.action}</button>
          <button type="button" class="button" onClick={props.onClose}>{t("confirm.cancel")}</button>
        </div>
      </Form>
    </Dialog>
  );
}

function Codes({ factors, changed }: PartProps) {
  const asking = useSignal(false);
  const { left, of, made_at } = factors.recovery;
  const any = count(factors) > 0;
  return (
    <Panel title={t("factors.codes")}
      actions={any ? <button type="button" class="button small" onClick={() => (asking.value = true)}>{t("factors.codes_new")}</button> : undefined}>
      {any && made_at ? <p>{tx("factors.codes_left", { n: left, of, when: <Time at={made_at} /> })}</p> : <p class="quiet">{t("factors.codes_none")}</p>}
      {any && left <= kCodesLow && <p class="note">{t("factors.codes_low")}</p>}
      {asking.value && (
        <Confirm title={t("factors.codes_new_title")} text={t("factors.codes_new_text")} action={t("factors.codes_new")} onClose={() => (asking.value = false)}
          onConfirm={async () => {
            const { recovery_codes } = await call<{ recovery_codes: string[] }>("/account/factors/recovery-codes", { method: "POST" });
            await changed(recovery_codes);
          }} />
      )}
    </Panel>
  );
}

function FreshCodes(props: { codes: string[]; onClose: () => void }) {
  const list = useRef<HTMLOListElement>(null);
  const text = `connlog ${location.host}\n${me.value?.user.mail ?? ""}\n\n${props.codes.join("\n")}\n`;
  const download = () => {
    const url = URL.createObjectURL(new Blob([text], { type: "text/plain" }));
    const link = document.createElement("a");
    link.href = url;
    link.download = "connlog-recovery-codes.txt";
    link.click();
    URL.revokeObjectURL(url);
  };
  return (
    <Dialog title={t("factors.codes_title")} onClose={props.onClose}>
      <p>{t("factors.codes_keep")}</p>
      <ol class="codes" ref={list}>
        {props.codes.map((code) => <li key={code}><code>{code}</code></li>)}
      </ol>
      <div class="form-actions">
        <button type="button" class="button" onClick={async () => {
          if (await copyText(text, list.current)) toast(t("copy.done"));
        }}><Icon name="copy" />{t("factors.codes_copy")}</button>
        <button type="button" class="button" onClick={download}>{t("factors.codes_download")}</button>
        <button type="button" class="button" onClick={() => print()}>{t("factors.codes_print")}</button>
      </div>
      <div class="form-actions">
        <button type="button" class="button primary" onClick={props.onClose}>{t("factors.codes_stored")}</button>
      </div>
    </Dialog>
  );
}
