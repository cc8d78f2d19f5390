"""Users, guests and agent users, with their manager and sponsors.

https://learn.microsoft.com/graph/api/resources/user
"""

from dataclasses import replace

from apps.entra.catalogue import native
from apps.entra.catalogue.build import (
    GRAPH_DOCS,
    SET_ON_PREMISES,
    SYNCHRONISED,
    array,
    create_only,
    flags,
    not_read,
    read_only,
    read_only_arrays,
    stamps,
    writable,
)
from apps.entra.catalogue.model import (
    Clearing,
    Companion,
    Kind,
    Link,
    Lock,
    Property,
    SoftDelete,
    Subtype,
    Unrestorable,
    Writability,
)

_ADMIN_ROLE = (
    "On an administrator's account Graph also asks that the writing application holds a "
    "directory role; the permission alone is answered with 403."
)
_PROFILE_STORE = "Kept in the SharePoint profile, which Graph does not give in lists."

_SENSITIVE = (
    Property(
        "accountEnabled",
        clear=Clearing.NEVER,
        sensitive="Locks a person out, or lets one in.",
        caveat=_ADMIN_ROLE,
        guarded=True,
    ),
    Property(
        "userPrincipalName",
        clear=Clearing.NEVER,
        sensitive="It is the name the person signs in with.",
        caveat=f"Its domain must be verified in the tenant. {_ADMIN_ROLE}",
        guarded=True,
    ),
    Property(
        "onPremisesImmutableId",
        sensitive="Ties the account to an on-premises identity that can then sign in as it.",
        caveat=_ADMIN_ROLE,
        guarded=True,
    ),
    array(
        "otherMails",
        sensitive="Password reset mail goes there.",
        caveat=_ADMIN_ROLE,
        guarded=True,
    ),
    Property("mobilePhone", caveat=_ADMIN_ROLE, guarded=True),
    replace(
        array("businessPhones", caveat=f"Holds one number. {_ADMIN_ROLE}", guarded=True),
        unordered=False,
    ),
)

_PROFILE = writable(
    "ageGroup",
    "city",
    "companyName",
    "consentProvidedForMinor",
    "country",
    "department",
    "employeeId",
    "employeeOrgData",
    "employeeType",
    "faxNumber",
    "givenName",
    "jobTitle",
    "officeLocation",
    "postalCode",
    "preferredDataLocation",
    "preferredLanguage",
    "state",
    "streetAddress",
    "surname",
)

_PROPERTIES = (
    *flags("displayName", "mailNickname", "userType"),
    *_SENSITIVE,
    *_PROFILE,
    Property("usageLocation", clear=Clearing.NEVER, caveat="Graph cannot empty it once it is set."),
    Property(
        "employeeHireDate",
        write=Writability.DELEGATED_ONLY,
        clear=Clearing.NEVER,
        reason="Graph takes it from a signed-in person only, not from an application.",
    ),
    Property("mail", clear=Clearing.NEVER, caveat="Graph cannot empty it once it is set."),
    Property("passwordPolicies", sensitive="Can switch off password expiry and strength."),
    Property(
        "employeeLeaveDateTime",
        read_permission="User-LifeCycleInfo.Read.All",
        write_permission="User-LifeCycleInfo.ReadWrite.All",
    ),
    Property(
        "onPremisesExtensionAttributes",
        merged=True,
        caveat="Writable only where the user is not synchronised from on-premises.",
    ),
    *create_only(
        "identityParentId", reason="Binds an agent user to its agent identity when it is made."
    ),
    *read_only_arrays(
        "proxyAddresses", reason="Follows from mail and the mailbox; Exchange owns it."
    ),
    *read_only_arrays("imAddresses"),
    *read_only(
        "createdDateTime",
        "creationType",
        "externalUserState",
        "externalUserStateChangeDateTime",
        "isManagementRestricted",
        "isResourceAccount",
        "securityIdentifier",
    ),
    *read_only(
        "onPremisesDistinguishedName",
        "onPremisesDomainName",
        "onPremisesSamAccountName",
        "onPremisesSecurityIdentifier",
        "onPremisesSyncEnabled",
        "onPremisesUserPrincipalName",
        reason=SET_ON_PREMISES,
    ),
    *stamps("lastPasswordChangeDateTime", "onPremisesLastSyncDateTime"),
    Property(
        "assignedLicenses",
        write=Writability.WITHHELD,
        unordered=True,
        clear=Clearing.NEVER,
        reason=(
            "A licence takes a bought seat, and one that comes from a group would be given twice. "
            "It comes back with an undeleted user and with the group; otherwise assign it again."
        ),
    ),
    Property(
        "identities",
        write=Writability.WITHHELD,
        unordered=True,
        clear=Clearing.NEVER,
        reason="Follows the sign-in name; an external identity is bound only by its invitation.",
        sensitive="Names the outside accounts that sign in as this user.",
    ),
    Property(
        "passwordProfile",
        write=Writability.WRITE_ONLY,
        clear=Clearing.NEVER,
        selected=False,
        reason="Entra never gives a password out. A person without one gets a new one.",
    ),
    Property(
        "perUserMfaState",
        write=Writability.OWN_REQUEST,
        clear=Clearing.NEVER,
        version="beta",
        selected=False,
        read_path="/users/{id}/authentication/requirements",
        at_first="disabled",
        told_by=("StrongAuthentication", "Strong Authentication"),
        despite_locks=True,
        read_permission="Policy.Read.All",
        write_permission="Policy.ReadWrite.AuthenticationMethod",
        sensitive="Decides whether a password alone is enough to sign in.",
        caveat=(
            "Graph gives it in beta and for one user at a time, so a capture asks for some users "
            "and those that the audit log names. Entra itself moves enabled on to enforced."
        ),
    ),
    *not_read(
        "customSecurityAttributes",
        write=Writability.WITHHELD,
        reason="Asks for consent of its own (CustomSecAttributeAssignment) that is not asked for.",
    ),
    *not_read(
        "showInAddressList",
        write=Writability.WITHHELD,
        reason="Exchange owns it; Graph's documentation says not to use it.",
    ),
    *not_read(
        "aboutMe",
        "birthday",
        "hireDate",
        "interests",
        "mySite",
        "pastProjects",
        "preferredName",
        "responsibilities",
        "schools",
        "skills",
        write=Writability.DELEGATED_ONLY,
        reason=_PROFILE_STORE,
    ),
    *not_read("mailboxSettings", write=Writability.WITHHELD, reason="Kept in the mailbox."),
    *not_read(
        "signInActivity", write=Writability.READ_ONLY, reason="Moves at every sign-in; a log."
    ),
    *not_read(
        "signInSessionsValidFromDateTime",
        "legalAgeGroupClassification",
        "assignedPlans",
        "provisionedPlans",
        "licenseAssignmentStates",
        write=Writability.READ_ONLY,
        reason="Worked out by Entra from other things that are held.",
    ),
)

