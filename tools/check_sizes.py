"""Enforce the size limits of the house style: `python tools/check_sizes.py [ROOT]`."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

FUNCTION_LINES = 60
DOMAIN_FUNCTION_LINES = 25
FILE_LINES = 400


def python_files(root: Path) -> list[Path]:
    """Return the Python files that git knows or would add; migrations are history and stay as they were made."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "*.py"],
        cwd=root,
        capture_output=True,
        text=True,
        check=True,
    )
    files = [root / name for name in sorted(set(listed.stdout.split("\0"))) if name]
    return [file for file in files if file.is_file() and "versions" not in file.parts]


def findings(name: Path, source: str) -> Iterator[str]:
    """Yield one line for each limit that a file passes."""
    lines = len(source.splitlines())
    if lines > FILE_LINES:
        yield f"{name}: {lines} lines, at most {FILE_LINES}"
    limit = DOMAIN_FUNCTION_LINES if "domain" in name.parts else FUNCTION_LINES
    for node in ast.walk(ast.parse(source, filename=str(name))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > limit:
                yield f"{name}:{node.lineno}: {node.name} has {length} lines, at most {limit}"


def main(root: Path) -> int:
    """Print every finding; 1 when there is one."""
    files = python_files(root)
    found = [line for file in files for line in findings(file.relative_to(root), file.read_text(encoding="utf-8"))]
    print("\n".join(found) if found else f"sizes: {len(files)} files within the limits")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parents[1]))
