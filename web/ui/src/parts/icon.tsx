// Icons from lucide, drawn as elements (no markup strings, which Trusted Types forbid). Only those used are built in.
import { h } from "preact";
import {
  Activity, Bell, BookOpenCheck, Check, ChevronDown, ChevronRight, CircleHelp, Copy, EllipsisVertical, House, Inbox, Keyboard,
  LogOut, Mail, Menu, Pause, Plus, RefreshCw, Search, Send, Server, Settings, Siren, TriangleAlert, Webhook, X, Minus, Clock, MessageSquare, Users, KeyRound, Eye, Megaphone, Smartphone, MessagesSquare, type IconNode,
} from "lucide";

// Our own, where lucide has none that says it.
const group: IconNode = [["rect", { x: "3", y: "3", width: "8", height: "8", rx: "1.5" }], ["rect", { x: "13", y: "3", width: "8", height: "8", rx: "1.5" }],
  ["rect", { x: "8", y: "13", width: "8", height: "8", rx: "1.5" }]];
const quiet: IconNode = [["path", { d: "M20.5 13A8.5 8.5 0 1 1 11 3.5a6.5 6.5 0 0 0 9.5 9.5Z" }]]; // a moon
const appliance: IconNode = [["rect", { x: "2", y: "5", width: "20", height: "14", rx: "2" }], ["path", { d: "M6 12h3l2-3 2 6 2-3h3" }]];

const icons = {
  monitor: Activity, bell: Bell, rules: BookOpenCheck, check: Check, down: ChevronDown, next: ChevronRight, help: CircleHelp,
  copy: Copy, more: EllipsisVertical, home: House, inbox: Inbox, keyboard: Keyboard, logout: LogOut, mail: Mail,
  menu: Menu, pause: Pause, plus: Plus, refresh: RefreshCw, search: Search, send: Send, server: Server,
  settings: Settings, siren: Siren, warning: TriangleAlert, webhook: Webhook,
  appliance, group, quiet, x: X, minus: Minus, clock: Clock, comment: MessageSquare,
  people: Users, key: KeyRound, eye: Eye, chat: MessagesSquare, smartphone: Smartphone, megaphone: Megaphone,
} satisfies Record<string, IconNode>;

export type IconName = keyof typeof icons;

// Icons that only one chunk shows come with it.
export const learnIcons = (more: Record<string, IconNode>): object => Object.assign(icons, more);

// An icon that the server names; of one that is not built in, a general one.
export const iconNamed = (name: string | undefined, general: IconName = "send"): IconName => (name !== undefined && Object.hasOwn(icons, name) ? (name as IconName) : general);

export function Icon(props: { name: IconName; class?: string; spoken?: string }) {
  const children = icons[props.name].map(([tag, attributes]) => h(tag as "path", attributes as object));
  return (
    <svg
      class={`icon ${props.class ?? ""}`}
      viewBox="0 0 24 24"
      role={props.spoken ? "img" : undefined}
      aria-label={props.spoken}
      aria-hidden={props.spoken ? undefined : "true"}
      focusable="false"
    >
      {children}
    </svg>
  );
}
