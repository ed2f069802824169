// The pages for the appliance's administrator. The keys are the names of app.tsx's routes.
import type { ComponentType } from "preact";
import texts from "../catalogue/en.appliance.json";
import { learn } from "../lib/i18n";
import { ApplianceWorkspaces } from "../pages/access/appliance_workspaces";
import { ApplianceTrail } from "../pages/audit/appliance_trail";
import { LimitsPage } from "../pages/access/limits";
import { Health } from "../pages/appliance/health";
import { StoragePage } from "../pages/appliance/storage";
import { PeoplesLeaks } from "../pages/trust/leaks";
import { ProvidersPage } from "../pages/identity/providers";
import { DisclosurePage, KeysPage, LegalTextsPage } from "../pages/trust/trust";
import { Users } from "../pages/access/users";

learn(texts);

export const pages: Record<string, ComponentType<{ id: string }>> = {
  disclosure: DisclosurePage,
  health: Health,
  storage: StoragePage,
  keys: KeysPage,
  "leaks-of-people": PeoplesLeaks,
  "legal-texts": LegalTextsPage,
  limits: LimitsPage,
  providers: ProvidersPage,
  trail: ApplianceTrail,
  users: Users,
  workspaces: ApplianceWorkspaces,
};
