// Leaks of one's own secrets (/account/leaks) and of people's (/appliance/leaks-of-people). One of them is ?leak=<id>.
import { t } from "../../lib/i18n";
import { location_ } from "../../lib/router";
import { LeakList, LeakView, type LeakPlace } from "./leak_list";
import { AccountShell } from "../../shell/account_shell";
import { ApplianceShell } from "../../shell/appliance_shell";

function LeaksOf(props: { place: LeakPlace; list: string }) {
  const id = location_.value.searchParams.get("leak") ?? "";
  return id ? <LeakView key={id} place={props.place} list={props.list} id={id} /> : <LeakList place={props.place} />;
}

export function OwnLeaks(_: { id: string }) {
  const list = "/account/leaks";
  return (
    <AccountShell title={t("leaks.title")}>
      <LeaksOf list={list} place={{ path: "/account", about: t("leaks.about_account"), href: (id) => `${list}?leak=${encodeURIComponent(id)}` }} />
    </AccountShell>
  );
}

export function PeoplesLeaks(_: { id: string }) {
  const list = "/appliance/leaks-of-people";
  return (
    <ApplianceShell title={t("leaks.title")}>
      <LeaksOf list={list} place={{ path: "/appliance", about: t("leaks.about_appliance"), href: (id) => `${list}?leak=${encodeURIComponent(id)}` }} />
    </ApplianceShell>
  );
}
