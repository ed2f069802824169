// Maintenances, mutes and snoozes with their calendar, and what depends on what. The keys are the names of app.tsx's
// routes.
import type { ComponentType } from "preact";
import texts from "../catalogue/en.quiet.json";
import { learn } from "../lib/i18n";
import { DependenciesPage } from "../pages/watch/dependencies";
import { QuietPage } from "../pages/watch/quiet";

learn(texts);

export const pages: Record<string, ComponentType<{ id: string }>> = { quiet: QuietPage, dependencies: DependenciesPage };
