// Appliance: the production check. What is unsafe or about to fail comes first, each with why and how to mend it; what is
// in order is folded away. `connlog check --production` prints the same.
import { call } from "../../lib/api";
import { t, word } from "../../lib/i18n";
import { useQuery } from "../../lib/query";
import { Time } from "../../lib/time";
import { CopyBox, Loaded, Panel } from "../../parts/basics";
import { attempt, toast } from "../../parts/dialog";
import { Icon } from "../../parts/icon";
import { Outcome } from "../../parts/state";
import { ApplianceShell } from "../../shell/appliance_shell";

type Severity = "danger" | "warning" | "note" | "ok";
type Area =
  | "keys" | "files" | "certificate" | "address" | "mail" | "recipients" | "people" | "backups" | "database" | "disk" | "clock" | "machine" | "version";
interface Finding {
  id: string;
  area: Area;
  severity: Severity;
  what: string;
  why: string;
  mend: string;
}
interface Inspection {
  at: string;
  version: string;
  findings: Finding[];
  counts: Record<Severity, number>;
}

const kinds: Record<Severity, "down" | "warning" | "pending" | "up"> = { danger: "down", warning: "warning", note: "pending", ok: "up" };
const groups: Severity[] = ["danger", "warning", "note"];

// What stands between `…` is typed by people: a command or a line of the settings.
const commands = (mend: string) => [...mend.matchAll(/`([^`]+)`/g)].map(([, command]) => command!);

export function InspectionPage(_: { id: string }) {
  const query = useQuery<Inspection>("/appliance/inspection");
  const again = () => attempt(async () => {
    query.data.value = await call<Inspection>("/appliance/inspection", { timeoutMs: 60_000 });
    toast(t("check.done"));
  });
  const button = (
    <button type="button" class="button" onClick={() => void again()}>
      <Icon name="refresh" />
      {t("check.again")}
    </button>
  );
  return (
    <ApplianceShell title={t("appliance.check")} actions={button}>
      <Loaded query={query} lines={6} height={56}>
        {(found) => (
          <>
            <p class="quiet spaced">{t("check.about")} {t("check.looked")} <Time at={found.at} />.</p>
            {groups.every((severity) => found.counts[severity] === 0) && <p class="verdict good">{t("check.nothing")}</p>}
            {groups.map((severity) => <Group key={severity} severity={severity} findings={found.findings.filter((each) => each.severity === severity)} />)}
            <details class="spaced-top">
              <summary>{t("check.in_order", { n: found.counts.ok })}</summary>
              <ul class="plain-list" aria-label={t("finding_severity.ok")}>
                {found.findings.filter((each) => each.severity === "ok").map((each) => (
                  <li key={each.id + each.what}><Outcome kind="up">{word("finding_area", each.area)}</Outcome><span class="grow">{each.what}</span></li>
                ))}
              </ul>
            </details>
          </>
        )}
      </Loaded>
    </ApplianceShell>
  );
}

function Group(props: { severity: Severity; findings: Finding[] }) {
  const { severity, findings } = props;
  if (findings.length === 0) return null;
  return (
    <Panel title={word("finding_severity", severity)} note={String(findings.length)} class={severity === "note" ? "spaced" : "caution spaced"}>
      <ul class="danger-list" aria-label={word("finding_severity", severity)}>
        {findings.map((each) => (
          <li key={each.id + each.what}>
            <div class="grow">
              <p><Outcome kind={kinds[severity]}>{word("finding_area", each.area)}</Outcome> <strong class="breakable">{each.what}</strong></p>
              {each.why && <p class="quiet breakable">{each.why}</p>}
              {each.mend && <p class="breakable">{each.mend.replaceAll("`", "")}</p>}
              {commands(each.mend).map((command, i, all) => (
                <CopyBox key={command} text={command} spoken={t("check.mend", { what: each.what }) + (all.length > 1 ? ` (${i + 1})` : "")} />
              ))}
            </div>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
