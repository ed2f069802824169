// "Why was I (not) told?" on an incident: how the stages stand now, every decision so far, and each message with the other
// side's answer.
import texts from "../../catalogue/en.incident_more.json";
import { learn, t, word } from "../../lib/i18n";
import { useQuery } from "../../lib/query";
import { Time } from "../../lib/time";
import { api, at, mayEditSome } from "../../lib/workspace";
import { Loaded, Panel } from "../../parts/basics";
import { DeliveryTable } from "../../parts/deliveries";
import { Pipeline, Said, stageTitle, VerdictMark } from "../../parts/pipeline";
import { Outcome } from "../../parts/state";
import type { Phase, TellingView } from "./telling_model";

learn(texts);

const tones = { held: "paused", told: "up", dropped: "down", over: "up" } as const satisfies Record<Phase, string>;

export function IncidentTelling(props: { id: string }) {
  const query = useQuery<TellingView>(api(`/incidents/${props.id}/telling`), {
    on: (event) => event.data.incident_id === props.id || event.name === "notification.changed" || event.name === "quiet.changed",
    everyMs: 15_000,
    throttleMs: 300,
  });
  return (
    <Panel title={t("why.title")} class="spaced why">
      <Loaded query={query} lines={4} height={32}>
        {(view) => (
          <>
            {view.phase && <p class="why-answer"><Outcome kind={tones[view.phase]}>{word("phase", view.phase)}</Outcome> <span>{(view.text || view.reason) && <Said reason={view.reason} text={view.text} />}</span></p>}
            {view.now.length > 0 && (
              <>
                <h3>{t("why.now")}</h3>
                <Pipeline stages={view.now} />
              </>
            )}
            <h3>{t("why.decisions")}</h3>
            {view.entries.length === 0 ? <p class="quiet">{t("why.no_decisions")}</p> : (
              <ul class="plain-list" aria-label={t("why.decisions")}>
                {view.entries.map((each, index) => (
                  <li key={index}>
                    <Time at={each.at} exact />
                    {each.verdict && <VerdictMark verdict={each.verdict} />}
                    <span class="grow">{each.recipient && <strong>{each.recipient.name}: </strong>}<Said reason={each.reason} text={each.text} until={each.until} /> <span class="quiet">({stageTitle(each.stage)})</span></span>
                  </li>
                ))}
              </ul>
            )}
            <h3>{t("why.deliveries")}</h3>
            {view.deliveries.length === 0 ? <p class="quiet">{t("why.no_deliveries")}</p> : <DeliveryTable spoken={t("why.deliveries")} items={view.deliveries} onDone={query.refetch} />}
            {mayEditSome.value && <p class="field-hint spaced-top"><a href={at("pipeline")}>{t("why.pipeline")}</a></p>}
          </>
        )}
      </Loaded>
    </Panel>
  );
}
