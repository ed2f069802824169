// The pages of leaks: of the workspace (/w/<slug>/leaks and /w/<slug>/leaks/<id>), of one's own secrets
// (/account/leaks) and of other people's secrets (/appliance/leaks-of-people). On the last two, ?leak=<id> shows one
// leak.
import { t } from "../../lib/i18n";
import { location_ } from "../../lib/router";
import { api, at } from "../../lib/workspace";
import { AccountShell } from "../../shell/account_shell";
import { ApplianceShell } from "../../shell/appliance_shell";
import { SettingsShell } from "../../shell/settings_shell";
import { LeakList, LeakView, type LeakOwner } from "./leak_list";

const ofWorkspace = (): LeakOwner => ({
  path: api(""),
  about: t("leaks.about_workspace"),
  href: (id) => at(`leaks/${id}`),
});

export function Leaks(_: { id: string }) {
  return (
    <SettingsShell page="leaks">
      <LeakList owner={ofWorkspace()} />
    </SettingsShell>
  );
}

export function OneLeak(props: { id: string }) {
  return (
    <SettingsShell page="leaks">
      <LeakView owner={ofWorkspace()} list={at("leaks")} id={props.id} />
    </SettingsShell>
  );
}

function LeaksOf(props: { owner: LeakOwner; list: string }) {
  const id = location_.value.searchParams.get("leak") ?? "";
  return id ? <LeakView key={id} owner={props.owner} list={props.list} id={id} /> : <LeakList owner={props.owner} />;
}

export function OwnLeaks(_: { id: string }) {
  const list = "/account/leaks";
  return (
    <AccountShell title={t("leaks.title")}>
      <LeaksOf list={list} owner={{ path: "/account", about: t("leaks.about_account"), href: (id) => `${list}?leak=${encodeURIComponent(id)}` }} />
    </AccountShell>
  );
}

export function PeoplesLeaks(_: { id: string }) {
  const list = "/appliance/leaks-of-people";
  return (
    <ApplianceShell title={t("leaks.title")}>
      <LeaksOf list={list} owner={{ path: "/appliance", about: t("leaks.about_appliance"), href: (id) => `${list}?leak=${encodeURIComponent(id)}` }} />
    </ApplianceShell>
  );
}
