#!/usr/bin/env python3
"""How large the executable is, against the bound in cmake/size_bound.

    tests/size/check.py <build directory>      the last line is "N passed, N failed"

It prints what is largest by directory. Where the executable is larger than the bound
it fails, and names the largest files and symbols as well. The numbers are those of
the link map, which knows what the stripped executable no longer says.
"""

import collections
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
BOUND_MAX = 14_000_000  # no commit raises the bound above it (CONTRIBUTING.md)
PLACES_SHOWN, FILES_SHOWN, SYMBOLS_SHOWN = 12, 20, 20

# " .text._ZN3abc   0x000000000001234   0x56 libx.a(path/file.cpp.o)", often with a line break after the name.
PIECE = re.compile(r"^ (\.[^\s]+|COMMON)\s+0x([0-9a-f]+)\s+0x([0-9a-f]+) ([^\n]+)$", re.M)
# lld: address, its load address, size, alignment, "libx.a(path/file.cpp.o):(.text._ZN3abc)"
PIECE_OF_LLD = re.compile(r"^ +([0-9a-f]+) +[0-9a-f]+ +([0-9a-f]+) +\d+ {9}(.+):\((\.[^)]+|COMMON)\)$", re.M)
NOT_IN_THE_FILE = re.compile(r"^\.(t?bss|debug|comment|note\.GNU|gnu\.attributes|ARM\.attributes)|^COMMON")
OBJECT = re.compile(r"(?:^|.*/)CMakeFiles/[^/]+\.dir/(.+)\.o\)?$")
ARCHIVE = re.compile(r"lib([^/]+)\.a\(")


def file_of(origin):
    """The source file or the library of an object as the linker names it."""
    ours = OBJECT.match(origin)
    if ours:
        return ours.group(1)
    archive = ARCHIVE.search(origin)
    return f"library {archive.group(1)}" if archive else "linker"


def place_of(file):
    if file.startswith("library ") or "/" not in file:
        return file
    parts = file.split("/")[:-1]
    return "/".join(parts[:2] if parts[:2] != ["web", "api"] else parts[:3])


def pieces(map_text):
    """(symbol, file, bytes) of everything that the link kept."""
    begin = map_text.find("Linker script and memory map")
    if begin < 0:  # lld's
        for address, size, origin, section in PIECE_OF_LLD.findall(map_text):
            if int(address, 16) and int(size, 16) and not NOT_IN_THE_FILE.search(section):
                yield section, file_of(origin), int(size, 16)
        return
    text = re.sub(r"^( \.[^\s]+)\n\s+", r"\1 ", map_text[begin:], flags=re.M)
    for section, address, size, origin in PIECE.findall(text):
        if int(address, 16) and int(size, 16) and not NOT_IN_THE_FILE.search(section):
            yield section, file_of(origin), int(size, 16)


def table(title, sizes, shown):
    print(title)
    for name, size in sizes.most_common(shown):
        print(f"  {size:10,}  {name}")


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    build = pathlib.Path(sys.argv[1])
    bound = int((ROOT / "cmake/size_bound").read_text())
    size = (build / "connlog").stat().st_size
    places, files, symbols = collections.Counter(), collections.Counter(), collections.Counter()
    for section, file, count in pieces((build / "connlog.map").read_text(errors="replace")):
        places[place_of(file)] += count
        files[file] += count
        symbols[f"{section}  {file}"] += count
    good = size <= bound <= BOUND_MAX and bool(places)
    table("largest places", places, PLACES_SHOWN)
    if not good:
        table("largest files", files, FILES_SHOWN)
        table("largest symbols", symbols, SYMBOLS_SHOWN)
    if bound > BOUND_MAX:
        print(f"cmake/size_bound is above {BOUND_MAX:,}, which CONTRIBUTING.md forbids")
    print(f"{build.name}/connlog has {size:,} bytes; cmake/size_bound allows {bound:,}")
    print("1 passed, 0 failed" if good else "0 passed, 1 failed")
    sys.exit(not good)


main()
