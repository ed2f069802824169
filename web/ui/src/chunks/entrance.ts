// The pages that anybody may open, signed in or not. The keys are the names of app.tsx's routes.
import type { ComponentType } from "preact";
import texts from "../catalogue/en.entrance.json";
import { learn } from "../lib/i18n";
import { Register, Reset, Verify } from "../pages/identity/account_entrance";
import { Agreement, Legal } from "../pages/trust/legal";
import { ProviderPage } from "../pages/identity/provider";
import { SecurityPage } from "../pages/trust/security";
import { InvitationPage } from "../pages/access/invitation";

learn(texts);

export const pages: Record<string, ComponentType<{ id: string }>> = {
  "entrance-register": Register,
  "entrance-reset": Reset,
  "entrance-verify": Verify,
  "entrance-agreement": Agreement,
  "entrance-legal": Legal,
  "entrance-provider": ProviderPage,
  "entrance-security": SecurityPage,
  "entrance-invitation": InvitationPage,
};
