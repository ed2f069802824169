// Whether a workspace requires a second factor, which owners set, and which members have none yet.
import { useSignal } from "@preact/signals";
import texts from "../../catalogue/en.factors.json";
import { call, loadMe } from "../../lib/api";
import { learn, t, tx } from "../../lib/i18n";
import { useQuery } from "../../lib/query";
import { Time } from "../../lib/time";
import { api, may } from "../../lib/workspace";
import { Field, Loaded, Panel } from "../../parts/basics";
import { Confirm } from "../../parts/dialog";

learn(texts);

interface Policy {
  required: boolean;
  required_since: string | null;
  grace_until: string | null;
  members_without: string[];
}

const days = [0, 1, 7, 14, 30];
const kNamed = 8;

function names(all: string[]): string {
  const more = all.length - kNamed;
  return all.slice(0, kNamed).join(", ") + (more > 0 ? ` ${t("factor_policy.more", { n: more })}` : "");
}

export function FactorPolicy() {
  const query = useQuery<Policy>(api("/second-factor"));
  const asking = useSignal<"require" | "waive" | null>(null);
  const grace = useSignal(7);
  const set = async (body: object) => {
    await call(api("/second-factor"), { method: "PUT", body });
    await Promise.all([query.refetch(), loadMe()]);
  };
  return (
    <div class="narrow spaced-top">
      <Panel title={t("factor_policy.title")}>
        <Loaded query={query} lines={2}>
          {(policy) => (
            <>
              {!policy.required ? <p>{t("factor_policy.off")}</p>
                : policy.grace_until && Date.parse(policy.grace_until) > Date.now() ? <p>{tx("factor_policy.from", { when: <Time at={policy.grace_until} exact /> })}</p>
                : <p>{t("factor_policy.in_force")}</p>}
              {policy.required && policy.members_without.length > 0 && (
                <p class="note">{t("factor_policy.without", { n: policy.members_without.length, names: names(policy.members_without) })}</p>
              )}
              {may("owner") && (
                <div class="form-actions spaced-top">
                  {policy.required
                    ? <button type="button" class="button" onClick={() => (asking.value = "waive")}>{t("factor_policy.waive")}</button>
                    : <button type="button" class="button" onClick={() => (asking.value = "require")}>{t("factor_policy.require")}</button>}
                </div>
              )}
              {asking.value === "require" && (
                <Confirm title={t("factor_policy.require_title")} action={t("factor_policy.require")} onClose={() => (asking.value = null)}
                  text={
                    <>
                      {policy.members_without.length > 0 ? t("factor_policy.require_text", { names: names(policy.members_without) }) : t("factor_policy.require_nobody")}
                      <Field text={t("factor_policy.grace")} hint={t("factor_policy.grace_hint")}>
                        {(attributes) => (
                          <select {...attributes} name="grace_days" value={grace.value} onChange={(event) => (grace.value = Number(event.currentTarget.value))}>
                            {days.map((n) => <option key={n} value={n}>{n === 0 ? t("factor_policy.at_once") : t("factor_policy.days", { n })}</option>)}
                          </select>
                        )}
                      </Field>
                    </>
                  }
                  onConfirm={() => set({ required: true, grace_days: grace.value })} />
              )}
              {asking.value === "waive" && (
                <Confirm title={t("factor_policy.waive_title")} text={t("factor_policy.waive_text")} action={t("factor_policy.waive")} danger onClose={() => (asking.value = null)}
                  onConfirm={() => set({ required: false })} />
              )}
            </>
          )}
        </Loaded>
      </Panel>
    </div>
  );
}
