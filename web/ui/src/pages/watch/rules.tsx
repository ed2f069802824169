// The alert rules, each as its sentence.
import { useEffect } from "preact/hooks";
import { call } from "../../lib/api";
import { t } from "../../lib/i18n";
import { useMayEditRule } from "../../lib/belonging";
import { pageOf } from "../../lib/kinds";
import { useQuery } from "../../lib/query";
import { loadSubjects, subjects } from "../../lib/subjects";
import { inOrder, type List, type Rule, type Subject } from "../../lib/types";
import { api, at, mayEditSome } from "../../lib/workspace";
import { Empty, Loaded, PageHeader } from "../../parts/basics";
import { attempt } from "../../parts/dialog";
import { Icon } from "../../parts/icon";
import { Outcome, SeverityMark } from "../../parts/state";

export function Rules(_: { id: string }) {
  const query = useQuery<List<Rule>>(api("/rules"), { on: (event) => event.name === "rule.changed" });
  const editable = useMayEditRule();
  useEffect(() => void loadSubjects(), []);
  // The subject, or the group whose members it is about.
  const about = ({ target }: Rule) => subjects.value.get((target.kind === "group" ? target.group_id : target.subject_id) ?? "");
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
                    <span class="quiet">{rule.sentence}<About subject={about(rule)} /></span>
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

function About(props: { subject: Subject | undefined }) {
  const { subject } = props;
  return subject ? <> · <a href={pageOf(subject.kind, subject.id)}>{subject.name}</a></> : null;
}
