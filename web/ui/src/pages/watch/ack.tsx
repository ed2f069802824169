// Acknowledging from a mail (/ack#token=…), without a session: three buttons with numbers, of which the mail names the right
// one. Opening the page changes nothing, as mail scanners open links. The right number acknowledges what the mail told; a
// wrong one ends the link, and nobody is acknowledged. What the page shows the mail said too. The token is behind the #,
// which reaches no server's log, and leaves the address bar at once.
import type { ComponentChildren } from "preact";
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { ApiError, call } from "../../lib/api";
import { t, tx } from "../../lib/i18n";
import { location_ } from "../../lib/router";
import { Time } from "../../lib/time";
import { Failure, pageTitle, Skeleton } from "../../parts/basics";
import { Outcome } from "../../parts/state";

interface Look {
  numbers: number[];
  headline: string;
  recipient_shown: string;
  incidents: number;
}

interface Done {
  acknowledged: number;
  already?: number;
  until?: string | null;
}

const digits = (number: number | string) => String(number).padStart(2, "0");

function Card(props: { title: string; children: ComponentChildren }) {
  useEffect(() => {
    pageTitle.value = props.title;
  }, [props.title]);
  return (
    <div class="lone-card">
      <p class="brand big">connlog</p>
      <h1>{props.title}</h1>
      {props.children}
    </div>
  );
}

export function AckPage(_: { id: string }) {
  const { hash } = location_.value;
  const token = useSignal(new URLSearchParams(hash.slice(1)).get("token") ?? "");
  const look = useSignal<Look | null>(null);
  const done = useSignal<Done | null>(null);
  const refused = useSignal<ApiError | null>(null); // the link is at its end
  const trouble = useSignal<ApiError | null>(null); // it may work again
  const busy = useSignal(false);
  useEffect(() => {
    const found = new URLSearchParams(hash.slice(1)).get("token");
    if (!found) return;
    token.value = found; // the reader may open another link on the same page
    look.value = done.value = refused.value = trouble.value = null;
    history.replaceState(null, "", location.pathname);
    location_.value = new URL(location.href);
  }, [hash]);
  const fail = (failure: unknown) => {
    if (!(failure instanceof ApiError)) throw failure;
    if (failure.status === 0 || failure.status === 429 || failure.status >= 500) trouble.value = failure;
    else refused.value = failure;
  };
  const ask = async () => {
    trouble.value = null;
    try {
      look.value = await call<Look>("/ack/look", { method: "POST", body: { token: token.value } });
    } catch (failure) {
      fail(failure);
    }
  };
  useEffect(() => {
    if (token.value) void ask();
  }, [token.value]);
  const choose = async (number: number) => {
    if (busy.value) return;
    busy.value = true;
    trouble.value = null;
    try {
      done.value = await call<Done>("/ack", { method: "POST", body: { token: token.value, number } });
    } catch (failure) {
      fail(failure);
    } finally {
      busy.value = false;
    }
  };
  if (!token.value) return <Card title={t("ack.no_link")}><p>{t("ack.no_link_text")}</p></Card>;
  if (done.value) {
    const { acknowledged, until } = done.value;
    return (
      <Card title={t(acknowledged > 0 ? "ack.done" : "ack.nothing")}>
        <p role="status"><Outcome kind="up">{acknowledged > 0 ? t("ack.done_count", { n: acknowledged }) : t("ack.nothing_text")}</Outcome></p>
        {acknowledged > 0 && <p>{t("ack.others_told")} {until && tx("ack.until", { time: <Time at={until} exact /> })}</p>}
        <p class="quiet small">{t("ack.closed")}</p>
      </Card>
    );
  }
  if (refused.value) {
    return (
      <Card title={t("ack.refused")}>
        <p role="alert">{refused.value.message}</p>
        <p class="quiet">{t("ack.refused_text")}</p>
        <p><a class="button" href="/">{t("ack.sign_in")}</a></p>
      </Card>
    );
  }
  if (!look.value) return <Card title={t("ack.title")}>{trouble.value ? <Failure error={trouble.value} retry={() => void ask()} /> : <Skeleton lines={3} />}</Card>;
  const { numbers, headline, recipient_shown, incidents } = look.value;
  return (
    <Card title={t("ack.title")}>
      <p><strong>{headline}</strong></p>
      {incidents > 1 && <p>{t("ack.incidents", { n: incidents })}</p>}
      <p class="quiet">{t("ack.sent_to", { recipient: recipient_shown })}</p>
      <p id="ack-question">{t("ack.question")}</p>
      <div class="ack-numbers" role="group" aria-labelledby="ack-question">
        {numbers.map((number) => <button key={number} type="button" class="button" disabled={busy.value} onClick={() => void choose(number)}>{digits(number)}</button>)}
      </div>
      {trouble.value && <p class="field-error" role="alert">{trouble.value.message}</p>}
      <p class="quiet small">{t("ack.wrong_ends")}</p>
    </Card>
  );
}
