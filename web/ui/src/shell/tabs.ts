// The tabs of a workspace's settings, of one's own account and of the appliance. A page becomes a tab, and the palette
// finds it, by a row in one of these tables. The file is loaded with the
// first page that shows tabs, and with the palette.
import texts from "../catalogue/en.tabs.json";
import { me } from "../lib/api";
import { learn, type Key } from "../lib/i18n";
import { at, isAdministrator, may, workspace } from "../lib/workspace";

learn(texts);

export interface Tab {
  page: string; // the last part of its address
  text: Key;
  open?: () => boolean; // absent: shown to every member; the server decides what they may do
}

export const settingsTabs: Tab[] = [
  { page: "settings", text: "settings.workspace" },
  { page: "members", text: "settings.members" },
  { page: "teams", text: "settings.teams" },
  { page: "api-keys", text: "settings.api_keys", open: () => may("admin") },
  { page: "enrolment", text: "settings.enrolment", open: () => may("admin") },
  { page: "telling", text: "settings.telling" },
  { page: "event-sources", text: "settings.event_sources" },
  { page: "access-review", text: "settings.access_review" },
  { page: "leaks", text: "settings.leaks", open: () => may("admin") },
  { page: "audit", text: "settings.audit" },
  { page: "security-events", text: "settings.security_events" },
  { page: "removed", text: "settings.removed", open: () => may("admin") },
];

export const accountTabs: { href: string; text: Key }[] = [
  { href: "/account", text: "account.profile" },
  { href: "/account/messages", text: "account.messages" },
  { href: "/account/sessions", text: "account.sessions" },
  { href: "/account/security", text: "account.security" },
  { href: "/account/logins", text: "account.logins" },
  { href: "/account/keys", text: "account.keys" },
  { href: "/account/events", text: "account.events" },
  { href: "/account/leaks", text: "account.leaks" },
  { href: "/account/data", text: "account.data" },
];

export const applianceTabs: { href: string; text: Key; open?: () => boolean }[] = [
  { href: "/appliance/recovery", text: "appliance.recovery", open: () => Boolean(me.value?.server.recovery) },
  { href: "/appliance/about", text: "appliance.about" },
  { href: "/appliance/health", text: "appliance.health" },
  { href: "/appliance/backups", text: "appliance.backups" },
  { href: "/appliance/storage", text: "appliance.storage" },
  { href: "/appliance/dead-man", text: "appliance.dead_man" },
  { href: "/appliance/check", text: "appliance.check" },
  { href: "/appliance/users", text: "appliance.users" },
  { href: "/appliance/workspaces", text: "appliance.workspaces" },
  { href: "/appliance/mail", text: "appliance.mail" },
  { href: "/appliance/providers", text: "appliance.providers" },
  { href: "/appliance/limits", text: "appliance.limits" },
  { href: "/appliance/trail", text: "appliance.trail" },
  { href: "/appliance/keys", text: "appliance.keys" },
  { href: "/appliance/leaks-of-people", text: "appliance.leaks" },
  { href: "/appliance/register", text: "appliance.register" },
  { href: "/appliance/disclosure", text: "appliance.disclosure" },
  { href: "/appliance/legal-texts", text: "appliance.texts" },
];

export const openSettingsTabs = () => settingsTabs.filter((tab) => tab.open?.() ?? true);
export const openApplianceTabs = () => applianceTabs.filter((tab) => tab.open?.() ?? true);

// Every tab that the reader may open, with the heading that it stands under.
export function everyTab(): { href: string; text: Key; under: Key }[] {
  return [
    ...(workspace.value ? openSettingsTabs() : []).map((tab) => ({ href: at(tab.page), text: tab.text, under: "nav.settings" as const })),
    ...accountTabs.map((tab) => ({ ...tab, under: "account.mine" as const })),
    ...(isAdministrator.value ? openApplianceTabs() : []).map((tab) => ({ ...tab, under: "nav.appliance" as const })),
  ];
}
