"""Run a coroutine to its end from anywhere, also from a fixture that a running loop has asked for."""

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

R = TypeVar("R")


def run_apart(coroutine: Coroutine[Any, Any, R]) -> R:
    """Run it in a thread with a loop of its own."""
    with ThreadPoolExecutor(1) as threads:
        return threads.submit(asyncio.run, coroutine).result()
