// How messages go: the settings of telling, the pipeline, the log of deliveries, one's own hours and chats, and the
// dead-man's switch. The keys are the names of app.tsx's routes.
import type { ComponentType } from "preact";
import texts from "../catalogue/en.telling.json";
import { learn } from "../lib/i18n";
import { DeadManPage } from "../pages/appliance/dead_man";
import { DeliveriesPage } from "../pages/notify/deliveries";
import { Messages } from "../pages/notify/messages";
import { PipelinePage, TellingSettingsPage } from "../pages/watch/telling_settings";

learn(texts);

export const pages: Record<string, ComponentType<{ id: string }>> = {
  telling: TellingSettingsPage, pipeline: PipelinePage, deliveries: DeliveriesPage, "account-messages": Messages, "dead-man": DeadManPage,
};
