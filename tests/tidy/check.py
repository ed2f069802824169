#!/usr/bin/env python3
"""Checks of the source text: what lies where, what may not be called. floors.py has the checks of who sees whom.

Each check is a function from {path: text} to a list of findings. It runs twice: on
the project, where it must find nothing, and on a planted violation, which it must
find, so that a check that cannot fail fails here. Comments and string literals are
removed first where a check is about code.

    tests/tidy/check.py            the last line is "N passed, N failed"
    tests/tidy/check.py --lists    places to look at (lists.py); fails never
"""

import pathlib
import posixpath
import re
import sys

sys.dont_write_bytecode = True  # nothing of a run stays in the tree

import floors  # noqa: E402, F401 (its checks enter themselves)
import lists  # noqa: E402
import try_alone  # noqa: E402
from source import (  # noqa: E402
    CHECKS, PRODUCT, SOURCE, at, calls, check, code_of, included_by_macro, includes, project_files)

FILE_BYTES_MAX = 400_000
GENERATED = {"web/ui/src/lib/api_types.ts"}  # by `make types`, and committed: the interface is built from it


@check("product code includes nothing of the tests", {"core/a.cpp": '#include "tests/support/fake_clock.h"\n'})
def no_test_includes(files):
    return [at(path, text, offset, f"includes {name}")
            for path, text, offset, name in includes(files, PRODUCT.search) if name.startswith("tests/")]


@check("includes are relative to the root", {"core/a.cpp": '#include "../base/result.h"\n'})
def no_parent_includes(files):
    return [at(path, text, offset, f"includes {name}")
            for path, text, offset, name in includes(files, SOURCE.search) if name.startswith(".")]


@check("includes name a header, and not by a macro", {
    "core/a.cpp": "#define RULE \"core/watch/rule.h\"\n#include RULE\n",
    "core/b.cpp": '#include "core/watch/rule.inc"\n',
    "core/c.cpp": '#include "core/watch/rule.cpp"\n',
})
def includes_name_headers(files):
    findings = [at(path, text, offset, f"includes by a macro: {what}")
                for path, text, offset, what in included_by_macro(files, SOURCE.search)]
    own = re.compile(r"(?:core|storage|web|host|cli|tests|bench)/.*(?<!\.h)$")
    return findings + [at(path, text, offset, f"includes {name}, which is no header")
                       for path, text, offset, name in includes(files, SOURCE.search) if own.match(name)]


@check("sources end in .cpp or .h, where the other checks look", {
    "core/a.cc": "int a();\n", "core/b.hpp": "int b();\n", "web/c.inl": "int c();\n", "storage/d.c": "int d(void);\n",
    "host/e.ixx": "int e();\n", "tests/core/f.C": "int f();\n"})
def sources_end_as_agreed(files):
    other = re.compile(r"\.(?:c|cc|cp|cxx|c\+\+|C|CPP|h\+\+|hh|hpp|hxx|H|HPP|inc|inl|ipp|ixx|cppm|cxxm|mpp|tcc|tpp|txx|s|S|asm)$")
    return [f"{path}:1: ends neither in .cpp nor in .h" for path in files if other.search(path)]


@check("only storage sees sqlite3.h", {"core/a.cpp": "#include <sqlite3.h>\n", "web/b.cpp": "#include <sqlite3.h>\n"})
def sqlite_only_in_storage(files):
    return [at(path, text, offset, f"includes {name}")
            for path, text, offset, name in includes(files, PRODUCT.search)
            if name == "sqlite3.h" and not path.startswith("storage/")]


HEAVY = ("httplib.h", "nlohmann/json.hpp", "toml++/", "toml.hpp", "CLI/", "sqlite3.h", "curl/", "mbedtls/", "psa/", "ares")


@check("heavy headers stay out of our headers", {
    "web/a.h": "#include <httplib.h>\n",
    "core/b.h": "#include <nlohmann/json.hpp>\n",
    "storage/c.h": "#include <sqlite3.h>\n",
})
def no_heavy_headers(files):
    return [at(path, text, offset, f"includes {name}")
            for path, text, offset, name in includes(files, lambda path: path.endswith(".h") and PRODUCT.search(path))
            if name.startswith(HEAVY)]


