// The pages of the navigation: one list for the side bar, the phone's bar, the keys and the palette.
import type { Key } from "../lib/i18n";
import { at, belongsSomewhere, isAdministrator } from "../lib/workspace";
import type { IconName } from "../parts/icon";

export interface Destination {
  name: string;
  text: Key;
  icon: IconName;
  key: string; // after `g`
  href: string;
  phone?: boolean; // in the phone's bar; the others are behind "More"
}

export function destinations(): Destination[] {
  const inside: Destination[] = [
    { name: "overview", text: "nav.overview", icon: "home", key: "o", href: at("overview"), phone: true },
    { name: "agents", text: "nav.agents", icon: "server", key: "a", href: at("agents"), phone: true },
    { name: "monitors", text: "nav.monitors", icon: "monitor", key: "m", href: at("monitors"), phone: true },
    { name: "groups", text: "nav.groups", icon: "group", key: "g", href: at("groups") },
    { name: "incidents", text: "nav.incidents", icon: "siren", key: "i", href: at("incidents"), phone: true },
    { name: "quiet", text: "nav.quiet", icon: "quiet", key: "q", href: at("quiet") },
    { name: "rules", text: "nav.rules", icon: "rules", key: "r", href: at("rules") },
    { name: "recipients", text: "nav.recipients", icon: "bell", key: "n", href: at("recipients") },
    { name: "settings", text: "nav.settings", icon: "settings", key: "s", href: at("settings") },
  ];
  const nowhere = !belongsSomewhere.value;
  const list = nowhere ? [] : inside;
  if (isAdministrator.value) {
    list.push(
      { name: "users", text: "nav.users", icon: "people", key: "u", href: "/appliance/users", phone: nowhere },
      { name: "workspaces", text: "nav.workspaces", icon: "inbox", key: "w", href: "/appliance/workspaces", phone: nowhere },
      { name: "mail", text: "nav.mail", icon: "mail", key: "e", href: "/appliance/mail", phone: nowhere },
      { name: "about", text: "nav.about", icon: "appliance", key: "p", href: "/appliance/about" },
    );
  }
  return list;
}
