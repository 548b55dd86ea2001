"""Bring the schema to its newest version."""

from pathlib import Path

from kit.migrations import upgrade

SERVICE_DIR = Path(__file__).parents[3]

if __name__ == "__main__":
    upgrade(SERVICE_DIR)
