// All agents of the workspace, kept fresh by live events: heartbeats are gathered and shown twice a second, so that a
// thousand agents cost two renderings a second and not a hundred.
import { batch, effect, signal } from "@preact/signals";
import { kPollEveryMs, onLive, polling, polledAt } from "../live/live";
import { all, ApiError, call, me } from "./api";
import type { Agent, AgentState, Latest } from "./types";
import { api, workspace } from "./workspace";

export const agents = signal<ReadonlyMap<string, Agent>>(new Map());
export const agentsLoaded = signal(false);
export const agentsError = signal<ApiError | null>(null);
export const agentsAt = signal(0);

const kPage = 200;
const kShowEveryMs = 500;
const kMostSingles = 5; // more changed agents than this: ask for the list

let loadedFor: string | null = null;
let loading: AbortController | null = null;
let askedAt = 0;

export async function loadAgents(force = false): Promise<void> {
  const id = workspace.peek()?.id;
  if (!id) return;
  if (loadedFor !== id) {
    agents.value = new Map();
    agentsLoaded.value = false;
    loadedFor = id;
  } else if (!force && (agentsLoaded.peek() || loading)) {
    return;
  }
  loading?.abort();
  const abort = new AbortController();
  loading = abort;
  askedAt = Date.now();
  try {
    await all<Agent>(api(`/agents?limit=${kPage}`), (items, done) => {
      if (abort.signal.aborted) return;
      // While pages still come, what is known already stays.
      const next = done ? new Map<string, Agent>() : new Map(agents.peek());
      for (const agent of items) next.set(agent.id, agent);
      batch(() => {
        agents.value = next;
        agentsLoaded.value = agentsLoaded.peek() || done;
        agentsError.value = null;
        agentsAt.value = Date.now();
        polledAt.value = Date.now();
      });
    }, abort.signal);
  } catch (failure) {
    if (!abort.signal.aborted && failure instanceof ApiError) agentsError.value = failure;
  } finally {
    if (loading === abort) loading = null;
  }
}

// The next reader in this tab may see fewer agents.
effect(() => {
  if (me.value !== null) return;
  loading?.abort();
  loading = null;
  loadedFor = null;
  batch(() => {
    agents.value = new Map();
    agentsLoaded.value = false;
    agentsError.value = null;
  });
});

export function putAgent(agent: Agent): void {
  const next = new Map(agents.peek());
  next.set(agent.id, agent);
  agents.value = next;
}

export function dropAgent(id: string): void {
  const next = new Map(agents.peek());
  next.delete(id);
  agents.value = next;
}

const beats = new Map<string, { state: AgentState; last_seen_at: string; latest?: Latest }>();
const changed = new Set<string>();
let timer: ReturnType<typeof setTimeout> | null = null;

async function refresh(id: string): Promise<void> {
  const asked = loadedFor;
  try {
    const agent = await call<Agent>(api(`/agents/${id}`));
    if (asked === loadedFor) putAgent(agent);
  } catch (failure) {
    if (asked === loadedFor && failure instanceof ApiError && (failure.status === 404 || failure.status === 410)) dropAgent(id);
  }
}

function show(): void {
  timer = null;
  // The reader has gone to another workspace in the meantime, where these are not.
  if (workspace.peek()?.id !== loadedFor) {
    beats.clear();
    changed.clear();
    loadedFor = null; // loaded anew when they come back
    return;
  }
  if (beats.size > 0) {
    const next = new Map(agents.peek());
    for (const [id, beat] of beats) {
      const agent = next.get(id);
      if (!agent) continue;
      next.set(id, {
        ...agent,
        state: beat.state,
        last_seen_at: beat.last_seen_at,
        latest: beat.latest ?? agent.latest,
        offline_since: beat.state === "down" ? agent.offline_since : null,
      });
    }
    beats.clear();
    agents.value = next;
  }
  if (changed.size > kMostSingles) void loadAgents(true);
  else for (const id of changed) void refresh(id);
  changed.clear();
}

onLive((event) => {
  if (event.name === "resync" || event.name === "storage.changed") {
    if (loadedFor) void loadAgents(true); // with storage.changed the states of all change at once
    return;
  }
  const id = event.data.agent_id;
  if (typeof id !== "string" || event.data.workspace_id !== loadedFor) return;
  if (event.name === "agent.heartbeat") {
    if (!agents.peek().has(id)) changed.add(id);
    else beats.set(id, event.data as unknown as { state: AgentState; last_seen_at: string; latest?: Latest });
  } else if (event.name === "agent.changed" || event.name.startsWith("incident.")) {
    changed.add(id);
  } else {
    return;
  }
  timer ??= setTimeout(show, kShowEveryMs);
});

setInterval(() => {
  if (loadedFor && polling.peek() && Date.now() - askedAt > kPollEveryMs && document.visibilityState === "visible") void loadAgents(true);
}, 1000);
