// Account: the sessions, each with device, address and last use, and a button to end it.
import { useSignal } from "@preact/signals";
import type { OwnSession } from "./account";
import { call, me } from "../../lib/api";
import { t } from "../../lib/i18n";
import { useQuery } from "../../lib/query";
import { navigate } from "../../lib/router";
import { Time } from "../../lib/time";
import type { List } from "../../lib/types";
import { Loaded, Panel } from "../../parts/basics";
import { Confirm, toast } from "../../parts/dialog";
import { Outcome } from "../../parts/state";
import { AccountShell } from "../../shell/account_shell";

export function Sessions(_: { id: string }) {
  const query = useQuery<List<OwnSession>>("/account/sessions", { everyMs: 60_000 });
  const ending = useSignal<OwnSession | "others" | "all" | null>(null);
  const one = ending.value;
  const several = one === "others" || one === "all" ? one : null;
  const whole = one as OwnSession; // used only where one session ends
  return (
    <AccountShell title={t("account.sessions")}>
      <Loaded query={query} lines={3} height={56}>
        {(list) => (
          <Panel
            title={t("sessions.title")}
            actions={list.items.length > 1 && (
              <>
                <button type="button" class="button danger-quiet" onClick={() => (ending.value = "others")}>{t("sessions.end_others")}</button>
                <button type="button" class="button danger-quiet" onClick={() => (ending.value = "all")}>{t("sessions.end_all")}</button>
              </>
            )}
          >
            <p class="quiet">{t("sessions.intro")}</p>
            <table class="table" aria-label={t("sessions.title")}>
              <thead>
                <tr>
                  <th scope="col">{t("sessions.device")}</th>
                  <th scope="col" class="wide-only">{t("sessions.address")}</th>
                  <th scope="col">{t("sessions.last_use")}</th>
                  <th scope="col" class="wide-only">{t("sessions.since")}</th>
                  <th scope="col" class="number"><span class="hidden">{t("sessions.acts")}</span></th>
                </tr>
              </thead>
              <tbody>
                {list.items.map((session) => (
                  <tr key={session.id}>
                    <td>
                      {session.device}
                      {session.current && <span class="under"><Outcome kind="up">{t("sessions.this")}</Outcome></span>}
                      <span class="under narrow-only">{session.address}</span>
                    </td>
                    <td class="wide-only">{session.address}</td>
                    <td>{session.current ? t("sessions.now") : <Time at={session.last_seen_at} />}</td>
                    <td class="wide-only"><Time at={session.created_at} /></td>
                    <td class="number">
                      <button type="button" class="button small danger-quiet" onClick={() => (ending.value = session)}>
                        {t("sessions.end")}<span class="hidden"> ({session.device}, {session.address})</span>
                      </button>
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </Panel>
        )}
      </Loaded>
      {one && (
        <Confirm
          title={several ? t(`sessions.end_${several}`) : t("sessions.end_title")}
          text={several ? t(`sessions.end_${several}_text`) : whole.current ? t("sessions.end_this_text") : t("sessions.end_text", { device: whole.device, address: whole.address })}
          action={t("sessions.end")}
          danger
          onClose={() => (ending.value = null)}
          onConfirm={async () => {
            await call(several ? `/account/sessions?which=${several}` : `/account/sessions/${whole.id}`, { method: "DELETE" });
            if (several === "all" || whole.current) {
              me.value = null;
              navigate("/login", { replace: true });
              return;
            }
            toast(t("sessions.ended"));
            await query.refetch();
          }}
        />
      )}
    </AccountShell>
  );
}
