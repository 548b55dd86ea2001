import signal
import subprocess
import sys
import time

from mutua_local.watchdog import read_groups, stop_groups

STUBBORN = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('on', flush=True); time.sleep(60)"


def test_what_was_forgotten_is_not_stopped():
    assert read_groups(["+ 7 15\n", "+ 8 2\n", "- 7\n", "- 9\n"]) == {8: 2}


def test_who_does_not_stop_is_killed_after_the_grace():
    with subprocess.Popen([sys.executable, "-c", STUBBORN], stdout=subprocess.PIPE, start_new_session=True) as stubborn:
        assert stubborn.stdout.readline() == b"on\n"
        began = time.monotonic()
        stop_groups({stubborn.pid: signal.SIGTERM}, grace_seconds=0.2)
        assert stubborn.wait(10) == -signal.SIGKILL
        assert time.monotonic() - began >= 0.2


def test_groups_that_are_gone_are_passed_over():
    with subprocess.Popen([sys.executable, "-c", ""], start_new_session=True) as gone:
        gone.wait()
    stop_groups({gone.pid: signal.SIGTERM}, grace_seconds=0.1)
