// useQuery: an answer of the server that a page shows. The last answer per address is kept, so that a page which is
// opened again appears at once. It stays when a later question fails. The query asks again on live events, after the
// stream was interrupted, and while the page polls.
import { batch, signal, useSignal, type Signal } from "@preact/signals";
import { useEffect, useMemo, useRef } from "preact/hooks";
import { kPollEveryMs, onLive, polledAt, polling, type LiveEvent } from "../live/live";
import { ApiError, call } from "./api";

export interface Query<T> {
  data: Signal<T | null>;
  error: Signal<ApiError | null>;
  at: Signal<number>; // when `data` came, ms
  loading: Signal<boolean>;
  refetch(): Promise<void>;
}

const kept = new Map<string, { data: unknown; at: number }>();
const kKept = 60;
const kThrottleMs = 1_000;

export function forgetQueries(): void {
  kept.clear();
}

function keep(path: string, data: unknown): void {
  kept.delete(path);
  kept.set(path, { data, at: Date.now() });
  if (kept.size > kKept) kept.delete(kept.keys().next().value as string);
}

export interface QueryOptions {
  on?: (event: LiveEvent) => boolean; // true: after this live event the answer is asked for again
  everyMs?: number; // asks again after so long, whether the stream works or not
  throttleMs?: number;
}

export function useQuery<T>(path: string | null, options: QueryOptions = {}): Query<T> {
  const before = path ? kept.get(path) : undefined;
  const query = useMemo(
    () => ({
      data: signal<T | null>((before?.data as T | undefined) ?? null),
      error: signal<ApiError | null>(null),
      at: signal(before?.at ?? 0),
      loading: signal(true),
      refetch: async () => {},
    }),
    [],
  );
  // The signals stay the same when the path changes, as a computed value or an effect of the page follows the ones it
  // read.
  const asked = useRef(path);
  const turn = useRef(0); // a path that comes back before its effect ended is asked for again
  if (asked.current !== path) {
    asked.current = path;
    turn.current += 1;
    batch(() => {
      query.data.value = (before?.data as T | undefined) ?? null;
      query.error.value = null;
      query.at.value = before?.at ?? 0;
      query.loading.value = true;
    });
  }
  const latest = useSignal(options);
  latest.value = options;

  useEffect(() => {
    if (!path) return;
    let ended = false;
    // an answer to an earlier path can come before this effect is ended
    const gone = () => ended || asked.current !== path;
    let running = false;
    let again = false;
    let timer: ReturnType<typeof setTimeout> | null = null;
    const abort = new AbortController();

    const ask = async (): Promise<void> => {
      if (running) {
        again = true;
        return;
      }
      running = true;
      query.loading.value = true;
      try {
        const data = await call<T>(path, { signal: abort.signal });
        if (gone()) return;
        keep(path, data);
        query.data.value = data;
        query.at.value = Date.now();
        query.error.value = null;
        polledAt.value = Date.now();
      } catch (failure) {
        if (!gone() && failure instanceof ApiError) query.error.value = failure;
      } finally {
        running = false;
        if (!gone()) query.loading.value = false;
        if (again && !gone()) {
          again = false;
          void ask();
        }
      }
    };
    query.refetch = ask;
    const soon = () => {
      if (timer) return;
      timer = setTimeout(() => {
        timer = null;
        void ask();
      }, latest.peek().throttleMs ?? kThrottleMs);
    };
    const stopLive = onLive((event) => {
      if (event.name === "resync" || latest.peek().on?.(event)) soon();
    });
    let lastAsk = Date.now();
    const ticker = setInterval(() => {
      const every = latest.peek().everyMs ?? (polling.peek() ? kPollEveryMs : 0);
      if (every && Date.now() - lastAsk >= every && document.visibilityState === "visible") {
        lastAsk = Date.now();
        void ask();
      }
    }, 1000);
    void ask();
    return () => {
      ended = true;
      abort.abort();
      stopLive();
      clearInterval(ticker);
      if (timer) clearTimeout(timer);
    };
  }, [path, turn.current]);
  return query;
}