@check("headers are included once", {"core/a.h": "// A header.\nint a();\n"})
def pragma_once(files):
    return [f"{path}:1: lacks #pragma once" for path, text in files.items()
            if path.endswith(".h") and "#pragma once" not in text.split("#include")[0]]


@check("each header, and each source without one, opens with a paragraph", {
    "core/a.h": "#pragma once\n\nint a();\n",
    "core/b.cpp": '#include "core/a.h"\n\nint b() { return 1; }\n',
})
def opening_paragraph(files):
    findings = []
    for path, text in files.items():
        if not SOURCE.search(path) or path.startswith("tests/") or path.replace(".cpp", ".h") in files and path.endswith(".cpp"):
            continue
        first = next((line for line in text.splitlines() if line.strip() and line != "#pragma once"), "")
        if not first.startswith(("//", "/*")):
            findings.append(f"{path}:1: says not what it is for")
    return findings


@check("nothing is left to do later", {"core/a.cpp": "// TO" "DO: later\n", "web/ui/b.ts": "// FIX" "ME\n"})
def no_todo(files):
    word = re.compile(r"\b(TO" r"DO|FIX" r"ME|XX" r"X)\b")
    return [at(path, text, match.start(), match.group())
            for path, text in files.items() if re.search(r"\.(cpp|h|ts|tsx|mjs|css|sql|sh|py|cmake)$", path)
            for match in word.finditer(text)]


@check("no shell is called", {
    "core/a.cpp": 'int a() { return system("ls"); }\n',
    "core/b.cpp": 'void b() { std::system ("ls"); }\n',
    "storage/c.cpp": 'auto c() { return popen("ls", "r"); }\n',
})
def no_shell(files):
    return calls(files, PRODUCT.search, r"(?<![\w.>])(system|popen)\s*\(", "starts a shell")


@check("no unbounded string functions", {"core/a.cpp": "void a(char* b, const char* c) { strcpy(b, c); }\n"})
def no_unbounded(files):
    return calls(files, PRODUCT.search, r"(?<![\w.>])(strcpy|strcat|sprintf|vsprintf|gets|alloca|strtok)\s*\(",
                 "has no bound; use std::string or fmt")


# How long a thread sleeps is the machine's time, whatever clock the product is given.
WAITS_IN_REAL_TIME = ("storage/writer.cpp",)


@check("time and randomness come from core/base", {
    "core/watch/a.cpp": "auto a() { return std::chrono::system_clock::now(); }\n",
    "web/b.cpp": "auto b() { return std::random_device{}(); }\n",
    "storage/c.cpp": "auto c() { return time(nullptr); }\n",
})
def injected_time(files):
    return calls(files, lambda path: PRODUCT.search(path) and not path.startswith(("core/base/",) + WAITS_IN_REAL_TIME),
                 r"\b(system_clock|steady_clock)::now\b|\brandom_device\b|(?<![\w.>:])time\s*\(\s*(nullptr|NULL|0)\s*\)"
                 r"|(?<![\w.>:])s?rand\s*\(", "bypasses Clock or Random")


@check("migrations are numbered from 0001 without a gap", [
    {"storage/migrations/0001_a.sql": "", "storage/migrations/0003_b.sql": ""},
    {"storage/migrations/0001_a.sql": "", "storage/migrations/people.sql": ""}])
def migrations_numbered(files):
    names = sorted(path.rsplit("/", 1)[1] for path in files if path.startswith("storage/migrations/"))
    return [f"storage/migrations/{name}: number {expected:04d} expected"
            for expected, name in enumerate(names, 1) if not re.fullmatch(rf"{expected:04d}_[a-z0-9_]+\.sql", name)]


@check("lock files name no address", {
    "web/ui/package-lock.json": '{"packages": {"a": {"resolved": "https" "://example.org/a.tgz"}}}\n'})
