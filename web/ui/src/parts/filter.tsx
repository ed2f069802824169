// The filter of a list: choices that become chips. It is in the address: the values of one name are alternatives, the
// names must all fit (core/watch/subject_filter.h).
import texts from "../catalogue/en.filter.json";
import { learn, t } from "../lib/i18n";
import { params, setParams } from "../lib/router";
import { Icon } from "./icon";

learn(texts);

export type Option = [value: string, text: string];

// Adds a value to the filter; the chosen ones stand below as chips. A changed filter begins with the first page.
export function Choose(props: { name: string; text: string; any: string; options: Option[] }) {
  const chosen = params(props.name);
  const left = props.options.filter(([value]) => !chosen.includes(value));
  if (left.length === 0) return null;
  return (
    <select aria-label={props.text} value="" onChange={(event) => {
      const value = event.currentTarget.value;
      event.currentTarget.value = "";
      if (value) setParams({ [props.name]: [...chosen, value], after: null }, { push: true });
    }}>
      <option value="">{chosen.length > 0 ? t("agents.or") : props.any}</option>
      {left.map(([value, text]) => <option key={value} value={value}>{text}</option>)}
    </select>
  );
}

export function Chips<Name extends string>(props: { names: Record<Name, string>; options: Record<Name, Option[]> }) {
  const chips = (Object.keys(props.names) as Name[]).flatMap((name) =>
    params(name).map((value) => ({ name, value, text: props.options[name].find(([each]) => each === value)?.[1] ?? value })));
  if (chips.length === 0) return null;
  return (
    <ul class="chips" aria-label={t("agents.chosen")}>
      {chips.map(({ name, value, text }) => (
        <li key={`${name} ${value}`}>
          <button type="button" class="chip" onClick={() => {
            setParams({ [name]: params(name).filter((each) => each !== value), after: null }, { push: true });
            document.querySelector<HTMLElement>(".filters input")?.focus();
          }}>
            <span class="quiet">{props.names[name]}</span> {text}<Icon name="x" /><span class="hidden">{t("agents.unchoose")}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}
