// The pages of the appliance's administrator, by the name app.tsx gives the route.
import type { ComponentType } from "preact";
import texts from "../catalogue/en.administration.json";
import { learn } from "../lib/i18n";
import { ApplianceWorkspaces } from "./access/appliance_workspaces";
import { ApplianceTrail } from "./audit/appliance_trail";
import { LimitsPage } from "./access/limits";
import { PeoplesLeaks } from "./trust/own_leaks";
import { ProvidersPage } from "./identity/providers";
import { DisclosurePage, KeysPage, LegalTextsPage } from "./trust/trust";
import { Users } from "./access/users";

learn(texts);

export const pages: Record<string, ComponentType<{ id: string }>> = {
  disclosure: DisclosurePage,
  keys: KeysPage,
  "leaks-of-people": PeoplesLeaks,
  "legal-texts": LegalTextsPage,
  limits: LimitsPage,
  providers: ProvidersPage,
  trail: ApplianceTrail,
  users: Users,
  workspaces: ApplianceWorkspaces,
};
