// The log of deliveries: every message to the recipients, what became of it, and the other side's answer. The filter is in
// the address.
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { call } from "../../lib/api";
import { t } from "../../lib/i18n";
import { useQuery } from "../../lib/query";
import { param, setParams } from "../../lib/router";
import type { List, Notification, Recipient } from "../../lib/types";
import { api, at } from "../../lib/workspace";
import { Empty, Loaded, PageHeader, Panel, Segments } from "../../parts/basics";
import { attempt } from "../../parts/dialog";
import { DeliveryTable } from "../../parts/deliveries";

const states = ["queued", "sent", "failed"] as const;
type Filter = (typeof states)[number] | "any";

export function DeliveriesPage(_: { id: string }) {
  const state: Filter = states.find((each) => each === param("state")) ?? "any";
  const to = param("recipient");
  const asked = new URLSearchParams({ limit: "50", ...(state === "any" ? {} : { state }), ...(to ? { recipient: to } : {}) });
  const path = api(`/notifications?${asked}`);
  const query = useQuery<List<Notification>>(path, { on: (event) => event.name === "notification.changed", throttleMs: 500 });
  const recipients = useQuery<List<Recipient>>(api("/recipients"));
  const more = useSignal<Notification[]>([]);
  const next = useSignal<string | null | undefined>(undefined); // undefined: the first page's cursor
  useEffect(() => {
    more.value = [];
    next.value = undefined;
  }, [path]);
  return (
    <>
      <PageHeader title={t("deliveries.title")} back={{ href: at("recipients"), text: t("nav.recipients") }} />
      <p class="quiet intro">{t("deliveries.intro")}</p>
      <div class="filters">
        <Segments<Filter> spoken={t("deliveries.filter")} value={state} options={[["any", t("deliveries.any")], ...states.map((each): [Filter, string] => [each, t(`notification.${each}`)])]}
          onChange={(value) => setParams({ state: value === "any" ? null : value }, { push: true })} />
        <select aria-label={t("deliveries.to_whom")} value={to} onChange={(event) => setParams({ recipient: event.currentTarget.value || null }, { push: true })}>
          <option value="">{t("deliveries.any_recipient")}</option>
          {(recipients.data.value?.items ?? []).map((each) => <option key={each.id} value={each.id}>{each.name}</option>)}
        </select>
      </div>
      <Loaded query={query} lines={6} height={40}>
        {(list) => {
          const shown = [...list.items, ...more.value.filter((each) => !list.items.some((one) => one.id === each.id))];
          const cursor = next.value === undefined ? list.next : next.value;
          if (shown.length === 0) return <Empty icon="send" title={t("deliveries.none")}>{t("deliveries.none_text")}</Empty>;
          return (
            <>
              <div class="panel flush"><DeliveryTable spoken={t("deliveries.title")} items={shown} about onDone={query.refetch} /></div>
              {cursor && (
                <div class="form-actions spaced-top">
                  <button type="button" class="button" onClick={() => void attempt(async () => {
                    const page = await call<List<Notification>>(`${path}&after=${encodeURIComponent(cursor)}`);
                    more.value = [...more.value, ...page.items];
                    next.value = page.next;
                  })}>{t("deliveries.more")}</button>
                </div>
              )}
            </>
          );
        }}
      </Loaded>
    </>
  );
}

// The latest ones, on the page of recipients.
export function LatestDeliveries() {
  const query = useQuery<List<Notification>>(api("/notifications?limit=10"), { on: (event) => event.name === "notification.changed" });
  return (
    <Panel title={t("deliveries.latest")} class="spaced-top" actions={<a href={at("deliveries")}>{t("deliveries.all")}</a>}>
      <Loaded query={query} lines={3}>
        {(list) => list.items.length === 0 ? <p class="quiet">{t("deliveries.none")}</p> : <DeliveryTable spoken={t("deliveries.latest")} items={list.items} about onDone={query.refetch} />}
      </Loaded>
    </Panel>
  );
}
