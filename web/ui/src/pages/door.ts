// The pages for whoever comes, signed in or not, by the name app.tsx gives the route ("door-register", …).
import type { ComponentType } from "preact";
import texts from "../catalogue/en.door.json";
import { learn } from "../lib/i18n";
import { Register, Reset, Verify } from "./identity/door_account";
import { Agreement, Legal } from "./trust/legal";
import { ProviderPage } from "./identity/provider";
import { SecurityPage } from "./trust/security";
import { InvitationPage } from "./access/invitation";

learn(texts);

export const pages: Record<string, ComponentType<{ id: string }>> = {
  "door-register": Register,
  "door-reset": Reset,
  "door-verify": Verify,
  "door-agreement": Agreement,
  "door-legal": Legal,
  "door-provider": ProviderPage,
  "door-security": SecurityPage,
  "door-invitation": InvitationPage,
};
