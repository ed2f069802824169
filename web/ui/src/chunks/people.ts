// The pages under the tabs of a workspace's settings: people, keys, trails. The keys are the names of app.tsx's
// routes.
import type { ComponentType } from "preact";
import texts from "../catalogue/en.people.json";
import { learn } from "../lib/i18n";
import { AccessReviewPage } from "../pages/access/access_review";
import { WorkspaceKeys } from "../pages/access/api_keys";
import { Enrolment } from "../pages/agents/enrolment";
import { Leaks, OneLeak } from "../pages/trust/leaks";
import { WorkspaceAudit, WorkspaceSecurityEvents } from "../pages/audit/trails";
import { Members } from "../pages/access/members";
import { Nowhere } from "../pages/access/nowhere";
import { Settings } from "../pages/access/settings";
import { Teams } from "../pages/access/teams";

learn(texts);

export const pages: Record<string, ComponentType<{ id: string }>> = {
  "access-review": AccessReviewPage,
  "api-keys": WorkspaceKeys,
  enrolment: Enrolment,
  audit: WorkspaceAudit,
  "security-events": WorkspaceSecurityEvents,
  leak: OneLeak,
  leaks: Leaks,
  members: Members,
  nowhere: Nowhere,
  settings: Settings,
  teams: Teams,
};
