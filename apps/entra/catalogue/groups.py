"""Groups of every sort, with members and owners.

https://learn.microsoft.com/graph/api/resources/group
"""

from apps.entra.catalogue import native
from apps.entra.catalogue.build import (
    GRAPH_DOCS,
    SET_ON_PREMISES,
    SYNCHRONISED,
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
    Reference,
    SoftDelete,
    Unrestorable,
    Writability,
)

_ANY_DIRECTORY_OBJECT = ("user", "group", "servicePrincipal", "device", "orgContact")

_EXCHANGE = Lock(
    "Exchange owns distribution lists and mail-enabled security groups; Graph cannot write them.",
    when=(("mailEnabled", True),),
    unless=(("groupTypes", "Unified"),),
)
_DYNAMIC = Lock(
    "Its membership rule says who is a member; recover the rule.",
    when=(("groupTypes", "DynamicMembership"),),
)

_PROPERTIES = (
    *flags("displayName", "mailNickname", "securityEnabled"),
    *writable("description", "classification", "preferredDataLocation", "theme"),
    Property("preferredLanguage", caveat="Taken for Microsoft 365 groups only."),
    Property(
        "groupTypes",
        clear=Clearing.EMPTY,
        unordered=True,
        fixed_items=("Unified",),
        caveat=(
            "Only DynamicMembership can be put on and taken off; Unified is fixed when the group "
            "is made. Its rule goes in the same request."
        ),
        sensitive="Decides whether a rule or a person says who is a member.",
    ),
    Property(
        "membershipRule",
        sensitive="Decides who is a member, and so what those people may do.",
        caveat="Needs Entra ID P1.",
    ),
    Property("membershipRuleProcessingState", caveat="Needs Entra ID P1."),
    Property(
        "visibility",
        clear=Clearing.NEVER,
        caveat="HiddenMembership can be chosen only when the group is made.",
    ),
    *create_only(
        "isAssignableToRole",
        "resourceBehaviorOptions",
        "resourceProvisioningOptions",
        "uniqueName",
        reason="Fixed when the group is made.",
    ),
    *create_only("mailEnabled", reason="Follows from the sort of group, which is fixed."),
    *read_only_arrays("proxyAddresses", reason="Exchange owns it."),
    *read_only("mail", reason="Follows from the nickname; Exchange owns it."),
    *read_only("createdDateTime", "isArchived", "isManagementRestricted", "securityIdentifier"),
    *read_only(
        "onPremisesDomainName",
        "onPremisesNetBiosName",
        "onPremisesSamAccountName",
        "onPremisesSecurityIdentifier",
        "onPremisesSyncEnabled",
        reason=SET_ON_PREMISES,
    ),
    *stamps("renewedDateTime", "expirationDateTime", "onPremisesLastSyncDateTime"),
    Property(
        "assignedLicenses",
        write=Writability.WITHHELD,
        unordered=True,
        clear=Clearing.NEVER,
        reason="A licence of a group is paid for by every member; assign it again by hand.",
    ),
    Property(
        "assignedLabels",
        write=Writability.DELEGATED_ONLY,
        unordered=True,
        clear=Clearing.NEVER,
        reason="Sensitivity labels are put on by a signed-in person only.",
    ),
    *not_read(
        "allowExternalSenders",
        "autoSubscribeNewMembers",
        "hideFromAddressLists",
        "hideFromOutlookClients",
        write=Writability.DELEGATED_ONLY,
        reason="Exchange settings of a Microsoft 365 group: only a signed-in person writes them.",
    ),
    *not_read(
        "accessType",
        "isFavorite",
        "isSubscribedByMail",
        "unseenConversationsCount",
        "unseenCount",
        "unseenMessagesCount",
        "hasMembersWithLicenseErrors",
        "licenseProcessingState",
        write=Writability.READ_ONLY,
        reason="About the caller or worked out at the moment of asking.",
    ),
)

