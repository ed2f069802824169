// The first steps of a new owner: mail, first agent, a test alert. Each step has an address (?step=). A step can be
// skipped or done again later.
import { useSignal } from "@preact/signals";
import { t } from "../../lib/i18n";
import { useQuery } from "../../lib/query";
import { navigate, param, setParams } from "../../lib/router";
import { subjects } from "../../lib/subjects";
import { inOrder, type List, type MailSettings, type NewAgent, type Rule } from "../../lib/types";
import { api, at, isAdministrator, mayEdit, mayEditSome } from "../../lib/workspace";
import { Empty, Loaded, PageHeader, Panel } from "../../parts/basics";
import { AddAgentForm, AgentCommand } from "../../parts/add_agent";
import { CareHint } from "../../parts/care_hint";
import { Icon } from "../../parts/icon";
import { MailForm, MailTest } from "../../parts/mail_form";
import { RuleTest } from "../../parts/rule_test";
import { Outcome } from "../../parts/state";

type Step = "mail" | "agent" | "alert";
// Only the appliance's administrator sets the mail server.
const stepsOf = (): Step[] => (isAdministrator.value ? ["mail", "agent", "alert"] : ["agent", "alert"]);

function Steps(props: { now: Step }) {
  const steps = stepsOf();
  const index = steps.indexOf(props.now);
  return (
    <ol class="steps" aria-label={t("start.steps")}>
      <li class="done"><Icon name="check" />{t("start.owner")}</li>
      {steps.map((step, each) => (
        <li key={step} class={each < index ? "done" : each === index ? "now" : ""} aria-current={each === index ? "step" : undefined}>
          {each < index ? <Icon name="check" /> : <span class="step-number">{each + 2}</span>}
          <a href={`${at("start")}?step=${step}`}>{t(`start.${step}`)}</a>
        </li>
      ))}
    </ol>
  );
}

export function Start(_: { id: string }) {
  const asked = param("step");
  const steps = stepsOf();
  const step = steps.find((each) => each === asked) ?? steps[0]!;
  if (!mayEditSome.value) return <Empty alone icon="rules" title={t("unknown.title")} action={<a class="button primary" href={at("overview")}>{t("unknown.action")}</a>}>{t("unknown.text")}</Empty>;
  return (
    <div class="narrow">
      <PageHeader title={t("start.title")} />
      <Steps now={step} />
      {step === "mail" ? <MailStep /> : step === "agent" ? <AgentStep /> : <AlertStep />}
    </div>
  );
}

const next = (step: Step) => setParams({ step }, { push: true });

function MailStep() {
  const query = useQuery<MailSettings>("/appliance/mail");
  return (
    <Panel title={t("start.mail_title")}>
      <p class="quiet">{t("start.mail_text")}</p>
      <Loaded query={query} lines={4} height={56}>
        {(settings) => (
          <>
            <MailForm settings={settings} onSaved={(saved) => (query.data.value = saved)} />
            {settings.configured && <MailTest />}
            <div class="step-actions">
              <button type="button" class={settings.configured ? "button primary" : "button"} onClick={() => next("agent")}>
                {settings.configured ? t("start.next") : t("start.skip")}
              </button>
            </div>
          </>
        )}
      </Loaded>
    </Panel>
  );
}

function AgentStep() {
  const added = useSignal<NewAgent | null>(null);
  const arrived = added.value && (subjects.value.get(added.value.agent.id)?.state ?? "pending") !== "pending";
  return (
    <Panel title={t("start.agent_title")}>
      {added.value ? <AgentCommand added={added.value} /> : (
        <>
          <p class="quiet">{t("start.agent_text")}</p>
          <AddAgentForm onAdded={(value) => (added.value = value)} />
        </>
      )}
      <div class="step-actions">
        <button type="button" class={arrived ? "button primary" : "button"} onClick={() => next("alert")}>
          {arrived ? t("start.next") : t("start.skip")}
        </button>
      </div>
    </Panel>
  );
}

function AlertStep() {
  const rules = useQuery<List<Rule>>(api("/rules"), { on: (event) => event.name === "rule.changed" });
  return (
    <Panel title={t("start.alert_title")}>
      <p class="quiet">{t("start.alert_text")}</p>
      <Loaded query={rules} lines={4} height={28}>
        {(list) => (
          <>
            <ul class="plain-list">
              {inOrder(list.items).map((rule) => (
                <li key={rule.id}>
                  <Outcome kind={rule.enabled ? "up" : "paused"}>{rule.enabled ? t("rules.on") : t("rules.off")}</Outcome>
                  <span>{rule.sentence}</span>
                </li>
              ))}
            </ul>
            {mayEdit.value && inOrder(list.items).slice(0, 1).map((rule) => <RuleTest key={rule.id} rule={rule} />)}
          </>
        )}
      </Loaded>
      {isAdministrator.value && <CareHint />}
      {isAdministrator.value && <p class="quiet">{t("start.dead_man")} <a href="/appliance/dead-man">{t("start.dead_man_link")}</a></p>}
      <div class="step-actions">
        <button type="button" class="button primary" onClick={() => navigate(at("overview"))}>{t("start.finish")}</button>
      </div>
    </Panel>
  );
}
