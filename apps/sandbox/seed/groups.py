"""The groups with a part to play; `group_filler` makes the many others."""

from collections.abc import Iterable
from typing import Any

from apps.sandbox.seed import licences
from apps.sandbox.seed.draft import Draft
from apps.sandbox.seed.ids import security_identifier
from apps.sandbox.seed.synced import on_premises_group


def add_groups(draft: Draft) -> None:
    """Create the named groups with their members and owners."""
    _add_protected(draft)
    _add_staff(draft)
    _add_dynamic(draft)
    _add_microsoft_365(draft)
    _add_exchange_owned(draft)
    _add_synced(draft)


def security_group(name: str, description: str, **more: Any) -> dict[str, Any]:
    """The body of an ordinary security group."""
    return {
        "createdDateTime": "2024-03-04T09:30:00Z",
        "description": description,
        "displayName": name,
        "groupTypes": [],
        "mailEnabled": False,
        "mailNickname": "".join(letter for letter in name if letter.isascii() and letter.isalnum()),
        "renewedDateTime": "2024-03-04T09:30:00Z",
        "securityEnabled": True,
        **more,
    }


def unified_group(draft: Draft, alias: str, name: str, **more: Any) -> dict[str, Any]:
    """The body of a Microsoft 365 group."""
    address = f"{alias}@{draft.organisation.domain}"
    return security_group(
        name,
        f"Team and mailbox of {name}",
        **{
            "groupTypes": ["Unified"],
            "mail": address,
            "mailEnabled": True,
            "mailNickname": alias,
            "proxyAddresses": [f"SMTP:{address}"],
            "resourceProvisioningOptions": ["Team"],
            "securityEnabled": False,
            "visibility": "Private",
            **more,
        },
    )


def add_group(
    draft: Draft,
    key: str,
    body: dict[str, Any],
    *,
    members: Iterable[str] = (),
    owners: Iterable[str] = (),
) -> str:
    """Create one group under the id of its key, with links."""
    object_id = draft.guid("group", key)
    body["securityIdentifier"] = security_identifier(object_id)
    draft.directory.add("group", body, object_id=object_id)
    draft.groups[key] = object_id
    for member in members:
        draft.directory.link("group.members", object_id, member)
    for owner in owners:
        draft.directory.link("group.owners", object_id, owner)
    return object_id


def _add_protected(draft: Draft) -> None:
    """Groups only a privileged role administrator may change (role-assignable, so P1)."""
    assignable = {"isAssignableToRole": True, "visibility": "Private"}
    if not licences.has_premium(draft):
        assignable = {}
    emergency = [draft.cast["break-glass-1"], draft.cast["break-glass-2"]]
    add_group(
        draft,
        "break-glass",
        security_group("CA Exclude - Emergency access", "Excluded from every policy", **assignable),
        members=emergency,
    )
    add_group(
        draft,
        "global-readers",
        security_group("Role - Global Readers", "Holds the Global Reader role", **assignable),
        members=[draft.cast["service-desk"], draft.cast["hr-head"]],
        owners=[draft.cast["it-head"]],
    )


def _add_staff(draft: Draft) -> None:
    cast, owner = draft.cast, [draft.cast["it-head"]]
    add_group(draft, "all-staff", security_group("All Staff", "Everyone on the payroll"),
              members=draft.members, owners=owner)  # fmt: skip
    add_group(draft, "contractors", security_group("Contractors", "External people at work here"),
              members=[cast["consultant"], *draft.guests[:200]], owners=owner)  # fmt: skip
    add_group(
        draft,
        "everyone",
        security_group("Everyone with an account", "All staff and contractors, nested"),
        members=[draft.groups["all-staff"], draft.groups["contractors"]],
        owners=owner,
    )
    pilot = security_group(
        "Pilot - Passkeys", "Registers passkeys first", uniqueName="pilot-passkeys"
    )
    add_group(draft, "passkey-pilot", pilot, members=draft.members[3:9], owners=owner)
    add_group(
        draft,
        "portal-users",
        security_group("App - Customer Portal Staff", "Assigned to the customer portal"),
        members=[cast["sales-head"], cast["site-head"], cast["operations-head"]],
        owners=[cast["sales-head"]],
    )
    product = licences.main_product(draft)
    if product and licences.has_premium(draft):
        add_group(
            draft,
            "licence",
            security_group(
                f"Licence - {product.part_number}",
                "Members get the product's licence",
                assignedLicenses=[{"skuId": product.sku_id, "disabledPlans": []}],
                licenseProcessingState={"state": "ProcessingComplete"},
            ),
            members=draft.members,
        )


def _add_dynamic(draft: Draft) -> None:
    """Dynamic groups with the members their rules give (P1)."""
    if not licences.has_premium(draft):
        return
    for number, department in enumerate(draft.organisation.departments):
        add_group(
            draft,
            f"department-{number}",
            dynamic_group(
                f"Department - {department.name}", f'(user.department -eq "{department.name}")'
            ),
            members=draft.departments.get(department.name, ()),
        )
    add_group(
        draft,
        "all-guests",
        dynamic_group("All Guests", '(user.userType -eq "Guest")'),
        members=draft.guests,
    )


def dynamic_group(name: str, rule: str) -> dict[str, Any]:
    """The body of a security group whose members a rule decides."""
    return security_group(
        name,
        "Members by rule",
        groupTypes=["DynamicMembership"],
        membershipRule=rule,
        membershipRuleProcessingState="On",
    )


def _add_microsoft_365(draft: Draft) -> None:
    cast = draft.cast
    add_group(
        draft,
        "leadership",
        unified_group(draft, "leadership", "Leadership Team"),
        members=[cast[key] for key in ("chief", "operations-head", "finance-head", "it-head")],
        owners=[cast["chief"]],
    )
    add_group(
        draft,
        "aurora",
        unified_group(draft, "project-aurora", "Project Aurora", visibility="Public"),
        members=[*draft.members[4:10], *draft.guests[:1]],
        owners=[cast["operations-head"], cast["identity-engineer"]],
    )


def _add_exchange_owned(draft: Draft) -> None:
    """Mail-enabled groups that Exchange owns: Graph shows them and refuses to write them."""
    for key, name, security in (
        ("announcements", "Announcements", False),
        ("payroll-mail", "Payroll Confidential", True),
    ):
        address = f"{key}@{draft.organisation.domain}"
        body = security_group(
            name,
            "Managed in Exchange",
            mail=address,
            mailEnabled=True,
            mailNickname=key,
            proxyAddresses=[f"SMTP:{address}"],
            securityEnabled=security,
        )
        add_group(draft, key, body, members=draft.members[:6], owners=[draft.cast["hr-head"]])


def _add_synced(draft: Draft) -> None:
    on_premises = on_premises_group(draft.organisation, "GG-Finance-Share", 1604)
    if on_premises:
        body = security_group("GG-Finance-Share", "From Active Directory", **on_premises)
        add_group(draft, "synced", body, members=draft.departments.get("Finance", ())[:50])
