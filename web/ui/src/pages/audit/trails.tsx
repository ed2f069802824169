// The pages of a workspace's audit log (/w/<slug>/audit) and security events (/w/<slug>/security-events), and of the
// security events of one's own account (/account/events).
import { t } from "../../lib/i18n";
import { api } from "../../lib/workspace";
import { AccountShell } from "../../shell/account_shell";
import { SettingsShell } from "../../shell/settings_shell";
import { TrailList } from "./trail";

export function WorkspaceAudit(_: { id: string }) {
  return (
    <SettingsShell page="audit">
      <TrailList spoken={t("settings.audit")} path={api("/audit")} export={api("/audit/export")} />
    </SettingsShell>
  );
}

export function WorkspaceSecurityEvents(_: { id: string }) {
  return (
    <SettingsShell page="security-events">
      <TrailList spoken={t("settings.security_events")} path={api("/security-events")} export={api("/security-events/export")} />
    </SettingsShell>
  );
}

export function AccountEvents(_: { id: string }) {
  return (
    <AccountShell title={t("account.events")}>
      <p class="quiet">{t("account.events_text")}</p>
      <TrailList spoken={t("account.events")} path="/account/security-events" filters={["text", "from", "to"]} />
    </AccountShell>
  );
}
