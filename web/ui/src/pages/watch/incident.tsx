// The page of one incident: its timeline, the chart around it, who was told and why (?why=1), and what a reader can do:
// acknowledge, snooze, comment.
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { call } from "../../lib/api";
import { t, tx, word } from "../../lib/i18n";
import { iconOf, pageOf } from "../../lib/kinds";
import { late } from "../../lib/late";
import "../../lib/notification_texts";
import { useQuery } from "../../lib/query";
import { param, setParams, withParams } from "../../lib/router";
import { between, serverNow, Time } from "../../lib/time";
import { kCommentCharactersMax, type Incident, type IncidentDetail, type IncidentEvent, type Rule } from "../../lib/types";
import { api, at, mayAcknowledge, mayEdit } from "../../lib/workspace";
import { chartsOf, useMetrics } from "../../lib/metrics";
import { ReadingCharts } from "../../chart/readings";
import { Empty, Facts, Field, Loaded, PageHeader, Panel } from "../../parts/basics";
import { attempt, toast } from "../../parts/dialog";
import { Form, useForm } from "../../parts/form";
import { Icon, type IconName } from "../../parts/icon";
import { IncidentMark, Outcome, SeverityMark } from "../../parts/state";

const Acts = late(() => import("./incident_acts").then((file) => file.IncidentActs));
const Why = late(() => import("./incident_telling").then((file) => file.IncidentTelling));

const icons: Record<IncidentEvent["kind"], IconName> = {
  opened: "siren", notified: "send", notify_failed: "warning", acknowledged: "check", unacknowledged: "clock", commented: "comment", resolved: "check",
};
const tones: Record<string, string> = { opened: "bad", notify_failed: "bad", resolved: "good" };

function Timeline(props: { events: IncidentEvent[] }) {
  return (
    <ol class="timeline">
      {props.events.map((event) => (
        <li key={event.id}>
          <span class={`timeline-mark ${tones[event.kind] ?? ""}`}><Icon name={icons[event.kind] ?? "clock"} /></span>
          <div>
            <strong>{word("event", event.kind)}</strong>
            {event.actor_name && <span class="quiet"> · {event.actor_name}</span>}
            {event.text && <p class="timeline-text">{event.text}</p>}
          </div>
          <Time at={event.at} />
        </li>
      ))}
    </ol>
  );
}

function Around(props: { incident: IncidentDetail }) {
  const { incident } = props;
  const rule = useQuery<Rule>(incident.kind === "metric" ? api(`/rules/${incident.rule_id}`) : null);
  const opened = Date.parse(incident.opened_at) / 1000;
  const end = incident.resolved_at ? Date.parse(incident.resolved_at) / 1000 : null;
  // An open incident lasts until now, in steps of half a minute, so that the query does not change each second.
  const now = Math.ceil(serverNow() / 30_000) * 30;
  const from = Math.floor(opened - 1800);
  const to = end === null ? now : Math.ceil(Math.min(end + 1800, Math.max(now, end)));
  const known = rule.data.value;
  const table = useMetrics();
  if (!table || (incident.kind === "metric" && !known)) return null;
  const metric = incident.kind === "metric" ? known?.metric : undefined;
  // Silence and states have no chart of their own. The first chart shows when the readings stopped.
  const chart = metric === undefined ? chartsOf(table, incident.subject_kind)[0]?.word : table.get(metric)?.chart?.word;
  if (chart === undefined) return <p class="note">{t("incident.no_chart", { metric: table.get(metric ?? "")?.noun ?? metric ?? "" })}</p>;
  return (
    <ReadingCharts
      kind={incident.subject_kind}
      id={incident.subject_id}
      from={from}
      to={to}
      live={end === null}
      only={[chart]}
      line={known && known.kind === "metric" ? { chart, value: known.threshold } : undefined}
      bands={[{ from: opened, to: end ?? now }]}
    />
  );
}

