// The alert rules, each as its sentence.
import { useEffect } from "preact/hooks";
import { call } from "../../lib/api";
import { t } from "../../lib/i18n";
import { agents, loadAgents } from "../../lib/agents";
import { useGroups, useMayEditRule } from "../../lib/belonging";
import { useQuery } from "../../lib/query";
import { inOrder, type List, type Rule } from "../../lib/types";
import { api, at, mayEditSome } from "../../lib/workspace";
import { Empty, Loaded, PageHeader } from "../../parts/basics";
import { attempt } from "../../parts/dialog";
import { Icon } from "../../parts/icon";
import { Outcome, SeverityMark } from "../../parts/state";

export function Rules(_: { id: string }) {
  const query = useQuery<List<Rule>>(api("/rules"), { on: (event) => event.name === "rule.changed" });
  const editable = useMayEditRule();
  const groups = useGroups();
  useEffect(() => void loadAgents(), []);
  // The sentence says "one agent" or "a group"; this is its name.
  const about = ({ target }: Rule) =>
    target.kind === "agent" ? agents.value.get(target.agent_id ?? "")?.name : target.kind === "group" ? groups.value.find((each) => each.id === target.group_id)?.name : undefined;
  const add = mayEditSome.value && (
    <a class="button primary" href={at("rules/new")}><Icon name="plus" />{t("rules.add")}</a>
  );
  return (
    <>
      <PageHeader title={t("nav.rules")} actions={add} />
      <Loaded query={query} lines={5} height={56}>
        {(list) =>
          list.items.length === 0 ? (
            <Empty icon="rules" title={t("rules.empty")} action={add}>{t("rules.empty_text")}</Empty>
          ) : (
            <ul class="panel flush" aria-label={t("nav.rules")}>
              {inOrder(list.items).map((rule) => (
                <li key={rule.id} class="rule-row">
                  {rule.enabled ? <SeverityMark severity={rule.severity} /> : <Outcome kind="paused">{t("rules.off")}</Outcome>}
                  <span>
                    <a class="row-link" data-row href={at(`rules/${rule.id}`)}>{rule.name}</a>
                    <span class="quiet">{rule.sentence}{about(rule) && <> · <strong>{about(rule)}</strong></>}</span>
                  </span>
                  {editable(rule) ? (
                    <button type="button" class="button small" onClick={() => void attempt(async () => {
                      await call<Rule>(api(`/rules/${rule.id}`), { method: "PATCH", version: rule.version, body: { enabled: !rule.enabled } });
                      await query.refetch();
                    })}>
                      {rule.enabled ? t("rules.turn_off") : t("rules.turn_on")}
                      <span class="hidden"> ({rule.name})</span>
                    </button>
                  ) : <span />}
                </li>
              ))}
            </ul>
          )}
      </Loaded>
    </>
  );
}
