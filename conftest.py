"""One pytest plugin for the whole repository."""

pytest_plugins = ["kit.testing.plugin"]
