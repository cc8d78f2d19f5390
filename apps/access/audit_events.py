from apps.audit.registry import register

register("user.created", "{actor} made an account for {subject}", fields=("user_id",))
register("user.deactivated", "{actor} closed the account of {subject}", fields=("user_id",))
register("role.granted", "{actor} made {subject} {role}", fields=("role", "user_id", "level"))
register(
    "role.revoked",
    "{actor} took the role {role} from {subject}",
    fields=("role", "user_id", "level"),
)