def lock_files_without_addresses(files):
    return [at(path, text, match.start(), "an address in a lock file")
            for path, text in files.items() if path.endswith(("package-lock.json", "deps.lock"))
            for match in re.finditer(r'"resolved"|"(?:https?|git\+?[a-z]*)://[^"]*\.(?:tgz|git)', text)]


@check("no package host and no machine path is named", {
    "cmake/a.sh": "curl http://deb" ".debian.org/debian\n", "docs/b.md": "see /ro" "ot/notes\n"})
def no_hosts(files):
    host = re.compile(r"deb\.deb" r"ian\.org|registry\.np" r"mjs|nodesou" r"rce\.com|/ro" r"ot/|/wo" r"rk/")
    return [at(path, text, match.start(), match.group())
            for path, text in files.items() for match in host.finditer(text)]


@check("nothing built and nothing of others is committed", {
    "web/ui/node_modules/a/index.js": "", "web/ui/dist/app.js": "", "build/connlog": "", "third_party/sqlite3.c": ""})
def nothing_built(files):
    return [f"{path}: does not belong here" for path, text in files.items()
            if re.search(r"(^|/)(node_modules|dist|build|third_party|vendor)/|\.(o|a|so|tgz|deb|gz|br)$", path)
            and not path.startswith("tests/golden/") or len(text) > FILE_BYTES_MAX and path not in GENERATED]


@check("every suite of the tests is built and run", {"tests/a_test.cpp": "// Nobody compiles this.\n"})
def tests_in_rooms(files):
    return [f"{path}: lies in no room of tests/, so nothing compiles it" for path in files
            if re.fullmatch(r"tests/[^/]+\.cpp", path)]


@check("every test case asserts something", {
    "tests/core/a_test.cpp": '// A test.\nTEST_CASE("nothing is checked") { int a = 1; }\nTEST_CASE("b") { CHECK(1); }\n'})
def tests_assert(files):
    findings = []
    for path, text in files.items():
        if not re.match(r"tests/.*_test\.cpp$", path):
            continue
        if not re.search(r"\b(CHECK|REQUIRE|FAIL)\w*\s*\(", code_of(text)):
            findings.append(f"{path}: asserts nothing")
        for body in re.split(r"^TEST_CASE", text, flags=re.M)[1:]:
            if body.count("\n") < 4 and "{" in body and not re.search(r"CHECK|REQUIRE|FAIL|\w\(", body.split("{", 1)[1]):
                findings.append(f"{path}: a test case asserts nothing: {body.splitlines()[0][:60]}")
    return findings


TYPES_AND_BRACES = re.compile(
    r"\bnamespace\b\s*([\w:]*)[^{};=]*\{|[{}]|\busing\s+(\w+)\s*=|"
    r"\b(?:struct|class|union|enum(?:\s+class)?)\s+(?:\[\[[^\]]*\]\]\s*)?(\w+)(?:\s+final)?\s*(?::[^:;{}][^;{}]*)?\{")


@check("no type name is used twice in one namespace", {
    "core/a.cpp": "namespace connlog {\nstruct A {\n  int a;\n};\nclass A final : public B {\n};\n}\n",
    "core/b.cpp": "namespace n::m {\nenum class E : int { e };\n}\nnamespace n {\nnamespace m {\nusing E = int;\n}\n}\n",
})
def one_type_a_name(files):
    """Two definitions that never meet in one file compile and link, and one of them is used for both."""
    first, findings = {}, []
    for path, text in files.items():
        scopes = []  # a namespace's name; None for what has none: an anonymous namespace, a class, a function
        for match in TYPES_AND_BRACES.finditer(code := code_of(text) if SOURCE.search(path) else ""):
            name = match.group(2) or match.group(3)
            if name and all(scopes):
                full = "::".join(scopes + [name])
                if full in first:
                    findings.append(at(path, code, match.start(), f"{full} is in {first[full]}, too"))
                first.setdefault(full, path)
            if match.group() == "}":
                del scopes[-1:]
            elif match.group().endswith("{"):
                scopes.append(match.group(1) or None)
    return findings


