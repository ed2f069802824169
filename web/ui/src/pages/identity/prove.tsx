// The form in which a person proves who they are, by password, code, passkey or login provider. The second step of
// signing in and the dialog for a fresh proof use it.
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { ApiError } from "../../lib/api";
import { t } from "../../lib/i18n";
import { passkeyFits, usePasskey, type PasskeyRequest } from "./passkey";
import { Field } from "../../parts/basics";
import { Form, useForm } from "../../parts/form";
import { Icon } from "../../parts/icon";

export type Method = "password" | "totp" | "recovery" | "passkey" | "provider";
export interface Offer {
  methods: Method[];
  passkey: PasskeyRequest | null;
  providers?: { id: string; name: string }[]; // a login at one of these is a proof
}

const usable = (offer: Offer): Method[] => offer.methods.filter((method) => method !== "passkey" || (offer.passkey && passkeyFits(offer.passkey.rp_id)));

export function Prove(props: { offer: Offer; action: string; onProof: (proof: Record<string, unknown>) => Promise<void>; onBack?: () => void; back?: string; onProvider?: (id: string) => Promise<void> }) {
  const methods = usable(props.offer);
  const chosen = useSignal<Method | null>(null);
  const typed = useSignal("");
  const form = useForm();
  const method = chosen.value ?? methods[0];
  // The form appears after its dialog, when the methods are known. The browser's own autofocus comes too early for
  // that.
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => box.current?.querySelector<HTMLElement>("input, button")?.focus(), [method]);
  const back = props.onBack && <button type="button" class="button" onClick={props.onBack}>{props.back}</button>;

  const providers = props.onProvider ? props.offer.providers ?? [] : [];
  const leave = async (id: string) => {
    form.busy.value = true;
    form.error.value = null;
    try {
      await props.onProvider?.(id);
    } catch (failure) {
      if (!(failure instanceof ApiError)) throw failure;
      form.error.value = failure;
    } finally {
      form.busy.value = false;
    }
  };
  if (method === "provider" && providers.length > 0) {
    return (
      <div ref={box}>
        <p>{t("proof.provider_text")}</p>
        {form.error.value && <p class="field-error" role="alert">{form.error.value.message}</p>}
        <div class="form-actions">
          {providers.map((each, index) => (
            <button key={each.id} type="button" class={index === 0 ? "button primary" : "button"} disabled={form.busy.value} onClick={() => void leave(each.id)}><Icon name="key" />{t("proof.provider_action", { name: each.name })}</button>
          ))}
          {back}
        </div>
      </div>
    );
  }
  if (!method || method === "provider") {
    const elsewhere = !method && props.offer.passkey;
    return (
      <>
        <p class="note">{method ? t("proof.provider") : elsewhere ? t("passkey.other_address", { host: elsewhere.rp_id }) : t("proof.gone")}</p>
        {back && <div class="form-actions">{back}</div>}
      </>
    );
  }
  const send = async () => {
    const proof = method === "passkey"
      ? { method, passkey: await usePasskey(props.offer.passkey as PasskeyRequest) }
      : method === "password" ? { method, password: typed.value } : { method, code: typed.value.trim() };
    try {
      await props.onProof(proof);
    } catch (failure) {
      // The message about a wrong code belongs to the field; others stand above the button.
      if (failure instanceof ApiError && failure.code === "bad_factor" && method !== "passkey") throw new ApiError(failure.message, failure.status, failure.code, "code");
      throw failure;
    }
  };
  const input = {
    name: "code", required: true, autoFocus: true, value: typed.value,
    onInput: (event: { currentTarget: HTMLInputElement }) => (typed.value = event.currentTarget.value),
  };
  return (
    <div ref={box}>
    <Form state={form} spoken={t("proof.form")} fields={["code"]} onSubmit={send}>
      {method !== "passkey" && (
        <Field key={method} text={t(`factor.${method}`)} error={form.fieldError("code")}
          hint={method === "totp" ? t("proof.totp_hint") : method === "recovery" ? t("proof.recovery_hint") : undefined}>
          {(attributes) => (
            method === "password"
              ? <input {...attributes} {...input} type="password" autoComplete="current-password" maxLength={1024} />
              : <input {...attributes} {...input} type="text" inputMode={method === "totp" ? "numeric" : "text"} autoCapitalize="off" spellcheck={false} maxLength={40}
                  autoComplete={method === "totp" ? "one-time-code" : "off"} />
          )}
        </Field>
      )}
      <div class="form-actions">
        <button type="submit" class="button primary" disabled={form.busy.value} autoFocus={method === "passkey"}>
          {method === "passkey" && <Icon name="key" />}
          {method === "passkey" ? t("proof.passkey_action") : props.action}
        </button>
        {back}
      </div>
      {(methods.length > 1 || providers.length > 0) && (
        <div class="proof-others">
          {methods.filter((each) => each !== method && each !== "password" && each !== "provider").map((each) => (
            <button key={each} type="button" class="link-button" onClick={() => {
              chosen.value = each;
              typed.value = "";
              form.error.value = null;
            }}>{t(`factor.use_${each as "totp" | "recovery" | "passkey"}`)}</button>
          ))}
          {providers.map((each) => (
            <button key={each.id} type="button" class="link-button" disabled={form.busy.value} onClick={() => void leave(each.id)}>
              {t("proof.provider_action", { name: each.name })}
            </button>
          ))}
        </div>
      )}
    </Form>
    </div>
  );
}
