// Whom a rule would tell now, and how; and the drill: an incident marked as one that walks the whole pipeline.
import { useSignal } from "@preact/signals";
import texts from "../../catalogue/en.rule_more.json";
import { call } from "../../lib/api";
import { learn, t, tx } from "../../lib/i18n";
import { useQuery } from "../../lib/query";
import { serverNow, Time } from "../../lib/time";
import type { Incident, Rule } from "../../lib/types";
import { api, at } from "../../lib/workspace";
import { Loaded, Panel } from "../../parts/basics";
import { Confirm } from "../../parts/dialog";
import { Icon } from "../../parts/icon";
import { Said, VerdictMark } from "../../parts/pipeline";
import type { WouldTell } from "./telling_model";

learn(texts);

const kTestedFor = 90 * 86_400_000;

export function RuleTelling(props: { rule: Rule; editable: boolean }) {
  const { rule } = props;
  const query = useQuery<WouldTell>(api(`/rules/${rule.id}/telling`), {
    on: (event) => ["recipient.changed", "rule.changed", "quiet.changed"].includes(event.name),
    everyMs: 60_000,
  });
  return (
    <>
      <Panel title={t("rule_more.who")} class="spaced-top">
        <Loaded query={query} lines={2}>
          {(list) => list.items.length === 0 ? <p class="quiet">{tx("rule_more.nobody", { link: <a href={at("recipients")}>{t("nav.recipients")}</a> })}</p> : (
            <ul class="plain-list" aria-label={t("rule_more.who")}>
              {list.items.map((each) => (
                <li key={each.recipient.id}>
                  <VerdictMark verdict={each.verdict} />
                  <span class="grow"><strong>{each.recipient.name}</strong> <span class="quiet">{each.recipient.shown}</span> {each.verdict === "pass" && !each.text ? t("rule_more.at_once") : <Said reason={each.reason} text={each.text} until={each.until} />}</span>
                </li>
              ))}
            </ul>
          )}
        </Loaded>
        <p class="field-hint spaced-top"><a href={at("pipeline")}>{t("rule_more.pipeline")}</a></p>
      </Panel>
      {props.editable && <Drill rule={rule} />}
    </>
  );
}

function Drill(props: { rule: Rule }) {
  const { rule } = props;
  const asking = useSignal(false);
  const opened = useSignal<Incident | null>(null);
  const tested = opened.value?.opened_at ?? rule.last_tested_at ?? null;
  const old = !tested || serverNow() - Date.parse(tested) > kTestedFor;
  return (
    <Panel title={t("rule_more.drill")} class="spaced-top">
      <p class="quiet">{t("rule_more.drill_text")}</p>
      <p>{tx("rule_more.last_tested", { time: <Time at={tested} /> })} {old && <strong>{t("rule_more.test_again")}</strong>}</p>
      <button type="button" class="button" onClick={() => (asking.value = true)}><Icon name="megaphone" />{t("rule_more.drill_action")}</button>
      <p role="status">{opened.value && <>{t("rule_more.drill_opened")} <a href={`${at(`incidents/${opened.value.id}`)}?why=1`}>{opened.value.summary || t("rule_more.drill")}</a></>}</p>
      {asking.value && (
        <Confirm title={t("rule_more.drill")} text={t("rule_more.drill_confirm")} action={t("rule_more.drill_action")} onClose={() => (asking.value = false)} onConfirm={async () => {
          opened.value = await call<Incident>(api(`/rules/${rule.id}/drill`), { method: "POST", body: {} });
        }} />
      )}
    </Panel>
  );
}
