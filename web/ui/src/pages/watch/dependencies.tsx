// What depends on what in the workspace: a picture, and the same as a list.
import { t } from "../../lib/i18n";
import { iconOf, pageOf, useKinds } from "../../lib/kinds";
import { useQuery } from "../../lib/query";
import { api } from "../../lib/workspace";
import { Empty, Loaded, PageHeader, Panel } from "../../parts/basics";
import { Graph, type GraphNode } from "../../parts/graph";
import { Icon } from "../../parts/icon";
import { State, urgency } from "../../parts/state";
import type { DependencyList } from "../../parts/subject_more";
import { QuietTabs } from "./quiet";

const kMostDrawn = 60;

export function DependenciesPage(_: { id: string }) {
  const query = useQuery<DependencyList>(api("/dependencies"), { on: (event) => event.name === "subject.changed", everyMs: 30_000 });
  useKinds();
  return (
    <>
      <PageHeader title={t("quiet.dependencies")} />
      <QuietTabs here="dependencies" />
      <p class="quiet intro">{t("depends.about")}</p>
      <Loaded query={query} lines={4} height={56}>
        {(list) => {
          if (list.items.length === 0) return <Empty icon="group" title={t("depends.none")}>{t("depends.none_text")}</Empty>;
          const nodes = new Map(list.nodes.map((node) => [node.id, node]));
          const parents = [...new Set(list.items.map((each) => each.parent))].flatMap((id) => nodes.get(id) ?? []);
          parents.sort((a, b) => urgency(a.shown) - urgency(b.shown) || a.name.localeCompare(b.name));
          const childrenOf = (id: string) => list.items.filter((each) => each.parent === id).flatMap((each) => nodes.get(each.subject) ?? []);
          return (
            <>
              {list.nodes.length <= kMostDrawn ? <Panel><Graph nodes={list.nodes} edges={list.items} /></Panel> : <p class="quiet">{t("depends.too_many", { n: list.nodes.length })}</p>}
              <Panel title={t("depends.list")} class="spaced-top">
                <ul class="depends-list" aria-label={t("depends.list")}>
                  {parents.map((parent) => (
                    <li key={parent.id}>
                      <One node={parent} />
                      <ul aria-label={t("depends.needs", { name: parent.name })}>{childrenOf(parent.id).map((child) => <li key={child.id}><One node={child} /></li>)}</ul>
                    </li>
                  ))}
                </ul>
              </Panel>
            </>
          );
        }}
      </Loaded>
    </>
  );
}

function One(props: { node: GraphNode }) {
  const { node } = props;
  return <span class="with-icon"><State state={node.shown} /><Icon name={iconOf(node.kind)} /><a class="row-link" data-row href={pageOf(node.kind, node.id)}>{node.name}</a></span>;
}
