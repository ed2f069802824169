"""The project's text as the checks see it: its files, their includes, code without comments and literals, and the
list that checks enter themselves into."""

import pathlib
import re
import subprocess

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent

SOURCE = re.compile(r"\.(cpp|h)$")
PRODUCT = re.compile(r"^(core|storage|web|host|cli)/.*\.(cpp|h)$|^main\.cpp$")
INCLUDE = re.compile(r'^[ \t]*(?:#|%:)[ \t]*(?:include|include_next|import)\b[ \t]*(?:[<"]([^>"\n]+)[>"]|([^\n]*))', re.M)
LITERAL_OR_COMMENT = re.compile(
    r'R"([^()\s\\]{0,16})\(.*?\)\1"|//[^\n]*|/\*.*?\*/|"(?:[^"\\\n]|\\.)*"|(?<![0-9A-Fa-f])\'(?:[^\'\\\n]|\\.)+\'', re.S)

CHECKS = []  # (name, function, planted violations: each a dictionary of files)


def check(name, planted):
    """`planted`: a dictionary, of which each file alone must be found; or a list of dictionaries, of which each must
    be found as a whole."""
    def register(function):
        violations = planted if isinstance(planted, list) else [{path: text} for path, text in planted.items()]
        CHECKS.append((name, function, violations))
        return function
    return register


def code_of(text):
    """The text with comments and literals blanked, line breaks kept."""
    return LITERAL_OR_COMMENT.sub(lambda match: re.sub(r"[^\n]", " ", match.group()), text)


def at(path, text, offset, what):
    line = text.count("\n", 0, offset) + 1
    return f"{path}:{line}: {what}"


def directives_of(text):
    """The text with comments and raw strings blanked and continued lines joined, at the same offsets."""
    def blank(match):
        return " " * len(match.group()) if match.group().startswith(("/", "R")) else match.group()
    return LITERAL_OR_COMMENT.sub(blank, re.sub(r"\\\r?\n", lambda match: " " * len(match.group()), text))


def includes(files, where):
    """(path, text, offset, the file that is included, or what stands in its place: a macro)"""
    for path, text in files.items():
        if where(path):
            for match in INCLUDE.finditer(directives_of(text)):
                yield path, text, match.start(), match.group(1) or match.group(2).strip()


def included_by_macro(files, where):
    for path, text in files.items():
        if where(path):
            for match in INCLUDE.finditer(directives_of(text)):
                if match.group(1) is None:
                    yield path, text, match.start(), match.group(2).strip()


def calls(files, where, pattern, what):
    expression = re.compile(pattern)
    findings = []
    for path, text in files.items():
        if where(path):
            code = code_of(text)
            findings += [at(path, code, match.start(), what) for match in expression.finditer(code)]
    return findings


def project_files():
    listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard", "-z"], cwd=ROOT, capture_output=True)
    if listed.returncode == 0:
        names = [name for name in listed.stdout.decode().split("\0") if name]
    else:  # a source release has no repository
        skipped = ("build/", ".git/", "connlog-data/")
        names = [str(path.relative_to(ROOT)) for path in ROOT.rglob("*") if path.is_file()]
        names = [name for name in names if not name.startswith(skipped) and "/node_modules/" not in name]
    files = {}
    for name in names:
        path = ROOT / name
        if path.is_file() and not path.is_symlink():
            data = path.read_bytes()
            files[name] = "" if b"\0" in data[:4096] else data.decode(errors="replace")
    return files
