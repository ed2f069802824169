// The second step of signing in, signing in with a passkey alone, and the dialog that asks for a fresh proof. They are
// loaded when one of them is needed.
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import texts from "../../catalogue/en.factors.json";
import { adoptMe, ApiError, call, stepUp } from "../../lib/api";
import { learn, t } from "../../lib/i18n";
import { passkeyFits, usePasskey, type PasskeyRequest } from "./passkey";
import { wayBack } from "../../lib/prefs";
import type { Me } from "../../lib/types";
import { Failure, pageTitle, Skeleton } from "../../parts/basics";
import { Dialog } from "../../parts/dialog";
import { Prove, type Offer } from "./prove";

learn(texts);

export interface Asked extends Offer {
  ticket: string;
}

export function SecondStep(props: { asked: Asked; onBack: (why?: ApiError) => void }) {
  useEffect(() => {
    pageTitle.value = t("proof.step_title");
  }, []);
  return (
    <div class="lone-card">
      <p class="brand big">connlog</p>
      <h1>{t("proof.step_title")}</h1>
      <p class="quiet">{t("proof.step_text")}</p>
      <Prove offer={props.asked} action={t("proof.step_action")} back={t("proof.back")} onBack={() => props.onBack()}
        onProof={async (proof) => {
          try {
            adoptMe(await call<Me>("/login/second-factor", { method: "POST", body: { ticket: props.asked.ticket, ...proof } }));
          } catch (failure) {
            if (!(failure instanceof ApiError) || failure.code !== "ticket_expired") throw failure;
            props.onBack(failure);
          }
        }} />
    </div>
  );
}

// For a login that began at a login provider and waits for the second step.
export async function secondStepOf(ticket: string): Promise<Asked> {
  return (await call<{ second_factor: Asked }>("/login/second-factor/options", { method: "POST", body: { ticket } })).second_factor;
}

export async function signInByPasskey(): Promise<void> {
  const { passkey } = await call<{ passkey: PasskeyRequest | null }>("/login/passkey/options", { method: "POST" });
  if (!passkey) throw new ApiError(t("passkey.not_on_server"), 0, "passkey");
  if (!passkeyFits(passkey.rp_id)) throw new ApiError(t("passkey.other_address", { host: passkey.rp_id }), 0, "passkey");
  adoptMe(await call<Me>("/login/passkey", { method: "POST", body: await usePasskey(passkey) }));
}

export function StepUp() {
  const offer = useSignal<Offer | null>(null);
  const error = useSignal<ApiError | null>(null);
  const load = async () => {
    error.value = null;
    try {
      offer.value = await call<Offer>("/step-up/options", { method: "POST" });
    } catch (failure) {
      error.value = failure as ApiError;
    }
  };
  useEffect(() => void load(), []);
  return (
    <Dialog title={t("proof.title")} onClose={() => stepUp.value?.(false)}>
      <p>{t("proof.text")}</p>
      {error.value && <Failure error={error.value} retry={() => void load()} />}
      {!offer.value && !error.value && <Skeleton lines={2} />}
      {offer.value && (
        <Prove offer={offer.value} action={t("proof.action")} back={t("confirm.cancel")} onBack={() => stepUp.value?.(false)}
          onProvider={async (id) => {
            // The browser goes to the provider's page; /provider leads back here.
            const { url } = await call<{ url: string }>("/step-up/provider", { method: "POST", body: { provider_id: id } });
            wayBack.keep();
            location.assign(url);
          }}
          onProof={async (proof) => {
            await call("/step-up", { method: "POST", body: proof });
            stepUp.value?.(true);
          }} />
      )}
    </Dialog>
  );
}
