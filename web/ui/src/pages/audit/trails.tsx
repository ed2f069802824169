// The workspace's audit log (/w/<slug>/audit) and its security events (/w/<slug>/security-events).
import { t } from "../../lib/i18n";
import { api } from "../../lib/workspace";
import { TrailList } from "./trail";
import { SettingsShell } from "../../shell/settings_shell";

export function WorkspaceAudit(_: { id: string }) {
  return (
    <SettingsShell page="audit">
      <TrailList label={t("settings.audit")} path={api("/audit")} export={api("/audit/export")} />
    </SettingsShell>
  );
}

export function WorkspaceSecurityEvents(_: { id: string }) {
  return (
    <SettingsShell page="security-events">
      <TrailList label={t("settings.security_events")} path={api("/security-events")} export={api("/security-events/export")} />
    </SettingsShell>
  );
}
