// The first page of a person who is in no workspace. It says what they can do.
import { useSignal } from "@preact/signals";
import texts from "../../catalogue/en.switcher.json";
import { call, loadMe, me, newKey } from "../../lib/api";
import { learn, t, tx } from "../../lib/i18n";
import { navigate } from "../../lib/router";
import type { Workspace } from "../../lib/types";
import { isAdministrator } from "../../lib/workspace";
import { Empty } from "../../parts/basics";
import { Icon } from "../../parts/icon";
import { NameDialog } from "../../parts/name_dialog";

learn(texts);

export function Nowhere(_: { id: string }) {
  const making = useSignal(false);
  const makes = me.value?.may_create_workspaces;
  const action = (makes || isAdministrator.value) && (
    <div class="form-actions">
      {makes && <button type="button" class="button primary" onClick={() => (making.value = true)}><Icon name="plus" />{t("switcher.make")}</button>}
      {isAdministrator.value && <a class="button" href="/appliance/workspaces">{t("nowhere.administer")}</a>}
    </div>
  );
  return (
    <>
      <Empty alone icon="inbox" title={t("nowhere.title")} action={action}>
        {tx("nowhere.text", { mail: <strong>{me.value?.user.mail}</strong> })}{makes && ` ${t("nowhere.make")}`}
      </Empty>
      {making.value && (
        <NameDialog title={t("switcher.make")} name="" hint={t("switcher.make_hint")} onClose={() => (making.value = false)} onNamed={async (name) => {
          const made = await call<Workspace>("/workspaces", { method: "POST", body: { name }, key: newKey() });
          await loadMe();
          navigate(`/w/${encodeURIComponent(made.slug)}/overview`);
        }} />
      )}
    </>
  );
}
