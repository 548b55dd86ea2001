"""The worker's part in simulations: take what waits, start its process, say why one failed."""

import asyncio
import sys
from datetime import timedelta
from uuid import UUID

from kit.context import Context
from rules_svc.bootstrap import Services

# A process reports every few thousand claims; one that has been silent for so long has died with its worker.
_SILENT = timedelta(minutes=2)
_FAULT_CHARACTERS = 500


async def run_waiting_simulation(services: Services) -> bool:
    """Run the oldest simulation that waits, to its end; say whether there was one."""
    async with services.uow.begin(_context(services, "*")) as tx:
        taken = await tx.simulations.take(silent_for=_SILENT)
    if taken is None:
        return False
    fund, simulation_id = taken
    fault = await _run(fund, simulation_id)
    if fault is not None:
        async with services.uow.begin(_context(services, fund)) as tx:
            await tx.simulations.fail(simulation_id, fault=fault)
    return True


def _context(services: Services, fund: str) -> Context:
    return Context(fund=fund, actor="system:rules", now=services.clock.now())


async def _run(fund: str, simulation_id: UUID) -> str | None:
    command = [sys.executable, "-m", "rules_svc.entrypoints.simulator", fund, str(simulation_id)]
    process = await asyncio.create_subprocess_exec(*command, stderr=asyncio.subprocess.PIPE)
    try:
        _, said = await process.communicate()
    except asyncio.CancelledError:
        process.terminate()
        await process.wait()
        raise
    if process.returncode == 0:
        return None
    lines = said.decode(errors="replace").strip().splitlines()
    return (lines[-1] if lines else f"the process ended with {process.returncode}")[:_FAULT_CHARACTERS]
