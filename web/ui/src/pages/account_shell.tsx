// What surrounds every page about oneself: its title and the tabs. A new page is a row of this table.
import type { ComponentChildren } from "preact";
import texts from "../catalogue/en.account.json";
import { learn, t, type Key } from "../lib/i18n";
import { location_ } from "../lib/router";
import { PageHeader } from "../parts/basics";

learn(texts);

export const accountTabs: { href: string; text: Key }[] = [
  { href: "/account", text: "account.profile" },
  { href: "/account/sessions", text: "account.sessions" },
  { href: "/account/security", text: "account.security" },
  { href: "/account/logins", text: "account.logins" },
  { href: "/account/keys", text: "account.keys" },
  { href: "/account/events", text: "account.events" },
  { href: "/account/leaks", text: "account.leaks" },
  { href: "/account/data", text: "account.data" },
];

export function AccountShell(props: { title: string; state?: ComponentChildren; actions?: ComponentChildren; children: ComponentChildren }) {
  const path = location_.value.pathname;
  return (
    <>
      <PageHeader title={props.title} state={props.state} actions={props.actions} />
      <nav class="tabs" aria-label={t("account.tabs")}>
        {accountTabs.map((tab) => <a key={tab.href} href={tab.href} aria-current={path === tab.href ? "page" : undefined}>{t(tab.text)}</a>)}
      </nav>
      {props.children}
    </>
  );
}
