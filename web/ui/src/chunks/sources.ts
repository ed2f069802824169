// Event sources: other systems whose events become incidents. The keys are the names of app.tsx's routes.
import type { ComponentType } from "preact";
import texts from "../catalogue/en.sources.json";
import { learn } from "../lib/i18n";
import { EventSourcePage, EventSourcesPage } from "../pages/monitors/event_sources";

learn(texts);

export const pages: Record<string, ComponentType<{ id: string }>> = { "event-sources": EventSourcesPage, "event-source": EventSourcePage };
