// Dialogs use the browser's own <dialog>, which keeps the focus inside and closes by Esc. When one closes, we give the
// focus back to the element that had it.
import type { ComponentChildren } from "preact";
import { signal, useSignal } from "@preact/signals";
import { useEffect, useId, useRef } from "preact/hooks";
import { ApiError } from "../lib/api";
import { t } from "../lib/i18n";
import { Field } from "./basics";
import { Icon } from "./icon";

export function Dialog(props: { title: string; onClose: () => void; wide?: boolean; children: ComponentChildren }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const element = dialog.current;
    const before = document.activeElement;
    if (element && !element.open) element.showModal();
    return () => {
      element?.close();
      // The dialog may have left the page already; the browser then gives no focus back. The opener may be gone as
      // well.
      setTimeout(() => {
        if (document.activeElement && document.activeElement !== document.body) return;
        const back = before instanceof HTMLElement && before.isConnected ? before : document.querySelector("h1");
        back?.focus();
      });
    };
  }, []);
  return (
    <dialog
      ref={dialog}
      class={props.wide ? "dialog wide" : "dialog"}
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault();
        props.onClose();
      }}
    >
      <div class="dialog-head">
        <h2 id={id}>{props.title}</h2>
        <button type="button" class="icon-button" aria-label={t("dialog.close")} onClick={props.onClose}>
          <Icon name="x" />
        </button>
      </div>
      {props.children}
    </dialog>
  );
}

// The confirmation of a dangerous act says what the act does. The gravest acts ask the reader to type a name.
export function Confirm(props: {
  title: string;
  text: ComponentChildren;
  action: string;
  typed?: string;
  danger?: boolean;
  onClose: () => void;
  onConfirm: () => Promise<void>;
}) {
  const typed = useSignal("");
  const busy = useSignal(false);
  const error = useSignal<string | null>(null);
  const ready = !props.typed || typed.value.trim() === props.typed.trim();
  return (
    <Dialog title={props.title} onClose={props.onClose}>
      <form
        onSubmit={async (event) => {
          event.preventDefault();
          if (!ready || busy.value) return;
          busy.value = true;
          error.value = null;
          try {
            await props.onConfirm();
            props.onClose();
          } catch (failure) {
            error.value = failure instanceof ApiError ? failure.message : String(failure);
          } finally {
            busy.value = false;
          }
        }}
      >
        <p>{props.text}</p>
        {props.typed && (
          <Field text={t("confirm.type", { name: props.typed })}>
            {(attributes) => (
              <input {...attributes} type="text" autoComplete="off" value={typed.value} onInput={(event) => (typed.value = event.currentTarget.value)} />
            )}
          </Field>
        )}
        {error.value && <p class="field-error" role="alert">{error.value}</p>}
        <div class="form-actions">
          <button type="submit" class={props.danger ? "button danger" : "button primary"} disabled={!ready || busy.value}>
            {props.action}
          </button>
          <button type="button" class="button" onClick={props.onClose}>{t("confirm.cancel")}</button>
        </div>
      </form>
    </Dialog>
  );
}

// Toasts: short messages about what was done. Screen readers read them out.
const toasts = signal<{ id: number; text: string; bad: boolean }[]>([]);
let lastToast = 0;

export function toast(text: string, bad = false): void {
  const id = ++lastToast;
  toasts.value = [...toasts.value, { id, text, bad }].slice(-3);
  setTimeout(() => {
    toasts.value = toasts.value.filter((each) => each.id !== id);
  }, bad ? 12_000 : 5_000);
}

export function Toasts() {
  return (
    <div class="toasts" role="status" aria-live="polite">
      {toasts.value.map((each) => (
        <div key={each.id} class={each.bad ? "toast bad" : "toast"}>
          <Icon name={each.bad ? "warning" : "check"} />
          {each.text}
        </div>
      ))}
    </div>
  );
}

// Runs an act of the reader. Its failure becomes a toast.
export async function attempt(act: () => Promise<void>): Promise<boolean> {
  try {
    await act();
    return true;
  } catch (failure) {
    if (!(failure instanceof ApiError)) throw failure;
    toast(failure.message, true);
    return false;
  }
}
