// The sign that waits for an agent's first heartbeat, and turns green by itself when it is here. It also asks now and
// then, in case the live stream is interrupted.
import { useEffect } from "preact/hooks";
import { call } from "../lib/api";
import { t, tx } from "../lib/i18n";
import { loadSubjects, putSubject, subjects } from "../lib/subjects";
import type { Agent } from "../lib/types";
import { api, at } from "../lib/workspace";
import { State } from "./state";

export function Waiting(props: { id: string }) {
  const agent = subjects.value.get(props.id);
  const here = agent !== undefined && agent.state !== "pending";
  useEffect(() => {
    void loadSubjects();
    if (here) return;
    const timer = setInterval(() => {
      void call<Agent>(api(`/agents/${props.id}`)).then(putSubject, () => {});
    }, 3_000);
    return () => clearInterval(timer);
  }, [props.id, here]);
  return (
    <div class={here ? "waiting here" : "waiting"} role="status">
      {here ? (
        <>
          <State state={agent.state} />
          <span>{tx("agents.arrived", { name: <a href={at(`agents/${agent.id}`)}>{agent.name}</a> })}</span>
        </>
      ) : (
        <>
          <State state="pending" />
          <span>{t("agents.waiting")}</span>
        </>
      )}
    </div>
  );
}
