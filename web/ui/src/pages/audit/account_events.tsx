// What happened around one's own account: logins, refusals, sessions that ended (/account/events).
import { t } from "../../lib/i18n";
import { TrailList } from "./trail";
import { AccountShell } from "../../shell/account_shell";

export function AccountEvents(_: { id: string }) {
  return (
    <AccountShell title={t("account.events")}>
      <p class="quiet">{t("account.events_text")}</p>
      <TrailList label={t("account.events")} path="/account/security-events" filters={["text", "from", "to"]} />
    </AccountShell>
  );
}
