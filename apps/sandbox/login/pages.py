"""The pages of the sign-in service: choose who you are, agree or not, read what went wrong.

Forms work without JavaScript. Field names for scripts: `user` (object id) or `username` and
`password`; `decision` is "accept" or "cancel".
"""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from urllib.parse import urlencode

from apps.sandbox.login import people
from apps.sandbox.login.authorize_request import Asked
from apps.sandbox.login.clients import Client
from apps.sandbox.login.errors import LoginError
from apps.sandbox.login.session import SignIn
from apps.sandbox.server.markup import element, hidden, items, page
from apps.sandbox.server.messages import Response, html_response, redirect
from apps.sandbox.state.directory import Directory
from apps.sandbox.state.records import Record

_BUTTONS = (
    '<div class="buttons">'
    '<button class="main" name="decision" value="accept">{accept}</button>'
    '<button name="decision" value="cancel" formnovalidate>Cancel</button></div>'
)


def sign_in_page(sign_in: SignIn, asked: Asked, *, problem: str = "") -> Response:
    """Pick a user from the list, or enter a user name and a password."""
    hint = asked.hinted_name
    content = [
        element("h1", "Sign in"),
        f"<p>to continue to {element('strong', asked.client.name)}</p>",
        element("p", problem, class_="refusal", role="alert") if problem else "",
        '<form method="post">',
        hidden(asked.fields),
        _user_list(_places(sign_in, asked), hint),
        _password_fields(hint),
        _BUTTONS.format(accept="Sign in"),
        "</form>",
    ]
    return html_response(page("Sign in", "\n".join(content)), 400 if problem else 200)


def consent_page(
    client: Client,
    permissions: Iterable[str],
    fields: dict[str, str],
    *,
    administrators: Iterable[Record] = (),
    for_everyone: bool,
) -> Response:
    """Name the application and each permission; with `administrators`, choose who answers."""
    whom = client.directory.display_name if for_everyone else "you"
    content = [
        element("h1", "Permissions requested"),
        (
            f"<p>{element('strong', client.name)} of {escape(client.home.display_name)} asks "
            f"{escape(whom)} for:</p>"
        ),
        items(element("code", permission) for permission in permissions),
        element("p", f"Application id {client.app_id}", class_="quiet"),
        '<form method="post">',
        hidden(fields),
        _administrator_fields(administrators) if for_everyone else "",
        _BUTTONS.format(accept="Accept"),
        "</form>",
    ]
    return html_response(page("Permissions requested", "\n".join(content)))


def error_page(sign_in: SignIn, refusal: LoginError) -> Response:
    """What went wrong, with the code; nothing is sent to the application."""
    body = refusal.body(now=sign_in.now(), base_url="")
    content = [
        element("h1", "Sign in"),
        element("p", "Sorry, but we're having trouble signing you in.", class_="refusal"),
        element("p", f"AADSTS{refusal.code}: {refusal.text}"),
        items(
            [
                f"Correlation ID: {element('code', body['correlation_id'])}",
                f"Timestamp: {element('code', body['timestamp'])}",
            ]
        ),
    ]
    return html_response(page("Sign in", "\n".join(content)), 400)


def form_post_page(redirect_uri: str, parameters: dict[str, str]) -> Response:
    """response_mode=form_post: a form that posts the answer to the application."""
    content = [
        element("h1", "Continue"),
        f'<form method="post" action="{escape(redirect_uri)}">{hidden(parameters)}',
        '<div class="buttons"><button class="main">Continue</button></div></form>',
    ]
    return html_response(page("Continue", "\n".join(content)))


def device_code_page(user_code: str) -> Response:
    """Enter the code that the device shows, and say who does."""
    content = [
        element("h1", "Enter code"),
        element("p", "Enter the code displayed on your app or device."),
        '<form method="post">',
        f'<label>Code<input type="text" name="user_code" value="{escape(user_code)}"></label>',
        _password_fields(""),
        _BUTTONS.format(accept="Sign in"),
        "</form>",
    ]
    return html_response(page("Enter code", "\n".join(content)))


def device_done_page(*, signed_in: bool) -> Response:
    """The end on this device; the application goes on by itself on the other."""
    text = "You have signed in on your device." if signed_in else "You cancelled the sign-in."
    content = element("h1", "Enter code") + element("p", f"{text} You may now close this window.")
    return html_response(page("Enter code", content))


def signed_out_page() -> Response:
    content = element("h1", "Signed out") + element("p", "You signed out of your account.")
    return html_response(page("Signed out", content))


def send_back(redirect_uri: str, mode: str, parameters: dict[str, str]) -> Response:
    """Give the answer to the application in the way that it asked for."""
    if mode == "form_post":
        return form_post_page(redirect_uri, parameters)
    if mode == "fragment":
        return redirect(f"{redirect_uri}#{urlencode(parameters)}")
    separator = "&" if "?" in redirect_uri else "?"
    return redirect(f"{redirect_uri}{separator}{urlencode(parameters)}")


def _places(sign_in: SignIn, asked: Asked) -> list[Directory]:
    """The tenant asked for, or the one of the hinted domain, or all of them."""
    hinted = sign_in.world.directory(asked.field("domain_hint").lower())
    if asked.directory or hinted:
        return [place for place in (asked.directory or hinted,) if place]
    return list(sign_in.world.directories.values())


def _user_list(places: list[Directory], hint: str) -> str:
    limit = people.OFFERED if len(places) == 1 else people.OFFERED // 5
    groups = [_choices(place, people.offered(place, limit), hint) for place in places]
    return "\n".join(groups)


def _administrator_fields(administrators: Iterable[Record]) -> str:
    choices = [_choice(user, chosen=False) for user in administrators]
    legend = "Administrator who answers"
    return (
        f"<fieldset>{element('legend', legend)}{''.join(choices)}</fieldset>{_password_fields('')}"
    )


def _choices(directory: Directory, users: Iterable[Record], hint: str) -> str:
    choices = [
        _choice(user, chosen=bool(hint) and str(user.body.get("userPrincipalName")).lower() == hint)
        for user in users
    ]
    return f"<fieldset>{element('legend', directory.display_name)}{''.join(choices)}</fieldset>"


def _choice(user: Record, *, chosen: bool) -> str:
    name = str(user.body.get("displayName") or "")
    mark = " checked" if chosen else ""
    return (
        f'<label class="choice"><input type="radio" name="user" value="{escape(user.id)}"{mark}>'
        f"<span>{escape(name)}<br>"
        f"{element('span', str(user.body.get('userPrincipalName')), class_='quiet')}</span></label>"
    )


def _password_fields(hint: str) -> str:
    return (
        '<label>or user name<input type="text" name="username" autocomplete="username" '
        f'value="{escape(hint)}"></label>'
        '<label>and password<input type="password" name="password" '
        'autocomplete="current-password"></label>'
    )
