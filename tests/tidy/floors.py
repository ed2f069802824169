"""Which room may see which. The rooms of core are on floors, lowest first; a room sees what is below it and itself.
storage/<room> and web/api/<room> are where core/<room> is. storage/<room> sees neither code nor storage of the
rooms above, web/api/<room> nothing of web/api there.
What another room declares may be neither included nor declared anew from below. There are no exceptions: where a call
has to go up, the lower room declares an interface."""

import collections
import re

from source import PRODUCT, SOURCE, at, check, code_of, includes

ORDER = ("base crypto net config kinds wire checks people audit notify identity access watch agents monitors trust "
         "tickets status appliance").split()
FLOOR = {room: floor for floor, room in enumerate(ORDER)}
HIGHEST_FOR_HOST = "checks"

# The rooms of web/api are core's; what is asked before a handler runs stands above what it asks.
WEB_ORDER = [*ORDER[:ORDER.index("tickets")], "middleware", *ORDER[ORDER.index("tickets"):]]
WEB_FLOOR = collections.defaultdict(lambda: -1, {room: floor for floor, room in enumerate(WEB_ORDER)})
# The files beside the rooms stand below them, but for those that list the rooms.
WHAT_LISTS_ROOMS = {"web/api/rooms", "web/api/routes", "web/api/parts", "web/api/schemas", "web/api/openapi"}
LISTS_OF_ROOMS = {"web/api/rooms.h"}
# storage/development belongs to no room: it carries the tables of all rooms over from the time before the first release.
DEVELOPMENT = "development"

FORBIDDEN_DIRECTIONS = {
    "core": ("storage", "web", "host", "cli"),
    "storage": ("web", "host", "cli"),
    "web": ("storage", "host", "cli"),
    "host": ("storage", "web", "cli"),
}


def refusal(path, other):
    """Why the file `path` must not see the file `other`; None where it may."""
    mine, theirs = path.split("/"), other.split("/")
    if theirs[0] in FORBIDDEN_DIRECTIONS.get(mine[0], ()):
        return f"{mine[0]} must not see {other}"
    if theirs[0] == "core" and len(theirs) > 2 and theirs[1] in FLOOR:
        if mine[0] == "core" and mine[1] in FLOOR and FLOOR[theirs[1]] > FLOOR[mine[1]]:
            return f"core/{mine[1]} must not see {other}, which is above it"
        if mine[0] == "host" and FLOOR[theirs[1]] > FLOOR[HIGHEST_FOR_HOST]:
            return f"host must not see {other}: it uses the rooms up to core/{HIGHEST_FOR_HOST}"
    if mine[0] == "storage" and len(mine) > 2 and len(theirs) > 2 and theirs[0] in ("storage", "core"):
        if FLOOR.get(theirs[1], -1) > FLOOR.get(mine[1], len(FLOOR)):
            return f"storage/{mine[1]} must not see {other}, which is above it"
    if mine[:2] == ["web", "api"] and theirs[:2] == ["web", "api"]:
        if len(mine) > 3 and (other in LISTS_OF_ROOMS or len(theirs) > 3 and WEB_FLOOR[theirs[2]] > WEB_FLOOR[mine[2]]):
            return f"web/api/{mine[2]} must not see {other}, which is above it"
        if len(mine) == 3 and len(theirs) > 3 and path.rsplit(".")[0] not in WHAT_LISTS_ROOMS:
            return f"web/api must not see {other}: its own files are below the rooms"
    if mine[:2] == ["web", "server"] and theirs[0] == "web" and theirs[1] != "server":
        return f"web/server must not see {other}"
    return None


