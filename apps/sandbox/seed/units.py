"""Administrative units: one per office, and one of a department kept by hand."""

from apps.sandbox.seed.draft import Draft


def add_administrative_units(draft: Draft) -> None:
    """Create the units with their members; the leadership's unit is small and restricted."""
    for number, office in enumerate(draft.organisation.offices):
        body = {"displayName": f"Site - {office.name}", "description": f"Everyone at {office.name}"}
        unit = draft.add("administrativeUnit", body, "site", number)
        for member in draft.members[number :: len(draft.organisation.offices)][:500]:
            draft.directory.link("administrativeUnit.members", unit, member)
    leadership = {
        "displayName": "Leadership",
        "description": "Changed by its own administrators only",
        "isMemberManagementRestricted": False,
        "visibility": "HiddenMembership",
    }
    unit = draft.add("administrativeUnit", leadership, "leadership")
    for key in ("chief", "finance-head"):
        draft.directory.link("administrativeUnit.members", unit, draft.cast[key])
