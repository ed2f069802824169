// The notice to the appliance's administrator that nothing looks after its data yet. It asks until both the recovery key
// and the schedule are there, and then not again before the page is loaded anew.
import { signal } from "@preact/signals";
import texts from "../catalogue/en.care_hint.json";
import { learn, t } from "../lib/i18n";
import { useQuery } from "../lib/query";
import type { BackupList } from "../lib/types";

learn(texts);

const settled = signal(false);

export function CareHint() {
  const query = useQuery<BackupList>(settled.value ? null : "/appliance/backups");
  const list = query.data.value;
  if (settled.value || !list) return null;
  const hasKey = list.recovery_key.state === "confirmed";
  if (hasKey && list.schedule.enabled) {
    settled.value = true;
    return null;
  }
  return <p class="note notice">{t(hasKey ? "care.hint_schedule" : "care.hint_key")} <a href="/appliance/backups">{t("care.hint_link")}</a></p>;
}
