"""Tables without a wall, each with the reason. A test refuses a table that is on neither side."""

from __future__ import annotations

from typing import Final

from django.db import models

_APPS: Final = {
    "auth": "Django's names of permissions and groups, the same for everybody",
    "contenttypes": "Django's names of tables",
    "sessions": "found by a secret key before it is known who asks",
    "django_q": "the queue: ids of jobs and nothing of a customer's",
    "account": "e-mail addresses for sign-in, before it is known who asks",
    "mfa": "a person's own second factors, asked for in the middle of signing in",
    "usersessions": "a person's own sessions",
    "socialaccount": "a person's own identities elsewhere, asked for while signing in",
    "sites": "the address of the installation",
    "guardian": "tables of permissions that are not used: ours are models of apps.access",
}
_MODELS: Final = {
    "access.User": "found by e-mail before it is known who asks; names who acted, also after he "
    "left (docs/threat-model.md says what protects it instead)",
    "access.User_groups": "Django's groups, which Holdfast does not use",
    "access.User_user_permissions": "Django's own permissions, which open nothing here",
    "access.SignInKey": "the installation's own key, one row",
    "access.SignInApplication": "the installation's own application for sign-in",
    "access.KnownDevice": "a person's own, asked for in the middle of signing in",
    "access.EntraIdentity": "a person's own, and what he is found by when he signs in",
    "access.RecoveryLink": "a person's own, found by a secret before it is known who asks",
    "access.ApiToken": "a person's own, found by a secret before it is known who asks",
    "audit.AuditKey": "keys of the trail, the same for all tenants",
    "audit.Checkpoint": "signatures under the trail that all tenants share, digests alone",
    "audit.Verification": "how verifying the trail that all tenants share ended",
    "audit.ChainHead": "the end of the trail that all tenants share, one row of digests",
    "api.RequestCount": "how often a token or an address came by",
    "api.KeptAnswer": "a token's own, sealed under what only its holder has, for a day",
    "notify.PersonalMail": "mail to one person about his account, sealed",
    "history.SigningKey": "the installation's own key",
    "history.OffsiteKey": "the installation's own key",
    "history.OffsiteRestoration": "how the installation itself was brought back",
    "jobs.Pause": "whether the installation's workers rest, one row",
}


def reason_for_no_wall(model: type[models.Model]) -> str:
    """Why the model's table has no wall, "" for one that must have it."""
    meta = model._meta
    return _MODELS.get(meta.label) or _APPS.get(meta.app_label, "")


def declared() -> frozenset[str]:
    """Labels of the models that are named one by one."""
    return frozenset(_MODELS)