export function IncidentPage(props: { id: string }) {
  const query = useQuery<IncidentDetail>(api(`/incidents/${props.id}`), {
    on: (event) => event.data.incident_id === props.id || event.name === "notification.changed",
    throttleMs: 300,
  });
  if (query.error.value?.status === 404) {
    return <Empty alone icon="siren" title={t("incident.gone")} action={<a class="button primary" href={at("incidents")}>{t("overview.all_incidents")}</a>} />;
  }
  const why = param("why") === "1";
  const adopt = async (change: Incident | null) => {
    if (change && query.data.value) query.data.value = { ...query.data.value, ...change };
    await query.refetch();
  };
  return (
    <Loaded query={query} lines={5} height={56}>
      {(incident) => (
        <>
          <PageHeader
            title={incident.summary}
            back={{ href: at("incidents"), text: t("nav.incidents") }}
            state={<IncidentMark incident={incident} loud />}
            facts={
              <>
                <SeverityMark severity={incident.severity} />
                <a href={pageOf(incident.subject_kind, incident.subject_id)}>{incident.subject_name}</a>
                {incident.part && <span>{incident.part}</span>}
                <span>{incident.resolved_at ? t("incident.lasted_for", { time: between(incident.opened_at, incident.resolved_at) }) : t("incident.open_for", { time: between(incident.opened_at, null) })}</span>
              </>
            }
            actions={
              <>
                <button type="button" class="button" aria-expanded={why ? "true" : "false"} onClick={() => setParams({ why: why ? null : "1" })}><Icon name="help" />{t("incident.why")}</button>
                {mayAcknowledge.value && !incident.resolved_at && <Acts incident={incident} onDone={adopt} />}
                {mayAcknowledge.value && !incident.resolved_at && !incident.acknowledged_at && <Acknowledge id={incident.id} onDone={adopt} />}
              </>
            }
          />
          {incident.is_drill && <p class="note notice">{t("incident.drill")}</p>}
          {why && <Why id={incident.id} />}
          <div class="two-thirds">
            <div>
              {(incident.subject_kind === "agent" || incident.subject_kind === "monitor") && <Around incident={incident} />}
              <Panel title={t("incident.timeline")}>
                <Timeline events={incident.events} />
              </Panel>
              {mayAcknowledge.value && <Comment id={incident.id} onDone={() => adopt(null)} />}
            </div>
            <div>
              <Panel title={t("incident.facts")}>
                <Facts
                  items={[
                    [t("incident.about"), <span class="with-icon"><Icon name={iconOf(incident.subject_kind)} /><a href={pageOf(incident.subject_kind, incident.subject_id)}>{incident.subject_name}</a>{incident.part && <> · {incident.part}</>}</span>],
                    [t("incident.rule"), mayEdit.value && incident.kind !== "event" ? <a href={at(`rules/${incident.rule_id}`)}>{incident.rule_sentence}</a> : incident.rule_sentence],
                    [t("incident.opened"), <Time at={incident.opened_at} exact />],
                    [t("incident.acknowledged"), incident.acknowledged_at ? <><Time at={incident.acknowledged_at} exact /> · {incident.acknowledged_by}{incident.acknowledged_until && <> · {tx("incident.ack_until", { time: <Time at={incident.acknowledged_until} exact /> })}</>}</> : t("incident.not_yet")],
                    [t("incident.resolved"), incident.resolved_at ? <><Time at={incident.resolved_at} exact /> · {incident.resolution && word("resolution", incident.resolution)}</> : t("incident.not_yet")],
                  ]}
                />
              </Panel>
              <Panel title={t("incident.notifications")}>
                {incident.notifications.length === 0 ? (
                  <p class="quiet">{tx("incident.nobody", { link: <a href={withParams({ why: "1" })}>{t("incident.why_link")}</a> })}</p>
                ) : (
                  <ul class="plain-list">
                    {incident.notifications.map((each) => (
                      <li key={each.id}>
                        <Outcome kind={each.state === "sent" ? "up" : each.state === "failed" ? "down" : each.last_error ? "warning" : "pending"}>{t(`notification.${each.state}`)}</Outcome>
                        <span>{t(`notification.kind_${each.kind}`)} · {each.shown}</span>
                        {each.state !== "sent" && each.last_error && <code class="answer-text">{each.last_error}</code>}
                        {each.state === "failed" && mayEdit.value && (
                          <button type="button" class="button small" onClick={() => void attempt(async () => {
                            await call(api(`/notifications/${each.id}/retry`), { method: "POST", body: {} });
                            toast(t("notification.retried"));
                            await query.refetch();
                          })}>{t("error.retry")}</button>
                        )}
                      </li>
                    ))}
                  </ul>
                )}
              </Panel>
            </div>
          </div>
        </>
      )}
    </Loaded>
  );
}

function Acknowledge(props: { id: string; onDone: (incident: Incident) => Promise<void> }) {
  const busy = useSignal(false);
  return (
    <button
      type="button"
      class="button primary"
      disabled={busy.value}
      onClick={async () => {
        busy.value = true;
        await attempt(async () => {
          const done = await call<Incident>(api(`/incidents/${props.id}/acknowledge`), { method: "POST", body: {} });
          toast(t("incident.acknowledged_toast"));
          await props.onDone(done);
        });
        busy.value = false;
      }}
    >
      <Icon name="check" />
      {t("incident.acknowledge")}
    </button>
  );
}

function Comment(props: { id: string; onDone: () => Promise<void> }) {
  const form = useForm();
  const text = useSignal("");
  useEffect(() => {
    text.value = "";
  }, [props.id]);
  return (
    <Panel>
      <Form
        state={form}
        fields={["text"]}
        spoken={t("incident.comment")}
        onSubmit={async () => {
          await call(api(`/incidents/${props.id}/comments`), { method: "POST", body: { text: text.value.trim() } });
          text.value = "";
          await props.onDone();
        }}
      >
        <Field text={t("incident.comment")} error={form.fieldError("text")}>
          {(attributes) => <textarea {...attributes} name="text" rows={3} required maxLength={kCommentCharactersMax} value={text.value} onInput={(event) => (text.value = event.currentTarget.value)} />}
        </Field>
        <div class="form-actions"><button type="submit" class="button" disabled={form.busy.value}>{t("incident.comment_action")}</button></div>
      </Form>
    </Panel>
  );
}
