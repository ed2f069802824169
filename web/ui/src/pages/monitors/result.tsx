// What a check found: verdict, sentence, phases, address, and what came back.
import { millis } from "../../lib/format";
import { t, word } from "../../lib/i18n";
import { Time } from "../../lib/time";
import { State } from "../../parts/state";
import { type Outcome, phaseNames } from "./model";

// "OK" says nothing beside "up". Of other reasons the word stands before the sentence.
export const reasonText = (reason: string): string => (reason === "ok" || reason === "" ? "" : word("check_reason", reason as "slow"));

export function Result(props: { result: Outcome; spoken: string }) {
  const { result } = props;
  const phases = phaseNames.filter((name) => result.phases?.[name] !== null && result.phases?.[name] !== undefined && (result.phases[name] ?? -1) >= 0);
  return (
    <div class="stack result" role="status" aria-label={props.spoken}>
      <p class="answer">
        <State state={result.verdict} />
        <span>{[reasonText(result.reason), result.text].filter(Boolean).join(": ")}</span>
      </p>
      {phases.length > 0 && (
        <dl class="phases">
          {phases.map((name) => <div key={name}><dt>{t(`phase.${name}`)}</dt><dd>{millis(result.phases[name])}</dd></div>)}
        </dl>
      )}
      <p class="quiet">{result.address && <>{t("result.address", { address: result.address })} · </>}<Time at={result.at} /></p>
      {result.excerpt && (
        <details>
          <summary>{t("result.excerpt")}</summary>
          <pre class="answer-text excerpt" tabIndex={0} role="region" aria-label={t("result.excerpt")}>{result.excerpt}</pre>
        </details>
      )}
    </div>
  );
}
