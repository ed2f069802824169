// The test of a rule: it goes through the outbox, like a real alert, and shows what became of each message.
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { call } from "../lib/api";
import { t, tx } from "../lib/i18n";
import "../lib/notification_texts";
import { useQuery } from "../lib/query";
import type { List, Notification, Rule } from "../lib/types";
import { api, at } from "../lib/workspace";
import { attempt } from "./dialog";
import { Icon } from "./icon";
import { Outcome } from "./state";

export function RuleTest(props: { rule: Rule }) {
  const queued = useSignal<number | null>(null);
  const sent = useQuery<List<Notification>>(queued.value ? api("/notifications?limit=20") : null, {
    on: (event) => event.name === "notification.changed",
    everyMs: 3_000,
    throttleMs: 200,
  });
  const busy = useSignal(false);
  useEffect(() => {
    queued.value = null;
  }, [props.rule.id]);
  const mine = (sent.data.value?.items ?? [])
    .filter((each) => each.kind === "test")
    .slice(0, queued.value ?? 0);
  return (
    <div class="rule-test">
      <button
        type="button"
        class="button"
        disabled={busy.value}
        onClick={async () => {
          busy.value = true;
          queued.value = null;
          await attempt(async () => {
            queued.value = (await call<{ queued: number }>(api(`/rules/${props.rule.id}/test`), { method: "POST", body: {} })).queued;
          });
          busy.value = false;
        }}
      >
        <Icon name="send" />
        {t("test.alert")}
      </button>
      <div role="status" class="answers">
        {queued.value === 0 && <p>{tx("test.nobody", { link: <a href={at("recipients")}>{t("nav.recipients")}</a> })}</p>}
        {mine.map((each) => (
          <div key={each.id} class="answer">
            <Outcome kind={each.state === "sent" ? "up" : each.state === "failed" ? "down" : each.last_error ? "warning" : "pending"}>
              {t(`notification.${each.state}`)}
            </Outcome>
            <span>{each.shown}</span>
            {each.last_error && each.state !== "sent" && <code class="answer-text">{each.last_error}</code>}
          </div>
        ))}
      </div>
    </div>
  );
}
