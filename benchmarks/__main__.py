"""`python -m benchmarks [name …]`: runs the named benchmarks, or all of them one after another.

A benchmark is a module of this package with a `run()`, which prints its figures as it goes. Figures are ratios of
what was measured side by side in the same run, so that they mean the same on any machine. The torture, which counts,
and the year, which takes long, run only when they are named; what follows the name is given to them.
"""

from __future__ import annotations

import argparse
import importlib
import inspect
import pkgutil
import sys
from pathlib import Path

from benchmarks import torture, year


def benchmarks() -> list[str]:
    """Names of the modules of this package that can be run, in alphabetical order."""
    folder = Path(__file__).parent
    names = [module.name for module in pkgutil.iter_modules([str(folder)]) if not module.name.startswith("_")]
    return [name for name in names if "\ndef run(" in (folder / f"{name}.py").read_text(encoding="utf-8")]


def main(arguments: list[str]) -> int:
    """Run what was named; 2 for a name that is none."""
    if arguments[:1] == ["torture"]:
        return torture.main(arguments[1:])
    if arguments[:1] == ["year"]:
        return year.main(arguments[1:])
    known = benchmarks()
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Ratios, measured side by side.")
    parser.add_argument("name", nargs="*", help=f"one or more of: {', '.join(known)} (all by default)")
    parser.add_argument("--papers", type=int, metavar="N", help="of the large archive, where there is one")
    parser.add_argument("--seed", type=int, metavar="N", help="of what is drawn, where that can be chosen")
    options = vars(parser.parse_args(arguments))
    names = options.pop("name") or known
    for name in names:
        if name not in known:
            parser.error(f"no benchmark is called {name}; there are {', '.join(known)}")
    for name in names:
        print(f"{name}\n{'=' * len(name)}", flush=True)
        run = importlib.import_module(f"benchmarks.{name}").run
        taken = inspect.signature(run).parameters
        run(**{option: value for option, value in options.items() if value is not None and option in taken})
        print(flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
