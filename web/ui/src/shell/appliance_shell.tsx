// The title and the tabs of the pages for the appliance's administrator.
import type { ComponentChildren } from "preact";
import { t } from "../lib/i18n";
import { location_ } from "../lib/router";
import { PageHeader } from "../parts/basics";
import { applianceTabs } from "./tabs";

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
