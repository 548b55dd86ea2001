"""The plan files that the package carries: plans/<plan>/<valid from>/plan.yaml."""

from importlib.resources import files
from pathlib import Path

from rules_svc.adapters.plan_reader import PlanSource, read_plan
from rules_svc.domain.errors import PlanNotFound

_ROOT = Path(str(files("rules_svc"))) / "plans"


def plan_ids() -> list[str]:
    """Return the plans that the package carries."""
    return sorted({path.parent.parent.name for path in _ROOT.glob("*/*/plan.yaml")})


def plan_files(plan_id: str) -> list[Path]:
    """Return the files of a plan's versions, the oldest first.

    Raises: PlanNotFound when the package carries no such plan.
    """
    found = sorted((_ROOT / plan_id).glob("*/plan.yaml"))
    if not found:
        raise PlanNotFound(f"no plan files for {plan_id!r}")
    return found


def read_plan_file(path: Path) -> PlanSource:
    """Read and check the shape of one plan file."""
    return read_plan(path.read_text(encoding="utf-8"))
