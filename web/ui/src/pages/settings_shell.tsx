// The head and the tabs of everything that is set in a workspace. A page of it is a tab by standing in this table, and
// wraps what it shows in <SettingsShell page="…">. The reader sees the tabs that their role opens; the server decides.
import type { ComponentChildren } from "preact";
import { t, type Key } from "../lib/i18n";
import { at, may } from "../lib/workspace";
import { PageHeader } from "../parts/basics";

interface Tab {
  page: string; // /w/<workspace>/<page>
  text: Key;
  open?: () => boolean; // absent: for every member
}

const tabs: Tab[] = [
  { page: "settings", text: "settings.workspace" },
  { page: "members", text: "settings.members" },
  { page: "teams", text: "settings.teams" },
  { page: "groups", text: "settings.groups" },
  { page: "api-keys", text: "settings.api_keys", open: () => may("admin") },
  { page: "enrolment", text: "settings.enrolment", open: () => may("admin") },
  { page: "access-review", text: "settings.access_review" },
  { page: "leaks", text: "settings.leaks", open: () => may("admin") },
  { page: "audit", text: "settings.audit" },
  { page: "security-events", text: "settings.security_events" },
];

export function SettingsShell(props: { page: string; actions?: ComponentChildren; children: ComponentChildren }) {
  const here = tabs.find((tab) => tab.page === props.page);
  return (
    <>
      <PageHeader title={here && props.page !== "settings" ? t(here.text) : t("nav.settings")} actions={props.actions} />
      <nav class="tabs" aria-label={t("settings.tabs")}>
        {tabs.filter((tab) => tab.open?.() ?? true).map((tab) => (
          <a key={tab.page} href={at(tab.page)} aria-current={tab.page === props.page ? "page" : undefined}>{t(tab.text)}</a>
        ))}
      </nav>
      {props.children}
    </>
  );
}
