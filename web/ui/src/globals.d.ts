// The build (build.mjs) defines these.
declare const WORKER_URL: string;
declare const LICENCES_URL: string;

declare module "*.css";

// The Trusted Types that we use. TypeScript's DOM library does not have them yet.
interface TrustedTypePolicy {
  createScriptURL(url: string): URL;
}
interface Window {
  trustedTypes?: {
    createPolicy(name: string, rules: { createScriptURL(url: string): string }): TrustedTypePolicy;
  };
}
