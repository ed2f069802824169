// Messages and what became of them: the state, the other side's own words, how often it was tried, and a button that sends
// one again. Used by the log of deliveries, the recipients' page and an incident's "Why was I (not) told?".
import { useSignal } from "@preact/signals";
import texts from "../catalogue/en.deliveries.json";
import { call } from "../lib/api";
import { learn, t } from "../lib/i18n";
import "../lib/notification_texts";
import { Time } from "../lib/time";
import type { Notification } from "../lib/types";
import { api, at, mayEdit } from "../lib/workspace";
import { attempt, toast } from "./dialog";
import { Outcome } from "./state";

learn(texts);

const tones = { queued: "pending", sent: "up", failed: "down" } as const;

export function DeliveryState(props: { delivery: Notification }) {
  const { state, last_error } = props.delivery;
  return <Outcome kind={state === "queued" && last_error ? "warning" : tones[state]}>{t(`notification.${state}`)}</Outcome>;
}

export function Resend(props: { delivery: Notification; onDone?: () => Promise<void> }) {
  const { delivery } = props;
  const busy = useSignal(false);
  if (!mayEdit.value || delivery.state === "queued") return null;
  return (
    <button type="button" class="button small" disabled={busy.value} onClick={async () => {
      busy.value = true;
      await attempt(async () => {
        await call(api(`/notifications/${delivery.id}/retry`), { method: "POST", body: {} });
        toast(t(delivery.state === "sent" ? "deliveries.sent_again" : "notification.retried"));
        await props.onDone?.();
      });
      busy.value = false;
    }}>{t(delivery.state === "sent" ? "deliveries.resend" : "error.retry")}<span class="hidden"> ({delivery.shown})</span></button>
  );
}

export function DeliveryTable(props: { spoken: string; items: readonly Notification[]; about?: boolean; onDone?: () => Promise<void> }) {
  return (
    <table class="table deliveries" aria-label={props.spoken}>
      <thead>
        <tr>
          <th scope="col" class="col-state">{t("incident.state")}</th>
          <th scope="col">{t("deliveries.to")}</th>
          {props.about && <th scope="col" class="wide-only">{t("deliveries.about")}</th>}
          <th scope="col" class="number col-time wide-only">{t("deliveries.when")}</th>
          {mayEdit.value && <th scope="col" class="number col-resend wide-only"><span class="hidden">{t("deliveries.acts")}</span></th>}
        </tr>
      </thead>
      <tbody>
        {props.items.map((each) => {
          const words = each.state === "sent" ? each.answer : each.last_error || each.answer;
          return (
            <tr key={each.id}>
              <td><DeliveryState delivery={each} /></td>
              <td>
                {each.shown}
                <span class="under">{t(`notification.kind_${each.kind}`)}{each.attempts > 1 && <> · {t("deliveries.attempts", { n: each.attempts })}</>}</span>
                {words && <code class="answer-text">{words}</code>}
                <span class="narrow-only"><Time at={each.sent_at ?? each.created_at} /> <Resend delivery={each} onDone={props.onDone} /></span>
              </td>
              {props.about && (
                <td class="wide-only">
                  {each.incident_id ? <a href={at(`incidents/${each.incident_id}`)}>{each.headline}</a> : each.headline}
                  {each.subject_name && !each.headline.includes(each.subject_name) && <span class="under">{each.subject_name}</span>}
                </td>
              )}
              <td class="number wide-only">
                <Time at={each.sent_at ?? each.created_at} />
                {each.state === "queued" && each.next_attempt_at && <span class="under">{t("deliveries.next")} <Time at={each.next_attempt_at} /></span>}
              </td>
              {mayEdit.value && <td class="number wide-only"><Resend delivery={each} onDone={props.onDone} /></td>}
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
