// The SharedWorker: it reads one stream for all tabs of the browser. A browser allows six HTTP/1.1 connections to one
// origin, so with a stream in each tab the seventh tab would hang.
import { EventStream, type StreamState } from "./stream";

const ports = new Set<MessagePort>();
let state: StreamState = "connecting";
let aliveAt = 0;

function tell(message: unknown): void {
  for (const port of ports) port.postMessage(message);
}

const stream = new EventStream({
  event: (name, data) => tell({ kind: "event", name, data }),
  state: (next, resumed) => {
    state = next;
    tell({ kind: "state", state: next, resumed });
  },
  alive: () => {
    aliveAt = Date.now();
    tell({ kind: "alive", at: aliveAt });
  },
});

interface WorkerScope {
  onconnect: (event: MessageEvent) => void;
}

(globalThis as unknown as WorkerScope).onconnect = (event) => {
  const port = event.ports[0];
  if (!port) return;
  ports.add(port);
  port.onmessage = (message: MessageEvent<string>) => {
    if (message.data === "start") {
      port.postMessage({ kind: "state", state, resumed: false });
      if (aliveAt) port.postMessage({ kind: "alive", at: aliveAt });
      stream.start();
    } else if (message.data === "restart") {
      stream.restart(true);
    } else if (message.data === "hurry") {
      if (state === "reconnecting") stream.restart(false);
    } else if (message.data === "stop") {
      stream.stop();
    } else if (message.data === "bye") {
      ports.delete(port);
      if (ports.size === 0) stream.stop();
    }
  };
};