MANAGER = Link(
    name="user.manager",
    source_kind="user",
    target_kinds=("user",),
    property="manager",
    read_path="/users/{id}/manager",
    write_path="/users/{id}/manager/$ref",
    add_method="PUT",
    remove_path="/users/{id}/manager/$ref",
    read_permission="User.Read.All",
    write_permission="User.ReadWrite.All",
    single=True,
    on_delta="inline",
    limit=1,
    locks=(SYNCHRONISED,),
)

SPONSORS = Link(
    name="user.sponsors",
    source_kind="user",
    target_kinds=("user", "group"),
    property="sponsors",
    read_path="/users/{id}/sponsors",
    write_path="/users/{id}/sponsors/$ref",
    add_method="POST",
    remove_path="/users/{id}/sponsors/{target}/$ref",
    read_permission="User.Read.All",
    write_permission="User.ReadWrite.All",
    on_delta="changed",
    limit=5,
)

_INVITED_WORDS = "Guests are invited, and accept: nobody can make one on their behalf."
_INVITED = Lock(_INVITED_WORDS, when=(("userType", "Guest"),))
_INVITED_BEFORE = Lock(_INVITED_WORDS, when=(("creationType", "Invitation"),))
_AGENT = Lock(
    "Only its agent identity can have one made.",
    when=(("@odata.type", "#microsoft.graph.agentUser"),),
)

USER = Kind(
    name="user",
    graph_type="user",
    title="User",
    version="v1.0",
    list_path="/users",
    item_path="/users/{id}",
    delta_path="/users/delta",
    create_path="/users",
    found_by=("userPrincipalName",),
    not_created=(_INVITED, _INVITED_BEFORE, _AGENT),
    properties=native.mark("user", _PROPERTIES),
    read_permission=("User.Read.All",),
    write_permission=("User.ReadWrite.All",),
    restore_permission=("User.DeleteRestore.All",),
    documentation=f"{GRAPH_DOCS}user",
    order=10,
    identity=("id", "userPrincipalName"),
    label_properties=("displayName", "userPrincipalName"),
    looked_up_by=(
        "userPrincipalName",
        "mail",
        "otherMails",
        "proxyAddresses",
        "mailNickname",
        "employeeId",
        "onPremisesSamAccountName",
    ),
    links=(MANAGER, SPONSORS),
    subtypes=(
        Subtype(
            "#microsoft.graph.agentUser",
            write_permission="AgentIdUser.ReadWrite.All",
            note="A user that belongs to an agent identity; it has no password.",
        ),
    ),
    companions=(
        Companion("passwordProfile", "A new account needs a first password."),
        Companion("accountEnabled", "Graph asks for it."),
        Companion("displayName", "Graph asks for it."),
        Companion("mailNickname", "Graph asks for it."),
        Companion("userPrincipalName", "Graph asks for it; its domain must be verified."),
    ),
    soft_delete=SoftDelete.DIRECTORY,
    bin_path="/directory/deletedItems/microsoft.graph.user",
    undelete_path="/directory/deletedItems/{id}/restore",
    locks=(SYNCHRONISED,),
    native="partly",
    native_note="Without manager, sponsors, on-premises and extension attributes, licences.",
    unrestorable=(
        Unrestorable("password", "Entra never gives a password out.", anew=()),
        Unrestorable(
            "authentication methods",
            "Phones, passkeys and tokens hold secrets that never leave Entra; they come back only "
            "with an undeleted user.",
            anew=(),
        ),
        Unrestorable(
            "everything, for synchronised users",
            "Where onPremisesSyncEnabled is true the on-premises directory is in charge.",
        ),
        Unrestorable(
            "directory extension values",
            "Their names differ from tenant to tenant and are not asked for.",
        ),
    ),
)
