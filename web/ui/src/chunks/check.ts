// The production check and the register of security incidents. The keys are the names of app.tsx's routes.
import type { ComponentType } from "preact";
import texts from "../catalogue/en.check.json";
import { learn } from "../lib/i18n";
import { InspectionPage } from "../pages/appliance/inspection";
import { SecurityCasesPage } from "../pages/appliance/security_cases";

learn(texts);

export const pages: Record<string, ComponentType<{ id: string }>> = {
  check: InspectionPage,
  register: SecurityCasesPage,
};