TOP = r"(?:core|host|storage|web|cli|tests|bench|cmake|docs|packaging)"
NAMED_PATH = re.compile(rf"`({TOP}/[\w./<>-]*[\w>]/?)`|\]\(((?!https?:)[\w./-]+)\)")
PATH_IN_COMMENT = re.compile(rf"(?<![\w/.<-])({TOP}/(?:[\w<>.-]+/)*[\w<>.-]*[\w>])(?![\w/*{{$])")
COMMENT = re.compile(r'"(?:[^"\\\n]|\\.)*"|(//[^\n]*|/\*.*?\*/)', re.S)
COMMENT_LINE = re.compile(r"^[ \t]*((?:#|--)(?![ \t]*include)[^\n]*)", re.M)
ROOM_OF_EXAMPLES = "watch"  # stands for <room>: docs/adding.md tells its steps with it


def known_paths(files):
    known = set(files) | {parent.as_posix() for path in files for parent in pathlib.PurePath(path).parents}
    return known | {str(pathlib.PurePath(path).with_suffix("")) for path in files}


def is_known(named, known):
    named = named.rstrip("/").replace("<room>", ROOM_OF_EXAMPLES)
    return "<" in named or named in known or named.startswith("tests/e2e/artefacts")


@check("the documents name files that exist", {
    "docs/adding.md": "1. The row: `core/nowhere/row.h`.\n",
    "docs/more.md": "6. A test in `tests/web/nowhere/<room>/`.\n",
    "README.md": "See [the map](docs/nowhere.md).\n",
})
def documents_name_files(files):
    """`path` and [text](path); a path without an ending means its .h, .cpp or folder."""
    known = known_paths(files)
    findings = []
    for path, text in files.items():
        for match in NAMED_PATH.finditer(text if path.endswith(".md") else ""):
            named = match.group(1) or posixpath.normpath(posixpath.join(posixpath.dirname(path), match.group(2)))
            if not is_known(named, known):
                findings.append(at(path, text, match.start(), f"there is no {named}"))
    return findings


@check("comments name files that exist", {
    "core/a.h": "// As in core/nowhere/row.h.\n", "core/b.cpp": "/* See\n   tests/web/nowhere_test.cpp */\n",
    "storage/migrations/0001_a.sql": "-- See docs/nowhere.md.\n", "tests/run": "# as tests/nowhere.py does\n",
    "web/ui/src/c.tsx": "// web/api/nowhere has the words\n"})
def comments_name_files(files):
    known = known_paths(files)
    findings = []
    for path, text in files.items():
        if path.startswith("tests/tidy/") or path.endswith((".md", ".json", ".txt")):
            continue
        slashes = re.search(r"\.(?:cpp|h|ts|tsx|mjs|css)$", path)
        for comment in (COMMENT if slashes else COMMENT_LINE).finditer(text):
            for match in PATH_IN_COMMENT.finditer(comment.group(1) or ""):
                named = match.group(1).rstrip(".")
                record = any(other.startswith(named + "-") for other in files)  # docs/decisions/0005
                if not record and not is_known(named, known):
                    findings.append(at(path, text, comment.start(1) + match.start(), f"there is no {named}"))
    return findings


@check("TRY is a statement or initializer of its own", try_alone.PLANTED)
def try_stands_alone(files):
    return [at(path, code, offset, what) for path, text in files.items() if SOURCE.search(path)
            for code in [code_of(text)] for offset, what in try_alone.violations(code)]


# ------------------------------------------------------------------------- main

def main():
    files = project_files()
    if not any(PRODUCT.search(path) for path in files):
        sys.exit("no sources found")
    if sys.argv[1:] == ["--lists"]:
        return lists.print_lists(files)
    passed = failed = 0
    for name, function, planted in CHECKS:
        findings = function(files)
        missed = [violation for violation in planted if not function(violation)]
        for finding in findings:
            print(f"  {finding}")
        for violation in missed:
            print(f"  the planted violation {', '.join(violation)} is not found")
        good = not findings and not missed
        print(f"{'ok  ' if good else 'FAIL'} {name}")
        passed += good
        failed += not good
    print(f"{passed} passed, {failed} failed")
    sys.exit(failed != 0)


main()
