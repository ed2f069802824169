// The page of one group: its state and why, its members, incidents, rules, record and settings.
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { useMayEditOf } from "../../lib/belonging";
import { t } from "../../lib/i18n";
import { iconOf, pageOf } from "../../lib/kinds";
import { useQuery, type Query } from "../../lib/query";
import { param } from "../../lib/router";
import { loadSubjects, putSubject, subjects, subjectsLoaded } from "../../lib/subjects";
import { absoluteTime, ago, Time } from "../../lib/time";
import { isGroup, type Group, type Incident, type List, type ShownState, type Subject } from "../../lib/types";
import { api, at, mayEditSome } from "../../lib/workspace";
import { Empty, Facts, Loaded, PageHeader, Panel, Skeleton, Tags } from "../../parts/basics";
import { Icon } from "../../parts/icon";
import { IncidentTable } from "../../parts/incident_rows";
import { State, urgency } from "../../parts/state";
import { SubjectRecord } from "../../parts/subject_record";
import { VirtualTable } from "../../parts/virtual";
import { Notes, Pause, PausedNote, RulesThatApply, useCommonFacts } from "../../parts/watched";
import { healthText } from "./group_fields";
import { GroupSettings } from "./group_settings";
import { memberCount } from "./groups";

const narrow = matchMedia("(max-width: 720px)"); // where rows are higher (style/parts.css)

type Tab = "members" | "history" | "settings";
const counted = ["down", "degraded", "unknown", "pending", "up"] as const satisfies readonly ShownState[];

export function GroupPage(props: { id: string }) {
  const removed = useSignal(false);
  const query: Query<Subject> = useQuery<Subject>(removed.value ? null : api(`/subjects/${props.id}`), {
    // Its own changes, and those of its members, whose states it counts.
    on: (event) => {
      const id = event.data.subject_id;
      if (typeof id !== "string") return false;
      if (id === props.id) return event.name !== "subject.observed" || event.data.state !== query.data.peek()?.state;
      const mine = query.data.peek()?.group?.member_ids?.some((member) => member === id) ?? false;
      return mine && (event.name === "subject.changed" || (event.name === "subject.observed" && event.data.state !== subjects.peek().get(id)?.state));
    },
    throttleMs: 300,
  });
  const incidents = useQuery<List<Incident>>(api(`/incidents?subject=${props.id}&state=any&limit=50`), {
    on: (event) => event.data.subject_id === props.id && event.name.startsWith("incident."),
  });
  const reloads = useSignal(0);
  const mayEditOf = useMayEditOf();
  const asked = param("tab");
  const tab: Tab = asked === "history" || asked === "settings" ? asked : "members";
  useEffect(() => void loadSubjects(), []);
  if (query.error.value?.status === 404 || removed.value || (query.data.value && !isGroup(query.data.value))) {
    return (
      <Empty alone icon="group" title={t("groups.gone")} action={<a class="button primary" href={at("groups")}>{t("overview.all_groups")}</a>}>
        {t("groups.gone_text")}
      </Empty>
    );
  }
  const adopt = (next: Subject) => {
    putSubject(next);
    query.data.value = next;
  };
  const address = at(`groups/${props.id}`);
  const tabs: [Tab, string][] = [["members", t("groups.members")], ["history", t("groups.history")], ["settings", t("groups.settings")]];
  return (
    <Loaded query={query} lines={5} height={84}>
      {(subject) => {
        if (!isGroup(subject)) return null;
        const editable = mayEditOf(subject.team_ids);
        return (
          <>
            <PageHeader
              title={subject.name}
              back={{ href: at("groups"), text: t("nav.groups") }}
              state={<State state={subject.state} loud />}
              facts={
                <>
                  {subject.observed.detail && <span>{subject.observed.detail}</span>}
                  {subject.observed.since && <span title={absoluteTime(subject.observed.since)}>{t("groups.since_when", { time: ago(subject.observed.since) })}</span>}
                  <span>{healthText(subject.group, memberCount(subject))}</span>
                  <Tags tags={subject.tags} labels={subject.labels} />
                </>
              }
              actions={editable && <Pause subject={subject} onChanged={adopt} />}
            />
            <PausedNote subject={subject} />
            <Open incidents={incidents.data.value?.items ?? []} />
            <nav class="tabs spaced" aria-label={t("groups.tabs")}>
              {tabs.map(([each, text]) => <a key={each} href={each === "members" ? address : `${address}?tab=${each}`} aria-current={tab === each ? "page" : undefined}>{text}</a>)}
            </nav>
            {tab === "history" ? <SubjectRecord subject={subject} />
              : tab === "settings" ? <GroupSettings key={reloads.value} group={subject} editable={editable} onChanged={adopt} onRemoved={() => (removed.value = true)} onReload={() => (reloads.value += 1)} />
              : <Main group={subject} incidents={incidents.data.value?.items ?? []} editable={editable} />}
          </>
        );
      }}
    </Loaded>
  );
}

