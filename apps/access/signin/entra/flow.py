"""One trip to Entra and back. What was begun is kept in the session, and is good for one answer.

https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow
"""

import warnings
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal
from urllib.parse import parse_qs, urlsplit

import msal
import requests
from django.http import HttpRequest

from apps.access.models import SignInApplication
from apps.access.signin.entra.application import (
    credential_of,
    ready_application,
    redirect_uri,
)
from apps.access.signin.entra.id_tokens import Identity, TokenRefused, identity_in
from apps.core import clock
from apps.core.errors import Conflict, Invalid, Unavailable
from apps.entra import explanations
from apps.entra.client.transport import SignInTransport
from apps.entra.clouds import Cloud, cloud

Purpose = Literal["sign-in", "confirm", "link", "prove-msp"]

_SESSION_KEY = "holdfast_entra_trips"
# Somebody may have begun in several tabs.
_AT_MOST = 4
_LIFETIME_SECONDS = 15 * 60.0
# MSAL would rather have form_post; see begin().
warnings.filterwarnings("ignore", message="response_mode='form_post'", category=UserWarning)


@dataclass(frozen=True, slots=True)
class Trip:
    """Why somebody was sent to Entra, and where he goes afterwards.

    back: a path of ours. invitation: the secret of the link that he accepts, if any. subject: the
    id of what it is about, for a purpose that needs one. person: who was signed in, "" for nobody.
    began_at: Unix seconds.
    """

    purpose: Purpose
    cloud: str
    back: str = "/"
    invitation: str = ""
    subject: str = ""
    person: str = ""
    began_at: float = 0.0


def begin(request: HttpRequest, trip: Trip, *, fresh: bool = False) -> str:
    """Keep the trip in the session; return the address to go to.

    fresh: Entra asks the person to prove who he is even if it remembers him. Raises Conflict when
    sign-in is not set up in the cloud, Unavailable.
    """
    application = ready_application(trip.cloud)
    place = cloud(trip.cloud)
    with _Client(place, application) as client:
        flow = client.initiate_auth_code_flow(
            scopes=[],
            redirect_uri=redirect_uri(),
            # Not form_post: browsers keep our cookies back from a form that another site sends.
            response_mode="query",
            prompt="login" if fresh else "select_account",
            max_age=0 if fresh else None,
        )
    address = str(flow.pop("auth_uri"))
    # MSAL would look at this too, but by another clock than ours.
    flow.pop("max_age", None)
    nonce = parse_qs(urlsplit(address).query)["nonce"][0]
    now = clock.now().timestamp()
    kept = {**asdict(trip), "began_at": now}
    trips = _young(request.session.get(_SESSION_KEY, {}), now)
    trips[str(flow["state"])] = {"flow": flow, "nonce": nonce, "trip": kept}
    request.session[_SESSION_KEY] = dict(list(trips.items())[-_AT_MOST:])
    return place.public_login() + address.removeprefix(place.login)


def finish(request: HttpRequest, answer: Mapping[str, str]) -> tuple[Trip, Identity]:
    """Take Entra's answer: the trip that it belongs to, and who came back.

    Raises Invalid for an answer that nobody of this session waits for, or that comes again;
    Conflict when Entra refused; TokenRefused; Unavailable.
    """
    kept = _claim(request, answer.get("state", ""))
    trip = Trip(**kept["trip"])
    if "error" in answer:
        raise _refusal(answer)
    application = ready_application(trip.cloud)
    place = cloud(trip.cloud)
    with _Client(place, application) as client:
        try:
            tokens = client.acquire_token_by_auth_code_flow(kept["flow"], dict(answer))
        except (ValueError, RuntimeError):
            # MSAL's words quote the token, so they are not passed on.
            raise TokenRefused("answer does not fit the question") from None
    if "error" in tokens:
        raise _refusal(tokens)
    identity = identity_in(
        str(tokens.get("id_token", "")),
        cloud=place,
        client_id=str(application.client_id),
        nonce=kept["nonce"],
    )
    return trip, identity


def _claim(request: HttpRequest, state: str) -> dict[str, Any]:
    trips = request.session.get(_SESSION_KEY, {})
    kept: dict[str, Any] | None = trips.pop(state, None) if state else None
    request.session[_SESSION_KEY] = trips
    if kept is None or not _young({state: kept}, clock.now().timestamp()):
        raise Invalid(
            "This answer from Microsoft does not belong to a sign-in that was begun here.",
            code="unknown-state",
            safe="Nobody was signed in.",
            todo="Start again from the sign-in page.",
        )
    return kept


def _young(trips: Mapping[str, Any], now: float) -> dict[str, Any]:
    return {
        state: kept
        for state, kept in trips.items()
        if now - kept["trip"]["began_at"] < _LIFETIME_SECONDS
    }


def _refusal(answer: Mapping[str, Any]) -> Conflict:
    said = explanations.for_answer_to_person(answer)
    return Conflict(
        f"Microsoft did not let you in: {said.message}",
        code=said.code,
        safe="Nobody was signed in.",
        todo="Start again, or ask an administrator of your organisation.",
    )


class _Client:
    """MSAL's client for the length of one exchange."""

    def __init__(self, place: Cloud, application: SignInApplication) -> None:
        self._transport = SignInTransport(place)
        self._place, self._application = place, application

    def __enter__(self) -> Any:
        try:
            credential = credential_of(self._application)
            return msal.ConfidentialClientApplication(
                credential.client_id,
                authority=self._place.authority("organizations"),
                client_credential=credential.for_msal(),
                instance_discovery=False,
                exclude_scopes=["offline_access"],
                http_client=self._transport,
                http_cache={},
            )
        except (requests.RequestException, ValueError):
            self._transport.close()
            raise _unreachable() from None

    def __exit__(self, kind: Any, error: BaseException | None, traceback: Any) -> None:
        self._transport.close()
        if isinstance(error, requests.RequestException):
            raise _unreachable() from None


def _unreachable() -> Unavailable:
    return Unavailable(
        "Microsoft's sign-in does not answer.",
        code="entra-unreachable",
        safe="Nothing was changed.",
        todo="Try again, or use a passkey, or your password and second factor.",
    )
