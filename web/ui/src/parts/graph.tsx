// What depends on what, drawn: parents above, children below, each with the word of its state. The picture is for eyes; the
// list beside it, which each page has, says the same to everybody.
import texts from "../catalogue/en.graph.json";
import { learn, t, word } from "../lib/i18n";
import type { ShownState } from "../lib/types";

learn(texts);

export interface GraphNode {
  id: string;
  name: string;
  kind: string;
  shown: ShownState;
}

export interface GraphEdge {
  subject: string;
  parent: string;
}

const kWidth = 148;
const kHeight = 44;
const kGapX = 20;
const kGapY = 36;
const kLetters = 18;

// How far each node is below what depends on nothing. There are no circles; a bound keeps a broken answer from hanging.
function levelsOf(nodes: readonly GraphNode[], edges: readonly GraphEdge[]): Map<string, number> {
  const level = new Map(nodes.map((node) => [node.id, 0]));
  for (let round = 0; round < nodes.length; round += 1) {
    let moved = false;
    for (const { subject, parent } of edges) {
      const below = (level.get(parent) ?? 0) + 1;
      if (level.has(subject) && level.has(parent) && below > (level.get(subject) ?? 0) && below <= nodes.length) {
        level.set(subject, below);
        moved = true;
      }
    }
    if (!moved) break;
  }
  return level;
}

const cut = (name: string) => (name.length > kLetters ? `${name.slice(0, kLetters - 1)}…` : name);

export function Graph(props: { nodes: readonly GraphNode[]; edges: readonly GraphEdge[]; self?: string }) {
  const level = levelsOf(props.nodes, props.edges);
  const rows: GraphNode[][] = [];
  for (const node of [...props.nodes].sort((a, b) => a.name.localeCompare(b.name))) (rows[level.get(node.id) ?? 0] ??= []).push(node);
  const full = rows.filter(Boolean);
  const across = Math.max(1, ...full.map((row) => row.length));
  const width = across * (kWidth + kGapX) - kGapX;
  const height = full.length * (kHeight + kGapY) - kGapY;
  const places = new Map<string, { x: number; y: number }>();
  full.forEach((row, down) => {
    const inset = (width - (row.length * (kWidth + kGapX) - kGapX)) / 2;
    row.forEach((node, along) => places.set(node.id, { x: inset + along * (kWidth + kGapX), y: down * (kHeight + kGapY) }));
  });
  return (
    <div class="graph-place" role="region" aria-label={t("graph.picture")} tabIndex={0}>
      <svg class="graph" width={width + 4} height={height + 4} viewBox={`-2 -2 ${width + 4} ${height + 4}`} aria-hidden="true" focusable="false">
        {props.edges.map(({ subject, parent }) => {
          const [from, to] = [places.get(parent), places.get(subject)];
          if (!from || !to) return null;
          const [x1, y1, x2, y2] = [from.x + kWidth / 2, from.y + kHeight, to.x + kWidth / 2, to.y];
          return <path key={`${subject} ${parent}`} class="graph-edge" d={`M${x1} ${y1}C${x1} ${y1 + kGapY / 2} ${x2} ${y2 - kGapY / 2} ${x2} ${y2}`} />;
        })}
        {props.nodes.map((node) => {
          const place = places.get(node.id);
          return place && (
            <g key={node.id} class={`graph-node node-${node.shown}${node.id === props.self ? " self" : ""}`} transform={`translate(${place.x} ${place.y})`}>
              <rect width={kWidth} height={kHeight} rx="6" />
              <text x="12" y="19" class="graph-name">{cut(node.name)}</text>
              <text x="12" y="35" class="graph-state">{word("state", node.shown)}</text>
            </g>
          );
        })}
      </svg>
    </div>
  );
}
