import io

import pytest

from mutua_local.progress import Progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_file_gets_one_line_a_step():
    out = io.StringIO()
    with Progress(out).step("schemas migrated") as step:
        step.note("claims")
        step.title += " (unchanged)"
    assert out.getvalue().startswith("  + schemas migrated (unchanged) ")
    assert out.getvalue().count("\n") == 1


def test_a_terminal_sees_what_is_being_done_until_it_is():
    out = Terminal()
    with Progress(out).step("processes healthy") as step:
        step.note("waiting for web")
    assert ". processes healthy: waiting for web" in out.getvalue()
    assert out.getvalue().splitlines()[-1].split("\033[K")[-1].startswith("  + processes healthy ")


def test_a_step_that_fails_is_marked():
    out = io.StringIO()
    with pytest.raises(ValueError, match="no"), Progress(out).step("roles"):
        raise ValueError("no")
    assert out.getvalue().startswith("  x roles ")
