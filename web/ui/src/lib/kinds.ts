// The table of the kinds of subjects, as the server has it: words, icons, what rules can be about them. It is asked for
// once, when something first needs it. Also where the page of a subject is, and its address in the API.
import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { iconNamed, type IconName } from "../parts/icon";
import { ApiError, call } from "./api";
import type { List, SubjectKind } from "./types";
import { api, at } from "./workspace";

const kRetryMs = 5_000;

// By word, in the server's order. Null: not here yet.
const table = signal<ReadonlyMap<string, SubjectKind> | null>(null);
let asking = false;

export async function loadKinds(): Promise<void> {
  if (asking || table.peek()) return;
  asking = true;
  try {
    const answer = await call<List<SubjectKind>>("/subjects/kinds");
    table.value = new Map(answer.items.map((each) => [each.word, each]));
  } catch (failure) {
    // A reader who is signed out asks again with the next page.
    if (!(failure instanceof ApiError) || failure.status !== 401) setTimeout(() => void loadKinds(), kRetryMs);
  } finally {
    asking = false;
  }
}

export function useKinds(): ReadonlyMap<string, SubjectKind> | null {
  useEffect(() => void loadKinds(), []);
  return table.value;
}

// The kind's icon; before the table is here, that of hosts.
export const iconOf = (kind: string): IconName => iconNamed(table.value?.get(kind)?.icon ?? kind, "server");

// The kinds that have a page and a list of their own.
const rooms: Record<string, string> = { agent: "agents", group: "groups", monitor: "monitors", source: "event-sources" };

export const pageOf = (kind: string, id: string): string => at(rooms[kind] ? `${rooms[kind]}/${id}` : "overview");

// Where the API has its readings. A kind without a room has none.
export const readingsOf = (kind: string, id: string): string => api(`/${rooms[kind]}/${id}/readings`);

// Where the API changes it: agents have settings of their own there.
export const addressOf = (kind: string, id: string): string => api(kind === "agent" ? `/agents/${id}` : `/subjects/${id}`);
