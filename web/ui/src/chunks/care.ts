// The pages with which the appliance looks after its own data: backups, recovery, what was removed. The keys are the
// names of app.tsx's routes.
import type { ComponentType } from "preact";
import texts from "../catalogue/en.care.json";
import { learn } from "../lib/i18n";
import { RemovedPage } from "../pages/access/removed";
import { BackupsPage } from "../pages/appliance/backups";
import { RecoveryPage } from "../pages/appliance/recovery";

learn(texts);

export const pages: Record<string, ComponentType<{ id: string }>> = {
  backups: BackupsPage,
  recovery: RecoveryPage,
  removed: RemovedPage,
};
