// Loads the charts with the first page that shows one. An empty box of their size stands there meanwhile.
import type { ComponentType } from "preact";
import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { ChartProps } from "./chart";

const loaded = signal<ComponentType<ChartProps> | null>(null);
let asked = false;

export function Chart(props: ChartProps) {
  useEffect(() => {
    if (asked) return;
    asked = true;
    import("./chart").then(
      (module) => (loaded.value = module.default),
      () => (asked = false),
    );
  }, []);
  const Drawn = loaded.value;
  if (Drawn) return <Drawn {...props} />;
  return (
    <figure class="chart">
      <figcaption><h2>{props.title}</h2></figcaption>
      <div class="chart-canvas" />
    </figure>
  );
}
