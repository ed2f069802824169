// Leaks of the workspace: /w/<slug>/leaks and one of them.
import { t } from "../../lib/i18n";
import { api, at } from "../../lib/workspace";
import { LeakList, LeakView, type LeakPlace } from "./leak_list";
import { SettingsShell } from "../../shell/settings_shell";

const place = (): LeakPlace => ({
  path: api(""),
  about: t("leaks.about_workspace"),
  href: (id) => at(`leaks/${id}`),
});

export function Leaks(_: { id: string }) {
  return (
    <SettingsShell page="leaks">
      <LeakList place={place()} />
    </SettingsShell>
  );
}

export function OneLeak(props: { id: string }) {
  return (
    <SettingsShell page="leaks">
      <LeakView place={place()} list={at("leaks")} id={props.id} />
    </SettingsShell>
  );
}
