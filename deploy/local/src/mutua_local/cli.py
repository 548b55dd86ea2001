"""The command `mutua`."""

import argparse
import sys
from collections.abc import Callable, Sequence

from mutua_local import commands
from mutua_local.cases import cases
from mutua_local.errors import LocalRunError, StartFailed
from mutua_local.plan import plan

_Command = Callable[[argparse.Namespace], int]


def parser() -> argparse.ArgumentParser:
    """Describe the command line."""
    top = argparse.ArgumentParser(prog="mutua", description="Run Mutua on this machine: all services, no container.")
    subcommands = top.add_subparsers(required=True, metavar="COMMAND")

    def add(name: str, command: _Command, text: str) -> argparse.ArgumentParser:
        sub = subcommands.add_parser(name, help=text, description=text)
        sub.set_defaults(command=command)
        return sub

    up = add("up", commands.up, "start everything and stay; Ctrl-C stops it")
    up.add_argument("--detach", action="store_true", help="return when all is healthy, leave it running")
    up.add_argument("--bus", choices=("postgres", "rabbitmq"), help="what carries the events (postgres)")
    up.add_argument("--amqp-url", help="address of RabbitMQ, for --bus rabbitmq")
    add("status", commands.status, "show every process with its port, health and memory")
    logs = add("logs", commands.logs, "show what the processes say")
    logs.add_argument("name", nargs="?", help="one process; without it, all of them")
    logs.add_argument("-f", "--follow", action="store_true", help="go on until Ctrl-C")
    logs.add_argument("-n", "--lines", type=int, default=20, help="how many lines of each log (20)")
    add("down", commands.down, "stop everything")
    reset = add("reset", commands.reset, "stop everything and forget all data, secrets and logs")
    reset.add_argument("--yes", action="store_true", help="do not ask")
    add("where", commands.where, "show where to look, with the demo users and their passwords")
    add("seed", commands.seed, "load the demo fund into the running system")
    golden = add("cases", cases, "run golden cases by the services that own their rules; 1 when one fails")
    golden.add_argument("paths", nargs="+", metavar="PATH", help="case files, or folders of them")
    golden.add_argument("--json", action="store_true", help="print JSON: every case with expected, got, explanation")
    golden.add_argument("-v", "--verbose", action="store_true", help="show the cases that passed too")
    for name, command, text in (
        ("demo", commands.demo, "play a month of the fund against the running system"),
        ("ledger", commands.ledger, "the payout ledger: `mutua ledger verify` adds it up again"),
        ("plan", plan, "plans of benefits: validate, coverage, diff, page, schema, explain, publish"),
    ):
        add(name, command, text).add_argument("arguments", nargs=argparse.REMAINDER)
    return top


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    options = parser().parse_args(arguments)
    command: _Command = options.command
    try:
        return command(options)
    except StartFailed as error:
        print(f"\nmutua: {error}", file=sys.stderr)
        if error.log_tail:
            print(f"\nThe end of its log:\n{error.log_tail}", file=sys.stderr)
        return 1
    except LocalRunError as error:
        print(f"\nmutua: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
