"""What the tenant as a whole allows: the authorization policy and the organization's own entry."""

from apps.entra.catalogue import native
from apps.entra.catalogue.build import (
    GRAPH_DOCS,
    array,
    flags,
    not_read,
    read_only,
    read_only_arrays,
    stamps,
)
from apps.entra.catalogue.model import (
    Clearing,
    Kind,
    Lane,
    Property,
    Reference,
    Unrestorable,
    Writability,
)

AUTHORIZATION_POLICY = Kind(
    name="authorizationPolicy",
    graph_type="authorizationPolicy",
    title="Authorization policy",
    version="v1.0",
    list_path="/policies/authorizationPolicy",
    item_path="/policies/authorizationPolicy",
    items="",
    singleton=True,
    deletable=False,
    properties=native.mark(
        "authorizationPolicy",
        (
            *flags(
                "allowEmailVerifiedUsersToJoinOrganization",
                "allowedToSignUpEmailBasedSubscriptions",
                "allowedToUseSSPR",
                "blockMsolPowerShell",
            ),
            Property("allowUserConsentForRiskyApps", sensitive="Lets people consent to bad apps."),
            Property(
                "allowInvitesFrom", clear=Clearing.NEVER, sensitive="Decides who brings guests in."
            ),
            Property(
                "guestUserRoleId", clear=Clearing.NEVER, sensitive="Decides what guests can see."
            ),
            Property(
                "defaultUserRolePermissions",
                clear=Clearing.NEVER,
                merged=True,
                sensitive="Decides what every user may do, consent to apps included.",
            ),
            *read_only("displayName", "description"),
            Property(
                "enabledPreviewFeatures",
                version="beta",
                write=Writability.READ_ONLY,
                clear=Clearing.NEVER,
                selected=False,
                reason="Only in beta, where the policy has another shape.",
            ),
        ),
    ),
    read_permission=("Policy.Read.All",),
    write_permission=("Policy.ReadWrite.Authorization",),
    documentation=f"{GRAPH_DOCS}authorizationpolicy",
    order=80,
    together=True,
    lane=Lane.POLICY,
    page_size=None,
    references=(
        Reference(
            "defaultUserRolePermissions.permissionGrantPoliciesAssigned[]",
            "permissionGrantPolicy",
            prefix="ManagePermissionGrantsForSelf.",
        ),
        Reference("guestUserRoleId", "directoryRoleTemplate"),
    ),
    native="partly",
    native_note="Only blockMsolPowerShell and guestUserRoleId.",
    sensitive="Decides what every user of the tenant may do.",
)

ORGANIZATION = Kind(
    name="organization",
    graph_type="organization",
    title="Organization",
    version="v1.0",
    list_path="/organization",
    item_path="/organization/{id}",
    deletable=False,
    properties=(
        *(
            array(name)
            for name in (
                "marketingNotificationEmails",
                "securityComplianceNotificationMails",
                "securityComplianceNotificationPhones",
                "technicalNotificationMails",
            )
        ),
        Property("privacyProfile", merged=True),
        *read_only(
            "city",
            "country",
            "countryLetterCode",
            "createdDateTime",
            "defaultUsageLocation",
            "displayName",
            "partnerTenantType",
            "postalCode",
            "preferredLanguage",
            "state",
            "street",
            "tenantType",
            reason="Changed in the admin center only.",
        ),
        *read_only_arrays("businessPhones", reason="Changed in the admin center only."),
        *read_only_arrays("verifiedDomains", reason="A domain comes back only by proof in DNS."),
        *read_only("mobileDeviceManagementAuthority", reason="Set by an action of its own, once."),
        Property(
            "onPremisesSyncEnabled",
            write=Writability.WITHHELD,
            clear=Clearing.NEVER,
            reason="Switching synchronisation takes days and cannot simply be switched back.",
            sensitive="Decides whether the on-premises directory is in charge.",
        ),
        *stamps("onPremisesLastSyncDateTime"),
        *not_read(
            "assignedPlans",
            "provisionedPlans",
            write=Writability.READ_ONLY,
            reason="Follow from what has been bought.",
        ),
    ),
    read_permission=("Organization.Read.All",),
    write_permission=("Organization.ReadWrite.All",),
    documentation=f"{GRAPH_DOCS}organization",
    order=5,
    together=True,
    page_size=None,
    native="partly",
    native_note="Only the tenant settings of per-user MFA, which Graph does not show.",
    unrestorable=(
        Unrestorable(
            "strongAuthenticationDetails, strongAuthenticationPolicy",
            "The tenant settings of per-user MFA are not in Graph; only Microsoft's own recovery "
            "reaches them.",
        ),
    ),
)
