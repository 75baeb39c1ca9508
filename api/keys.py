"""Keys on the command line, for whoever can read the service's settings: `csv-converter keys`."""

import argparse
import sys
from collections.abc import Callable
from datetime import UTC, datetime

from pydantic import ValidationError

from api.keyring import KeyRequest
from jobs.audit import Audit, Change
from jobs.errors import JobError
from jobs.keys import Key, Keys
from jobs.location import object_store
from settings import Settings

DONE, BAD_USAGE, FAILED = 0, 2, 1


def main(arguments: list[str] | None = None, prog: str = "python -m api.keys") -> int:
    """Carries out one command on the store of the settings; gives the exit status. Errors are one line on standard error."""
    parser = argparse.ArgumentParser(prog=prog, description="Makes, lists and revokes keys of the API.")
    _add_commands(parser)
    options = parser.parse_args(arguments)
    return int(options.command(options))


def _add_commands(parser: argparse.ArgumentParser) -> None:
    """Adds the commands to a parser; each sets `command`, a function of the options that gives the exit status."""
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    making = commands.add_parser("make", help="make a key and print it, this once")
    making.add_argument("name", help="for people: whose key it is")
    making.add_argument("--role", choices=("convert", "train", "admin"), required=True)
    users = making.add_mutually_exclusive_group(required=True)
    users.add_argument("--user", action="append", metavar="USER", help="a user that it may act for; repeat it for more")
    users.add_argument("--all-users", action="store_true", help="it may act for all users")
    making.add_argument("--expires", metavar="MOMENT", help="when it stops working, such as 2027-01-31 or 2027-01-31T12:00Z")
    making.add_argument("--requests-per-minute", type=int, metavar="NUMBER")
    making.add_argument("--jobs-per-day", type=int, metavar="NUMBER")
    making.set_defaults(command=_on_the_store(_make))

    listing = commands.add_parser("list", help="list all keys, without their secrets")
    listing.set_defaults(command=_on_the_store(_list))

    revoking = commands.add_parser("revoke", help="take a key away, at once")
    revoking.add_argument("key_id")
    revoking.set_defaults(command=_on_the_store(_revoke))


def _on_the_store(work: Callable[[Keys, Audit, argparse.Namespace], int]) -> Callable[[argparse.Namespace], int]:
    def command(options: argparse.Namespace) -> int:
        try:
            objects = object_store(Settings())  # type: ignore[call-arg]  # mypy sees no positional defaults.
            return work(Keys(objects), Audit(objects), options)
        except ValidationError as error:
            first = error.errors()[0]
            return _fail(BAD_USAGE, f"--{'-'.join(map(str, first['loc'][:1]))}: {first['msg']}")
        except JobError as error:
            return _fail(FAILED, str(error))

    return command


def _make(keys: Keys, audit: Audit, options: argparse.Namespace) -> int:
    request = KeyRequest(
        name=options.name,
        role=options.role,
        users=options.user,
        expires_at=options.expires,
        requests_per_minute=options.requests_per_minute,
        jobs_per_day=options.jobs_per_day,
    )
    users = None if request.users is None else tuple(dict.fromkeys(request.users))
    key, text = keys.make(users=users, created_by="operator", **request.model_dump(exclude={"users"}))
    _note(audit, f"make key {key.key_id}")
    print(text)
    print(f"made {_described(key)}; it is shown this once", file=sys.stderr)
    return DONE


def _list(keys: Keys, _: Audit, __: argparse.Namespace) -> int:
    for key in keys.list():
        print(_described(key))
    return DONE


def _revoke(keys: Keys, audit: Audit, options: argparse.Namespace) -> int:
    key = keys.revoke(options.key_id)
    _note(audit, f"revoke key {key.key_id}")
    print(f"revoked {_described(key)}")
    return DONE


def _described(key: Key) -> str:
    users = "all users" if key.users is None else ", ".join(key.users)
    ends = (
        "" if key.expires_at is None else f", {'expired' if key.is_expired() else 'expires'} {key.expires_at:%Y-%m-%d %H:%M %Z}"
    )
    rate = "" if key.requests_per_minute is None else f", {key.requests_per_minute} requests a minute"
    quota = "" if key.jobs_per_day is None else f", {key.jobs_per_day} jobs a day"
    return f"{key.key_id}  {key.role}  {key.name!r} for {users}{ends}{rate}{quota}"


def _note(audit: Audit, action: str) -> None:
    operator = Key.of_the_operator()
    line = Change(
        at=datetime.now(UTC), key_id=operator.key_id, key_name=operator.name, action=action, address="the command line"
    )
    audit.note(line)


def _fail(status: int, problem: str) -> int:
    print(f"error: {problem}", file=sys.stderr)
    return status


if __name__ == "__main__":
    sys.exit(main())
