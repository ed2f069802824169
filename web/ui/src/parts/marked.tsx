// A sentence of the server in which times stand as {2026-11-30T02:14:00Z}: they are shown in the reader's zone.
import { Time } from "../lib/time";

export function Marked(props: { text: string }) {
  const parts = props.text.split(/\{(\d{4}-\d\d-\d\dT[^{}]*)\}/);
  return <>{parts.map((part, index) => (index % 2 === 1 && !Number.isNaN(Date.parse(part)) ? <Time key={index} at={part} exact /> : part))}</>;
}
