// The small parts every page is made of: page header, panel, empty, error and waiting states, form row, copy box.
import type { ComponentChildren, Ref } from "preact";
import { signal, useSignal } from "@preact/signals";
import { useEffect, useId, useRef } from "preact/hooks";
import type { ApiError } from "../lib/api";
import { t } from "../lib/i18n";
import type { Query } from "../lib/query";
import { ago } from "../lib/time";
import { Icon, type IconName } from "./icon";

export const pageTitle = signal("");

// The title of a page gets the focus after a navigation, so that a screen reader reads it and Tab goes on from there.
// The first page of a visit is left alone: a browser that opens an address begins at its top by itself.
let titleAwaited = false;
export const awaitTitle = (): void => {
  titleAwaited = true;
};

function useTitle(title: string | null): Ref<HTMLHeadingElement> {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (title !== null) pageTitle.value = title;
  }, [title]);
  useEffect(() => {
    if (!titleAwaited || !heading.current) return;
    titleAwaited = false;
    if (!document.querySelector("dialog[open]")) heading.current.focus({ preventScroll: true });
  }, []);
  return heading;
}

// One pattern for the head of every page: title, state, facts, actions.
export function PageHeader(props: {
  title: string;
  heading?: ComponentChildren;
  state?: ComponentChildren;
  facts?: ComponentChildren;
  actions?: ComponentChildren;
  back?: { href: string; text: string };
}) {
  const heading = useTitle(props.title);
  return (
    <header class="page-header">
      {props.back && (
        <nav class="crumbs" aria-label={t("nav.crumbs")}>
          <a href={props.back.href}>{props.back.text}</a>
        </nav>
      )}
      <div class="page-title">
        <h1 tabIndex={-1} ref={heading}>{props.heading ?? props.title}</h1>
        {props.state}
        {props.actions && <div class="actions">{props.actions}</div>}
      </div>
      {props.facts && <div class="facts">{props.facts}</div>}
    </header>
  );
}

export function Panel(props: { title?: string; note?: ComponentChildren; actions?: ComponentChildren; class?: string; children: ComponentChildren }) {
  const id = useId();
  return (
    <section class={`panel ${props.class ?? ""}`} aria-labelledby={props.title ? id : undefined}>
      {props.title && (
        <div class="panel-head">
          <h2 id={id}>{props.title}</h2>
          {props.note && <span class="quiet">{props.note}</span>}
          {props.actions && <div class="actions">{props.actions}</div>}
        </div>
      )}
      {props.children}
    </section>
  );
}

// `alone`: the page shows nothing else, so this title is the page's.
export function Empty(props: { icon: IconName; title: string; alone?: boolean; children?: ComponentChildren; action?: ComponentChildren }) {
  const heading = useTitle(props.alone ? props.title : null);
  return (
    <div class="empty">
      <Icon name={props.icon} />
      {props.alone ? <h1 class="empty-title" tabIndex={-1} ref={heading}>{props.title}</h1> : <p class="empty-title">{props.title}</p>}
      {props.children && <p class="quiet">{props.children}</p>}
      {props.action}
    </div>
  );
}

// An error: its message, the age of the data that is still shown, and a button to try again.
export function Failure(props: { error: ApiError; at?: number; retry: () => void }) {
  return (
    <div class="failure" role="alert">
      <Icon name="warning" />
      <div>
        <p>{props.error.message}</p>
        {props.at ? <p class="quiet">{t("error.age", { age: ago(props.at) })}</p> : null}
      </div>
      {props.error.status !== 403 && (
        <button type="button" class="button" onClick={props.retry}>
          <Icon name="refresh" />
          {t("error.retry")}
        </button>
      )}
    </div>
  );
}

export function Skeleton(props: { lines?: number; height?: number }) {
  const height = props.height ?? 36;
  return (
    <div class="skeleton" role="status">
      <span class="hidden">{t("loading")}</span>
      {Array.from({ length: props.lines ?? 3 }, (_, index) => (
        <div key={index} style={{ height: `${height}px` }} />
      ))}
    </div>
  );
}

