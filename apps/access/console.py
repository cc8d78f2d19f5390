"""The operator's console: management commands with the same rights and the same record as anywhere.

A command acts as a person (--as EMAIL); the audit trail also keeps the operating-system user. What
only looks, captures or compares may be done without naming one (apps.access.roles.CONSOLE_RIGHTS).
It prints tables for people, or with --json one JSON value for programs, and ends with a code
that says how it went.
"""

import json
import os
import sys
from argparse import ArgumentParser
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext, suppress
from datetime import datetime
from enum import IntEnum
from io import StringIO
from typing import Any, Protocol
from uuid import UUID

from django.core.management.base import BaseCommand, OutputWrapper
from django.db.models import Q
from rich import box
from rich.console import Console as Rich
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as RichProgress
from rich.table import Table

from apps.access import rights
from apps.access.models import User
from apps.access.refused import record_refused
from apps.access.selectors import access_tenant, tenants_of
from apps.core import scope
from apps.core.actor import Actor
from apps.core.errors import Conflict, HoldfastError, Invalid, NotAllowed, NotFound
from apps.tenants.choices import UNLISTED_STATES
from apps.tenants.models import Tenant


class ExitCode(IntEnum):
    """What a command's exit code says."""

    OK = 0
    FAILED = 1
    BAD_ARGUMENTS = 2
    NOT_ALLOWED = 3
    NOT_FOUND = 4
    CONFLICT = 5


def exit_code(error: HoldfastError) -> ExitCode:
    """The exit code that belongs to an error."""
    for kind, code in (
        (Invalid, ExitCode.BAD_ARGUMENTS),
        (NotAllowed, ExitCode.NOT_ALLOWED),
        (NotFound, ExitCode.NOT_FOUND),
        (Conflict, ExitCode.CONFLICT),
    ):
        if isinstance(error, kind):
            return code
    return ExitCode.FAILED


def operating_system_user() -> str:
    """The account the process runs under, and who became it through sudo."""
    try:
        import pwd
    except ImportError:  # not on this operating system
        return os.environ.get("USERNAME", "")
    name = pwd.getpwuid(os.getuid()).pw_name
    before = os.environ.get("SUDO_USER", "")
    return f"{name} (sudo from {before})" if before and before != name else name


def actor_for(email: str) -> Actor:
    """The person with this e-mail address, acting at the console. Raises NotFound."""
    user = user_for(email)
    return Actor(
        kind="console",
        user_id=user.pk,
        name=user.name,
        os_user=operating_system_user()[:100],
        via="console",
    )


def nobody_in_particular() -> Actor:
    """Whoever has the shell, without an account of the installation."""
    os_user = operating_system_user()[:100]
    return Actor(kind="console", name=f"Console ({os_user})", os_user=os_user, via="console")


def user_for(email: str) -> User:
    """The active account with this e-mail address. Raises NotFound."""
    user = User.objects.filter(email__iexact=email.strip(), is_active=True).first()
    if user is None:
        raise NotFound("Nobody with this e-mail address has an account.", code="no-such-user")
    return user


def find_tenant(user: User | None, text: str, right: str = rights.VIEW_BACKUPS) -> Tenant:
    """The tenant that `text` names (id, Entra tenant id, or domain) among those the person sees.

    Without a person: among all that are looked after, whatever the right.
    Raises NotFound, NotAllowed when the role is too weak, Conflict when several match.
    """
    wanted = text.strip()
    matches = Q(domain=wanted.lower())
    with suppress(ValueError):  # not an id, so a domain
        matches |= Q(id=UUID(wanted)) | Q(entra_id=UUID(wanted))
    found = _tenants(user, matches)
    if not found:
        raise NotFound(
            "There is no tenant of yours with this id or domain.",
            code="no-such-tenant",
            todo="List yours with: manage.py connect --as EMAIL list",
        )
    if len(found) > 1:
        raise Conflict("Several of your tenants match.", code="several-tenants", todo="Use its id.")
    return access_tenant(user, found[0].id, right) if user else found[0]


def _tenants(user: User | None, matches: Q) -> list[Tenant]:
    if user is not None:
        with scope.person(user.pk):
            return list(tenants_of(user).filter(matches)[:2])
    with scope.no_scope("the console without a person finds any tenant"):
        looked_after = Tenant.objects.exclude(state__in=UNLISTED_STATES)
        return list(looked_after.filter(matches).select_related("msp")[:2])


class ReportsProgress(Protocol):
    """What apps.jobs tells about a running job."""

    done: int
    total: int | None
    text: str


