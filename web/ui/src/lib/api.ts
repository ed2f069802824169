// Requests to /api/v1. This file handles the CSRF token, problem+json, lost sessions and idempotency keys.
// Every failure becomes an ApiError whose message can be shown to the reader.
import { signal } from "@preact/signals";
import { t } from "./i18n";
import type { List, Me, StorageOutage } from "./types";

export class ApiError extends Error {
  constructor(
    message: string,
    readonly status: number, // 0: no answer at all
    readonly code: string,
    readonly field: string | null = null,
    readonly retryAfter: number | null = null,
  ) {
    super(message);
  }
}

// undefined: not asked yet; null: not signed in.
export const me = signal<Me | null | undefined>(undefined);

// True: the reader must agree to the administrator's texts first. The server refuses everything else.
export const mustAgree = signal(false);

// Set while the reader is asked for a fresh proof (pages/identity/proof.tsx). The dialog calls it with the outcome.
export const stepUp = signal<((proved: boolean) => void) | null>(null);
let asking: Promise<boolean> | null = null;

// All requests that wait for a proof share one dialog.
function askWhoItIs(): Promise<boolean> {
  asking ??= new Promise<boolean>((done) => (stepUp.value = done)).finally(() => {
    stepUp.value = null;
    asking = null;
  });
  return asking;
}

// Server time minus the browser's, in milliseconds: "12 s ago" must not depend on the reader's clock.
export const clockSkew = signal(0);

const kTimeoutMs = 30_000;

export function newKey(): string {
  // crypto.randomUUID is missing over plain http beyond loopback, crypto.getRandomValues is not.
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function problem(response: Response): Promise<ApiError> {
  let body: Record<string, unknown> = {};
  try {
    body = (await response.json()) as Record<string, unknown>;
  } catch {
    // The answer is no problem document, so only its status is known.
  }
  const text = (name: string) => (typeof body[name] === "string" ? (body[name] as string) : "");
  const retry = Number(body.retry_after ?? response.headers.get("Retry-After"));
  let message = text("detail") || text("title") || t("error.status", { status: response.status });
  if (text("code") === "legal_acceptance_required") mustAgree.value = true;
  if (response.status === 429 && retry > 0) message = t("error.slow_down", { seconds: retry });
  return new ApiError(message, response.status, text("code"), text("field") || null, retry > 0 ? retry : null);
}

interface Options {
  method?: string;
  body?: unknown;
  version?: number;
  key?: string;
  signal?: AbortSignal;
  timeoutMs?: number;
}

async function once(path: string, options: Options): Promise<Response> {
  const headers: Record<string, string> = { Accept: "application/json" };
  const method = options.method ?? "GET";
  if (options.body !== undefined) headers["Content-Type"] = "application/json";
  if (method !== "GET" && me.value) headers["X-CSRF-Token"] = me.value.csrf_token;
  if (options.version !== undefined) headers["If-Match"] = `"${options.version}"`;
  if (options.key) headers["Idempotency-Key"] = options.key;
  const timeout = new AbortController();
  const timer = setTimeout(() => timeout.abort(), options.timeoutMs ?? kTimeoutMs);
  options.signal?.addEventListener("abort", () => timeout.abort(), { once: true });
  try {
    return await fetch(`/api/v1${path}`, {
      method,
      headers,
      body: options.body === undefined ? null : JSON.stringify(options.body),
      credentials: "same-origin",
      cache: "no-store",
      redirect: "error",
      signal: timeout.signal,
    });
  } catch (cause) {
    if (options.signal?.aborted) throw cause;
    const message = timeout.signal.aborted ? t("error.timeout") : t("error.unreachable");
    throw new ApiError(message, 0, timeout.signal.aborted ? "timeout" : "unreachable");
  } finally {
    clearTimeout(timer);
  }
}

export async function call<T>(path: string, options: Options = {}): Promise<T> {
  let response = await once(path, options);
  if (response.status === 403 && me.value) {
    const failure = await problem(response);
    if (failure.code === "step_up_required") {
      if (!(await askWhoItIs())) throw new ApiError(t("step_up.cancelled"), 403, "step_up_cancelled");
    } else if (failure.code === "csrf" && options.method) {
      // Another tab may have signed in again, with a new token for both. Ask for it and try once more.
      await loadMe();
    } else {
      // The workspace has begun to require a second factor. The shell says what to do.
      if (failure.code === "second_factor_required" && !path.startsWith("/me")) void loadMe();
      throw failure;
    }
    response = await once(path, options);
  }
  if (!response.ok) {
    const failure = await problem(response);
    if (response.status === 401 && me.value) me.value = null;  // the shell shows the login page
    throw failure;
  }
  if (response.status === 204) return undefined as T;
  const text = await response.text();
  return (text ? JSON.parse(text) : undefined) as T;
}

// Set while the appliance can store nothing. It comes with the answer to "who am I" and with a live event.
export const storage = signal<StorageOutage | null>(null);

export function adoptMe(value: Me): void {
  storage.value = value.server.storage;
  clockSkew.value = Date.parse(value.server.now) - Date.now() || 0;
  me.value = value;
}

export async function loadMe(): Promise<void> {
  try {
    adoptMe(await call<Me>("/me"));
  } catch (failure) {
    if (failure instanceof ApiError && failure.status === 401) me.value = null;
    else throw failure;
  }
}

// Follows the cursor to the end. `page` is called after each page, so that long lists appear as they arrive.
export async function all<T>(path: string, page: (items: T[], done: boolean) => void, stop?: AbortSignal): Promise<void> {
  const items: T[] = [];
  let after: string | null = null;
  do {
    const glue: string = path.includes("?") ? "&" : "?";
    const address: string = after ? `${path}${glue}after=${encodeURIComponent(after)}` : path;
    const list: List<T> = await call<List<T>>(address, { signal: stop });
    items.push(...list.items);
    after = list.next;
    page(items.slice(), after === null);
  } while (after !== null);
}
