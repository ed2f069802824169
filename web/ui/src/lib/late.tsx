// A part of a page whose script is loaded when it is first shown, so that pages which never show it do not carry it.
import { signal } from "@preact/signals";
import { createElement, type ComponentType } from "preact";
import { useEffect } from "preact/hooks";
import { toast } from "../parts/dialog";
import { t } from "./i18n";

// Nothing is shown meanwhile. Where the file does not come, the page goes on without it and says so.
export function late<P extends object>(load: () => Promise<ComponentType<P>>): ComponentType<P> {
  const file = signal<ComponentType<P> | null>(null);
  return function Late(props: P) {
    useEffect(() => {
      if (!file.value) load().then((loaded) => (file.value = loaded), () => toast(t("error.page"), true));
    }, []);
    return file.value ? createElement(file.value as ComponentType<object>, props) : null;
  };
}
