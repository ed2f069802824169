// A question that is asked once and by POST, because what it asks about must not stand in an address.
import { useSignal, type Signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { ApiError, call } from "../../lib/api";

export function useQueryOnce<T>(path: string, body: object): { data: Signal<T | null>; error: Signal<ApiError | null> } {
  const data = useSignal<T | null>(null);
  const error = useSignal<ApiError | null>(null);
  useEffect(() => {
    call<T>(path, { method: "POST", body }).then(
      (answer) => (data.value = answer),
      (failure) => (error.value = failure instanceof ApiError ? failure : new ApiError(String(failure), 0, "question")),
    );
  }, []);
  return { data, error };
}
