"""Places to look, not verdicts: what often has a reason and sometimes has not. `tests/tidy/check.py --lists` prints
them; nothing here fails."""

import re

from floors import PREPROCESSOR
from source import PRODUCT, SOURCE, code_of

REFERENCES_MANY = 12
FUNCTION_LINES_MANY = 60
FILE_LINES_FEW = 40

TYPE = re.compile(r"\b(?:class|struct)\s+(?:\[\[.*?\]\]\s*)?([A-Za-z_][\w:]*)\s*(?:final\b\s*)?((?::(?!:)[^;{}()]*)?)\{")


def plain(text):
    """Code alone: no comments, literals, preprocessor lines."""
    return PREPROCESSOR.sub(lambda match: re.sub(r"[^\n]", " ", match.group()), code_of(text))


def body_end(code, opening):
    """The offset of the brace that closes the one at `opening`."""
    depth = 0
    for match in re.finditer(r"[{}]", code[opening:]):
        depth += 1 if match.group() == "{" else -1
        if depth == 0:
            return opening + match.start()
    return len(code)


def line_of(code, offset):
    return code.count("\n", 0, offset) + 1


def types_of(codes):
    """(path, name, bases, body, offset of the body, line)"""
    for path, code in codes.items():
        for match in TYPE.finditer(code):
            opening = match.end() - 1
            yield path, match[1], match[2], code[opening + 1:body_end(code, opening)], opening + 1, line_of(code, match.start())


def own_level(body):
    """The body without what is in braces inside it."""
    out, depth = [], 0
    for char in body:
        if char == "{":
            depth += 1
        if depth == 0 or char == "\n":
            out.append(char)
        if char == "}":
            depth -= 1
    return "".join(out)


def lonely_interfaces(product, tests):
    """Abstract classes with one implementation and no fake in tests."""
    implemented = {}
    for where, codes in (("product", product), ("tests", tests)):
        for _, name, bases, _, _, _ in types_of(codes):
            for base in re.findall(r"[\w:]+", bases):
                implemented.setdefault(base.split("::")[-1], []).append((where, name))
    for path, name, _, body, _, line in types_of(product):
        if not re.search(r"\)\s*(?:const\s*)?(?:noexcept\s*)?=\s*0\s*;", own_level(body)):
            continue
        by = implemented.get(name.split("::")[-1], [])
        if len(by) <= 1 and not any(where == "tests" for where, _ in by):
            yield f"{path}:{line}: {name}, implemented by {by[0][1] if by else 'nothing'}"


def crowded_constructors(product):
    """Constructors, and structs of parts, with a dozen references or more."""
    for path, name, _, body, start, line in types_of(product):
        members = re.findall(r"^[^()=;]*&\s*\w+\s*(?:;|=)", own_level(body), re.M)
        if len(members) >= REFERENCES_MANY:
            yield f"{path}:{line}: {name} has {len(members)} references"
        for match in re.finditer(rf"(?<![\w~:.>]){re.escape(name.split('::')[-1])}\s*\(([^()]*(?:\([^()]*\)[^()]*)*)\)\s*[:;{{]", body):
            count = match[1].count("&")
            if count >= REFERENCES_MANY:
                yield f"{path}:{line + body.count(chr(10), 0, match.start())}: the constructor of {name} takes {count} references"


def long_functions(product):
    """Functions longer than a screen."""
    for path, code in product.items():
        last = 0  # where the text before the next brace begins
        inside = []  # for each open brace: whether functions may begin in it
        skip_until = -1
        for match in re.finditer(r"[{};]", code):
            offset = match.start()
            if offset <= skip_until:
                continue
            if match.group() == "{":
                before = code[last:offset]
                if re.search(r"[\w\])]$", before) and not re.search(r"\b(?:else|do|try|const|override|noexcept)$|\)$", before):
                    skip_until = body_end(code, offset)  # an initialiser: `name{…}`
                    continue
                if ")" in before and not re.search(r"\b(?:namespace|class|struct|enum)\b[^()]*$", before):
                    end = body_end(code, offset)
                    lines = code.count("\n", offset, end) + 1
                    if lines > FUNCTION_LINES_MANY:
                        name = re.search(r"([\w:~]+|operator\S+)\s*\(", before)
                        yield f"{path}:{line_of(code, offset)}: {name[1] if name else '?'} has {lines} lines"
                    skip_until = end
                    last = end + 1
                    continue
                inside.append(True)
            elif match.group() == "}" and inside:
                inside.pop()
            last = offset + 1


def short_files(product_texts):
    """Product files under 40 lines."""
    for path, text in product_texts.items():
        lines = text.count("\n")
        if lines < FILE_LINES_FEW:
            yield f"{path}: {lines} lines"


def print_lists(files):
    texts = {path: text for path, text in files.items() if PRODUCT.search(path)}
    product = {path: plain(text) for path, text in texts.items()}
    tests = {path: plain(text) for path, text in files.items() if path.startswith("tests/") and SOURCE.search(path)}
    for title, entries in (
            ("Abstract classes with one implementation and no fake in tests", lonely_interfaces(product, tests)),
            (f"Constructors, or structs of parts, with {REFERENCES_MANY} references or more", crowded_constructors(product)),
            (f"Functions longer than {FUNCTION_LINES_MANY} lines", long_functions(product)),
            (f"Files of the product under {FILE_LINES_FEW} lines", short_files(texts))):
        entries = sorted(set(entries))
        print(f"{title}: {len(entries)}")
        for entry in entries:
            print(f"  {entry}")
        print()
    print(f"{len(texts)} files of the product were looked at.")
