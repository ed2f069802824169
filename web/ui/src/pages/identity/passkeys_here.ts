// Whether this browser can use passkeys at this address. Over plain http that needs loopback. It stands apart from
// passkey.ts because the first screen asks it.
export const passkeysHere = (): boolean => isSecureContext && "PublicKeyCredential" in window;
