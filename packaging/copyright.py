#!/usr/bin/env python3
"""Writes the file `copyright` of the packages: whose work the program is made of, under which licences, with their texts.

    packaging/copyright.py [--debian] [--features LIST] > copyright

With --debian the text of the Apache licence is the one that every Debian has.
"""

import hashlib
import json
import re
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent.parent
NAMES = ("license", "licence", "copying", "copyright", "notice", "unlicense")


def built_with(metadata):
    """The packages that the program is built of, by their ids: not those of tests alone."""
    nodes = {node["id"]: node for node in metadata["resolve"]["nodes"]}
    found, waiting = set(), [metadata["resolve"]["root"]]
    while waiting:
        package = waiting.pop()
        if package in found:
            continue
        found.add(package)
        for dependency in nodes[package]["deps"]:
            if any(kind["kind"] != "dev" for kind in dependency["dep_kinds"]):
                waiting.append(dependency["pkg"])
    return found


APACHE = re.compile(r"Apache License\s+Version 2\.0, January 2004.*?END OF TERMS AND CONDITIONS", re.DOTALL)


def told(text, debian):
    of_debian = "Apache License, Version 2.0: see /usr/share/common-licenses/Apache-2.0"
    return APACHE.sub(of_debian, text) if debian else text


def texts(folder):
    files = sorted(path for path in folder.iterdir() if path.is_file() and path.name.lower().startswith(NAMES))
    return [path.read_text(errors="replace").strip() for path in files]


def main():
    debian = "--debian" in sys.argv
    features = [word for word in sys.argv[1:] if word != "--debian"]
    metadata = json.loads(subprocess.run(
        ["cargo", "metadata", "--format-version", "1", "--locked", "--filter-platform", "x86_64-unknown-linux-gnu",
         *features], cwd=HERE, check=True, capture_output=True, text=True).stdout)
    of = built_with(metadata)
    packages = sorted((one for one in metadata["packages"] if one["id"] in of), key=lambda one: (one["name"], one["version"]))
    ours = next(one for one in packages if one["id"] == metadata["resolve"]["root"])
    shared = {}
    print(f"refresher {ours['version']} is licensed under {ours['license']}, as you prefer.\n")
    print("It is made of these works as well, each under its own licence; the texts, by number, are below.\n")
    for one in packages:
        if one is ours:
            continue
        numbers = []
        for text in texts(Path(one["manifest_path"]).parent):
            key = hashlib.sha256(" ".join(text.split()).encode()).hexdigest()
            numbers.append(shared.setdefault(key, (len(shared) + 1, text))[0])
        by_number = ", ".join(str(number) for number in sorted(set(numbers)))
        print(f"{one['name']} {one['version']}: {one['license'] or 'see its text'}" + (f" ({by_number})" if by_number else ""))
        if one["authors"]:
            print(f"    {', '.join(one['authors'])}")
    print("\nThe fonts of the board summary: see DejaVu and Liberation, last of all.\n")
    own = [(HERE / name).read_text().strip() for name in ("LICENSE-APACHE", "LICENSE-MIT")]
    for heading, text in [("refresher, Apache-2.0", own[0]), ("refresher, MIT", own[1]),
                          *[(str(number), text) for number, text in sorted(shared.values())],
                          ("The fonts", (HERE / "assets/fonts/LICENSE").read_text().strip())]:
        print(f"\n{'-' * 100}\n{heading}\n{'-' * 100}\n{told(text, debian)}")


main()
