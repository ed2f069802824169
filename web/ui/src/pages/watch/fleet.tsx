// The fleet as a heat map with a cell per subject. Up to kCells cells are links, and the arrow keys move between them.
// More are drawn on a canvas, which stays quick with thousands. The shape shows the state too: square up, triangle
// degraded, round down, hollow pending, hollow circle unknown, bar paused. What is down comes first.
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { t, word } from "../../lib/i18n";
import { pageOf } from "../../lib/kinds";
import { dark } from "../../lib/prefs";
import { navigate } from "../../lib/router";
import type { ShownState } from "../../lib/types";
import { states } from "../../parts/state";

export interface Cell {
  id: string;
  kind: string;
  name: string;
  state: ShownState;
}

const kCells = 200;

// `what`: "1,000 agents", as a screen reader says it.
export function Fleet(props: { cells: readonly Cell[]; counts: Record<ShownState, number>; what: string }) {
  return props.cells.length <= kCells ? <Links cells={props.cells} /> : <Canvas {...props} />;
}

function Links(props: { cells: readonly Cell[] }) {
  const list = useRef<HTMLUListElement>(null);
  return (
    <ul
      class="fleet"
      ref={list}
      aria-label={t("overview.fleet")}
      onKeyDown={(event) => {
        const links = [...(list.current?.querySelectorAll<HTMLElement>("a") ?? [])];
        const here = links.indexOf(document.activeElement as HTMLElement);
        const rtl = getComputedStyle(event.currentTarget).direction === "rtl" ? -1 : 1;
        const step = { ArrowRight: rtl, ArrowLeft: -rtl, Home: -here, End: links.length - 1 - here }[event.key];
        if (here < 0 || step === undefined) return;
        event.preventDefault();
        links[Math.max(0, Math.min(links.length - 1, here + step))]?.focus();
      }}
    >
      {props.cells.map((cell, index) => (
        <li key={cell.id}>
          <a
            class={`cell cell-${cell.state}`}
            href={pageOf(cell.kind, cell.id)}
            aria-label={`${cell.name}: ${word("state", cell.state)}`}
            title={`${cell.name}: ${word("state", cell.state)}`}
            tabIndex={index === 0 ? 0 : -1}
          />
        </li>
      ))}
    </ul>
  );
}

const kSize = 11;
const kStep = 14;

function Canvas(props: { cells: readonly Cell[]; counts: Record<ShownState, number>; what: string }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const columns = useRef(1);
  const hovered = useSignal<Cell | null>(null);

  useEffect(() => {
    const element = canvas.current;
    const parent = element?.parentElement;
    if (!element || !parent) return;
    const draw = () => {
      const width = parent.clientWidth;
      columns.current = Math.max(1, Math.floor(width / kStep));
      const height = Math.ceil(props.cells.length / columns.current) * kStep;
      const scale = devicePixelRatio || 1;
      element.width = width * scale;
      element.height = height * scale;
      element.style.inlineSize = `${width}px`;
      element.style.blockSize = `${height}px`;
      const context = element.getContext("2d");
      if (!context) return;
      context.scale(scale, scale);
      const colours = new Map<ShownState, string>();
      for (const state of states) {
        const probe = parent.querySelector(`.probe-${state}`);
        colours.set(state, probe ? getComputedStyle(probe).color : "gray");
      }
      props.cells.forEach((cell, index) => {
        const x = (index % columns.current) * kStep;
        const y = Math.floor(index / columns.current) * kStep;
        const colour = colours.get(cell.state) ?? "gray";
        context.fillStyle = colour;
        context.strokeStyle = colour;
        context.beginPath();
        if (cell.state === "down") context.arc(x + kSize / 2, y + kSize / 2, kSize / 2 + 0.8, 0, 7);
        else if (cell.state === "degraded") {
          context.moveTo(x + kSize / 2, y);
          context.lineTo(x + kSize, y + kSize);
          context.lineTo(x, y + kSize);
        } else if (cell.state === "up") context.rect(x, y, kSize, kSize);
        else if (cell.state === "paused") context.rect(x, y + kSize / 2 - 1.5, kSize, 3);
        else if (cell.state === "unknown") context.arc(x + kSize / 2, y + kSize / 2, kSize / 2 - 0.5, 0, 7);
        if (cell.state === "unknown") context.stroke();
        else if (cell.state === "pending") context.strokeRect(x + 0.5, y + 0.5, kSize - 1, kSize - 1);
        else context.fill();
      });
    };
    draw();
    const observer = new ResizeObserver(draw);
    observer.observe(parent);
    return () => observer.disconnect();
  }, [props.cells, dark.value]);

  const cellAt = (event: MouseEvent): Cell | null => {
    const column = Math.floor(event.offsetX / kStep);
    if (column >= columns.current) return null;
    return props.cells[Math.floor(event.offsetY / kStep) * columns.current + column] ?? null;
  };
  const spoken = t("overview.fleet_spoken", {
    what: props.what, up: props.counts.up, degraded: props.counts.degraded, down: props.counts.down,
  });
  return (
    <div class="fleet-canvas">
      {states.map((state) => <span key={state} hidden class={`probe-${state}`} />)}
      <canvas
        ref={canvas}
        role="img"
        aria-label={spoken}
        title={hovered.value ? `${hovered.value.name}: ${word("state", hovered.value.state)}` : undefined}
        onMouseMove={(event) => (hovered.value = cellAt(event))}
        onClick={(event) => {
          const cell = cellAt(event);
          if (cell) navigate(pageOf(cell.kind, cell.id));
        }}
      />
    </div>
  );
}
