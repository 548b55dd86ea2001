"""Stop the gateway without losing a request: fail its health, let go of connections, wait until nothing is under way.

Run: python gateway/drain.py [--admin http://127.0.0.1:8109] [--look-away 5] [--at-most 60].
It ends when SIGTERM loses nothing: it is the preStop hook where an orchestrator sends that.
"""

import argparse
import time
from urllib.request import Request, urlopen

POLL_SECONDS = 0.1
ACTIVE = "http.edge.downstream_rq_active"


def call(admin: str, path: str, *, method: str = "GET") -> str:
    # The scheme is ours: an address on loopback.
    with urlopen(Request(admin + path, method=method), timeout=5) as answer:  # noqa: S310
        return str(answer.read().decode())


def drain(admin: str, *, look_away_seconds: float, at_most_seconds: float) -> bool:
    """Return whether every request was finished in time."""
    call(admin, "/healthcheck/fail", method="POST")
    # Whoever balances the load must have seen it before connections are closed.
    time.sleep(look_away_seconds)
    call(admin, "/drain_listeners?graceful&skip_exit", method="POST")
    end = time.monotonic() + at_most_seconds
    while time.monotonic() < end:
        if call(admin, f"/stats?filter={ACTIVE}$").strip() == f"{ACTIVE}: 0":
            return True
        time.sleep(POLL_SECONDS)
    return False


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--admin", default="http://127.0.0.1:8109")
    parser.add_argument("--look-away", type=float, default=5, help="seconds until a load balancer has looked")
    parser.add_argument("--at-most", type=float, default=60, help="seconds to wait for requests under way")
    given = parser.parse_args()
    if not drain(given.admin.rstrip("/"), look_away_seconds=given.look_away, at_most_seconds=given.at_most):
        raise SystemExit(f"requests were still under way after {given.at_most} s")


if __name__ == "__main__":
    main()
