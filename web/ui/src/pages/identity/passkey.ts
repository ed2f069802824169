// Translates passkeys between the browser's form and the API's (base64url in JSON). A refusal of the browser becomes an
// ApiError, which pages can show.
import { ApiError } from "../../lib/api";
import { t } from "../../lib/i18n";
import { passkeysHere } from "./passkeys_here";

export interface PasskeyRequest {
  challenge: string;
  rp_id: string;
  timeout_seconds: number;
  user_verification: "required" | "preferred";
  credentials: string[];
}

export interface NewPasskeyOptions {
  challenge: string;
  rp_id: string;
  rp_name: string;
  user_handle: string;
  user_name: string;
  user_display_name: string;
  timeout_seconds: number;
  exclude: string[];
}

function bytes(text: string): Uint8Array<ArrayBuffer> {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (character) => character.charCodeAt(0));
}

function text(buffer: ArrayBuffer): string {
  return btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

// Whether a passkey of this host can be used here: a passkey works at its own host only.
export const passkeyFits = (rpId: string): boolean => passkeysHere() && location.hostname === rpId;

const known = (ids: string[]): PublicKeyCredentialDescriptor[] => ids.map((id) => ({ type: "public-key", id: bytes(id) }));

function refusal(problem: unknown, rpId: string): ApiError {
  const name = problem instanceof DOMException ? problem.name : "";
  if (name === "InvalidStateError") return new ApiError(t("passkey.known"), 0, "passkey");
  if (name === "SecurityError") return new ApiError(t("passkey.other_address", { host: rpId }), 0, "passkey");
  return new ApiError(t("passkey.cancelled"), 0, "passkey");
}

export async function usePasskey(request: PasskeyRequest): Promise<Record<string, string>> {
  if (!passkeysHere()) throw new ApiError(t("passkey.none"), 0, "passkey");
  let credential;
  try {
    credential = (await navigator.credentials.get({
      publicKey: {
        challenge: bytes(request.challenge),
        rpId: request.rp_id,
        timeout: request.timeout_seconds * 1_000,
        userVerification: request.user_verification,
        allowCredentials: known(request.credentials),
      },
    })) as PublicKeyCredential;
  } catch (problem) {
    throw refusal(problem, request.rp_id);
  }
  const answer = credential.response as AuthenticatorAssertionResponse;
  return {
    credential_id: text(credential.rawId),
    client_data: text(answer.clientDataJSON),
    authenticator_data: text(answer.authenticatorData),
    signature: text(answer.signature),
    ...(answer.userHandle && answer.userHandle.byteLength > 0 ? { user_handle: text(answer.userHandle) } : {}),
  };
}

export async function makePasskey(options: NewPasskeyOptions): Promise<{ client_data: string; attestation: string }> {
  if (!passkeysHere()) throw new ApiError(t("passkey.none"), 0, "passkey");
  let credential;
  try {
    credential = (await navigator.credentials.create({
      publicKey: {
        challenge: bytes(options.challenge),
        rp: { id: options.rp_id, name: options.rp_name },
        user: { id: bytes(options.user_handle), name: options.user_name, displayName: options.user_display_name },
        pubKeyCredParams: [{ type: "public-key", alg: -8 }, { type: "public-key", alg: -7 }],
        timeout: options.timeout_seconds * 1_000,
        attestation: "none",
        authenticatorSelection: { residentKey: "preferred", userVerification: "preferred" },
        excludeCredentials: known(options.exclude),
      },
    })) as PublicKeyCredential;
  } catch (problem) {
    throw refusal(problem, options.rp_id);
  }
  const answer = credential.response as AuthenticatorAttestationResponse;
  return { client_data: text(answer.clientDataJSON), attestation: text(answer.attestationObject) };
}