@check("includes point one way: main to web and storage, those to core; within core, down", {
    "core/watch/a.h": '#include "storage/database.h"\n',
    "core/audit/b.cpp": '#include "core/notify/notification.h"\n',
    "core/audit/c.h": '#include  "core/watch/rule.h"  // on another floor\n',
    "core/base/d.cpp": '#include "host/collectors.h"\n',
    "core/audit/p.cpp": '#include /* up */ "core/watch/rule.h"\n',
    "core/audit/q.cpp": '#include \\\n  "core/watch/rule.h"\n',
    "core/audit/r.cpp": '/**/ # /**/ include "core/watch/rule.h"\n',
    "core/audit/s.cpp": '%:include "core/watch/rule.h"\n',
    "host/e.h": '#include "core/people/user.h"\n',
    "web/f.cpp": '#include "storage/database.h"\n',
    "web/server/g.cpp": '#include "web/api/routes.h"\n',
    "web/server/tls/h.h": '#include "web/web_app.h"\n',
    "storage/watch/i.cpp": '#include "web/api/routes.h"\n',
    "storage/people/j.cpp": '#include "storage/access/stores.h"\n',
    "storage/identity/k.h": '#include "core/agents/enrolment_key.h"\n',
    "web/api/access/l.cpp": '#include "web/api/watch/services.h"\n',
    "web/api/identity/m.h": '#include "web/api/access/handlers.h"\n',
    "web/api/identity/n.cpp": '#include "web/api/middleware/access.h"\n',
    "web/api/watch/o.cpp": '#include "web/api/rooms.h"\n',
    "web/api/sight.h": '#include "web/api/watch/services.h"\n',
})
def include_direction(files):
    return [at(path, text, offset, why)
            for path, text, offset, name in includes(files, SOURCE.search) if (why := refusal(path, name))]


@check("every file of core, and every folder of storage and web/api, lies in a room that has a floor", {
    "core/a.h": "int a();\n", "core/attic/b.cpp": "int b() { return 1; }\n",
    "storage/attic/c.cpp": "int c() { return 1; }\n", "web/api/attic/d.h": "int d();\n"})
def rooms_have_floors(files):
    findings = []
    for path in filter(SOURCE.search, files):
        parts = path.split("/")
        if parts[0] == "core" and (len(parts) < 3 or parts[1] not in FLOOR) or \
                parts[0] == "storage" and len(parts) > 2 and parts[1] not in (*FLOOR, DEVELOPMENT) or \
                parts[:2] == ["web", "api"] and len(parts) > 3 and parts[2] not in WEB_ORDER:
            findings.append(f"{path}:1: lies in no room of tests/tidy/floors.py")
    return findings


# ---------------------------------------------------------------- declarations

PREPROCESSOR = re.compile(r"^[ \t]*#(?:[^\n]*\\\n)*[^\n]*", re.M)
STRUCTURE = re.compile(r"""
    \bnamespace\b \s* (?P<namespace>[\w:]*) \s* (?P<opens_namespace>\{)
  | \bextern\b \s* (?P<opens_linkage>\{)                        # extern "C++" {, its literal blanked
  | \bfriend\s+ (?!class\b|struct\b|enum\b) (?P<befriended>[A-Za-z_][\w:]*) \s* ;
  | (?P<friend>\bfriend\s+)? \b(?:enum(?:\s+class|\s+struct)?|class|struct|union)\s+
    (?:\[\[.*?\]\]\s*)? (?:alignas\s*\([^()]*\)\s*)?
    (?P<name>[A-Za-z_][\w:]*) \s* (?:final\b\s*)? (?: : (?!:) [^;{}()]* )? (?P<end>[;{]|[*&<>,()=\[]|(?=\w))
  | (?P<brace>[{}])""", re.X | re.S)
IN_CLASS = object()


def types_named(text):
    """What a text names: (qualified name, "defined" | "declared" | "mentioned", namespace, offset). Members of classes
    are left out, but for friends and mentions (`class Rule* rule`, `std::shared_ptr<class Rule>`)."""
    code = PREPROCESSOR.sub(lambda match: re.sub(r"[^\n]", " ", match.group()), code_of(text))
    scopes = []  # the name of a namespace, "" of a linkage; IN_CLASS: a class or enum; None: anything else
    for match in STRUCTURE.finditer(code):
        names = [scope for scope in scopes if isinstance(scope, str)]
        namespace = "::".join(filter(None, names))
        if match["opens_namespace"]:
            # "(anonymous)" keeps what others cannot see apart from what they can.
            scopes.append(match["namespace"] or "(anonymous)")
        elif match["opens_linkage"]:
            scopes.append("")
        elif match["befriended"]:
            yield match["befriended"], "mentioned", namespace, match.start()
        elif match["brace"] == "{":
            scopes.append(None)
        elif match["brace"] == "}":
            if scopes:
                scopes.pop()
        else:
            qualified = "::".join(filter(None, (namespace, match["name"])))
            what = {";": "declared", "{": "defined"}.get(match["end"], "mentioned")
            in_function = bool(scopes) and scopes[-1] is None
            if match["friend"] or what == "mentioned" or what == "declared" and in_function:
                yield match["name"], "mentioned", namespace, match.start()
            elif len(names) == len(scopes):
                yield qualified, what, namespace, match.start()
            if match["end"] == "{":
                scopes.append(IN_CLASS)


