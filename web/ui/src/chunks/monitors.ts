// The list of monitors and the page of one, with the import and the defaults. The keys are the names of app.tsx's routes.
import { Book, CopyPlus, Globe, Hand, Lock, Play, Plug, Radio } from "lucide";
import monitor from "../catalogue/en.monitor.json";
import form from "../catalogue/en.monitor_form.json";
import texts from "../catalogue/en.monitors.json";
import { learn } from "../lib/i18n";
import { MonitorPage } from "../pages/monitors/monitor";
import { Monitors } from "../pages/monitors/monitors";
import { learnIcons } from "../parts/icon";

learn(texts);
learn(monitor);
learn(form);
learnIcons({ book: Book, clone: CopyPlus, globe: Globe, hand: Hand, lock: Lock, play: Play, plug: Plug, radio: Radio });

export const pages = { monitor: MonitorPage, monitors: Monitors };
