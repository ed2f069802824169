// API keys of the workspace (/w/<slug>/api-keys) and of the reader (/account/keys).
import { t } from "../../lib/i18n";
import { api } from "../../lib/workspace";
import { ApiKeys } from "./key_list";
import { AccountShell } from "../../shell/account_shell";
import { SettingsShell } from "../../shell/settings_shell";

export function WorkspaceKeys(_: { id: string }) {
  return (
    <SettingsShell page="api-keys">
      <ApiKeys path={api("/api-keys")} intro={t("api_keys.of_workspace")} />
    </SettingsShell>
  );
}

export function OwnKeys(_: { id: string }) {
  return (
    <AccountShell title={t("api_keys.title")}>
      <ApiKeys path="/account/api-keys" intro={t("api_keys.of_person")} />
    </AccountShell>
  );
}
