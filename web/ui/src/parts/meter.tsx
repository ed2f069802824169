// A value with its bar: the number is the information, the bar its shadow.
import { percent } from "../lib/format";

export function Meter(props: { value: number | null | undefined }) {
  const value = props.value;
  if (value === null || value === undefined) return <span class="meter quiet">–</span>;
  return (
    <span class={value >= 90 ? "meter high" : "meter"}>
      <span class="meter-track" aria-hidden="true">
        <span style={{ inlineSize: `${Math.max(0, Math.min(100, value))}%` }} />
      </span>
      <span class="meter-number">{percent(value, 0)}</span>
    </span>
  );
}
