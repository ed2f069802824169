// The list of incidents. It begins with the open ones; the filter is in the address.
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { call } from "../../lib/api";
import { t } from "../../lib/i18n";
import { useQuery } from "../../lib/query";
import { param, setParams } from "../../lib/router";
import type { Incident, List } from "../../lib/types";
import { api } from "../../lib/workspace";
import { Empty, Loaded, PageHeader, Segments } from "../../parts/basics";
import { attempt } from "../../parts/dialog";
import { IncidentTable } from "../../parts/incident_rows";

type Filter = "open" | "resolved" | "any";

export function Incidents(_: { id: string }) {
  const asked = param("state");
  const state: Filter = asked === "resolved" || asked === "any" ? asked : "open";
  const path = api(`/incidents?state=${state}&limit=50`);
  const query = useQuery<List<Incident>>(path, { on: (event) => event.name.startsWith("incident."), throttleMs: 400 });
  const more = useSignal<Incident[]>([]);
  const next = useSignal<string | null | undefined>(undefined); // undefined: the first page's cursor
  useEffect(() => {
    more.value = [];
    next.value = undefined;
  }, [path]);
  return (
    <>
      <PageHeader title={t("nav.incidents")} />
      <div class="filters">
        <Segments<Filter>
          spoken={t("incident.filter")}
          value={state}
          options={[["open", t("incident.filter_open")], ["resolved", t("incident.filter_resolved")], ["any", t("incident.filter_any")]]}
          onChange={(value) => setParams({ state: value === "open" ? null : value }, { push: true })}
        />
      </div>
      <Loaded query={query} lines={6} height={40}>
        {(list) => {
          const shown = [...list.items, ...more.value.filter((each) => !list.items.some((one) => one.id === each.id))];
          const cursor = next.value === undefined ? list.next : next.value;
          if (shown.length === 0) {
            return (
              <Empty icon="check" title={t(`incident.empty_${state}`)}>
                {t("incident.empty_text")}
              </Empty>
            );
          }
          return (
            <>
              <div class="panel flush"><IncidentTable spoken={t("nav.incidents")} incidents={shown} /></div>
              {cursor && (
                <div class="form-actions spaced-top">
                  <button type="button" class="button" onClick={() => void attempt(async () => {
                    const page = await call<List<Incident>>(`${path}&after=${encodeURIComponent(cursor)}`);
                    more.value = [...more.value, ...page.items];
                    next.value = page.next;
                  })}>{t("list.more")}</button>
                </div>
              )}
            </>
          );
        }}
      </Loaded>
    </>
  );
}
