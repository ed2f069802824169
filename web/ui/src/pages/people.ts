// Who is in the workspace and what they did, by the name app.tsx gives the route.
import type { ComponentType } from "preact";

export const pages: Record<string, ComponentType<{ id: string }>> = {};
