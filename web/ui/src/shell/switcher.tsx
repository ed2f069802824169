// The switcher goes to another workspace or makes a new one. It is loaded when it is opened.
import { useSignal } from "@preact/signals";
import texts from "../catalogue/en.switcher.json";
import { call, loadMe, me, newKey } from "../lib/api";
import { learn, t } from "../lib/i18n";
import { switcherOpen } from "../lib/keys";
import { navigate } from "../lib/router";
import type { Workspace } from "../lib/types";
import { workspace } from "../lib/workspace";
import { Icon } from "../parts/icon";
import { NameDialog } from "../parts/name_dialog";
import { type Choice, fits, PickDialog } from "./pick_dialog";

learn(texts);

const home = (slug: string) => `/w/${encodeURIComponent(slug)}/overview`;

function find(typed: string): Choice[] {
  return (me.value?.workspaces ?? [])
    .filter((each) => fits(typed, `${each.name} ${each.slug}`))
    .map((each) => ({
      id: each.id,
      text: each.name,
      note: each.enabled ? t(`role.${each.role}`) : t("switcher.disabled"),
      icon: each.id === workspace.value?.id ? "check" : "next",
      go: () => navigate(home(each.slug)),
    }));
}

export function Switcher() {
  const making = useSignal(false);
  const close = () => (switcherOpen.value = false);
  if (making.value) {
    return (
      <NameDialog title={t("switcher.make")} name="" hint={t("switcher.make_hint")} onClose={() => (making.value = false)} onNamed={async (name) => {
        const made = await call<Workspace>("/workspaces", { method: "POST", body: { name }, key: newKey() });
        await loadMe();
        close();
        navigate(home(made.slug));
      }} />
    );
  }
  return (
    <PickDialog title={t("switcher.title")} spoken={t("switcher.search")} placeholder={t("switcher.search")} results={t("switcher.title")} find={find} onClose={close}>
      {me.value?.may_create_workspaces && (
        <div class="form-actions"><button type="button" class="button" onClick={() => (making.value = true)}><Icon name="plus" />{t("switcher.make")}</button></div>
      )}
    </PickDialog>
  );
}
