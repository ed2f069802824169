// A form that sends a request. It is busy while it waits. An error marks the field that it names; without one, it
// stands above the button.
import type { ComponentChildren } from "preact";
import { useSignal, type Signal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { ApiError } from "../lib/api";

export interface FormState {
  busy: Signal<boolean>;
  error: Signal<ApiError | null>;
  fieldError(name: string): string | null;
}

export function useForm(): FormState {
  const busy = useSignal(false);
  const error = useSignal<ApiError | null>(null);
  return {
    busy,
    error,
    fieldError: (name) => (error.value?.field === name ? error.value.message : null),
  };
}

export function Form(props: { state: FormState; fields?: string[]; class?: string; spoken?: string; onSubmit: () => Promise<void>; children: ComponentChildren }) {
  const { state } = props;
  const form = useRef<HTMLFormElement>(null);
  const error = state.error.value;
  const shownByField = error?.field && (props.fields ?? []).includes(error.field);
  return (
    <form
      ref={form}
      class={props.class}
      aria-label={props.spoken}
      onSubmit={async (event) => {
        event.preventDefault();
        if (state.busy.value) return;
        state.busy.value = true;
        state.error.value = null;
        try {
          await props.onSubmit();
        } catch (failure) {
          if (!(failure instanceof ApiError)) throw failure;
          state.error.value = failure;
          requestAnimationFrame(() => form.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus());
        } finally {
          state.busy.value = false;
        }
      }}
    >
      {props.children}
      {error && !shownByField && <p class="field-error" role="alert">{error.message}</p>}
    </form>
  );
}
