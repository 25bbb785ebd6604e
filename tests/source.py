"""The package's own source, read once for the tests that look at code instead of running it."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "rotation_planner"


@dataclass(frozen=True)
class Source:
    """One Python file of the package: its path, its dotted module name and its syntax tree."""

    path: Path
    module: str
    tree: ast.Module

    @property
    def place(self) -> str:
        """The path below the package, with forward slashes."""
        return self.path.relative_to(PACKAGE).as_posix()


@cache
def sources() -> tuple[Source, ...]:
    """Every Python file of the package, sorted by path."""
    return tuple(read(path) for path in sorted(PACKAGE.rglob("*.py")))


def read(path: Path) -> Source:
    """One file, parsed."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    module = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
    return Source(path, module, ast.parse(path.read_text("utf-8"), filename=str(path)))


def imported(source: Source) -> list[tuple[int, str]]:
    """Line and full dotted name of everything imported anywhere in the file, ``from a import b`` as ``a.b``."""
    found: list[tuple[int, str]] = []
    package = source.module.split(".") if source.path.name == "__init__.py" else source.module.split(".")[:-1]
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Import):
            found += [(node.lineno, alias.name) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - (node.level - 1)] if node.level else []
            base = ".".join([*above, *([node.module] if node.module else [])])
            found += [(node.lineno, f"{base}.{alias.name}") for alias in node.names]
    return found
