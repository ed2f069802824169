// The list of groups and the page of one. The keys are the names of app.tsx's routes.
import texts from "../catalogue/en.groups.json";
import { learn } from "../lib/i18n";
import { GroupPage } from "../pages/watch/group";
import { Groups } from "../pages/watch/groups";

learn(texts);

export const pages = { group: GroupPage, groups: Groups };
