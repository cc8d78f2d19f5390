"""Access reviews: who is asked again, and how often, whether people still need what they have.

https://learn.microsoft.com/graph/api/resources/accessreviewscheduledefinition
"""

from typing import Final

from apps.entra.catalogue.build import GRAPH_DOCS, array, flags, stamps, writable
from apps.entra.catalogue.model import (
    Clearing,
    Companion,
    Kind,
    Lane,
    Property,
    Reference,
    Unrestorable,
)

_DEFINITIONS: Final = "/identityGovernance/accessReviews/definitions"
_ASKED: Final = "Graph asks for it."

ACCESS_REVIEW = Kind(
    name="accessReviewScheduleDefinition",
    graph_type="accessReviewScheduleDefinition",
    lane=Lane.GOVERNANCE,
    title="Access review",
    version="v1.0",
    list_path=_DEFINITIONS,
    item_path=f"{_DEFINITIONS}/{{id}}",
    create_path=_DEFINITIONS,
    update_method="PUT",
    properties=(
        *flags("displayName"),
        *writable("descriptionForAdmins", "descriptionForReviewers"),
        Property("scope", clear=Clearing.NEVER, sensitive="Decides whose access is reviewed."),
        Property("instanceEnumerationScope"),
        Property("settings", clear=Clearing.NEVER, sensitive="Decides what comes of a review."),
        array("reviewers", sensitive="Decides who reviews."),
        array("fallbackReviewers"),
        array("stageSettings"),
        array("additionalNotificationRecipients"),
        *stamps("createdBy", "createdDateTime", "lastModifiedDateTime", "status"),
    ),
    read_permission=("AccessReview.Read.All",),
    write_permission=("AccessReview.ReadWrite.All",),
    documentation=f"{GRAPH_DOCS}accessreviewscheduledefinition",
    order=72,
    supports_select=False,
    page_size=100,
    together=True,
    references=(
        *(
            Reference(f"{who}[].query", "user", prefix="/users/")
            for who in ("reviewers", "fallbackReviewers")
        ),
        # A query names a group inside a path: "/groups/{id}/transitiveMembers".
        *(
            Reference(path, "directoryObject", pattern=True)
            for path in ("scope.query", "instanceEnumerationScope.query")
        ),
    ),
    companions=tuple(
        Companion(name, _ASKED) for name in ("displayName", "scope", "reviewers", "settings")
    ),
    licence="Entra ID P2 or Entra ID Governance.",
    unrestorable=(
        Unrestorable("id", "One that is made again gets a new id, and begins a new series."),
        Unrestorable("instances and decisions", "What was reviewed before stays with Entra alone."),
    ),
)
