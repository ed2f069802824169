// A dialog in which the reader finds one thing of many by a few letters: the palette, the switcher. It is a combobox
// with a list, as ARIA describes it: the focus stays in the field, the arrows move through the list, Enter chooses.
import type { ComponentChildren } from "preact";
import { useSignal } from "@preact/signals";
import { useId } from "preact/hooks";
import { t } from "../lib/i18n";
import { Dialog } from "../parts/dialog";
import { Icon, type IconName } from "../parts/icon";

export interface Choice {
  id: string;
  text: string;
  note: string;
  icon: IconName;
  go: () => void;
}

// Whether the text has every word that was typed.
export function fits(typed: string, text: string): boolean {
  const low = text.toLowerCase();
  return typed.toLowerCase().split(/\s+/).every((word) => low.includes(word));
}

// `find` returns what fits, best first. It runs again when a signal that it reads changes.
export function PickDialog(props: {
  title: string;
  spoken: string;
  results: string;
  placeholder?: string;
  find: (typed: string) => Choice[];
  onClose: () => void;
  children?: ComponentChildren;
}) {
  const id = useId();
  const typed = useSignal("");
  const chosen = useSignal(0);
  const found = props.find(typed.value.trim());
  const index = Math.min(chosen.value, Math.max(0, found.length - 1));
  const choose = (choice: Choice | undefined) => {
    if (!choice) return;
    props.onClose();
    choice.go();
  };
  return (
    <Dialog title={props.title} onClose={props.onClose}>
      <input
        class="palette-input"
        type="text"
        role="combobox"
        aria-label={props.spoken}
        placeholder={props.placeholder}
        aria-expanded="true"
        aria-controls={`${id}-list`}
        aria-activedescendant={found.length ? `${id}-${index}` : undefined}
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
          const last = found.length - 1;
          if (event.key === "ArrowDown") chosen.value = index >= last ? 0 : index + 1;
          else if (event.key === "ArrowUp") chosen.value = index <= 0 ? last : index - 1;
          else if (event.key === "Enter") choose(found[index]);
          else return;
          event.preventDefault();
        }}
      />
      <ul class="palette" role="listbox" id={`${id}-list`} aria-label={props.results}>
        {found.map((choice, at) => (
          <li key={choice.id} id={`${id}-${at}`} role="option" aria-selected={at === index ? "true" : "false"} onClick={() => choose(choice)}>
            <Icon name={choice.icon} />
            <span class="cut">{choice.text}</span>
            <span class="quiet">{choice.note}</span>
          </li>
        ))}
      </ul>
      {found.length === 0 && <p class="quiet" role="status">{t("palette.nothing")}</p>}
      {props.children}
    </Dialog>
  );
}
