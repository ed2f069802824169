// Who is in the workspace and what they did, by the name app.tsx gives the route.
import type { ComponentType } from "preact";
import texts from "../catalogue/en.people.json";
import { learn } from "../lib/i18n";
import { AccessReviewPage } from "./access_review";
import { WorkspaceKeys } from "./api_keys";
import { Enrolment } from "./enrolment";
import { Leaks, OneLeak } from "./leaks";
import { WorkspaceAudit, WorkspaceSecurityEvents } from "./trails";
import { Groups } from "./groups";
import { Members } from "./members";
import { Nowhere } from "./nowhere";
import { Settings } from "./settings";
import { Teams } from "./teams";

learn(texts);

export const pages: Record<string, ComponentType<{ id: string }>> = {
  "access-review": AccessReviewPage,
  "api-keys": WorkspaceKeys,
  enrolment: Enrolment,
  audit: WorkspaceAudit,
  "security-events": WorkspaceSecurityEvents,
  leak: OneLeak,
  leaks: Leaks,
  groups: Groups,
  members: Members,
  nowhere: Nowhere,
  settings: Settings,
  teams: Teams,
};
