// Who is in the workspace and what they did, by the name app.tsx gives the route.
import type { ComponentType } from "preact";
import texts from "../catalogue/en.people.json";
import { learn } from "../lib/i18n";
import { AccessReviewPage } from "./access/access_review";
import { WorkspaceKeys } from "./access/api_keys";
import { Enrolment } from "./agents/enrolment";
import { Leaks, OneLeak } from "./trust/leaks";
import { WorkspaceAudit, WorkspaceSecurityEvents } from "./audit/trails";
import { Groups } from "./watch/groups";
import { Members } from "./access/members";
import { Nowhere } from "./access/nowhere";
import { Settings } from "./access/settings";
import { Teams } from "./access/teams";

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
