from apps.audit.choices import Category, Severity
from apps.audit.registry import register

register(
    "user.created",
    "{actor} made an account for {subject}",
    fields=("user_id",),
    category=Category.PEOPLE,
)
register(
    "operator.created",
    "{actor} made {subject} a platform operator",
    fields=("user_id",),
    category=Category.PEOPLE,
    severity=Severity.WARNING,
)
register(
    "person.removed",
    "{actor} let {subject} go",
    fields=("user_id",),
    category=Category.PEOPLE,
    severity=Severity.NOTICE,
)
register(
    "person.invited",
    "{actor} invited {subject} ({sign_in})",
    fields=("sign_in",),
    category=Category.PEOPLE,
)
register(
    "invitation.resent",
    "{actor} sent {subject} a new link",
    fields=("sign_in",),
    category=Category.PEOPLE,
)
register(
    "invitation.revoked",
    "{actor} revoked the invitation of {subject}",
    fields=("sign_in",),
    category=Category.PEOPLE,
)
register(
    "invitation.accepted",
    "{subject} accepted the invitation ({sign_in})",
    fields=("user_id", "sign_in"),
    category=Category.PEOPLE,
)
register("group.created", "{actor} made the group {subject}", category=Category.PEOPLE)
register("group.changed", "{actor} changed the group {subject}", category=Category.PEOPLE)
register("group.deleted", "{actor} took the group {subject} away", category=Category.PEOPLE)
register(
    "group.joined",
    "{actor} put {subject} into the group {group}",
    fields=("user_id",),
    personal=("group",),
    category=Category.PEOPLE,
)
register(
    "group.left",
    "{actor} took {subject} out of the group {group}",
    fields=("user_id",),
    personal=("group",),
    category=Category.PEOPLE,
)
register(
    "filter.shared",
    "{actor} shared the filter {subject} with the MSP's staff",
    category=Category.CUSTOMER,
)
register(
    "filter.removed",
    "{actor} took the shared filter {subject} away",
    category=Category.CUSTOMER,
)
register("tenant.tagged", "{actor} changed the tags of {subject}", category=Category.CUSTOMER)
register(
    "support_session.started",
    "{actor} of the platform may look at {subject} for {minutes} minutes: {reason}",
    fields=("session", "minutes"),
    category=Category.SUPPORT,
    severity=Severity.WARNING,
)
register(
    "support_session.ended",
    "{actor} ended the support session on {subject}",
    fields=("session",),
    category=Category.SUPPORT,
)
register(
    "support_session.request",
    "{actor} of the platform opened {route} of {subject}",
    fields=("session", "route"),
    category=Category.SUPPORT,
    severity=Severity.NOTICE,
)
register(
    "role.granted",
    "{actor} made {subject} {role}",
    fields=("role", "user_id", "level"),
    category=Category.PEOPLE,
    severity=Severity.NOTICE,
)
register(
    "role.revoked",
    "{actor} took the role {role} from {subject}",
    fields=("role", "user_id", "level"),
    category=Category.PEOPLE,
    severity=Severity.NOTICE,
)
register(
    "keys.rotated",
    "{actor} wrapped {changed} keys under the installation's current key, {failed} failed",
    fields=("changed", "failed"),
    category=Category.TRAIL,
    severity=Severity.NOTICE,
)
register(
    "token.created",
    "{actor} made the API token {subject} for {tenants} tenants until {expires_at}",
    fields=("token_id", "rights", "tenants", "expires_at"),
    category=Category.PEOPLE,
    severity=Severity.NOTICE,
)
register(
    "token.revoked",
    "{actor} revoked the API token {subject}",
    fields=("token_id",),
    category=Category.PEOPLE,
)
register(
    "sign_in.succeeded",
    "{subject} signed in ({method})",
    fields=("user_id", "method"),
    category=Category.SIGN_IN,
)
register(
    "sign_in.failed",
    "Somebody could not sign in ({method})",
    fields=("user_id", "method"),
    category=Category.SIGN_IN,
    severity=Severity.WARNING,
)
register(
    "sign_in.locked",
    "Somebody failed to sign in too often and has to wait {seconds} seconds",
    fields=("user_id", "seconds"),
    category=Category.SIGN_IN,
    severity=Severity.WARNING,
)
register(
    "sign_in.new_device",
    "{subject} signed in from a device not used before: {device}",
    fields=("user_id",),
    personal=("device",),
    category=Category.SIGN_IN,
    severity=Severity.NOTICE,
)
register(
    "sign_in.signed_out", "{subject} signed out", fields=("user_id",), category=Category.SIGN_IN
)
register(
    "identity.confirmed",
    "{actor} confirmed again who he is ({method})",
    fields=("user_id", "method"),
    category=Category.SIGN_IN,
)
register(
    "second_factor.failed",
    "Somebody failed at a second factor of {subject}",
    fields=("user_id",),
    category=Category.SIGN_IN,
    severity=Severity.WARNING,
)
register(
    "second_factor.added",
    "{actor} set up a second factor ({factor})",
    fields=("user_id", "factor"),
    category=Category.SIGN_IN,
)
register(
    "second_factor.removed",
    "{actor} removed a second factor ({factor})",
    fields=("user_id", "factor"),
    category=Category.SIGN_IN,
    severity=Severity.WARNING,
)
register(
    "password.changed",
    "{actor} changed the password of {subject}",
    fields=("user_id",),
    category=Category.SIGN_IN,
    severity=Severity.NOTICE,
)
register(
    "session.ended",
    "{actor} ended {sessions} sessions of {subject}",
    fields=("user_id", "sessions"),
    category=Category.SIGN_IN,
)
register(
    "profile.changed",
    "{actor} changed the profile of {subject}",
    fields=("user_id",),
    category=Category.PEOPLE,
)
register(
    "sign_in_application.created",
    "{actor} made the certificate for sign-in in the cloud {cloud}",
    fields=("cloud", "thumbprint"),
    category=Category.SIGN_IN,
)
register(
    "sign_in_application.completed",
    "{actor} entered the application for sign-in in the cloud {cloud}",
    fields=("cloud", "client_id"),
    category=Category.SIGN_IN,
)
register(
    "identity.linked",
    "{actor} linked an account of the Entra tenant {entra_tenant}",
    fields=("user_id", "entra_tenant"),
    category=Category.SIGN_IN,
)
register(
    "identity.unlinked",
    "{actor} let go of a Microsoft account",
    fields=("user_id",),
    category=Category.SIGN_IN,
)
register(
    "msp.entra_tenant_proved",
    "{actor} made the Entra tenant {entra_tenant} the one that {subject} signs in from",
    fields=("entra_tenant",),
    category=Category.CUSTOMER,
)
register(
    "sign_in_policy.changed",
    "{actor} set how the people of {subject} sign in",
    category=Category.SIGN_IN,
    severity=Severity.NOTICE,
)
register(
    "role_mapping.changed",
    "{actor} changed which Entra roles and groups get which role on {subject}",
    category=Category.SIGN_IN,
    severity=Severity.NOTICE,
)
register(
    "role_mapping.groups_untold",
    "Microsoft did not name the groups of {subject}, who is in too many: none gave a role",
    fields=("user_id",),
    category=Category.SIGN_IN,
    severity=Severity.WARNING,
)
register(
    "emergency.begun",
    "{actor} began the emergency mode of {subject}: {reason}",
    category=Category.SIGN_IN,
    severity=Severity.WARNING,
)
register(
    "emergency.ended",
    "{actor} ended the emergency mode of {subject}",
    category=Category.SIGN_IN,
    severity=Severity.WARNING,
)
register(
    "recovery_link.issued",
    "{actor} gave {subject} a link to set up sign-in anew: {reason}",
    fields=("user_id",),
    category=Category.SIGN_IN,
    severity=Severity.WARNING,
)
register(
    "recovery_link.used",
    "{subject} set up sign-in anew with a link",
    fields=("user_id",),
    category=Category.SIGN_IN,
)
register(
    "branding.changed",
    "{actor} changed how {subject} shows itself",
    category=Category.CUSTOMER,
)
register(
    "branding.logo_set",
    "{actor} gave {subject} a logo",
    fields=("width", "height"),
    category=Category.CUSTOMER,
)
register(
    "branding.logo_removed",
    "{actor} took the logo of {subject} away",
    category=Category.CUSTOMER,
)
