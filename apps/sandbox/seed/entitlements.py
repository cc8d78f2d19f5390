"""A catalog, its packages and who may ask for them, where the tenant has entitlement management."""

from typing import Any

from apps.sandbox.seed.applications import app_id_of
from apps.sandbox.seed.draft import Draft
from apps.sandbox.seed.ids import named_guid

_SINCE = "2025-04-01T08:00:00Z"
_STAMPS = {"createdDateTime": _SINCE, "modifiedDateTime": _SINCE}


def add_entitlements(draft: Draft) -> None:
    """Create the catalog that every tenant has, one of its own, and what belongs to it."""
    if "AAD_PREMIUM_P2" not in draft.directory.licences:
        return
    _add_catalog(draft, "General", "serviceDefault", [])
    group, portal = draft.groups["portal-users"], draft.principals[app_id_of(draft, "portal")]
    resources = [
        _resource(draft, group, "AadGroup", "App - Customer Portal Staff"),
        _resource(draft, portal, "AadApplication", "Customer Portal"),
    ]
    catalog = _add_catalog(draft, "Customer projects", "userManaged", resources)
    staff = _add_package(draft, catalog, "Project staff", [_role_scope(draft, group)])
    guests = _add_package(draft, catalog, "Project guests", [_role_scope(draft, group)])
    link = "accessPackage.incompatibleAccessPackages"
    draft.directory.link(link, guests, staff)
    draft.directory.link("accessPackage.incompatibleGroups", guests, draft.groups["all-staff"])
    partner = _add_organization(draft)
    _add_policy(draft, staff, "By request", _of_people(draft))
    _add_policy(draft, guests, "For partners", _of_partner(draft, partner))
    _add_review(draft, group)
    draft.add(
        "entitlementManagementSettings",
        {
            "durationUntilExternalUserDeletedAfterBlocked": "P30D",
            "externalUserLifecycleAction": "blockSignInAndDelete",
        },
    )


def _add_catalog(draft: Draft, name: str, sort: str, resources: list[dict[str, Any]]) -> str:
    body = {
        **_STAMPS,
        "catalogType": sort,
        "description": f"{name}: what can be asked for",
        "displayName": name,
        "isExternallyVisible": sort == "userManaged",
        "resources": resources,
        "state": "published",
    }
    return draft.add("accessPackageCatalog", body, name)


def _resource(draft: Draft, origin: str, system: str, name: str) -> dict[str, Any]:
    return {
        "id": draft.guid("accessPackageResource", origin),
        "createdDateTime": _SINCE,
        "displayName": name,
        "originId": origin,
        "originSystem": system,
        "attributes": [],
    }


def _role_scope(draft: Draft, group: str) -> dict[str, Any]:
    role, scope = draft.guid("package role", group), draft.guid("package scope", group)
    return {
        "id": f"{role}_{scope}",
        "createdDateTime": _SINCE,
        "role": {
            "id": role,
            "displayName": "Member",
            "originId": f"Member_{group}",
            "originSystem": "AadGroup",
        },
        "scope": {
            "id": scope,
            "displayName": "Root",
            "description": "Root Scope",
            "isRootScope": True,
            "originId": group,
            "originSystem": "AadGroup",
        },
    }


def _add_package(draft: Draft, catalog: str, name: str, scopes: list[dict[str, Any]]) -> str:
    body = {
        **_STAMPS,
        "catalog": {"id": catalog},
        "description": f"Access for {name.lower()}",
        "displayName": name,
        "isHidden": False,
        "resourceRoleScopes": scopes,
    }
    return draft.add("accessPackage", body, name)


def _add_organization(draft: Draft) -> str:
    body = {
        **_STAMPS,
        "description": "Looks after the portal",
        "displayName": "Tidewater IT",
        "identitySources": [
            {
                "@odata.type": "#microsoft.graph.azureActiveDirectoryTenant",
                "displayName": "Tidewater IT",
                "tenantId": named_guid("partner", "tidewater-it.example"),
            }
        ],
        "state": "configured",
    }
    organization = draft.add("connectedOrganization", body)
    link = "connectedOrganization.internalSponsors"
    draft.directory.link(link, organization, draft.cast["it-head"])
    outside = "connectedOrganization.externalSponsors"
    draft.directory.link(outside, organization, draft.guests[0])
    return organization


