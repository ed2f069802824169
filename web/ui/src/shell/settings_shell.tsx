// The title and the tabs of the settings of a workspace. A page wraps its content in <SettingsShell page="…">. The
// reader sees the tabs that their role may open; the server decides what they may do.
import type { ComponentChildren } from "preact";
import { t } from "../lib/i18n";
import { at } from "../lib/workspace";
import { PageHeader } from "../parts/basics";
import { openSettingsTabs, settingsTabs } from "./tabs";

export function SettingsShell(props: { page: string; actions?: ComponentChildren; children: ComponentChildren }) {
  const here = settingsTabs.find((tab) => tab.page === props.page);
  return (
    <>
      <PageHeader title={here && props.page !== "settings" ? t(here.text) : t("nav.settings")} actions={props.actions} />
      <nav class="tabs" aria-label={t("settings.tabs")}>
        {openSettingsTabs().map((tab) => (
          <a key={tab.page} href={at(tab.page)} aria-current={tab.page === props.page ? "page" : undefined}>{t(tab.text)}</a>
        ))}
      </nav>
      {props.children}
    </>
  );
}
