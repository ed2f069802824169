// A push monitor: where its job sends its pings, as lines that work as they are shown, and the pings that came.
import { useSignal } from "@preact/signals";
import { ApiError, call } from "../../lib/api";
import { bytes } from "../../lib/format";
import { t, word } from "../../lib/i18n";
import { useQuery } from "../../lib/query";
import { param, withParams } from "../../lib/router";
import { duration, Time } from "../../lib/time";
import type { List } from "../../lib/types";
import { CopyBox, Empty, Facts, Loaded, Panel } from "../../parts/basics";
import { attempt, Confirm, Dialog, toast } from "../../parts/dialog";
import { Outcome } from "../../parts/state";
import { type Monitor, monitorPath } from "./model";

interface PingAddress {
  uuid: string;
  ping_url: string;
  push_url: string;
  gatus_url: string;
  shown_lines: { client: string; text: string }[];
}

interface Ping {
  n: number;
  at: string;
  kind: "success" | "start" | "fail" | "log" | "ign";
  scheme: string;
  method: string;
  address: string;
  user_agent: string;
  rid: string | null;
  exit_status: number | null;
  duration_seconds: number | null;
  body_bytes: number;
}

const kPings = 50;
const toneOf: Record<Ping["kind"], "up" | "down" | "pending" | "paused"> = { success: "up", fail: "down", start: "pending", log: "paused", ign: "paused" };

export function PingHow(props: { monitor: Monitor; editable: boolean }) {
  const { monitor } = props;
  const ping = monitor.ping;
  if (!ping) return null;
  return (
    <div class="columns">
      <Panel title={t("ping.status")}>
        <Facts items={[
          [t("ping.last"), <Time at={ping.last_ping} />],
          [t("ping.due"), <Time at={ping.due_at} empty={t("ping.not_due")} />],
          [t("ping.down_at"), <Time at={ping.down_at} empty="–" />],
          ...(ping.last_start ? [[t("ping.running"), <Time at={ping.last_start} />] as [string, preact.ComponentChildren]] : []),
          [t("ping.took"), ping.last_duration_seconds === null ? "–" : duration(ping.last_duration_seconds)],
          [t("ping.count"), ping.pings.toLocaleString()],
        ]} />
      </Panel>
      {props.editable ? <Address id={monitor.id} /> : <Panel title={t("ping.how")}><p class="quiet">{t("ping.editors")}</p></Panel>}
    </div>
  );
}

function Address(props: { id: string }) {
  const path = monitorPath(props.id, "/ping-address");
  const query = useQuery<PingAddress>(path);
  const renewing = useSignal(false);
  return (
    <Panel title={t("ping.how")} actions={<button type="button" class="button small" onClick={() => (renewing.value = true)}>{t("ping.renew")}</button>}>
      <p class="quiet">{t("ping.how_text")}</p>
      <Loaded query={query} lines={3} height={56}>
        {(address) => (
          <div class="stack shown-lines">
            {address.shown_lines.map((line) => (
              <div key={line.client}><h3>{line.client}</h3><CopyBox text={line.text} spoken={t("ping.line", { client: line.client })} /></div>
            ))}
            <details>
              <summary>{t("ping.addresses")}</summary>
              {([["ping.url", address.ping_url], ["ping.push_url", address.push_url], ["ping.gatus_url", address.gatus_url]] as const).map(([text, url]) => url && (
                <div key={text}><h3>{t(text)}</h3><CopyBox text={url} spoken={t(text)} /></div>
              ))}
            </details>
          </div>
        )}
      </Loaded>
      {renewing.value && (
        <Confirm title={t("ping.renew")} text={t("ping.renew_text")} action={t("ping.renew")} danger onClose={() => (renewing.value = false)} onConfirm={async () => {
          query.data.value = await call<PingAddress>(path, { method: "POST", body: {} });
          toast(t("ping.renewed"));
        }} />
      )}
    </Panel>
  );
}

// A body is plain text, and not the API's JSON.
async function textOf(path: string): Promise<string> {
  const response = await fetch(`/api/v1${path}`, { headers: { Accept: "text/plain" }, credentials: "same-origin", cache: "no-store", redirect: "error" });
  if (!response.ok) throw new ApiError(t("error.status", { status: response.status }), response.status, "");
  return response.text();
}

export function Pings(props: { monitor: Monitor }) {
  const before = param("before");
  const query = useQuery<List<Ping>>(monitorPath(props.monitor.id, `/pings?limit=${kPings}${before ? `&before=${encodeURIComponent(before)}` : ""}`), {
    on: (event) => event.data.subject_id === props.monitor.id,
    everyMs: 10_000,
  });
  const shown = useSignal<{ n: number; text: string } | null>(null);
  return (
    <Loaded query={query} lines={4} height={40}>
      {(list) => {
        const last = list.items.at(-1)?.n ?? 0;
        return list.items.length === 0 ? <Empty icon="inbox" title={t("ping.none")}>{t("ping.none_text")}</Empty> : (
          <>
            <div class="panel flush">
              <table class="table" aria-label={t("monitor.pings")}>
                <thead>
                  <tr>
                    <th scope="col" class="col-count">{t("ping.n")}</th>
                    <th scope="col" class="col-state">{t("ping.kind")}</th>
                    <th scope="col">{t("ping.from")}</th>
                    <th scope="col" class="number col-time wide-only">{t("ping.took")}</th>
                    <th scope="col" class="number col-time">{t("ping.at")}</th>
                    <th scope="col" class="number col-time"><span class="hidden">{t("ping.body")}</span></th>
                  </tr>
                </thead>
                <tbody>
                  {list.items.map((ping) => (
                    <tr key={ping.n}>
                      <td class="number">{ping.n}</td>
                      <td><Outcome kind={toneOf[ping.kind] ?? "pending"}>{word("ping_kind", ping.kind)}</Outcome></td>
                      <td class="breakable">
                        {[ping.scheme, ping.method, ping.address].filter(Boolean).join(" · ")}{ping.exit_status !== null && ` · ${t("ping.exit", { n: ping.exit_status })}`}
                        {ping.user_agent && <span class="under">{ping.user_agent}</span>}
                      </td>
                      <td class="number wide-only">{ping.duration_seconds === null ? "–" : duration(ping.duration_seconds)}</td>
                      <td class="number"><Time at={ping.at} /></td>
                      <td class="number">
                        {ping.body_bytes > 0 && (
                          <button type="button" class="link-button" onClick={() => void attempt(async () => {
                            shown.value = { n: ping.n, text: await textOf(monitorPath(props.monitor.id, `/pings/${ping.n}/body`)) };
                          })}>{bytes(ping.body_bytes)}<span class="hidden"> ({t("ping.body_of", { n: ping.n })})</span></button>
                        )}
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
            {(before || list.items.length === kPings) && (
              <p class="form-actions spaced-top">
                {before && <a class="button" href={withParams({ before: null })}>{t("ping.newest")}</a>}
                {list.items.length === kPings && last > 1 && <a class="button" href={withParams({ before: String(last) })}>{t("ping.older")}</a>}
              </p>
            )}
            {shown.value && (
              <Dialog title={t("ping.body_of", { n: shown.value.n })} onClose={() => (shown.value = null)} wide>
                <pre class="answer-text excerpt" tabIndex={0} role="region" aria-label={t("ping.body")}>{shown.value.text}</pre>
              </Dialog>
            )}
          </>
        );
      }}
    </Loaded>
  );
}
