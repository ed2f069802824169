// The title and the tabs of the pages about one's own account.
import type { ComponentChildren } from "preact";
import texts from "../catalogue/en.account.json";
import { learn, t } from "../lib/i18n";
import { location_ } from "../lib/router";
import { PageHeader } from "../parts/basics";
import { accountTabs } from "./tabs";

learn(texts);

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
