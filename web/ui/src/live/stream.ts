// Reads /api/v1/events (server-sent events) in the SharedWorker or in the leading tab. It uses fetch, as EventSource
// hides the stream's comments: when they stop, the connection is dead.

export type StreamState = "connecting" | "live" | "reconnecting" | "signed_out";

export interface StreamSink {
  event(name: string, data: string): void;
  state(state: StreamState, resumed: boolean): void;
  alive(): void; // some bytes have arrived
}

const kSilenceMs = 40_000; // the server sends a comment every 15 s
const kFirstWaitMs = 1_000;
const kLongestWaitMs = 20_000;
const kLongestLine = 1 << 20;

export class EventStream {
  private lastId = "";
  private failures = 0;
  private connectedBefore = false;
  private abort: AbortController | null = null;
  private timer: ReturnType<typeof setTimeout> | null = null;
  private stopped = true;

  constructor(private readonly sink: StreamSink) {}

  start(): void {
    if (!this.stopped) return;
    this.stopped = false;
    this.sink.state("connecting", false);
    void this.run();
  }

  stop(): void {
    this.stopped = true;
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    this.abort?.abort();
  }

  // Another person signed in, or the network is back: begin again without waiting.
  restart(forget: boolean): void {
    this.stop();
    if (forget) {
      this.lastId = "";
      this.connectedBefore = false;
    }
    this.failures = 0;
    this.start();
  }

  private async run(): Promise<void> {
    const abort = new AbortController();
    this.abort = abort;
    let watchdog = setTimeout(() => abort.abort(), kSilenceMs);
    try {
      const headers: Record<string, string> = { Accept: "text/event-stream" };
      if (this.lastId) headers["Last-Event-ID"] = this.lastId;
      const response = await fetch("/api/v1/events", {
        headers,
        credentials: "same-origin",
        cache: "no-store",
        signal: abort.signal,
      });
      if (response.status === 401) {
        this.stopped = true;
        this.sink.state("signed_out", false);
        return;
      }
      if (!response.ok || !response.body) throw new Error(`status ${response.status}`);
      this.failures = 0;
      this.sink.state("live", this.connectedBefore);
      this.connectedBefore = true;
      const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
      let rest = "";
      let name = "";
      let data: string[] = [];
      for (;;) {
        const { done, value } = await reader.read();
        if (done) break;
        clearTimeout(watchdog);
        watchdog = setTimeout(() => abort.abort(), kSilenceMs);
        this.sink.alive();
        const lines = (rest + value).split(/\r?\n/);
        rest = lines.pop() ?? "";
        if (rest.length > kLongestLine) throw new Error("a line without end");
        for (const line of lines) {
          if (line === "") {
            if (data.length > 0) this.sink.event(name || "message", data.join("\n"));
            name = "";
            data = [];
          } else if (line.startsWith("data:")) {
            data.push(line.slice(line[5] === " " ? 6 : 5));
          } else if (line.startsWith("event:")) {
            name = line.slice(6).trim();
          } else if (line.startsWith("id:")) {
            this.lastId = line.slice(3).trim();
          }
        }
      }
    } catch {
      // Whatever the reason is, try again, and say so.
    } finally {
      clearTimeout(watchdog);
    }
    if (this.stopped || this.abort !== abort) return;
    this.sink.state("reconnecting", false);
    const wait = Math.min(kLongestWaitMs, kFirstWaitMs * 2 ** this.failures) * (0.7 + Math.random() * 0.6);
    this.failures = Math.min(this.failures + 1, 8);
    this.timer = setTimeout(() => void this.run(), wait);
  }
}
