// The pages for whoever comes, signed in or not, by the name app.tsx gives the route ("door-register", …).
import type { ComponentType } from "preact";
import texts from "../catalogue/en.door.json";
import { learn } from "../lib/i18n";

learn(texts);

export const pages: Record<string, ComponentType<{ id: string }>> = {};
