"""Where a TRY may be, for check.py.

TRY returns from the middle of an expression. GCC then destroys nothing that the
expression had made before it: a capture, an argument, a temporary is lost, once for
each error. So a TRY is the whole of something that holds nothing else:

    TRY(f());                       a statement, also after if (...), else, for (...)
    auto x = TRY(f());              the whole initialiser of a variable, also of one that
                                    an if, a switch or a while declares in its condition
    member.field = TRY(f());        the whole right side of an assignment, where the left
                                    side is plain: names, members, *pointer, [name]

Everything else is found: a capture list, an argument, a condition, a braced
initialiser, the range of a for, an operand, += and its like, and `return TRY(f())`,
which is `return f()`; and a macro that gives TRY another name or holds one.
"""

import re

PLANTED = {
    "web/a.cpp": "auto a() { return write([id = TRY(f())] { g(id); }); }\n",
    "web/b.cpp": "auto b() { g(1, TRY(f())); return h(); }\n",
    "web/c.cpp": "auto c() { if (!TRY(f())) return g(); return h(); }\n",
    "web/d.cpp": "auto d() { return TRY(f()); }\n",
    "web/e.cpp": "auto e() { for (const int x : TRY(f())) g(x); return h(); }\n",
    "core/f.cpp": "auto f() { return Thing{1, TRY(g())}; }\n",
    "core/g.cpp": "auto g() { const Thing x{TRY(f())}; return h(x); }\n",
    "core/h.cpp": "auto h() { const bool x = TRY(f()) > 0; return g(x); }\n",
    "core/i.cpp": "auto i() { const auto x = known ? TRY(f()) : Thing{}; return g(x); }\n",
    "core/j.cpp": "auto j() { left -= TRY(f()); return g(); }\n",
    "core/k.cpp": "auto k() { of(trail) = TRY(f()); return g(); }\n",
    "core/l.cpp": "auto l() { while (more && TRY(f())) g(); return h(); }\n",
    "core/m.cpp": "auto m() { if (const auto x = TRY(f()).first) g(x); return h(); }\n",
    "core/n.cpp": "auto n() { return write([&] { return TRY(f()) + 1; }); }\n",
    "core/p.cpp": "#define GET TRY\nauto p() { g(1, GET(f())); return h(); }\n",
    "core/q.cpp": "#define GET(what) TRY(what)\nauto q() { g(1, GET(f())); return h(); }\n",
    "core/r.cpp": "#define GET(what) \\\n  TRY(what)\nauto r() { g(1, GET(f())); return h(); }\n",
    "tests/core/o_test.cpp": "auto o() { CHECK(TRY(f()) == 1); return g(); }\n",
}

DIRECTIVE = re.compile(r"^[ \t]*#[ \t]*(?:(define[ \t]+\w+(?:\([^)\n]*\))?)|[^\n]*)", re.M)
# A macro that is a whole statement, with its semicolon, is looked at as code instead.
OTHER_NAME = re.compile(r"^[ \t]*#[ \t]*define[ \t]+(?!TRY\b)\w+(?=[^\n]*\bTRY\b)[^\n]*(?<![;\s])[ \t]*$", re.M)
CONTROL = re.compile(r"\b(if|for|while|switch)(?:\s+constexpr)?\s*$")
LABEL = re.compile(r"\s*(?:(?:else|do)\b|(?:case\s[^;{}?]*?|default)\s*(?<!:):(?!:))")
GUARD = re.compile(r"\s*(?:if|for|while|switch)(?:\s+constexpr)?\s*(?=\()")
DECLARATION = re.compile(r"(?:(?:const|static|constexpr|[\w:]+(?:<[^;(){}=]*>)?(?:::\w+)*)[\s&*]+)+(?:\w+|\[[\w\s,]*\])")
PLAIN = re.compile(r"\*?\w+(?:(?:\.|->)\w+|\[[\w\s.]*\])*")
TOKEN = re.compile(r"[()\[\]{};]|\bTRY\s*(?=\()")


def without_directives(code):
    """Preprocessor lines blanked; of a macro the body stays, as statements of its own."""
    def blank(match):
        spaces = re.sub(r"[^\n]", " ", match.group())
        return spaces[:-1] + ";" if match.group(1) else spaces
    return DIRECTIVE.sub(blank, code.replace("\\\n", " \n"))


def closing(code, opening):
    depth = 0
    for match in re.compile(r"[()\[\]{}]").finditer(code, opening):
        depth += 1 if match.group() in "([{" else -1
        if depth == 0:
            return match.start()
    return len(code)


def own_part(before):
    """The statement without the labels and the if (...), for (...) that it hangs on."""
    while True:
        match = LABEL.match(before)
        end = match.end() if match else 0
        if not match and (match := GUARD.match(before)):
            end = closing(before, match.end()) + 1
        if not end or end > len(before):
            return before.strip()
        before = before[end:]


def stands_alone(bracket, before, after):
    """`bracket`: what opens the nearest brackets, with the keyword before a parenthesis."""
    target = before[:-1].strip() if before.endswith("=") else None
    declares = target is not None and DECLARATION.fullmatch(target) and not re.match(r"return\b", target)
    if bracket == "{":
        return after == ";" and (before == "" or bool(declares) or target is not None and bool(PLAIN.fullmatch(target)))
    return bracket in ("if", "switch", "while", "for") and after in (";", ")") and bool(declares)


def violations(code):
    """Yields (offset, what). `code`: without comments and literals."""
    for match in OTHER_NAME.finditer(code.replace("\\\n", "  ")):
        yield match.start(), "a macro that stands for a TRY"
    code = without_directives(code)
    frames = [["{", 0]]  # brackets, and where the statement in them begins
    for match in TOKEN.finditer(code):
        token = match.group()
        if token in "([{":
            control = CONTROL.search(code, frames[-1][1], match.start()) if token == "(" else None
            frames.append([control.group(1) if control else token, match.end()])
        elif token in ")]}":
            if len(frames) > 1:
                frames.pop()
            if token == "}":
                frames[-1][1] = match.end()
        elif token == ";":
            frames[-1][1] = match.end()
        else:
            bracket, start = frames[-1]
            after = code[closing(code, match.end()) + 1:].lstrip()[:1]
            if not stands_alone(bracket, own_part(code[start:match.start()]), after):
                yield match.start(), "a TRY inside a larger expression"
