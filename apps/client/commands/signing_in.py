"""login, logout, whoami."""

from __future__ import annotations

from pathlib import Path

from apps.client import keeping
from apps.client.api import Api
from apps.client.context import Context
from apps.client.errors import Exit, usage
from apps.client.parsing import Commands
from apps.client.showing import Column, moment

ME: tuple[Column, ...] = (
    ("Person", lambda me: me["user"]["name"]),
    ("Token", lambda me: f"{me['token']['name']} ({me['token']['prefix']}...)"),
    ("May", lambda me: me["token"]["rights"]),
    ("Tenants", lambda me: me["token"]["tenant_ids"] or "all of the person's"),
    ("From", lambda me: me["token"]["networks"]),
    ("Ends", lambda me: moment("expires_at")(me["token"])),
)


def add_to(commands: Commands) -> None:
    login = commands.add("login", "Sign in with an API token.", log_in, tenant=False)
    login.add_argument(
        "--token-file", metavar="FILE", help="read the token from a file; - is standard input"
    )
    commands.add("logout", "Forget the token on this machine.", log_out, tenant=False)
    commands.add("whoami", "Whom the token acts for, and its limits.", who_am_i, tenant=False)


def log_in(context: Context) -> Exit:
    """The token is tried before it is kept; it is never an argument, others could see those."""
    url = keeping.checked_url(_address(context))
    found = keeping.SignIn(url, keeping.checked_token(_token(context)))
    me = Api(found, pause=context.around.pause).get("/me")
    path = keeping.keep(context.around.environment, found)
    context.output.data(me | {"kept_in": str(path)})
    context.output.say(f"Signed in to {url} as {me['user']['name']}. The token is kept in {path}.")
    return Exit.OK


def log_out(context: Context) -> Exit:
    there = keeping.forget(context.around.environment)
    context.output.data({"forgotten": there})
    if not there:
        context.output.say("Nobody was signed in.")
    else:
        context.output.say("The token is forgotten here. It still works elsewhere until you revoke")
        context.output.say("it in the portal: Account, API tokens.")
    return Exit.OK


def who_am_i(context: Context) -> Exit:
    context.output.thing(context.api.get("/me"), ME)
    return Exit.OK


def _address(context: Context) -> str:
    given = context.args.url or context.around.environment.get(keeping.URL, "")
    if given:
        return str(given)
    if not context.around.stdin.isatty():
        raise usage("There is no address.", todo="Give it with --url.")
    context.around.stderr.write("Address of Holdfast (https://...): ")
    context.around.stderr.flush()
    return context.around.stdin.readline()


def _token(context: Context) -> str:
    source = context.args.token_file
    if source == "-":
        return context.around.stdin.readline()
    if source:
        try:
            return Path(source).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise usage(f"{source} cannot be read.") from error
    if not context.around.stdin.isatty():
        raise usage("There is no token.", todo="Give it with --token-file, or on standard input.")
    return context.around.asked("Token (from the portal: Account, API tokens): ")
