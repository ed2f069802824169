// What happened around one's own account: logins, refusals, sessions that ended (/account/events).
import { t } from "../lib/i18n";
import { TrailList } from "../parts/trail";
import { AccountShell } from "./account_shell";

export function AccountEvents(_: { id: string }) {
  return (
    <AccountShell title={t("account.events")}>
      <p class="quiet">{t("account.events_text")}</p>
      <TrailList label={t("account.events")} path="/account/security-events" filters={["text", "from", "to"]} />
    </AccountShell>
  );
}
