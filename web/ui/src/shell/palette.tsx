// The command palette: pages and agents by a few letters. A combobox with a list, as ARIA describes it.
import { useComputed, useSignal } from "@preact/signals";
import { useEffect, useId } from "preact/hooks";
import { agents, loadAgents } from "../lib/agents";
import { t, word } from "../lib/i18n";
import { paletteOpen } from "../lib/keys";
import { navigate } from "../lib/router";
import { at, mayEdit } from "../lib/workspace";
import { Dialog } from "../parts/dialog";
import { Icon, type IconName } from "../parts/icon";
import { places } from "./nav";

interface Choice {
  href: string;
  text: string;
  note: string;
  icon: IconName;
}

const kMost = 12;

export function Palette() {
  const id = useId();
  const typed = useSignal("");
  const chosen = useSignal(0);
  useEffect(() => void loadAgents(), []);

  const found = useComputed<Choice[]>(() => {
    const words = typed.value.toLowerCase().split(/\s+/).filter(Boolean);
    const fits = (text: string) => words.every((each) => text.toLowerCase().includes(each));
    const pages: Choice[] = places().map((place) => ({ href: place.href, text: t(place.text), note: t("palette.page"), icon: place.icon }));
    if (mayEdit.value) pages.push({ href: `${at("agents")}?add=1`, text: t("agents.add"), note: t("palette.action"), icon: "plus" });
    if (mayEdit.value) pages.push({ href: at("rules/new"), text: t("rules.add"), note: t("palette.action"), icon: "plus" });
    const list = pages.filter((choice) => fits(choice.text));
    if (words.length > 0) {
      for (const agent of agents.value.values()) {
        if (list.length >= kMost) break;
        if (fits(`${agent.name} ${agent.hostname} ${agent.tags.join(" ")}`)) {
          list.push({ href: at(`agents/${agent.id}`), text: agent.name, note: word("state", agent.state), icon: "server" });
        }
      }
    }
    return list.slice(0, kMost);
  });

  const close = () => (paletteOpen.value = false);
  const go = (choice: Choice | undefined) => {
    if (!choice) return;
    close();
    navigate(choice.href);
  };
  const index = Math.min(chosen.value, Math.max(0, found.value.length - 1));
  return (
    <Dialog title={t("palette.title")} onClose={close}>
      <input
        class="palette-input"
        type="text"
        role="combobox"
        aria-label={t("palette.open")}
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
      <ul class="palette" role="listbox" id={`${id}-list`} aria-label={t("palette.results")}>
        {found.value.map((choice, each) => (
          <li
            key={choice.href}
            id={`${id}-${each}`}
            role="option"
            aria-selected={each === index ? "true" : "false"}
            onClick={() => go(choice)}
          >
            <Icon name={choice.icon} />
            <span class="cut">{choice.text}</span>
            <span class="quiet">{choice.note}</span>
          </li>
        ))}
      </ul>
      {found.value.length === 0 && <p class="quiet" role="status">{t("palette.nothing")}</p>}
    </Dialog>
  );
}
