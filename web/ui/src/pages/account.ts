// The pages about oneself (/account), by the name app.tsx gives the route.
import type { ComponentType } from "preact";
import texts from "../catalogue/en.account.json";
import { learn } from "../lib/i18n";
import { AccountEvents } from "./account_events";
import { OwnKeys } from "./api_keys";
import { SecondFactors } from "./second_factors";
import { OwnLeaks } from "./own_leaks";

learn(texts);

export const pages: Record<string, ComponentType<{ id: string }>> = {
  "account-security": SecondFactors,
  "account-events": AccountEvents,
  "account-keys": OwnKeys,
  "account-leaks": OwnLeaks,
};
