// What the other side answered to a try.
import texts from "../catalogue/en.answer.json";
import { learn, t } from "../lib/i18n";
import type { Answer } from "../lib/types";
import { Outcome } from "./state";

learn(texts);

export function AnswerLine(props: { answer: Answer | null }) {
  return (
    <div class="answer" role="status">
      {props.answer && (
        <>
          <Outcome kind={props.answer.ok ? "up" : "down"}>{props.answer.ok ? t("test.ok") : t("test.failed")}</Outcome>
          <code class="answer-text">{props.answer.answer}</code>
        </>
      )}
    </div>
  );
}