def _add_policy(draft: Draft, package: str, name: str, more: dict[str, Any]) -> None:
    self_service = {
        "enableTargetsToSelfAddAccess": True,
        "enableTargetsToSelfUpdateAccess": False,
        "enableTargetsToSelfRemoveAccess": True,
        "allowCustomAssignmentSchedule": False,
        "enableOnBehalfRequestorsToAddAccess": False,
        "enableOnBehalfRequestorsToUpdateAccess": False,
        "enableOnBehalfRequestorsToRemoveAccess": False,
        "onBehalfRequestors": [],
    }
    body = {
        **_STAMPS,
        "accessPackage": {"id": package},
        "description": name,
        "displayName": name,
        "expiration": {"type": "afterDuration", "duration": "P365D", "endDateTime": None},
        "requestorSettings": self_service,
        **more,
    }
    draft.add("accessPackageAssignmentPolicy", body, name)


def _approved_by(subject: dict[str, Any]) -> dict[str, Any]:
    stage = {
        "durationBeforeAutomaticDenial": "P14D",
        "durationBeforeEscalation": "PT0S",
        "isApproverJustificationRequired": True,
        "isEscalationEnabled": False,
        "primaryApprovers": [subject],
        "fallbackPrimaryApprovers": [],
        "escalationApprovers": [],
        "fallbackEscalationApprovers": [],
    }
    return {
        "isApprovalRequiredForAdd": True,
        "isApprovalRequiredForUpdate": False,
        "stages": [stage],
    }


def _of_people(draft: Draft) -> dict[str, Any]:
    head = {"@odata.type": "#microsoft.graph.singleUser", "userId": draft.cast["sales-head"]}
    staff = {"@odata.type": "#microsoft.graph.groupMembers", "groupId": draft.groups["all-staff"]}
    return {
        "allowedTargetScope": "specificDirectoryUsers",
        "specificAllowedTargets": [staff],
        "requestApprovalSettings": _approved_by(head),
    }


def _of_partner(draft: Draft, partner: str) -> dict[str, Any]:
    people = {
        "@odata.type": "#microsoft.graph.connectedOrganizationMembers",
        "connectedOrganizationId": partner,
    }
    approvers = {
        "@odata.type": "#microsoft.graph.groupMembers",
        "groupId": draft.groups["portal-users"],
    }
    return {
        "allowedTargetScope": "specificConnectedOrganizationUsers",
        "specificAllowedTargets": [people],
        "requestApprovalSettings": _approved_by(approvers),
    }


def _add_review(draft: Draft, group: str) -> None:
    reviewer = {
        "query": f"/users/{draft.cast['sales-head']}",
        "queryType": "MicrosoftGraph",
        "queryRoot": None,
    }
    body = {
        "createdDateTime": _SINCE,
        "descriptionForAdmins": "Who still needs the customer portal",
        "descriptionForReviewers": "Does this person still work with customers?",
        "displayName": "Customer portal, every quarter",
        "reviewers": [reviewer],
        "scope": {
            "@odata.type": "#microsoft.graph.accessReviewQueryScope",
            "query": f"/groups/{group}/transitiveMembers",
            "queryType": "MicrosoftGraph",
        },
        "settings": {
            "autoApplyDecisionsEnabled": True,
            "defaultDecision": "Deny",
            "defaultDecisionEnabled": True,
            "instanceDurationInDays": 14,
            "justificationRequiredOnApproval": True,
            "mailNotificationsEnabled": True,
            "reminderNotificationsEnabled": True,
        },
        "status": "InProgress",
    }
    draft.add("accessReviewScheduleDefinition", body)
