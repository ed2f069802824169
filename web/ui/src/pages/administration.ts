// The pages of the appliance's administrator, by the name app.tsx gives the route.
import type { ComponentType } from "preact";
import texts from "../catalogue/en.administration.json";
import { learn } from "../lib/i18n";
import { ApplianceWorkspaces } from "./appliance_workspaces";
import { LimitsPage } from "./limits";
import { Users } from "./users";

learn(texts);

export const pages: Record<string, ComponentType<{ id: string }>> = {
  limits: LimitsPage,
  users: Users,
  workspaces: ApplianceWorkspaces,
};
