// What was removed from the workspace in the last 30 days, and can come back: rules, recipients, groups, agents,
// monitors, event sources.
import { useSignal } from "@preact/signals";
import texts from "../../catalogue/en.removed.json";
import { call } from "../../lib/api";
import { learn, t, word } from "../../lib/i18n";
import { useQuery } from "../../lib/query";
import { param, setParams } from "../../lib/router";
import { serverNow, Time } from "../../lib/time";
import type { PutBack, Removed, RemovedList } from "../../lib/types";
import { api, at } from "../../lib/workspace";
import { Empty, Loaded, Panel } from "../../parts/basics";
import { attempt, Confirm, toast } from "../../parts/dialog";
import { Icon, type IconName } from "../../parts/icon";
import { SettingsShell } from "../../shell/settings_shell";

learn(texts);

const icons: Record<Removed["kind"], IconName> = { rule: "rules", recipient: "bell", group: "group", agent: "server", monitor: "monitor", source: "webhook" };

// Recipients have no page of their own.
function pageOf({ kind, object_id }: PutBack): string {
  switch (kind) {
    case "rule": return at(`rules/${object_id}`);
    case "group": return at(`groups/${object_id}`);
    case "agent": return at(`agents/${object_id}`);
    case "monitor": return at(`monitors/${object_id}`);
    case "source": return at(`event-sources/${object_id}`);
    default: return at("recipients");
  }
}

const daysLeft = (removed: Removed) => Math.max(0, Math.ceil((Date.parse(removed.goes_at) - serverNow()) / 86_400_000));

export function RemovedPage(_: { id: string }) {
  const after = param("after");
  const query = useQuery<RemovedList>(api(`/removed${after ? `?after=${encodeURIComponent(after)}` : ""}`));
  const back = useSignal<PutBack | null>(null);
  const asked = useSignal<Removed | null>(null);
  const busy = useSignal(false);
  const bringBack = async (removed: Removed) => {
    if (busy.value) return;
    busy.value = true;
    back.value = null;
    await attempt(async () => {
      back.value = await call<PutBack>(api(`/removed/${removed.id}/restore`), { method: "POST" });
      await query.refetch();
    });
    busy.value = false;
  };
  return (
    <SettingsShell page="removed">
      <p class="quiet intro">{t("removed.about")}</p>
      <div role="status">
        {back.value && (
          <p class="note notice">{t("removed.is_back", { name: back.value.name })} {back.value.left_out.join(" ")} <a href={pageOf(back.value)}>{t("removed.open")}</a></p>
        )}
      </div>
      <Loaded query={query} lines={3} height={56}>
        {(list) => list.items.length === 0 ? <Empty icon="check" title={t("removed.none")}>{t("removed.none_text")}</Empty> : (
          <Panel class="flush">
            <table class="table" aria-label={t("settings.removed")}>
              <thead>
                <tr>
                  <th scope="col">{t("removed.what")}</th>
                  <th scope="col" class="wide-only">{t("removed.when")}</th>
                  <th scope="col" class="number wide-only col-cpu">{t("removed.left")}</th>
                  <th scope="col" class="number col-acts"><span class="hidden">{t("removed.acts")}</span></th>
                </tr>
              </thead>
              <tbody>
                {list.items.map((removed) => (
                  <tr key={removed.id}>
                    <td>
                      <span class="with-icon"><Icon name={icons[removed.kind] ?? "inbox"} />{removed.name}</span>
                      <span class="under">{word("removed_kind", removed.kind)}<span class="narrow-only">{t("removed.days", { n: daysLeft(removed) })}</span></span>
                    </td>
                    <td class="wide-only"><Time at={removed.removed_at} /><span class="under">{t("removed.by", { name: removed.removed_by })}</span></td>
                    <td class="number wide-only">{t("removed.days", { n: daysLeft(removed) })}</td>
                    <td class="number">
                      <span class="row-acts">
                        <button type="button" class="button small" disabled={busy.value} onClick={() => void bringBack(removed)}>{t("removed.back")}<span class="hidden"> ({removed.name})</span></button>
                        <button type="button" class="button small danger-quiet" onClick={() => (asked.value = removed)}>{t("removed.forget")}<span class="hidden"> ({removed.name})</span></button>
                      </span>
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </Panel>
        )}
      </Loaded>
      {query.data.value?.next && (
        <p class="form-actions spaced-top"><button type="button" class="button" onClick={() => setParams({ after: query.data.value?.next ?? null }, { push: true })}>{t("removed.more")}</button></p>
      )}
      {asked.value && (
        <Confirm title={t("removed.forget_title")} action={t("removed.forget")} danger text={t("removed.forget_text", { name: asked.value.name })}
          onClose={() => (asked.value = null)}
          onConfirm={async () => {
            await call(api(`/removed/${asked.value?.id}`), { method: "DELETE" });
            toast(t("removed.forgotten", { name: asked.value?.name ?? "" }));
            await query.refetch();
          }} />
      )}
    </SettingsShell>
  );
}
