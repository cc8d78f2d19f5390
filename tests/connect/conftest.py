"""A customer in the sandbox, and an administrator who opens consent links."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit
from uuid import UUID

import pytest
import requests

from apps.connect.links import redirect_uri
from apps.connect.proving import required_permissions
from apps.core.actor import SYSTEM
from apps.tenants import services as tenants
from apps.tenants.models import MSP, AppRegistration
from tests.factories import Cast, make_cast
from tests.support.doors import wall_open
from tests.support.sandboxes import Sandbox

__all__ = ["Stage", "stage", "wall_open"]


@dataclass
class Stage:
    """The cast, the sandbox, and North's applications registered in it."""

    cast: Cast
    sandbox: Sandbox

    @property
    def domain(self) -> str:
        return str(self.sandbox.tenants[0]["domain"])

    @property
    def entra_id(self) -> UUID:
        return UUID(self.sandbox.tenants[0]["id"])

    def register(
        self, msp: MSP, purpose: str = "backup", *, leave_out: str = ""
    ) -> AppRegistration:
        """An application of the MSP's, with its certificate, as an engineer registers it."""
        registration = tenants.register_application(
            actor=SYSTEM, msp=msp, purpose=purpose, cloud="sandbox", name=f"{msp.name} {purpose}"
        )
        answer = self.sandbox.control(
            "POST",
            "/applications",
            {
                "display_name": registration.name,
                "home_tenant": self.sandbox.lab["home_tenant"],
                "roles": sorted(required_permissions(purpose).keys() - {leave_out}),
                "certificate": registration.certificate_pem,
                "redirect_uris": [redirect_uri()],
            },
        )
        return tenants.complete_application(
            actor=SYSTEM, registration=registration, client_id=UUID(answer["client_id"])
        )

    def open_link(self, url: str, *, decision: str = "accept") -> dict[str, str]:
        """What the callback is called with after the customer's administrator has decided."""
        tenant_id = urlsplit(url).path.split("/")[1]
        administrator = next(
            user
            for user in self.sandbox.overview["users"]
            if user["tenant"] == tenant_id and "Global Administrator" in user["roles"]
        )
        form = dict(parse_qsl(urlsplit(url).query))
        form |= {
            "username": administrator["user_principal_name"],
            "password": administrator["password"],
            "decision": decision,
        }
        answer = requests.post(url.split("?")[0], data=form, allow_redirects=False, timeout=60)
        assert answer.status_code in (302, 303), answer.text
        location = urlsplit(answer.headers["Location"])
        assert location._replace(query="").geturl() == redirect_uri()
        return dict(parse_qsl(location.query))


@pytest.fixture
def stage(db: None, sandbox: Sandbox) -> Stage:
    return Stage(make_cast(), sandbox)
