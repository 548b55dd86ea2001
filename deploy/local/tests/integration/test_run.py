"""The real supervisor with a real PostgreSQL and small programs as services."""

import os
import signal
import socket
import sys

import psutil
import pytest
from local_runs import SMALL_SYSTEM, until

from mutua_local.detach import start_detached
from mutua_local.settings import load_settings
from mutua_local.state import Phase, is_running


def test_it_comes_up_and_an_interrupt_stops_all_of_it(small_run):
    run = small_run().start().ready()
    assert len(run.pids) > 4
    code, output = run.stop(signal.SIGINT)
    assert (code, run.leftovers()) == (0, [])
    assert run.status().phase is Phase.STOPPED
    assert "Mutua is running" in output
    assert "everything stopped" in output


def test_a_second_start_does_not_repeat_what_was_done(small_run):
    run = small_run()
    run.start().ready().stop()
    code, output = run.start().ready().stop()
    assert (run.home / "touched").read_text() == "x"
    assert code == 0
    assert "schemas migrated (unchanged)" in output


def test_a_killed_supervisor_leaves_no_process(small_run):
    run = small_run().start().ready()
    run.stop(signal.SIGKILL)
    until(lambda: not run.leftovers(), "everything gone")
    assert not is_running(run.home / "lock")
    run.start().ready()


def test_a_killed_supervisor_leaves_no_process_where_the_kernel_does_not_help(small_run):
    # As on macOS: only the watchdog sees the end of the supervisor, and one process ignores the request to stop.
    run = small_run(MUTUA_NO_PARENT_DEATH_SIGNAL="1", SMALL_STUBBORN="1").start().ready()
    run.stop(signal.SIGKILL)
    until(lambda: not run.leftovers(), "everything gone")


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a process that its parent died")
def test_supervisor_and_watchdog_killed_together_leave_no_process(small_run):
    # The kernel tells those whom the supervisor itself started; what they start must look after itself.
    run = small_run(SMALL_FLAT="1").start().ready()
    (watchdog,) = run.watchdogs()
    os.kill(run.supervisor.pid, signal.SIGSTOP)
    watchdog.kill()
    run.stop(signal.SIGKILL)
    until(lambda: not run.leftovers(), "everything gone")


def test_a_watchdog_that_dies_is_replaced(small_run):
    run = small_run(MUTUA_NO_PARENT_DEATH_SIGNAL="1").start().ready()
    (first,) = run.watchdogs()
    first.kill()
    until(lambda: run.watchdogs() and run.watchdogs() != [first], "a new watchdog")
    run.stop(signal.SIGKILL)
    until(lambda: not run.leftovers(), "everything gone")


@pytest.mark.parametrize("name", ["web", "parent", "postgres"])
def test_a_process_that_dies_is_started_again_and_it_is_said(small_run, name):
    run = small_run().start().ready()
    dead = run.process(name).pid
    os.kill(dead, signal.SIGKILL)
    until(lambda: run.process(name).pid not in {None, dead} and run.process(name).state == "healthy", f"{name} again")
    assert run.process(name).restarts == 1
    run.pids |= {child.pid for child in psutil.Process(run.supervisor.pid).children(recursive=True)}
    code, output = run.stop()
    assert (code, run.leftovers()) == (0, [])
    assert f"{name} was killed by SIGKILL: starting it again in 0.5 s" in output
    assert f"{name} is back" in output


def test_a_process_that_keeps_dying_ends_the_start_with_its_log(small_run):
    run = small_run(SMALL_BROKEN="1").start()
    output, _ = run.supervisor.communicate(timeout=60)
    assert run.supervisor.returncode == 1
    assert "broken: ended with exit code 7, 3 times" in output
    assert "the reason stands here" in output
    assert run.status().phase is Phase.FAILED


def test_a_taken_port_is_named_with_its_setting(small_run):
    run = small_run()
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        run.environment["MUTUA_CLAIMS_PORT"] = str(port)
        output, _ = run.start().supervisor.communicate(timeout=60)
    assert run.supervisor.returncode == 1
    assert f"port {port} is taken: stop who uses it, or set MUTUA_CLAIMS_PORT" in output


def test_detached_it_returns_when_all_is_healthy(small_run, monkeypatch, capfd):
    run = small_run()
    monkeypatch.setattr(os, "environ", run.environment)
    settings = load_settings(environ=run.environment)
    assert start_detached(settings, [sys.executable, str(SMALL_SYSTEM)]) == 0
    assert "Mutua is running" in capfd.readouterr().out
    pid = run.status().pid
    os.kill(pid, signal.SIGTERM)
    until(lambda: not is_running(settings.lock_file), "the supervisor gone")
    assert run.status().phase is Phase.STOPPED


def test_detached_a_failed_start_is_told_with_its_log(small_run, monkeypatch, capfd):
    run = small_run(SMALL_BROKEN="1")
    monkeypatch.setattr(os, "environ", run.environment)
    settings = load_settings(environ=run.environment)
    assert start_detached(settings, [sys.executable, str(SMALL_SYSTEM)]) == 1
    assert "the reason stands here" in capfd.readouterr().out


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("amqp://guest:word@127.0.0.1:1/", "nobody answers at 127.0.0.1:1"),
        ("http://127.0.0.1/", "must look like amqp://"),
    ],
)
def test_a_broker_that_is_not_there_is_named_before_anything_starts(small_run, address, words):
    run = small_run(MUTUA_BUS="rabbitmq", MUTUA_AMQP_URL=address).start()
    output, _ = run.supervisor.communicate(timeout=60)
    assert run.supervisor.returncode == 1
    assert words in output
    assert "PostgreSQL" not in output
