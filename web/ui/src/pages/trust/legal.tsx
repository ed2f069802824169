// The administrator's legal texts: the page of one (/legal/<name>), and the page on which the reader agrees to those
// that ask for it. A text comes as blocks of plain text; nothing in it becomes markup.
import { useSignal } from "@preact/signals";
import texts from "../../catalogue/en.disclosure.json";
import { call, me, mustAgree } from "../../lib/api";
import { learn, t } from "../../lib/i18n";
import { useQuery } from "../../lib/query";
import type { List } from "../../lib/types";
import { Check, Empty, Loaded, PageHeader, Panel } from "../../parts/basics";
import { Form, useForm } from "../../parts/form";

learn(texts);

interface Listed {
  name: string;
  title: string;
  asks_for_acceptance: boolean;
  version: string;
}
interface Block {
  kind: "heading" | "paragraph" | "bullet" | "numbered";
  level: number;
  text: string;
}
interface Text extends Listed {
  blocks: Block[];
}

// Points that follow each other become one list.
function Blocks(props: { blocks: Block[] }) {
  const groups: Block[][] = [];
  for (const block of props.blocks) {
    const last = groups.at(-1);
    const joins = last && last[0]!.kind === block.kind && (block.kind === "bullet" || block.kind === "numbered");
    if (joins) last.push(block);
    else groups.push([block]);
  }
  return (
    <>
      {groups.map((group, index) => {
        const { kind, level, text } = group[0]!;
        const points = () => group.map((block, place) => <li key={place}>{block.text}</li>);
        if (kind === "bullet") return <ul key={index} class="prose-list">{points()}</ul>;
        if (kind === "numbered") return <ol key={index} class="prose-list">{points()}</ol>;
        if (kind === "paragraph") return <p key={index}>{text}</p>;
        return level === 2 ? <h2 key={index}>{text}</h2> : level === 3 ? <h3 key={index}>{text}</h3> : <h4 key={index}>{text}</h4>;
      })}
    </>
  );
}

export function Legal(props: { id: string }) {
  return props.id ? <OneText name={props.id} /> : <AllTexts />;
}

function OneText(props: { name: string }) {
  const query = useQuery<Text>(`/legal/${encodeURIComponent(props.name)}`);
  return (
    <Loaded query={query} lines={8}>
      {(text) => (
        <div class="prose">
          <PageHeader title={text.title} back={{ href: "/legal", text: t("legal.all") }} />
          <Blocks blocks={text.blocks} />
          <p class="quiet">{t("legal.version", { version: text.version.slice(0, 16) })}</p>
        </div>
      )}
    </Loaded>
  );
}

function AllTexts() {
  const query = useQuery<List<Listed>>("/legal");
  return (
    <Loaded query={query} lines={3}>
      {(list) => list.items.length === 0 ? <Empty alone icon="rules" title={t("legal.none")} action={<a class="button" href="/">{t("entrance.home")}</a>}>{t("legal.none_text")}</Empty> : (
        <div class="prose">
          <PageHeader title={t("legal.all")} back={{ href: "/", text: t("entrance.home") }} />
          <ul class="prose-list">{list.items.map((each) => <li key={each.name}><a href={`/legal/${each.name}`}>{each.title}</a></li>)}</ul>
        </div>
      )}
    </Loaded>
  );
}

// Shows one text after the other until all are agreed to.
export function Agreement(_: { id: string }) {
  const query = useQuery<{ pending: string[] }>("/account/legal");
  return (
    <Loaded query={query} lines={8}>
      {(state) => state.pending.length === 0 ? (
        <Empty alone icon="check" title={t("legal.agreed")} action={<a class="button primary" href="/" onClick={() => (mustAgree.value = false)}>{t("legal.go_on")}</a>} />
      ) : (
        <Ask key={state.pending[0]} name={state.pending[0]!} left={state.pending.length} onAgreed={(pending) => {
          query.data.value = { pending };
          if (pending.length === 0) mustAgree.value = false;
        }} />
      )}
    </Loaded>
  );
}

function Ask(props: { name: string; left: number; onAgreed: (pending: string[]) => void }) {
  const form = useForm();
  const agreed = useSignal(false);
  const query = useQuery<Text>(`/legal/${encodeURIComponent(props.name)}`);
  return (
    <Loaded query={query} lines={8}>
      {(text) => (
        <div class="prose">
          <PageHeader title={text.title} facts={t("legal.left", { n: props.left })} />
          <p>{t("legal.ask")}</p>
          <Panel class="legal-text"><Blocks blocks={text.blocks} /></Panel>
          <Form state={form} spoken={text.title} onSubmit={async () => {
            try {
              const answer = await call<{ pending: string[] }>("/legal/accept", { method: "POST", body: { name: text.name, version: text.version } });
              props.onAgreed(answer.pending);
            } finally {
              void query.refetch();
            }
          }}>
            <Check required checked={agreed.value} onChange={(on) => (agreed.value = on)}>{t("legal.agree", { title: text.title })}</Check>
            <div class="form-actions">
              <button type="submit" class="button primary" disabled={!agreed.value || form.busy.value}>{t("legal.submit")}</button>
              <button type="button" class="button" onClick={async () => {
                await call("/logout", { method: "POST", body: {} });
                mustAgree.value = false;
                me.value = null;
              }}>{t("legal.leave")}</button>
            </div>
          </Form>
        </div>
      )}
    </Loaded>
  );
}
