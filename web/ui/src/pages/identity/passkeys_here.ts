// Whether this browser can use passkeys at this address at all: over plain http beyond this machine there are none.
export const passkeysHere = (): boolean => isSecureContext && "PublicKeyCredential" in window;
