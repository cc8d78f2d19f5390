"""/me: the signed-in user; applications have none."""

from collections.abc import Callable

from apps.sandbox.graph.context import Answer, Call, Route
from apps.sandbox.graph.errors import bad_request, not_found
from apps.sandbox.graph.permissions import ME, MFA_STATE
from apps.sandbox.schema import BETA

from .mfa_states import get_state
from .navigation import gets_related, lists_related
from .objects import show

Handler = Callable[[Call], Answer]


def _user_id(call: Call) -> str:
    if call.caller.user_id is None:
        raise bad_request("/me request is only valid with delegated authentication flow.")
    return call.caller.user_id


def _get_me(call: Call) -> Answer:
    user = call.view.get(_user_id(call))
    if user is None:
        raise not_found(_user_id(call))
    return show(call, user, "user", "users")


def as_user(handler: Handler) -> Handler:
    """The handler of /users/{id}/..., for the caller himself."""

    def for_me(call: Call) -> Answer:
        call.variables["id"] = _user_id(call)
        return handler(call)

    return for_me


ROUTES = (
    Route("GET", "/me", _get_me, ME),
    Route("GET", "/me/manager", as_user(gets_related("user", "manager")), ME),
    Route("GET", "/me/memberOf", as_user(lists_related("user", "memberOf")), ME),
    Route(
        "GET", "/me/transitiveMemberOf", as_user(lists_related("user", "transitiveMemberOf")), ME
    ),
    Route(
        "GET",
        "/me/authentication/requirements",
        as_user(get_state),
        MFA_STATE,
        versions=frozenset({BETA}),
        lane="authentication-methods",
    ),
    Route("GET", "/me/ownedObjects", as_user(lists_related("user", "ownedObjects")), ME),
)
