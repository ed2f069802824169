// The pages of the appliance's administrator, by the name app.tsx gives the route.
import type { ComponentType } from "preact";

export const pages: Record<string, ComponentType<{ id: string }>> = {};
