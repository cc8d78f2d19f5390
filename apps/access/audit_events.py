from apps.audit.registry import register

register("user.created", "{actor} made an account for {subject}", fields=("user_id",))
register("operator.created", "{actor} made {subject} a platform operator", fields=("user_id",))
register("person.removed", "{actor} let {subject} go", fields=("user_id",))
register("person.invited", "{actor} invited {subject} ({sign_in})", fields=("sign_in",))
register("invitation.resent", "{actor} sent {subject} a new link", fields=("sign_in",))
register("invitation.revoked", "{actor} revoked the invitation of {subject}", fields=("sign_in",))
register(
    "invitation.accepted",
    "{subject} accepted the invitation ({sign_in})",
    fields=("user_id", "sign_in"),
)
register("group.created", "{actor} made the group {subject}")
register("group.changed", "{actor} changed the group {subject}")
register("group.deleted", "{actor} took the group {subject} away")
register(
    "group.joined",
    "{actor} put {subject} into the group {group}",
    fields=("user_id",),
    personal=("group",),
)
register(
    "group.left",
    "{actor} took {subject} out of the group {group}",
    fields=("user_id",),
    personal=("group",),
)
register("tenant.tagged", "{actor} changed the tags of {subject}")
register("approvals.demanded", "{actor} set whose approval recoveries of {subject} need")
register(
    "support_session.started",
    "{actor} of the platform may look at {subject} for {minutes} minutes: {reason}",
    fields=("session", "minutes"),
)
register(
    "support_session.ended",
    "{actor} ended the support session on {subject}",
    fields=("session",),
)
register(
    "support_session.request",
    "{actor} of the platform opened {route} of {subject}",
    fields=("session", "route"),
)
register("role.granted", "{actor} made {subject} {role}", fields=("role", "user_id", "level"))
register(
    "role.revoked",
    "{actor} took the role {role} from {subject}",
    fields=("role", "user_id", "level"),
)
register(
    "keys.rotated",
    "{actor} wrapped {changed} keys under the installation's current key, {failed} failed",
    fields=("changed", "failed"),
)
register(
    "token.created",
    "{actor} made the API token {subject} for {tenants} tenants until {expires_at}",
    fields=("token_id", "rights", "tenants", "expires_at"),
)
register("token.revoked", "{actor} revoked the API token {subject}", fields=("token_id",))
register("sign_in.succeeded", "{subject} signed in ({method})", fields=("user_id", "method"))
register(
    "sign_in.failed",
    "Somebody could not sign in ({method})",
    fields=("user_id", "method"),
)
register(
    "sign_in.locked",
    "Somebody failed to sign in too often and has to wait {seconds} seconds",
    fields=("user_id", "seconds"),
)
register(
    "sign_in.new_device",
    "{subject} signed in from a device not used before: {device}",
    fields=("user_id",),
    personal=("device",),
)
register("sign_in.signed_out", "{subject} signed out", fields=("user_id",))
register(
    "identity.confirmed",
    "{actor} confirmed again who he is ({method})",
    fields=("user_id", "method"),
)
register(
    "second_factor.failed", "Somebody failed at a second factor of {subject}", fields=("user_id",)
)
register(
    "second_factor.added",
    "{actor} set up a second factor ({factor})",
    fields=("user_id", "factor"),
)
register(
    "second_factor.removed",
    "{actor} removed a second factor ({factor})",
    fields=("user_id", "factor"),
)
register("password.changed", "{actor} changed the password of {subject}", fields=("user_id",))
register(
    "session.ended",
    "{actor} ended {sessions} sessions of {subject}",
    fields=("user_id", "sessions"),
)
register("profile.changed", "{actor} changed the profile of {subject}", fields=("user_id",))
