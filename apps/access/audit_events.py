from apps.audit.registry import register

register("user.created", "{actor} made an account for {subject}", fields=("user_id",))
register("user.deactivated", "{actor} closed the account of {subject}", fields=("user_id",))
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
