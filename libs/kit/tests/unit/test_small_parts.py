from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import RFC_4122

import pytest

from kit.clock import FileClock, FixedClock, rome_date
from kit.context import child_traceparent
from kit.errors import InvalidInput
from kit.ids import new_id
from kit.pages import Cursors


def test_new_ids_are_version_7_and_in_the_order_of_their_making() -> None:
    ids = [new_id() for _ in range(1000)]
    assert len(set(ids)) == 1000
    assert {one.version for one in ids} == {7}
    assert {one.variant for one in ids} == {RFC_4122}
    assert ids == sorted(ids)


def test_rome_date_changes_at_rome_midnight() -> None:
    assert rome_date(datetime(2024, 7, 1, 22, 30, tzinfo=UTC)).day == 2
    with pytest.raises(ValueError, match="aware"):
        rome_date(datetime(2024, 7, 1))  # noqa: DTZ001


def test_file_clock_moves_for_everybody_who_reads_the_file(tmp_path: Path) -> None:
    path = tmp_path / "clock"
    target = datetime(2030, 1, 1, tzinfo=UTC)
    assert abs(FileClock(path).now() - datetime.now(UTC)) < timedelta(seconds=5)
    FileClock(path).set(target)
    assert abs(FileClock(path).now() - target) < timedelta(seconds=5)


def test_fixed_clock_refuses_a_naive_moment() -> None:
    with pytest.raises(ValueError, match="aware"):
        FixedClock(datetime(2024, 1, 1))  # noqa: DTZ001


def test_cursor_reads_back_and_cannot_be_forged() -> None:
    cursors = Cursors("secret")
    cursor = cursors.write(["2024-01-01", 7])
    assert cursors.read(cursor) == ["2024-01-01", 7]
    assert cursors.read(None) is None
    for forged in (cursor[:-2] + "AA", Cursors("other").write([1]), "§", ""):
        with pytest.raises(InvalidInput):
            cursors.read(forged)


def test_trace_keeps_its_id_and_takes_a_new_span() -> None:
    parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
    child = child_traceparent(parent)
    assert child.split("-")[1] == parent.split("-")[1]
    assert child.split("-")[2] != parent.split("-")[2]
    assert len(child_traceparent("nonsense").split("-")[1]) == 32
