"""The embedded server under its guard."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import asyncpg
import psutil
import pytest
from local_runs import command_line, until

from mutua_local.account import shared_place
from mutua_local.embedded import EmbeddedPostgres, free_port
from mutua_local.errors import LocalRunError
from mutua_local.postgres import Cluster, open_cluster

HOLDER = """
import pathlib, sys, time
from mutua_local.embedded import EmbeddedPostgres
with EmbeddedPostgres(pathlib.Path(sys.argv[1])) as server:
    print("ready", flush=True)
    time.sleep(60)
"""
AS_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="only root lends PostgreSQL another account")


async def test_it_serves_utf8_and_keeps_its_data(place: Path):
    for expected in (0, 1):
        with EmbeddedPostgres(place / "data") as server:
            connection = await asyncpg.connect(server.url("postgres"))
            await connection.execute("create table if not exists kept (word text)")
            assert await connection.fetchval("select count(*) from kept") == expected
            await connection.execute("insert into kept values ('perché')")
            assert await connection.fetchval("select upper(word) from kept limit 1") == "PERCHÉ"
            await connection.close()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a process that its parent died")
def test_a_killed_holder_leaves_no_server(place: Path):
    command = [sys.executable, "-c", HOLDER, str(place / "data")]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as holder:
        assert holder.stdout.readline() == b"ready\n"
        family = psutil.Process(holder.pid).children(recursive=True)
        assert len(family) > 3
        holder.send_signal(signal.SIGKILL)
        until(lambda: not [process for process in family if command_line(process.pid)], "server gone")


def test_a_password_is_asked_for_where_one_was_set(place: Path):
    cluster = open_cluster(place / "data")
    cluster.initialise("word")
    assert not (place / "data.password").exists()
    rules = (cluster.data / "pg_hba.conf").read_text()
    assert "trust" not in [line.split()[-1] for line in rules.splitlines() if line and not line.startswith("#")]


def test_data_of_another_major_version_are_refused(tmp_path: Path):
    (tmp_path / "PG_VERSION").write_text("12\n")
    with pytest.raises(LocalRunError, match="was written by PostgreSQL 12"):
        Cluster(binaries=tmp_path, data=tmp_path, account=None).initialise(None)


def test_an_interrupted_initialisation_is_made_anew(place: Path):
    data = place / "data"
    data.mkdir()
    (data / "half").touch()
    open_cluster(data).initialise(None)
    assert (data / "PG_VERSION").exists()
    assert not (data / "half").exists()


@AS_ROOT
def test_where_the_servers_account_cannot_enter_the_data_lie_elsewhere(tmp_path: Path):
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    cluster = open_cluster(closed / "postgres")
    try:
        assert not cluster.data.is_relative_to(closed)
        assert open_cluster(closed / "postgres").data == cluster.data
        cluster.initialise(None)
        assert (cluster.data / "PG_VERSION").exists()
    finally:
        shutil.rmtree(cluster.data.parent)


@AS_ROOT
def test_a_place_that_others_can_write_to_is_refused():
    place = shared_place(f"mutua-test-{free_port()}")
    try:
        place.chmod(0o777)
        with pytest.raises(LocalRunError, match="remove it"):
            shared_place(place.name)
    finally:
        place.rmdir()
