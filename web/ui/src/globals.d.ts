// Put in by the build (build.mjs).
declare const WORKER_URL: string;
declare const LICENCES_URL: string;

declare module "*.css";

// Trusted Types, as far as we use them: TypeScript's DOM library does not know them yet.
interface TrustedTypePolicy {
  createScriptURL(url: string): URL;
}
interface Window {
  trustedTypes?: {
    createPolicy(name: string, rules: { createScriptURL(url: string): string }): TrustedTypePolicy;
  };
}
