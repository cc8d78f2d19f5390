"""Who signs in, where to, and under which circumstances. None always means: not known."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

GuestType = Literal[
    "internalGuest",
    "b2bCollaborationGuest",
    "b2bCollaborationMember",
    "b2bDirectConnectUser",
    "otherExternalUser",
    "serviceProvider",
]
ClientApp = Literal["browser", "mobileAppsAndDesktopClients", "exchangeActiveSync", "other"]
Platform = Literal["android", "iOS", "windows", "windowsPhone", "macOS", "linux"]
RiskLevel = Literal["none", "low", "medium", "high"]


@dataclass(frozen=True, slots=True)
class Who:
    """A person or a service principal.

    groups: ids of all groups he is in, through other groups too. roles: template ids of the
    built-in directory roles that are active for the whole directory; roles_at_hand: those that he
    may activate. guest: his type where he is a guest or external; home: his own tenant's id.
    single_tenant: of a service principal, whether its application is registered in this tenant
    for this tenant alone; only to those Conditional Access applies
    (https://learn.microsoft.com/entra/identity/conditional-access/workload-identity).
    """

    object_id: str
    groups: frozenset[str] = frozenset()
    roles: frozenset[str] = frozenset()
    roles_at_hand: frozenset[str] = frozenset()
    guest: GuestType | None = None
    home: str | None = None
    is_workload: bool = False
    single_tenant: bool | None = None


@dataclass(frozen=True, slots=True)
class SignIn:
    """The circumstances.

    application: the resource's appId. user_action, authentication_context: "" for none. flow: ""
    for an ordinary sign-in, else "deviceCodeFlow" or "authenticationTransfer". address: an IP
    address; country: two letters; in_mfa_trusted_ips: of the legacy list of the MFA service.
    """

    application: str
    client_app: ClientApp | None = None
    platform: Platform | None = None
    address: str | None = None
    country: str | None = None
    in_mfa_trusted_ips: bool | None = None
    user_action: str = ""
    authentication_context: str = ""
    flow: str = ""
    user_risk: RiskLevel | None = None
    sign_in_risk: RiskLevel | None = None
    insider_risk: str | None = None


@dataclass(frozen=True, slots=True)
class Where:
    """The tenant's named locations, by id, as Graph gives them."""

    locations: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