function Open(props: { incidents: Incident[] }) {
  const open = props.incidents.filter((incident) => !incident.resolved_at);
  if (open.length === 0) return null;
  return <Panel title={t("overview.open_incidents")} class="alarm spaced"><IncidentTable spoken={t("overview.open_incidents")} incidents={open} short /></Panel>;
}

function Main(props: { group: Group; incidents: Incident[]; editable: boolean }) {
  const { group } = props;
  const facts = useCommonFacts(group);
  return (
    <>
      <Members group={group} editable={props.editable} />
      <div class="columns spaced-top">
        <div>
          <Panel title={t("groups.incidents")}>
            {props.incidents.length === 0 ? <p class="quiet">{t("groups.no_incidents")}</p> : <IncidentTable spoken={t("groups.incidents")} incidents={props.incidents.slice(0, 10)} short />}
          </Panel>
          <RulesThatApply subject={group} more={mayEditSome.value && props.editable && <p class="spaced-top"><a href={`${at("rules/new")}?subject=${group.id}`}>{t("groups.add_rule")}</a></p>} />
        </div>
        <div>
          <Panel title={t("groups.facts")}>
            <Facts items={[...facts, [t("groups.created"), <Time at={group.created_at} />]]} />
          </Panel>
          <Notes text={group.notes} />
        </div>
      </div>
    </>
  );
}

function Members(props: { group: Group; editable: boolean }) {
  const { group } = props;
  const ids = group.group.member_ids ?? [];
  const list = ids.flatMap((id) => subjects.value.get(id) ?? []).sort((a, b) => urgency(a.state) - urgency(b.state) || a.name.localeCompare(b.name));
  const unseen = Math.max(0, memberCount(group) - ids.length);
  if (ids.length + unseen === 0) {
    return (
      <Empty icon="group" title={t("groups.nobody")} action={props.editable && <a class="button primary" href={`${at(`groups/${group.id}`)}?tab=settings`}>{t("groups.choose")}</a>}>
        {t("groups.nobody_text")}
      </Empty>
    );
  }
  return (
    <>
      <p class="legend spaced">
        {counted.filter((state) => group.group.counts[state] > 0).map((state) => <span key={state}><strong>{group.group.counts[state].toLocaleString()}</strong> <State state={state} /></span>)}
      </p>
      {!subjectsLoaded.value && list.length === 0 ? <Skeleton lines={3} /> : list.length > 0 && (
        <div class="panel flush">
          <VirtualTable
            spoken={t("groups.members")}
            items={list}
            rowHeight={narrow.matches ? 60 : 40}
            columns={3}
            head={
              <thead>
                <tr aria-rowindex={1}>
                  <th scope="col" class="col-state">{t("incident.state")}</th>
                  <th scope="col">{t("agents.name")}</th>
                  <th scope="col" class="number col-time wide-only">{t("groups.last_seen")}</th>
                </tr>
              </thead>
            }
            row={(member, index) => (
              <tr key={member.id} aria-rowindex={index + 2}>
                <td><State state={member.state} /></td>
                <td class="name-cell"><a class="row-link cut with-icon" data-row href={pageOf(member.kind, member.id)} title={member.name}><Icon name={iconOf(member.kind)} />{member.name}</a></td>
                <td class="number wide-only"><Time at={member.last_seen_at} /></td>
              </tr>
            )}
          />
        </div>
      )}
      {unseen > 0 && <p class="quiet spaced-top">{t("groups.unseen", { n: unseen })}</p>}
    </>
  );
}
