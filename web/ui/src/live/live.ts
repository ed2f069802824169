// Live data for the page. A browser has one stream, which the SharedWorker reads. Without SharedWorkers one leading tab
// (by Web Locks) reads it and passes it on by BroadcastChannel. Where neither exists, or no stream comes, the queries
// poll. `sign` says which of these is so, and how old the data is.
import { computed, effect, signal } from "@preact/signals";
import { me } from "../lib/api";
import { now } from "../lib/time";
import { EventStream, type StreamState } from "./stream";

export interface LiveEvent {
  name: string;
  data: Record<string, unknown>;
}
type Listener = (event: LiveEvent) => void;
type Message =
  | { kind: "event"; name: string; data: string }
  | { kind: "state"; state: StreamState; resumed: boolean }
  | { kind: "alive"; at: number };

const state = signal<StreamState>("connecting");
const aliveAt = signal(0);
const changedAt = signal(Date.now()); // when `state` last changed
const listeners = new Set<Listener>();

// How often queries ask while there is no stream.
const kPollAfterMs = 8_000;
export const kPollEveryMs = 10_000;

export const polledAt = signal(0);
export const polling = computed(() => state.value !== "live" && now.value - changedAt.value > kPollAfterMs);

export type Sign = { kind: "live" } | { kind: "connecting" } | { kind: "late"; seconds: number; polling: boolean };
export const sign = computed<Sign>(() => {
  if (state.value === "live") return { kind: "live" };
  const freshest = Math.max(aliveAt.value, polledAt.value);
  if (freshest === 0) return { kind: "connecting" };
  const seconds = Math.max(0, Math.round((now.value - freshest) / 1000));
  return { kind: "late", seconds, polling: polling.value };
});

export function onLive(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function emit(name: string, data: Record<string, unknown>): void {
  for (const listener of [...listeners]) listener({ name, data });
}

function take(message: Message): void {
  if (message.kind === "event") {
    try {
      emit(message.name, JSON.parse(message.data) as Record<string, unknown>);
    } catch {
      // An event whose data is no JSON is left out.
    }
  } else if (message.kind === "alive") {
    aliveAt.value = message.at;
  } else {
    const before = state.peek();
    if (before !== message.state) changedAt.value = Date.now();
    state.value = message.state;
    if (message.state === "live") aliveAt.value = Date.now();
    // Events of the interruption may be lost, so everything that is shown is asked for again.
    if (message.state === "live" && (message.resumed || before === "reconnecting")) emit("resync", {});
    if (message.state === "signed_out" && me.peek()) emit("signed_out", {});
  }
}

let say: ((what: "start" | "restart" | "hurry" | "stop" | "bye") => void) | null = null;

function throughWorker(): boolean {
  if (typeof SharedWorker === "undefined") return false;
  try {
    // The only Trusted Types policy of this page. The content security policy allows no other.
    const policy = window.trustedTypes?.createPolicy("connlog", {
      createScriptURL: (url) => {
        if (url !== WORKER_URL) throw new TypeError("only the live worker");
        return url;
      },
    });
    const url = policy ? policy.createScriptURL(WORKER_URL) : WORKER_URL;
    const worker = new SharedWorker(url as string | URL, { name: "connlog-live" });
    worker.port.onmessage = (message: MessageEvent<Message>) => take(message.data);
    worker.port.start();
    say = (what) => worker.port.postMessage(what);
    return true;
  } catch {
    return false;
  }
}

function throughLeader(): boolean {
  if (typeof BroadcastChannel === "undefined" || !("locks" in navigator)) return false;
  const channel = new BroadcastChannel("connlog-live");
  let stream: EventStream | null = null;
  channel.onmessage = (message: MessageEvent<Message | { kind: "ask"; what: string }>) => {
    if (message.data.kind !== "ask") take(message.data);
    else if (stream && message.data.what === "restart") stream.restart(true);
  };
  const pass = (message: Message) => {
    take(message);
    channel.postMessage(message);
  };
  void navigator.locks.request("connlog-live", () => {
    stream = new EventStream({
      event: (name, data) => pass({ kind: "event", name, data }),
      state: (next, resumed) => pass({ kind: "state", state: next, resumed }),
      alive: () => pass({ kind: "alive", at: Date.now() }),
    });
    stream.start();
    return new Promise<void>(() => {}); // the tab leads until it closes
  });
  say = (what) => {
    if (what === "restart") {
      if (stream) stream.restart(true);
      else channel.postMessage({ kind: "ask", what });
    } else if (what === "stop") {
      stream?.stop();
    } else if (what === "hurry" && state.peek() === "reconnecting") {
      stream?.restart(false);
    } else if (what === "start") {
      stream?.start();
    }
  };
  return true;
}

let person: string | null = null;

export function startLive(): void {
  const found = throughWorker() || throughLeader();
  if (!found) state.value = "reconnecting";
  effect(() => {
    const next = me.value?.user.id ?? null;
    if (next === person) return;
    if (next === null) say?.("stop");
    else if (person === null) say?.("start");
    else say?.("restart");
    if (next !== null && state.peek() === "signed_out") say?.("restart");
    person = next;
  });
  addEventListener("online", () => say?.("hurry"));
  addEventListener("pagehide", () => say?.("bye"));
  addEventListener("pageshow", (event) => {
    if (event.persisted && person) location.reload(); // from the back-forward cache, where the port was closed
  });
}
