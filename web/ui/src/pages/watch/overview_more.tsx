// What the overview shows only when there is any: what is quiet now and who asked for it, and messages that could not be
// delivered.
import texts from "../../catalogue/en.overview_more.json";
import { learn, t, tx } from "../../lib/i18n";
import { Time } from "../../lib/time";
import type { Notification, Overview, QuietNow } from "../../lib/types";
import { at, mayEdit } from "../../lib/workspace";
import { Panel } from "../../parts/basics";
import { Resend } from "../../parts/deliveries";
import { Icon } from "../../parts/icon";
import { Outcome } from "../../parts/state";

learn(texts);

const kNamed = 2;

export function OverviewMore(props: { data: Overview }) {
  const { data } = props;
  return (
    <>
      {data.quiet && <QuietLine now={data.quiet} />}
      {data.quiet && data.quiet.held_for_parents > 0 && <p class="quiet spaced">{t("overview.held_for_parents", { n: data.quiet.held_for_parents })}</p>}
      {mayEdit.value && (data.untested_rules ?? []).length > 0 && (
        <p class="quiet spaced">{t("overview.untested", { n: data.untested_rules?.length ?? 0 })} <a href={at(`rules/${data.untested_rules?.[0]?.id}`)}>{data.untested_rules?.[0]?.name}</a></p>
      )}
      {data.failed_notifications.length > 0 && <Failed list={data.failed_notifications} />}
    </>
  );
}

// "Quiet now: 12 of 240, by Bo, until 06:00": for everybody, so that silence is never a surprise.
function QuietLine(props: { now: QuietNow }) {
  const { quiet, subjects, by } = props.now;
  if (quiet === 0) return null;
  const who = [...new Set(by.map((each) => each.by_name || each.name))];
  const until = by.reduce<string | null>((latest, each) => (each.until && (!latest || each.until > latest) ? each.until : latest), null);
  const left = who.length - kNamed;
  return (
    <p class="quiet-now spaced">
      <Icon name="quiet" />
      <span>
        <strong>{t("overview.quiet_now", { n: quiet, of: subjects, who: who.slice(0, kNamed).join(", ") })}</strong>
        {left > 0 && <> {t("overview.quiet_more", { n: left })}</>}
        {until && <>, {tx("overview.quiet_until", { time: <Time at={until} exact /> })}</>}
      </span>
      <a href={at("quiet")}>{t("overview.quiet_link")}</a>
    </p>
  );
}

function Failed(props: { list: Notification[] }) {
  return (
    <Panel title={t("overview.failed_notifications")} class="alarm spaced">
      <ul class="plain-list rows">
        {props.list.map((each) => (
          <li key={each.id}>
            <Outcome kind="down">{t("notification.failed")}</Outcome>
            <span class="grow">
              {each.shown}
              {each.headline && <span class="quiet"> · {each.headline}</span>}
              {each.last_error && <code class="answer-text">{each.last_error}</code>}
            </span>
            <Time at={each.created_at} />
            <Resend delivery={each} />
          </li>
        ))}
      </ul>
    </Panel>
  );
}