class Console:
    """What a command works with: who acts, what was asked for, and where to answer."""

    def __init__(
        self, options: Mapping[str, Any], stdout: OutputWrapper, stderr: OutputWrapper
    ) -> None:
        self.options = options
        self.json = bool(options["json"])
        self._stdout = stdout
        self._stderr = stderr
        email = options["as_email"]
        self.person = user_for(email) if email else None
        if self.person is not None and self.person.is_operator:
            raise NotAllowed(
                "A platform operator sees customers in the portal, in a support session.",
                code="needs-portal",
                safe="Nothing was done.",
            )
        self.actor = actor_for(email) if email else nobody_in_particular()

    def tenant(self, right: str = rights.VIEW_BACKUPS) -> Tenant:
        """The tenant named by the argument TENANT, if whoever acts has the right on it."""
        tenant = find_tenant(self.person, self.options["tenant"], right)
        rights.require(self.actor, right, tenant)
        return tenant

    @property
    def user(self) -> User:
        """The person to act as. Raises NotAllowed when none was named."""
        if self.person is None:
            raise NotAllowed(
                "This needs a person to act as.",
                code="needs-a-person",
                safe="Nothing was done.",
                todo="Name one with --as EMAIL.",
            )
        return self.person

    def say(self, text: str) -> None:
        """A line for people; programs do not see it."""
        if not self.json:
            self._stdout.write(text)

    def table(self, columns: Sequence[str], rows: Sequence[Sequence[Any]], title: str = "") -> None:
        """A table for people; programs do not see it."""
        if self.json:
            return
        table = Table(*columns, title=title or None, box=box.SIMPLE, title_justify="left")
        for row in rows:
            table.add_row(*(_cell(value) for value in row))
        text = StringIO()
        terminal = self._stdout.isatty()
        Rich(file=text, width=None if terminal else 160, force_terminal=terminal).print(table)
        self._stdout.write(text.getvalue(), ending="")

    def answer(self, value: Any) -> None:
        """The answer for programs, printed once; people do not see it."""
        if self.json:
            self._stdout.write(json.dumps(value, default=_plain, ensure_ascii=False))

    @contextmanager
    def progress(self, text: str) -> Iterator[Any]:
        """A bar on a terminal while the block runs; gives the callable that moves it."""
        if self.json or not self._stderr.isatty():
            yield lambda state: None
            return
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
        with RichProgress(*columns, TimeRemainingColumn(), console=Rich(stderr=True)) as bar:
            task = bar.add_task(text, total=None)

            def move(state: ReportsProgress) -> None:
                bar.update(
                    task,
                    completed=state.done,
                    total=state.total,
                    description=state.text or text,
                )

            yield move


class ConsoleCommand(BaseCommand):
    """Base of every operator's command. Subclasses say their arguments and act.

    Errors are printed as what happened, what is safe and what to do, and decide the exit code.
    """

    requires_system_checks = ()
    # Whether --as may be left out.
    needs_person = True

    def arguments(self, parser: ArgumentParser) -> None:
        """Declare the command's own arguments."""

    def act(self, console: Console) -> int | None:
        """Do what the command is for; may return an exit code other than 0."""
        raise NotImplementedError

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--as",
            dest="as_email",
            metavar="EMAIL",
            default="",
            required=self.needs_person,
            help="whose rights to act with",
        )
        parser.add_argument(
            "--json", action="store_true", help="print one JSON value, for programs"
        )
        self.arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        console = None
        try:
            console = Console(options, self.stdout, self.stderr)
            with scope.person(console.person.pk) if console.person else nullcontext():
                code = self.act(console)
        except HoldfastError as error:
            if console is not None:
                command = type(self).__module__.rpartition(".")[2]
                record_refused(actor=console.actor, error=error, route=f"console:{command}")
            self._explain(error, as_json=options["json"])
            code = exit_code(error)
        except KeyboardInterrupt:
            self.stderr.write("Stopped.")
            code = ExitCode.FAILED
        if code:
            sys.exit(int(code))

    def _explain(self, error: HoldfastError, *, as_json: bool) -> None:
        if as_json:
            said = {"code": error.code, "message": error.message}
            said |= {"safe": error.safe, "todo": error.todo}
            self.stdout.write(json.dumps({"error": said}, ensure_ascii=False))
            return
        for text in (error.message, error.safe, error.todo):
            if text:
                self.stderr.write(text)


def _cell(value: Any) -> str:
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%SZ")
    return str(value)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, (bytes, memoryview)):
        return bytes(value).hex()
    return str(value)
