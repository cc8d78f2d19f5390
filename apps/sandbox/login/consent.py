"""Admin consent: an administrator lets an application into the tenant, or does not.

https://learn.microsoft.com/entra/identity-platform/v2-admin-consent
"""

from __future__ import annotations

from apps.sandbox.login import consenting, grants, pages, people
from apps.sandbox.login.admission import user_for_sign_in
from apps.sandbox.login.clients import Client, find_client
from apps.sandbox.login.errors import LoginError
from apps.sandbox.login.people import Person
from apps.sandbox.login.session import SignIn
from apps.sandbox.login.tenants import SHARED, directory_named
from apps.sandbox.login.tokens import GRAPH
from apps.sandbox.server.messages import Request, Response
from apps.sandbox.state.directory import Directory

_FORM_FIELDS = frozenset({"user", "username", "password", "decision"})


def answer_v2(sign_in: SignIn, tenant: str, request: Request) -> Response:
    """/{tenant}/v2.0/adminconsent: a tenant or organizations, and a scope."""
    if tenant.lower() in {"common", "consumers"}:
        raise LoginError(90023, reason=f"The tenant '{tenant}' is not supported for admin consent.")
    return _answer(sign_in, tenant, request, version=2)


def answer_v1(sign_in: SignIn, tenant: str, request: Request) -> Response:
    """/{tenant}/adminconsent: a tenant or common, and everything the application requires."""
    return _answer(sign_in, tenant, request, version=1)


def _answer(sign_in: SignIn, tenant: str, request: Request, *, version: int) -> Response:
    """The page, or the callback once an administrator has decided.

    Raises:
        LoginError: shown to the person; nothing is sent to the application.
    """
    sent = request.parameters | (request.form if request.method == "POST" else {})
    directory = None if tenant.lower() in SHARED else directory_named(sign_in.world, tenant)
    client = _client(sign_in, directory, sent)
    redirect_uri = _redirect_uri(client, sent, version)
    fields = {name: value for name, value in sent.items() if name not in _FORM_FIELDS}
    if version == 2 and not sent.get("scope"):
        raise LoginError(900144, parameter="scope")
    if request.method == "GET":
        return _page(sign_in, directory, client, fields)
    if sent.get("decision") != "accept":
        return pages.send_back(redirect_uri, "query", _declined(sign_in, sent, version))
    person = _administrator(sign_in, directory, client, sent)
    client = find_client(sign_in, person.directory, client.app_id)
    asked = _wanted(client, sent, version)
    consenting.consent_for_everyone(sign_in, client, person.user, asked)
    accepted = _accepted(person.directory, sent, asked, version)
    return pages.send_back(redirect_uri, "query", accepted)


def _client(sign_in: SignIn, directory: Directory | None, sent: dict[str, str]) -> Client:
    client_id = sent.get("client_id", "")
    if not client_id:
        raise LoginError(900144, parameter="client_id")
    if directory is None:
        found = sign_in.world.find_application(client_id)
        if found is None:
            raise LoginError(700016, client_id=client_id, tenant="organizations")
        directory = found[0]
    return find_client(sign_in, directory, client_id)


def _redirect_uri(client: Client, sent: dict[str, str], version: int) -> str:
    """The redirect URI must be registered; the older endpoint takes one with a longer path."""
    redirect_uri = sent.get("redirect_uri", "")
    known = client.redirect_uris
    if redirect_uri in known:
        return redirect_uri
    longer = any(redirect_uri.startswith(f"{uri.rstrip('/')}/") for uri in known)
    if version == 1 and longer:
        return redirect_uri
    if not redirect_uri and len(known) == 1:
        return next(iter(known))
    raise LoginError(50011, redirect_uri=redirect_uri, client_id=client.app_id)


def _page(
    sign_in: SignIn, directory: Directory | None, client: Client, fields: dict[str, str]
) -> Response:
    places = [directory] if directory else list(sign_in.world.directories.values())
    administrators = [user for place in places for user in people.administrators(place)]
    asked = consenting.asked_permissions(client)
    permissions = sorted(
        [f"{name} (application)" for name in asked.roles.values()]
        + [f"{name} (delegated)" for name in asked.scopes.values()]
    )
    return pages.consent_page(
        client, permissions, fields, administrators=administrators, for_everyone=True
    )


def _administrator(
    sign_in: SignIn, directory: Directory | None, client: Client, sent: dict[str, str]
) -> Person:
    """The person who answers, if he may.

    Raises:
        LoginError: 90094 for anyone but a Global or Privileged Role Administrator.
    """
    if sent.get("user"):
        person = people.picked(sign_in, directory, sent["user"])
    else:
        username, password = sent.get("username", ""), sent.get("password", "")
        person = people.with_password(sign_in, directory, client, username, password)
    user_for_sign_in(person.directory, person.user.id, client)
    if not grants.may_consent_for_everyone(person.directory, person.user.id):
        raise LoginError(90094, tenant=person.directory.display_name, name=client.name)
    return person


def _wanted(client: Client, sent: dict[str, str], version: int) -> consenting.Asked:
    """Everything required for `.default` (and the older endpoint), else the scopes named."""
    asked = consenting.asked_permissions(client)
    names = {name.removeprefix(f"{GRAPH}/") for name in sent.get("scope", "").split()}
    if version == 1 or ".default" in names:
        return asked
    resource = grants.graph_resource(client.directory)
    known = grants.scope_names(resource) if resource is not None else {}
    unknown = sorted(names - set(known.values()))
    if unknown:
        raise LoginError(70011, scope=unknown[0])
    return consenting.Asked({}, {key: name for key, name in known.items() if name in names})


def _accepted(
    directory: Directory, sent: dict[str, str], asked: consenting.Asked, version: int
) -> dict[str, str]:
    parameters = {"admin_consent": "True", "tenant": directory.tenant_id}
    if version == 2:
        granted = [*asked.roles.values(), *asked.scopes.values()]
        default = f"{GRAPH}/.default" in sent.get("scope", "").split()
        names = [".default"] if default else granted
        parameters["scope"] = " ".join(f"{GRAPH}/{name}" for name in names)
    return parameters | _state(sent)


def _declined(sign_in: SignIn, sent: dict[str, str], version: int) -> dict[str, str]:
    if version == 1:
        refusal = {
            "error": "permission_denied",
            "error_description": "The admin canceled the request",
        }
        return {"admin_consent": "True"} | refusal | _state(sent)
    body = LoginError(65004).body(now=sign_in.now(), base_url="")
    return {
        "error": "consent_required",
        "error_description": body["error_description"],
        "admin_consent": "True",
    } | _state(sent)


def _state(sent: dict[str, str]) -> dict[str, str]:
    return {"state": sent["state"]} if sent.get("state") else {}
