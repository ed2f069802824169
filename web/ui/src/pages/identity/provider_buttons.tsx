// The buttons of the login page: one for each login provider, as soon as the list is there.
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { call } from "../../lib/api";
import { t } from "../../lib/i18n";
import type { List } from "../../lib/types";

export function ProviderButtons() {
  const list = useSignal<{ id: string; name: string; trouble: boolean }[]>([]);
  useEffect(() => {
    call<List<(typeof list.value)[number]>>("/login/providers").then((answer) => (list.value = answer.items), () => {});
  }, []);
  if (list.value.length === 0) return null;
  return (
    <nav class="providers" aria-label={t("login.providers")}>
      {list.value.map((each) => (
        <>
          <a key={each.id} class="button wide" href={`/api/v1/login/providers/${each.id}/start`}>{t("login.with", { name: each.name })}</a>
          {each.trouble && <p class="quiet small">{t("login.trouble", { name: each.name })}</p>}
        </>
      ))}
    </nav>
  );
}
