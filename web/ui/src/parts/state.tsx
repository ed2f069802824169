// States are always shown by shape, word and colour. The shapes can be told apart without colour and when small.
import { t, word } from "../lib/i18n";
import type { Incident, Severity, ShownState } from "../lib/types";

type Shape = "up" | "warning" | "down" | "paused" | "pending" | "unknown" | "info";

const paths: Record<Shape, string> = {
  up: "M3 8.5 6.5 12 13 4.5",
  warning: "M8 2.2 14.4 13.4H1.6ZM8 6.4v3.2M8 11.6v.1",
  down: "M3.5 3.5l9 9M12.5 3.5l-9 9",
  paused: "M5.5 3v10M10.5 3v10",
  unknown: "M5.2 5.6a2.8 2.8 0 1 1 4.2 2.5c-.9.5-1.4 1-1.4 2M8 13v.1",
  info: "M8 7v5M8 4v.1",
  pending: "M8 2.5a5.5 5.5 0 1 0 0 11a5.5 5.5 0 1 0 0-11M8 5.3V8l1.9 1.4",
};

// The one list of the states (core/watch/subject.h, urgency_of), with their shapes: what people look for first comes
// first. Their words stand under "state." in the catalogue, their colours in style/parts.css.
const shapeOf: Record<ShownState, Shape> = { down: "down", degraded: "warning", unknown: "unknown", pending: "pending", up: "up", paused: "paused" };
export const states = Object.keys(shapeOf) as ShownState[];
export const urgency = (state: ShownState): number => states.indexOf(state);
export const noCounts = (): Record<ShownState, number> => ({ down: 0, degraded: 0, unknown: 0, pending: 0, up: 0, paused: 0 });

export function Shape(props: { shape: Shape }) {
  return (
    <svg class="shape" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      <path d={paths[props.shape]} />
    </svg>
  );
}

export function State(props: { state: ShownState; loud?: boolean }) {
  const shape = shapeOf[props.state] ?? "pending";
  return (
    <span class={`state state-${shape}${props.loud ? " loud" : ""}`}>
      <Shape shape={shape} />
      {word("state", props.state)}
    </span>
  );
}

const severityShapes: Record<Severity, Shape> = { critical: "down", warning: "warning", info: "info" };

export function SeverityMark(props: { severity: Severity }) {
  const shape = severityShapes[props.severity] ?? "warning";
  return (
    <span class={`state state-${shape}`}>
      <Shape shape={shape} />
      {t(`severity.${props.severity}`)}
    </span>
  );
}

export function IncidentMark(props: { incident: Incident; loud?: boolean }) {
  const { incident } = props;
  const shape: Shape = incident.resolved_at ? "up" : severityShapes[incident.severity];
  const name = incident.resolved_at ? t("incident.resolved") : incident.acknowledged_at ? t("incident.acknowledged") : t("incident.open");
  return (
    <span class={`state state-${shape}${props.loud ? " loud" : ""}`}>
      <Shape shape={shape} />
      {name}
    </span>
  );
}

// The outcome of something that was tried, such as "sent" or "failed".
export function Outcome(props: { kind: "up" | "down" | "pending" | "warning" | "paused" | "info"; children: string }) {
  return (
    <span class={`state state-${props.kind}`}>
      <Shape shape={props.kind} />
      {props.children}
    </span>
  );
}
