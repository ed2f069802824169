// The stages of the pipeline in their order, each with what it said: pass, hold or drop.
import texts from "../catalogue/en.pipeline.json";
import { learn, t, tx, word } from "../lib/i18n";
import { Time } from "../lib/time";
import { Marked } from "./marked";
import { Outcome } from "./state";

learn(texts);

export type StageVerdict = "pass" | "hold" | "drop";

const tones = { pass: "up", hold: "paused", drop: "down" } as const;

export function VerdictMark(props: { verdict: StageVerdict }) {
  return <Outcome kind={tones[props.verdict] ?? "pending"}>{word("verdict", props.verdict)}</Outcome>;
}

export const stageTitle = (stage: string): string => word("stage", stage as "paused");

// The sentence of a decision: the server's words, or those of its reason.
export function Said(props: { reason: string; text: string; until?: string | null }) {
  return (
    <>
      {props.text ? <Marked text={props.text} /> : word("telling", props.reason as "told")}
      {props.until && <span class="quiet"> · {tx("pipeline.until", { time: <Time at={props.until} exact /> })}</span>}
    </>
  );
}

export function Pipeline(props: { stages: { stage: string; title?: string; verdict?: StageVerdict; reason?: string; text: string; until?: string | null; recipient?: { id: string; name: string } | null }[] }) {
  return (
    <ol class="pipeline" aria-label={t("pipeline.title")}>
      {props.stages.map((each) => (
        <li key={`${each.stage}${each.recipient?.id ?? ""}`} class={each.verdict ? `said-${each.verdict}` : ""}>
          <strong>{each.recipient ? `${each.recipient.name}: ` : ""}{each.title || stageTitle(each.stage)}</strong>
          {each.verdict && <VerdictMark verdict={each.verdict} />}
          <span class="quiet">{each.reason === "nothing_against" && !each.text ? null : <Said reason={each.reason ?? ""} text={each.text} until={each.until} />}</span>
        </li>
      ))}
    </ol>
  );
}
