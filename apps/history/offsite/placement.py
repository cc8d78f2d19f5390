"""Where the rows of every table travel: with a tenant, with the installation, or not at all.

Read off the models, so that a new table is not forgotten: whatever has a column that names the
tenant travels with it. What does not follow from that is declared here, each with its reason, and
a test refuses a table that is nowhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from functools import cache
from typing import Any, Final

from django.apps import apps
from django.db import models

from apps.core.walls.ways import all_models, foreign_keys, ways

Model = type[models.Model]


class Place(Enum):
    """LOG: with its tenant, by position, each part once. TENANT: with its tenant, as it is now.

    INSTALLATION: with the installation, as it is now. NOWHERE: not at all.
    """

    LOG = "log"
    TENANT = "tenant"
    INSTALLATION = "installation"
    NOWHERE = "nowhere"


# In the order in which they are restored, each with what ties its rows to a position: a column
# that holds it, or the snapshot.
LOG: Final = {
    "history.Snapshot": "seq",
    "history.SnapshotCollection": "snapshot",
    # PostgreSQL takes the mark of a pruned snapshot from the transaction that brings it back alone.
    "history.PrunedSnapshot": "snapshot",
    "history.ObjectVersion": "seq",
    "history.LinkVersion": "seq",
}

# With their tenant, too, but read after the log and restored before it.
FIRST: Final = {
    "history.CompressionDictionary": "bodies of the log need it",
    "history.Pruning": "marks of pruned snapshots name it",
}
_WITH_INSTALLATION: Final = {
    "tenants.MSP": "whom the installation serves",
    "tenants.Tenant": "which tenants there are, also those that are shipped nowhere",
    "tenants.Tag": "the MSP's own words",
    "tenants.TenantTag": "groups of the MSP's people follow it",
    "tenants.AppRegistration": "the MSP's, and serves many tenants",
    "tenants.Connection": "ties a tenant to an application of its MSP",
    "history.OffsiteRegion": "must be known before anything of the tenant is",
    "history.OffsiteStore": "says where the tenants' bundles are",
}
# Tables that belong to nobody and travel with the installation.
_OF_THE_INSTALLATION: Final = {
    "history.SigningKey": "signs every snapshot",
}
# The identity of people and the one trail of all tenants cannot be cut into tenants' pieces.
_WHOLE_APPS: Final = {
    "access": "people work for many tenants, and their roles belong to them",
    "account": "e-mail addresses of people",
    "mfa": "second factors of people",
    "offboarding": "who left and why is asked when the tenant's own key is gone",
    "audit": "one chain over all tenants; its personal parts are sealed under the tenants' keys",
}
_LEFT_OUT_APPS: Final = {
    "contenttypes": "Django's names of tables, made by the migrations",
    "auth": "Django's names of permissions, made by the migrations",
    "sessions": "nobody is signed in to an installation that was brought back",
    "usersessions": "nobody is signed in to an installation that was brought back",
    "django_q": "the queue and its schedules; captures are scheduled anew from the policies",
    "guardian": "tables that are not used: ours are models of apps.access",
    "jobs": "work in hand and records of it; what was begun is not begun again by itself",
    "api": "how often a token or an address came by in the last minutes",
}
# Rows that do not travel although their table does.
ROWS: Final = {
    # A download that waits is made again; the report of an import stays with it.
    "history.KeptFile": "expires_at is null",
    "history.KeptFilePart": "file_id in (select id from history_keptfile where expires_at is null)",
    # They name a file that does not travel; they do once it is gone.
    "history.Export": "file_id is null",
    "history.SnapshotImport": "upload_id is null",
}
_LEFT_OUT: Final = {
    "access.User_groups": "Django's groups, which Holdfast does not use",
    "access.User_user_permissions": "Django's own permissions, which open nothing here",
    "account.EmailConfirmation": "links of an hour, of which none is sent",
    "audit.RefusalWindow": "counts of the last minutes",
    "diffs.ChangeVolume": "derived from the log; the next snapshot has it counted again",
    "history.ApartReading": "derived: the bodies hold it; a full capture reads it again",
    "history.CollectionCursor": "a delta link may be ahead of the log that is shipped: what lies "
    "between would be missed, so that the first capture afterwards is a full one",
    "history.OffsiteCopy": "says what lies off-site, which off-site tells itself",
    "history.OffsiteKey": "travels as a key copy beside the bundles",
    "history.OffsiteKeyCopy": "says what lies off-site, which off-site tells itself",
    "history.OffsiteRestoration": "how this very database was brought back",
    "history.SearchIndex": "derived from the log; manage.py reindex makes it again",
    "history.SearchLeaf": "derived from the log; manage.py reindex makes it again",
    "history.SearchSlice": "derived from the log; manage.py reindex makes it again",
    "notify.Delivery": "messages that were on their way are not sent twice",
    "notify.Problem": "what is wrong is found again, and told again",
    "notify.OutboxMessage": "mail that was on its way is not sent twice",
    "notify.PersonalMail": "mail that was on its way is not sent twice",
    "tenants.ConsentRequest": "links that were given out are found by digest, and are given anew",
    "tenants.TenantKey": "travels as a key copy beside the bundles, under a lock of its own that "
    "is short, so that erasing a tenant reaches it",
}
# Only ever added to, in the order of this column: what is shipped of it is not read again.
APPENDED: Final = {"audit.AuditRecord": "number"}
# Where the primary key would strew additions over the table, rows are written in this order.
ORDERED: Final = {"history.AuditEvent": ("at", "event_id")}


def place_of(model: Model) -> Place | None:
    """Where a model's rows travel; None for one that was forgotten."""
    label, app = model._meta.label, model._meta.app_label
    if label in LOG:
        return Place.LOG
    if label in FIRST:
        return Place.TENANT
    if label in _LEFT_OUT or app in _LEFT_OUT_APPS:
        return Place.NOWHERE
    if label in _WITH_INSTALLATION or app in _WHOLE_APPS:
        return Place.INSTALLATION
    if label in _OF_THE_INSTALLATION:
        return Place.INSTALLATION
    way = ways().get(label)
    if way is None or not (way.tenant or way.msp):
        return None
    return Place.TENANT if way.tenant else Place.INSTALLATION


