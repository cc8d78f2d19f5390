"""A stolen administrator session digs in: small changes that each look like daily work.

They happen over four simulated minutes that end at the sandbox's present.
"""

from datetime import timedelta

from apps.sandbox.incidents.ca_lockout import POLICIES
from apps.sandbox.incidents.script import IncidentError, Script

STEP = timedelta(seconds=40)
STEPS = 6
GROUPS = ("Contractors", "Pilot - Passkeys")
APPLICATION = "Customer Portal API"
GRANTED = "Directory.ReadWrite.All Mail.Read offline_access"
GRANTEE = "Inkwell Signatures"


def take_over(script: Script) -> None:
    """Memberships, an owner and a secret of an application, an exclusion, a consent."""
    intruder = script.act_as_user("Application Administrator", "Conditional Access Administrator")
    groups = [script.one("group", name).id for name in GROUPS]
    accomplice = _outsider(script, groups)
    script.after(-STEP * STEPS)
    for group in groups:
        script.link("group.members", "/groups", group, accomplice)
        script.after(STEP)
    application = script.one("application", APPLICATION)
    script.link("application.owners", "/applications", application.id, accomplice)
    script.after(STEP)
    _add_secret(script, application.id)
    script.after(STEP)
    _exclude(script, accomplice)
    script.after(STEP)
    _consent(script, intruder.id)
    script.after(STEP)


def _outsider(script: Script, groups: list[str]) -> str:
    """The newest of the staff who is in none of these groups yet."""
    for user in reversed(script.staff()):
        if not any(script.directory.has_link("group.members", each, user.id) for each in groups):
            return user.id
    raise IncidentError("Everybody here is a member of the groups already.")


def _add_secret(script: Script, application: str) -> None:
    body = {"passwordCredential": {"displayName": "build"}}
    script.do("POST", f"/applications/{application}/addPassword", body)
    script.note("updated", kind="application", id=application)


def _exclude(script: Script, user: str) -> None:
    for policy in script.directory.of_type("conditionalAccessPolicy"):
        conditions = policy.body["conditions"]
        users = conditions.get("users") or {}
        if policy.body["state"] == "enabled" and users.get("includeUsers") == ["All"]:
            excluded = [*users.get("excludeUsers", []), user]
            changed = {**conditions, "users": {**users, "excludeUsers": excluded}}
            changes = {"conditions": changed}
            script.update("conditionalAccessPolicy", POLICIES, policy.id, changes)
            return


def _consent(script: Script, user: str) -> None:
    body = {
        "clientId": script.one("servicePrincipal", GRANTEE).id,
        "consentType": "Principal",
        "principalId": user,
        "resourceId": script.one("servicePrincipal", "Microsoft Graph").id,
        "scope": GRANTED,
    }
    script.create("oauth2PermissionGrant", "/oauth2PermissionGrants", body)