MEMBERS = Link(
    name="group.members",
    source_kind="group",
    target_kinds=_ANY_DIRECTORY_OBJECT,
    property="members",
    read_path="/groups/{id}/members",
    write_path="/groups/{id}/members/$ref",
    add_method="POST",
    remove_path="/groups/{id}/members/{target}/$ref",
    read_permission="Group.Read.All",
    write_permission="GroupMember.ReadWrite.All",
    on_delta="inline",
    add_many=20,
    bind_path="/groups/{id}",
    locks=(SYNCHRONISED, _EXCHANGE, _DYNAMIC),
    native=True,
    sensitive="Membership gives access.",
    # https://learn.microsoft.com/graph/api/group-list-members
    read_version="beta",
    caveat=(
        "Asked for by itself, v1.0 leaves out members that are service principals; beta and "
        "$expand give them. "
        "Members of a dynamic group follow its rule and are never written. Members of a "
        "role-assignable group need RoleManagement.ReadWrite.Directory as well."
    ),
)

OWNERS = Link(
    name="group.owners",
    source_kind="group",
    target_kinds=("user", "servicePrincipal"),
    property="owners",
    read_path="/groups/{id}/owners",
    write_path="/groups/{id}/owners/$ref",
    add_method="POST",
    remove_path="/groups/{id}/owners/{target}/$ref",
    read_permission="Group.Read.All",
    write_permission="Group.ReadWrite.All",
    limit=100,
    locks=(_EXCHANGE,),
    sensitive="An owner can add members.",
    caveat="The last user who owns a group cannot be removed.",
    keeps="user",
)

GROUP = Kind(
    name="group",
    graph_type="group",
    title="Group",
    version="v1.0",
    list_path="/groups",
    item_path="/groups/{id}",
    delta_path="/groups/delta",
    create_path="/groups",
    found_by=("displayName", "mailNickname"),
    properties=native.mark("group", _PROPERTIES),
    read_permission=("Group.Read.All",),
    write_permission=("Group.ReadWrite.All",),
    restore_permission=("Group.ReadWrite.All",),
    conditional_permissions={
        "isAssignableToRole": "RoleManagement.ReadWrite.Directory",
        "visibility=HiddenMembership": "Member.Read.Hidden",
    },
    documentation=f"{GRAPH_DOCS}group",
    order=20,
    identity=("id", "uniqueName", "mailNickname"),
    looked_up_by=(
        "mail",
        "proxyAddresses",
        "mailNickname",
        "uniqueName",
        "onPremisesSamAccountName",
    ),
    links=(MEMBERS, OWNERS),
    references=(
        # Groups, managers and single people by id.
        # https://learn.microsoft.com/entra/identity/users/groups-dynamic-rule-member-of
        Reference("membershipRule", "directoryObject", pattern=True),
    ),
    companions=(
        Companion("displayName", "Graph asks for it."),
        Companion("mailEnabled", "Graph asks for it."),
        Companion("mailNickname", "Graph asks for it."),
        Companion("securityEnabled", "Graph asks for it."),
    ),
    soft_delete=SoftDelete.DIRECTORY,
    bin_path="/directory/deletedItems/microsoft.graph.group",
    undelete_path="/directory/deletedItems/{id}/restore",
    locks=(SYNCHRONISED, _EXCHANGE),
    licence="Entra ID P1 for membership rules.",
    native="partly",
    native_note="Static members, but no owners and no membership rule.",
    unrestorable=(
        Unrestorable(
            "distribution lists and mail-enabled security groups",
            "Exchange owns them: Graph neither changes nor undeletes them.",
        ),
        Unrestorable(
            "everything, for synchronised groups",
            "Where onPremisesSyncEnabled is true the on-premises directory is in charge.",
        ),
        Unrestorable(
            "Teams and SharePoint content",
            "Comes back with an undeleted Microsoft 365 group only.",
            anew=(("groupTypes", "Unified"),),
        ),
    ),
)
