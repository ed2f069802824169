// The pages about one's own account (/account). The keys are the names of app.tsx's routes.
import type { ComponentType } from "preact";
import texts from "../catalogue/en.account.json";
import { learn } from "../lib/i18n";
import { AccountEvents } from "../pages/audit/trails";
import { AccountLogins } from "../pages/identity/account_logins";
import { OwnKeys } from "../pages/access/api_keys";
import { SecondFactors } from "../pages/identity/second_factors";
import { OwnData } from "../pages/identity/own_data";
import { OwnLeaks } from "../pages/trust/leaks";
import { Profile } from "../pages/identity/profile";
import { Sessions } from "../pages/identity/sessions";

learn(texts);

export const pages: Record<string, ComponentType<{ id: string }>> = {
  "account-security": SecondFactors,
  "account-logins": AccountLogins,
  "account-events": AccountEvents,
  account: Profile,
  "account-sessions": Sessions,
  "account-data": OwnData,
  "account-keys": OwnKeys,
  "account-leaks": OwnLeaks,
};
