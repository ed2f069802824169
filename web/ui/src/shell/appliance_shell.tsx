// The title and the tabs of the pages for the appliance's administrator.
import type { ComponentChildren } from "preact";
import { t } from "../lib/i18n";
import { useQuery } from "../lib/query";
import { location_ } from "../lib/router";
import type { Appliance } from "../lib/types";
import { PageHeader } from "../parts/basics";
import { Outcome } from "../parts/state";
import { openApplianceTabs } from "./tabs";

export function ApplianceShell(props: { title: string; state?: ComponentChildren; actions?: ComponentChildren; children: ComponentChildren }) {
  const path = location_.value.pathname;
  return (
    <>
      <PageHeader title={props.title} state={props.state} actions={props.actions} />
      <nav class="tabs" aria-label={t("nav.appliance")}>
        {openApplianceTabs().map((tab) => <a key={tab.href} href={tab.href} aria-current={path === tab.href ? "page" : undefined}>{t(tab.text)}</a>)}
      </nav>
      {path !== "/appliance/about" && <Findings />}
      {props.children}
    </>
  );
}

// What the administrator must look at, on every page of the appliance; the page "About" has the whole list.
function Findings() {
  const query = useQuery<Appliance>("/appliance", { everyMs: 60_000 });
  const findings = query.data.value?.findings ?? [];
  if (findings.length === 0) return null;
  return (
    <div class="panel caution spaced">
      <Outcome kind="warning">{t("severity.warning")}</Outcome> {findings[0]}{" "}
      {findings.length > 1 && <a href="/appliance/about">{t("appliance.more_findings", { n: findings.length - 1 })}</a>}
    </div>
  );
}
