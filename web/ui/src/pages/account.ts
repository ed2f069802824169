// The pages about oneself (/account), by the name app.tsx gives the route.
import type { ComponentType } from "preact";
import texts from "../catalogue/en.account.json";
import { learn } from "../lib/i18n";
import { AccountEvents } from "./audit/account_events";
import { AccountLogins } from "./identity/account_logins";
import { OwnKeys } from "./access/api_keys";
import { SecondFactors } from "./identity/second_factors";
import { OwnData } from "./identity/own_data";
import { OwnLeaks } from "./trust/own_leaks";
import { Profile } from "./identity/profile";
import { Sessions } from "./identity/sessions";

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
