// What the appliance's administrator has not set up yet: who looks after its data, and who watches the watcher.
import { signal } from "@preact/signals";
import texts from "../../catalogue/en.overview_more.json";
import { learn, t } from "../../lib/i18n";
import { useQuery } from "../../lib/query";
import { CareHint } from "../../parts/care_hint";

learn(texts);

const watched = signal(false); // not asked again before the page is loaded anew

export function OverviewHints() {
  const query = useQuery<{ configured: boolean; enabled: boolean }>(watched.value ? null : "/appliance/dead-man");
  const state = query.data.value;
  if (state?.enabled) watched.value = true;
  return (
    <>
      <CareHint />
      {state && !state.enabled && !watched.value && <p class="note notice">{t("overview.unwatched")} <a href="/appliance/dead-man">{t("overview.unwatched_link")}</a></p>}
    </>
  );
}
