"""Bring the schema `claims` to its newest version."""

from pathlib import Path

from kit.migrations import upgrade


def main() -> None:
    upgrade(Path(__file__).parents[3])


if __name__ == "__main__":
    main()
