"""Per-user multifactor authentication: disabled, enabled or enforced, beside each user.

It has no list, no $select and no delta: one request for each user, in beta alone. The documented
limits of the `authenticationMethod` resource do not name it, so it costs what any other path of
the directory costs, one resource unit.
https://learn.microsoft.com/graph/api/authentication-get
"""

from apps.sandbox.graph.context import Answer, Call
from apps.sandbox.graph.metadata import context_url
from apps.sandbox.graph.options import options_of, refuse
from apps.sandbox.graph.resolve import resolve

PROPERTY = "perUserMfaState"
UNSET = "disabled"


def get_state(call: Call) -> Answer:
    """GET /users/{id}/authentication/requirements: 200 with `perUserMfaState`."""
    user = resolve(call, "user")
    refuse(options_of(call), "filter", "search", "orderby", "top", "skip", "expand")
    url = context_url(call, f"users('{user.id}')/authentication/requirements")
    return Answer(200, {"@odata.context": url, PROPERTY: user.body.get(PROPERTY, UNSET)})
