"""A person of the demo at a browser without JavaScript."""

from __future__ import annotations

import requests

from apps.demo import cast
from apps.demo.processes import DemoError

SECONDS = 60


def sign_in(url: str, person: cast.Person) -> requests.Session:
    """Sign in with password and authenticator app; the browser that is signed in."""
    session = requests.Session()
    fields = {"login": person.email, "password": cast.PASSWORD}
    answer = _send(session, f"{url}/accounts/login/", fields)
    if "/second-factor" not in answer.url:
        raise DemoError(f"{person.name} was not asked for a second factor")
    answer = _send(session, answer.url, {"code": person.code()})
    if "/accounts/" in answer.url:
        raise DemoError(f"{person.name} could not sign in")
    return session


def _send(session: requests.Session, url: str, fields: dict[str, str]) -> requests.Response:
    """Open the page with the form, fill it in, send it."""
    page = session.get(url, timeout=SECONDS)
    page.raise_for_status()
    token = page.text.split('name="csrfmiddlewaretoken" value="', 1)[1].split('"', 1)[0]
    answer = session.post(url, data={"csrfmiddlewaretoken": token, **fields}, timeout=SECONDS)
    answer.raise_for_status()
    return answer
