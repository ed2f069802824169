// From one workspace to another, and to a new one. A combobox with a list, as the palette is; loaded when it is opened.
import { useComputed, useSignal } from "@preact/signals";
import { useId } from "preact/hooks";
import texts from "../catalogue/en.switcher.json";
import { call, loadMe, me, newKey } from "../lib/api";
import { learn, t } from "../lib/i18n";
import { switcherOpen } from "../lib/keys";
import { navigate } from "../lib/router";
import type { Workspace } from "../lib/types";
import { workspace } from "../lib/workspace";
import { Dialog } from "../parts/dialog";
import { Icon } from "../parts/icon";
import { NameDialog } from "../parts/name_dialog";

learn(texts);

const home = (slug: string) => `/w/${encodeURIComponent(slug)}/overview`;

export function Switcher() {
  const id = useId();
  const typed = useSignal("");
  const chosen = useSignal(0);
  const making = useSignal(false);
  const found = useComputed<Workspace[]>(() => {
    const words = typed.value.toLowerCase().split(/\s+/).filter(Boolean);
    return (me.value?.workspaces ?? []).filter((each) => words.every((word) => `${each.name} ${each.slug}`.toLowerCase().includes(word)));
  });
  const close = () => (switcherOpen.value = false);
  const go = (each: Workspace | undefined) => {
    if (!each) return;
    close();
    navigate(home(each.slug));
  };
  const index = Math.min(chosen.value, Math.max(0, found.value.length - 1));
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
    <Dialog title={t("switcher.title")} onClose={close}>
      <input
        class="palette-input"
        type="text"
        role="combobox"
        aria-label={t("switcher.search")}
        placeholder={t("switcher.search")}
        aria-expanded="true"
        aria-controls={`${id}-list`}
        aria-activedescendant={found.value.length ? `${id}-${index}` : undefined}
        aria-autocomplete="list"
        autoComplete="off"
        spellcheck={false}
        autoFocus
        value={typed.value}
        onInput={(event) => {
          typed.value = event.currentTarget.value;
          chosen.value = 0;
        }}
        onKeyDown={(event) => {
          const last = found.value.length - 1;
          if (event.key === "ArrowDown") chosen.value = index >= last ? 0 : index + 1;
          else if (event.key === "ArrowUp") chosen.value = index <= 0 ? last : index - 1;
          else if (event.key === "Enter") go(found.value[index]);
          else return;
          event.preventDefault();
        }}
      />
      <ul class="palette" role="listbox" id={`${id}-list`} aria-label={t("switcher.title")}>
        {found.value.map((each, at) => (
          <li key={each.id} id={`${id}-${at}`} role="option" aria-selected={at === index ? "true" : "false"} onClick={() => go(each)}>
            <Icon name={each.id === workspace.value?.id ? "check" : "next"} />
            <span class="cut">{each.name}</span>
            <span class="quiet">{each.enabled ? t(`role.${each.role}`) : t("switcher.disabled")}</span>
          </li>
        ))}
      </ul>
      {found.value.length === 0 && <p class="quiet" role="status">{t("palette.nothing")}</p>}
      {me.value?.may_create_workspaces && (
        <div class="form-actions"><button type="button" class="button" onClick={() => (making.value = true)}><Icon name="plus" />{t("switcher.make")}</button></div>
      )}
    </Dialog>
  );
}
