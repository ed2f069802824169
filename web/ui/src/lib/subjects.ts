// All subjects of the workspace that the reader sees, by id, kept fresh by live events: observations are gathered and
// shown twice a second, so that a thousand agents cost two renderings a second and not a hundred.
import { batch, computed, effect, signal } from "@preact/signals";
import { kPollEveryMs, onLive, polling, polledAt } from "../live/live";
import { all, ApiError, call, me } from "./api";
import { addressOf } from "./kinds";
import { isAgent, isGroup, type Agent, type Group, type Latest, type ShownState, type Subject } from "./types";
import { api, workspace } from "./workspace";

export const subjects = signal<ReadonlyMap<string, Subject>>(new Map());
export const subjectsLoaded = signal(false);
export const subjectsError = signal<ApiError | null>(null);
export const subjectsAt = signal(0);

export const agents = computed<readonly Agent[]>(() => [...subjects.value.values()].filter(isAgent));
export const groups = computed<readonly Group[]>(() => [...subjects.value.values()].filter(isGroup).sort((a, b) => a.name.localeCompare(b.name)));
export const tagsInSight = computed<string[]>(() => [...new Set([...subjects.value.values()].flatMap((each) => each.tags))].sort());
// "env=prod" and "env", which means any value.
export const labelsInSight = computed<string[]>(() => {
  const seen = new Set<string>();
  for (const each of subjects.value.values()) for (const [key, value] of Object.entries(each.labels)) seen.add(key).add(`${key}=${value}`);
  return [...seen].sort();
});

// Agents come with what only they have; the other kinds as subjects.
const lists = ["/agents?limit=200", "/subjects?kind=group&limit=200", "/subjects?kind=monitor&limit=200"];
const kShowEveryMs = 500;
const kMostSingles = 5; // more changed subjects than this: ask for the lists

let loadedFor: string | null = null;
let loading: AbortController | null = null;
let askedAt = 0;

export async function loadSubjects(force = false): Promise<void> {
  const id = workspace.peek()?.id;
  if (!id) return;
  if (loadedFor !== id) {
    subjects.value = new Map();
    subjectsLoaded.value = false;
    loadedFor = id;
  } else if (!force && (subjectsLoaded.peek() || loading)) {
    return;
  }
  loading?.abort();
  const abort = new AbortController();
  loading = abort;
  askedAt = Date.now();
  const received = new Map<string, Subject>();
  let left = lists.length;
  const take = (items: Subject[], done: boolean): void => {
    if (abort.signal.aborted) return;
    for (const each of items) received.set(each.id, each);
    if (done) left -= 1;
    batch(() => {
      // While pages still come, what is known already stays.
      subjects.value = left === 0 ? received : new Map([...subjects.peek(), ...received]);
      subjectsLoaded.value = subjectsLoaded.peek() || left === 0;
      subjectsError.value = null;
      subjectsAt.value = Date.now();
      polledAt.value = Date.now();
    });
  };
  try {
    await Promise.all(lists.map((path) => all<Subject>(api(path), take, abort.signal)));
  } catch (failure) {
    if (!abort.signal.aborted && failure instanceof ApiError) subjectsError.value = failure;
    abort.abort(); // the other list
  } finally {
    if (loading === abort) loading = null;
  }
}

// The next reader in this tab may see less.
effect(() => {
  if (me.value !== null) return;
  loading?.abort();
  loading = null;
  loadedFor = null;
  batch(() => {
    subjects.value = new Map();
    subjectsLoaded.value = false;
    subjectsError.value = null;
  });
});

export function putSubject(subject: Subject): void {
  subjects.value = new Map(subjects.peek()).set(subject.id, subject);
}

// Removed here: what is still said of it is not asked for.
const gone = new Set<string>();

export function dropSubject(id: string): void {
  gone.add(id);
  const next = new Map(subjects.peek());
  next.delete(id);
  subjects.value = next;
}

interface Beat {
  state: ShownState;
  last_seen_at: string | null;
  latest?: Latest | null;
}

const beats = new Map<string, Beat>();
const changed = new Set<string>();
let timer: ReturnType<typeof setTimeout> | null = null;

// The groups count the states of their members.
function changeGroupsOf(subject: Subject): void {
  for (const group of subject.group_ids) if (subjects.peek().has(group)) changed.add(group);
  if (changed.size > 0) timer ??= setTimeout(show, kShowEveryMs);
}

async function refresh(id: string): Promise<void> {
  const asked = loadedFor;
  try {
    const before = subjects.peek().get(id);
    let subject = await call<Subject>(addressOf(before?.kind ?? "", id));
    if (!before && isAgent(subject)) subject = await call<Subject>(addressOf(subject.kind, id));
    if (asked !== loadedFor) return;
    putSubject(subject);
    if (before?.observed.state !== subject.observed.state) changeGroupsOf(subject);
  } catch (failure) {
    if (asked === loadedFor && failure instanceof ApiError && (failure.status === 404 || failure.status === 410)) dropSubject(id);
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
    const next = new Map(subjects.peek());
    for (const [id, beat] of beats) {
      const subject = next.get(id);
      if (!subject) continue;
      if (subject.state !== beat.state) changeGroupsOf(subject);
      next.set(id, { ...subject, state: beat.state, last_seen_at: beat.last_seen_at, latest: beat.latest ?? subject.latest });
    }
    beats.clear();
    subjects.value = next;
  }
  if (changed.size > kMostSingles) void loadSubjects(true);
  else for (const id of changed) void refresh(id);
  changed.clear();
}

onLive((event) => {
  if (event.name === "resync" || event.name === "storage.changed") {
    if (loadedFor) void loadSubjects(true); // with storage.changed the states of all change at once
    return;
  }
  const id = event.data.subject_id;
  if (typeof id !== "string" || event.data.workspace_id !== loadedFor || gone.has(id)) return;
  if (event.name === "subject.observed") {
    if (!subjects.peek().has(id)) changed.add(id);
    else beats.set(id, event.data as unknown as Beat);
  } else if (event.name === "subject.changed" || event.name.startsWith("incident.")) {
    changed.add(id);
  } else {
    return;
  }
  timer ??= setTimeout(show, kShowEveryMs);
});

setInterval(() => {
  if (loadedFor && polling.peek() && Date.now() - askedAt > kPollEveryMs && document.visibilityState === "visible") void loadSubjects(true);
}, 1000);