def reason_for_leaving_out(model: Model) -> str:
    """Why a model's rows do not travel, "" when they do."""
    label, app = model._meta.label, model._meta.app_label
    return _LEFT_OUT.get(label) or _LEFT_OUT_APPS.get(app, "")


def declared() -> frozenset[str]:
    """Labels of the models that are named one by one."""
    return frozenset((*LOG, *FIRST, *_WITH_INSTALLATION, *_LEFT_OUT, *_OF_THE_INSTALLATION))


@cache
def models_of(place: Place) -> tuple[Model, ...]:
    """The models of a place, each after those that its rows refer to."""
    if place == Place.LOG:
        return tuple(apps.get_model(label) for label in LOG)
    return tuple(_in_order({model for model in all_models() if place_of(model) == place}))


def _in_order(wanted: set[Model]) -> Iterator[Model]:
    waiting = sorted(wanted, key=lambda model: model._meta.label)
    while waiting:
        left = set(waiting)
        ready = [model for model in waiting if not _parents(model) & left]
        # Tables that refer to each other in a ring: keys are checked at the commit, so one of those
        # goes first whose keys to the others may be empty.
        in_ring = [model for model in waiting if not _parents(model, required=True) & left]
        for model in ready or in_ring[:1] or waiting[:1]:
            waiting.remove(model)
            yield model


def _parents(model: Model, *, required: bool = False) -> set[Any]:
    return {
        key.remote_field.model
        for key in foreign_keys(model)
        if key.remote_field.model is not model and not (required and key.null)
    }


def may_lack_tenant(model: Model) -> bool:
    """Whether rows that travel with their tenant may have none; those go with the installation."""
    way = ways()[model._meta.label]
    return any(
        field.null for field in model._meta.local_concrete_fields if field.column == way.tenant
    )


def tenant_column(model: Model) -> str:
    """The column that names the tenant of a row that travels with it."""
    return ways()[model._meta.label].tenant
