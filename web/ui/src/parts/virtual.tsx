// Long tables with few rows in the document: only the rows near the window are rendered, kMost of them at most.
// Printing renders all rows. Spacer rows stand for the others, so that the scroll bar has the right length.
import type { ComponentChildren } from "preact";
import { signal, useSignal } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";
import { options } from "preact";

const kMost = 80;
const kAround = 12;

const printing = signal(false);
addEventListener("beforeprint", () => {
  const before = options.debounceRendering;
  options.debounceRendering = (render) => render(); // at once: the browser prints what is there when this returns
  printing.value = true;
  options.debounceRendering = before;
});
addEventListener("afterprint", () => {
  printing.value = false;
});

export function VirtualTable<T>(props: {
  spoken: string;
  items: readonly T[];
  rowHeight: number;
  columns: number;
  head: ComponentChildren;
  row: (item: T, index: number) => ComponentChildren; // a <tr> with aria-rowindex and the row height
}) {
  const body = useRef<HTMLTableElement>(null);
  const first = useSignal(0);
  const count = useSignal(Math.min(kMost, Math.ceil(innerHeight / props.rowHeight) + 2 * kAround));

  useLayoutEffect(() => {
    const look = () => {
      const element = body.current;
      if (!element) return;
      const above = -element.getBoundingClientRect().top / props.rowHeight;
      // In steps of six rows, so that scrolling by one row renders nothing.
      const start = Math.max(0, Math.floor((above - kAround) / 6) * 6);
      first.value = Math.min(start, Math.max(0, props.items.length - 1));
      count.value = Math.min(kMost, Math.ceil(innerHeight / props.rowHeight) + 2 * kAround);
    };
    look();
    addEventListener("scroll", look, { passive: true });
    addEventListener("resize", look);
    return () => {
      removeEventListener("scroll", look);
      removeEventListener("resize", look);
    };
  }, [props.items.length, props.rowHeight]);

  const whole = printing.value;
  const from = whole ? 0 : Math.min(first.value, Math.max(0, props.items.length - 1));
  const to = whole ? props.items.length : Math.min(props.items.length, from + count.value);
  const spacer = (rows: number, name: string) =>
    rows > 0 ? (
      <tbody key={name} aria-hidden="true">
        <tr class="spacer">
          <td colSpan={props.columns} style={{ height: `${rows * props.rowHeight}px` }} />
        </tr>
      </tbody>
    ) : null;
  return (
    <table class="table virtual" aria-label={props.spoken} aria-rowcount={props.items.length + 1} ref={body}>
      {props.head}
      {spacer(from, "above")}
      <tbody>{props.items.slice(from, to).map((item, index) => props.row(item, from + index))}</tbody>
      {spacer(props.items.length - to, "below")}
    </table>
  );
}
