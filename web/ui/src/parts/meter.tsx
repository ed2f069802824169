// A value with its bar. Screen readers read the number; the bar is decoration.
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
