"""Bring the schema to its newest version: `python -m booking_api.entrypoints.migrate`."""

from pathlib import Path

from kit.migrations import upgrade

SERVICE_DIR = Path(__file__).parents[3]


def main() -> None:
    upgrade(SERVICE_DIR)


if __name__ == "__main__":
    main()