// Shows that a query waits, that it failed, or its content. Old content stands below the failure.
export function Loaded<T>(props: { query: Query<T>; lines?: number; height?: number; children: (data: T) => ComponentChildren }) {
  const { data, error, at } = props.query;
  const failure = error.value && <Failure error={error.value} at={at.value} retry={() => void props.query.refetch()} />;
  if (data.value === null) return failure ?? <Skeleton lines={props.lines} height={props.height} />;
  return (
    <>
      {failure}
      {props.children(data.value)}
    </>
  );
}

export function Field(props: {
  text: string;
  hint?: ComponentChildren;
  error?: string | null;
  optional?: boolean;
  class?: string;
  children: (attributes: { id: string; "aria-describedby"?: string; "aria-invalid"?: "true" }) => ComponentChildren;
}) {
  const id = useId();
  const described = props.error || props.hint ? `${id}-hint` : undefined;
  return (
    <div class={`field ${props.class ?? ""}`}>
      <label for={id}>
        {props.text}
        {props.optional && <span class="quiet"> {t("form.optional")}</span>}
      </label>
      {props.children({ id, "aria-describedby": described, "aria-invalid": props.error ? "true" : undefined })}
      {described && (
        <div id={described} class={props.error ? "field-error" : "field-hint"}>
          {props.error ?? props.hint}
        </div>
      )}
    </div>
  );
}

export function Check(props: { checked: boolean; onChange: (checked: boolean) => void; disabled?: boolean; required?: boolean; name?: string; children: ComponentChildren }) {
  return (
    <label class="check">
      <input
        type="checkbox"
        checked={props.checked}
        disabled={props.disabled}
        required={props.required}
        name={props.name}
        onChange={(event) => props.onChange(event.currentTarget.checked)}
      />
      <span>{props.children}</span>
    </label>
  );
}

export async function copyText(text: string, source: HTMLElement | null): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // Over plain http beyond loopback there is no clipboard. Try the old command, and leave the text selected for the
    // reader.
    if (!source) return false;
    getSelection()?.selectAllChildren(source);
    return document.execCommand("copy");
  }
}

export function CopyBox(props: { text: string; spoken: string; id?: string }) {
  const source = useRef<HTMLElement>(null);
  const result = useSignal<"" | "copied" | "select">("");
  return (
    <div class="copy-box">
      <pre tabIndex={0} role="region" aria-label={props.spoken}>
        <code ref={source} id={props.id}>{props.text}</code>
      </pre>
      <button
        type="button"
        class="button"
        onClick={async () => {
          result.value = (await copyText(props.text, source.current)) ? "copied" : "select";
        }}
      >
        <Icon name={result.value === "copied" ? "check" : "copy"} />
        {result.value === "copied" ? t("copy.done") : t("copy.action")}
      </button>
      <span class="field-hint" role="status">
        {result.value === "select" ? t("copy.select") : ""}
      </span>
    </div>
  );
}

export function Facts(props: { items: [string, ComponentChildren][] }) {
  return (
    <dl class="fact-list">
      {props.items.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

export function Segments<T extends string>(props: { spoken: string; value: T; options: [T, string][]; onChange: (value: T) => void }) {
  return (
    <div class="segments" role="group" aria-label={props.spoken}>
      {props.options.map(([value, text]) => (
        <button key={value} type="button" aria-pressed={value === props.value ? "true" : "false"} onClick={() => props.onChange(value)}>
          {text}
        </button>
      ))}
    </div>
  );
}

export function Tags(props: { tags: readonly string[]; labels?: Record<string, string> }) {
  const labels = Object.entries(props.labels ?? {}).map(([key, value]) => (value ? `${key}=${value}` : key));
  if (props.tags.length + labels.length === 0) return null;
  return (
    <span class="tags">
      {props.tags.map((tag) => <span key={tag} class="tag">{tag}</span>)}
      {labels.map((label) => <span key={`=${label}`} class="tag label" title={label}>{label}</span>)}
    </span>
  );
}