def enclosing(namespace):
    parts = namespace.split("::") if namespace else []
    for length in range(len(parts), -1, -1):
        yield "::".join(parts[:length])


@check("a type of a room above is not declared, befriended or mentioned from below", [
    {"core/audit/a.h": "namespace connlog { class Rule; }\n",
     "core/watch/rule.h": "namespace connlog {\nstruct Rule {\n  int number;\n};\n}\n"},
    {"core/audit/b.h": "namespace connlog {\nnamespace deep {\n\nstruct A {\n  int a;\n};\n\nclass Rule;\n\n}\n}\n",
     "core/watch/rule.h": "namespace connlog::deep {\nclass Rule final : public Base {\n};\n}\n"},
    {"core/audit/c.h": "namespace connlog {\nenum class Metric : int;\n}\n",
     "core/watch/rule.h": "namespace connlog {\nenum class Metric : int { cpu };\n}\n"},
    {"core/audit/d.cpp": "namespace connlog {\nvoid d(class Rule& rule);\n}\n",
     "core/watch/rule.h": "namespace connlog {\nstruct Rule { int number; };\n}\n"},
    {"core/audit/e.h": "namespace connlog::audit {\nclass E {\n  friend class Rule;\n};\n}\n",
     "core/watch/rule.h": "namespace connlog {\nstruct Rule { int number; };\n}\n"},
    {"core/audit/f.h": "namespace connlog {\ntemplate <typename T>\nclass Series;\n}\n",
     "core/watch/series.h": "namespace connlog {\ntemplate <typename T>\nclass Series {\n};\n}\n"},
    {"host/g.h": "namespace connlog {\nclass User;\n}\n",
     "core/people/user.h": "namespace connlog {\nstruct User { int number; };\n}\n"},
    {"web/server/h.h": "namespace connlog::web {\nclass Context;\n}\n",
     "web/api/request_context.h": "namespace connlog::web {\nclass Context {\n};\n}\n"},
    *({"core/audit/j.cpp": f"namespace connlog {{\n{line}\n}}\n",
       "core/watch/rule.h": "namespace connlog {\nstruct Rule { int number; };\nenum Metric : int { cpu };\n}\n"}
      for line in ("std::shared_ptr<class Rule> j();", "struct Rule j();", 'extern "C++" { class Rule; }',
                   'extern "C++" class Rule;', "class J {\n  friend Rule;\n};", "void j() { class Rule; }",
                   "void j() {\n  extern void k(const struct Rule&);\n}", "enum Metric : int;",
                   "template <typename T = struct Rule>\nvoid j(T);", "auto j = sizeof(struct Rule);")),
    {"core/watch/i.h": "namespace connlog::storage {\nclass Writer;\n}\n",
     "storage/writer.h": "namespace connlog::storage {\nclass Writer {\n};\n}\n"},
])
def declaration_direction(files):
    defined = {}
    named = []
    for path, text in files.items():
        if not PRODUCT.search(path):
            continue
        for name, what, namespace, offset in types_named(text):
            if what == "defined":
                # What a .cpp defines, nobody else can mean.
                if path.endswith(".h"):
                    defined.setdefault(name, set()).add(path)
            else:
                named.append((path, name, what, namespace, offset))
    findings = []
    for path, name, what, namespace, offset in named:
        candidates = [name] if what == "declared" else ["::".join(filter(None, (n, name))) for n in enclosing(namespace)]
        homes = next((defined[candidate] for candidate in candidates if candidate in defined), ())
        reasons = [refusal(path, home) for home in homes]
        if reasons and all(reasons):
            findings.append(at(path, files[path], offset, f"names {name}: {reasons[0]}"))
    return findings
