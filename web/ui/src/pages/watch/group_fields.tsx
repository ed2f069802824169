// The fields of a group: when it is up, and who is in it.
import { useSignal, type Signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { t, tx, word } from "../../lib/i18n";
import { iconOf, loadKinds } from "../../lib/kinds";
import { loadSubjects, subjects, subjectsLoaded } from "../../lib/subjects";
import { isAgent, type GroupPart, type Health, type Subject } from "../../lib/types";
import { Check, Field, Skeleton } from "../../parts/basics";
import type { FormState } from "../../parts/form";
import { Icon } from "../../parts/icon";
import { State } from "../../parts/state";

const healths: Health[] = ["all", "at_least", "share", "any"];
const kMostShown = 30;

export interface HealthForm {
  health: Signal<Health>;
  amount: Signal<number>;
}

export function useHealthForm(of: Pick<GroupPart, "health" | "amount"> = { health: "all", amount: 1 }): HealthForm {
  return { health: useSignal<Health>(of.health), amount: useSignal(of.amount) };
}

// What is sent: the amount only where the rule has one.
export function healthBody({ health, amount }: HealthForm): { health: Health; amount?: number } {
  return health.value === "at_least" || health.value === "share" ? { health: health.value, amount: amount.value } : { health: health.value };
}

// "Up while at least 2 of 3 members are up."
export function healthText(group: GroupPart, members: number): string {
  return t(`groups.is_up_${group.health}`, { n: group.amount, of: members });
}

export function HealthFields(props: { of: HealthForm; form: FormState }) {
  const { health, amount } = props.of;
  const counted = health.value === "at_least" || health.value === "share";
  return (
    <div class="pair">
      <Field text={t("groups.health")} hint={t("groups.health_hint")} error={props.form.fieldError("health")}>
        {(attributes) => (
          <select {...attributes} name="health" value={health.value} onChange={(event) => {
            const next = healths.find((each) => each === event.currentTarget.value) ?? "all";
            if (next !== health.value) amount.value = next === "share" ? 50 : 1;
            health.value = next;
          }}>
            {healths.map((each) => <option key={each} value={each}>{word("group_health", each)}</option>)}
          </select>
        )}
      </Field>
      {counted && (
        <Field text={t(health.value === "share" ? "groups.percent" : "groups.how_many")} error={props.form.fieldError("amount")}>
          {(attributes) => (
            <input {...attributes} type="number" name="amount" required min={1} max={health.value === "share" ? 100 : 5000} step={1} value={amount.value}
              onInput={(event) => (amount.value = event.currentTarget.valueAsNumber || 0)} />
          )}
        </Field>
      )}
    </div>
  );
}

const searched = (subject: Subject): string =>
  [subject.name, isAgent(subject) ? subject.hostname : "", ...subject.tags, ...Object.entries(subject.labels).map(([key, value]) => `${key}=${value}`)].join(" ").toLowerCase();

// Everything in sight can be a member, but the group itself. Who is chosen comes first, until something is searched for.
export function MembersPicker(props: { chosen: Signal<string[]>; self?: string; error: string | null }) {
  const { chosen } = props;
  const typed = useSignal("");
  useEffect(() => {
    void loadSubjects();
    void loadKinds();
  }, []);
  const words = typed.value.toLowerCase().split(/\s+/).filter(Boolean);
  const ids = new Set(chosen.value);
  const found = [...subjects.value.values()]
    .filter((each) => each.id !== props.self && words.every((part) => searched(each).includes(part)))
    .sort((a, b) => (words.length === 0 ? Number(ids.has(b.id)) - Number(ids.has(a.id)) : 0) || a.name.localeCompare(b.name));
  return (
    <fieldset>
      <legend class="legend-title">{t("groups.members")} <span class="quiet" role="status">{t("groups.chosen", { n: chosen.value.length })}</span></legend>
      {!subjectsLoaded.value && subjects.value.size === 0 ? <Skeleton lines={3} /> : subjects.value.size === 0 ? <p class="quiet">{t("groups.nobody_to_choose")}</p> : (
        <>
          <label class="search-field">
            <Icon name="search" />
            <span class="hidden">{t("groups.search")}</span>
            <input type="search" placeholder={t("groups.search")} value={typed.value} onInput={(event) => (typed.value = event.currentTarget.value)}
              onKeyDown={(event) => event.key === "Enter" && event.preventDefault()} />
          </label>
          <ul class="pick-list" aria-label={t("groups.members")}>
            {found.slice(0, kMostShown).map((each) => (
              <li key={each.id}>
                <Check checked={ids.has(each.id)} onChange={(on) => (chosen.value = on ? [...chosen.value, each.id] : chosen.value.filter((id) => id !== each.id))}>
                  <span class="with-icon"><Icon name={iconOf(each.kind)} />{each.name}</span>
                </Check>
                <State state={each.state} />
              </li>
            ))}
          </ul>
          {found.length === 0 && <p class="quiet">{t("palette.nothing")}</p>}
          {found.length > kMostShown && <p class="field-hint">{tx("groups.search_on", { n: found.length - kMostShown })}</p>}
        </>
      )}
      {props.error && <p class="field-error" role="alert">{props.error}</p>}
    </fieldset>
  );
}
