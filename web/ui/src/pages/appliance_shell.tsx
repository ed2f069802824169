// What surrounds every page of the appliance's administrator: its title and the tabs. A new page is a row of this table.
import type { ComponentChildren } from "preact";
import { t, type Key } from "../lib/i18n";
import { location_ } from "../lib/router";
import { PageHeader } from "../parts/basics";

export const applianceTabs: { href: string; text: Key }[] = [
  { href: "/appliance/about", text: "appliance.about" },
  { href: "/appliance/users", text: "appliance.users" },
  { href: "/appliance/workspaces", text: "appliance.workspaces" },
  { href: "/appliance/mail", text: "appliance.mail" },
  { href: "/appliance/providers", text: "appliance.providers" },
  { href: "/appliance/limits", text: "appliance.limits" },
  { href: "/appliance/trail", text: "appliance.trail" },
  { href: "/appliance/keys", text: "appliance.keys" },
  { href: "/appliance/leaks-of-people", text: "appliance.leaks" },
  { href: "/appliance/disclosure", text: "appliance.disclosure" },
  { href: "/appliance/legal-texts", text: "appliance.texts" },
];

export function ApplianceShell(props: { title: string; state?: ComponentChildren; actions?: ComponentChildren; children: ComponentChildren }) {
  const path = location_.value.pathname;
  return (
    <>
      <PageHeader title={props.title} state={props.state} actions={props.actions} />
      <nav class="tabs" aria-label={t("nav.appliance")}>
        {applianceTabs.map((tab) => <a key={tab.href} href={tab.href} aria-current={path === tab.href ? "page" : undefined}>{t(tab.text)}</a>)}
      </nav>
      {props.children}
    </>
  );
}
