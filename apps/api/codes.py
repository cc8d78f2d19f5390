"""Every code that a problem of the API may have, by status, and what it means.

Codes are stable: programs decide by them. Each has a page, which is the `type` of its problems.
A test reads the sources and fails for a code that is missing here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Known:
    """A code of the API's problems."""

    code: str
    status: int
    meaning: str


_MEANINGS: Final[dict[int, dict[str, str]]] = {
    400: {
        "another-msp": "Both tenants have to be of one MSP.",
        "backup-policy": "The schedule cannot be so; the detail says why.",
        "bad-event-id": "That is no id of an event of this stream.",
        "bad-idempotency-key": "An Idempotency-Key is 1 to 255 visible ASCII characters.",
        "bad-query": "A query option of the compatible door cannot be used so.",
        "bad-signature": "The document was changed: its signature does not fit.",
        "blackout": (
            "A blackout needs weekdays, a full hour from 0 to 23 at which it begins, and "
            "another one from 1 to 24 at which it ends."
        ),
        "both-said": "Break-glass approval is either forbidden or allowed.",
        "comment-length": "A comment has a text, and not a very long one.",
        "document-form": "A report is given out as CSV, JSON or PDF.",
        "domain-not-verified": "A domain of the map is no verified domain of the target.",
        "foreign-key": "The document is whole, but another installation signed it.",
        "foreign-snapshot": (
            "The snapshot tells of another tenant, not of the one that it was brought over to."
        ),
        "glass-reason": "Breaking the glass needs a reason of some length.",
        "glass-verdict": "Accept it, or object to it.",
        "invalid": "A value cannot be so.",
        "invalid-request": "Fields are missing, unknown or wrong; `errors` names each of them.",
        "job-not-successful": "The job of the compatible door has not completed successfully.",
        "keep-rules": "The keep rules cannot be so; the detail names the rule.",
        "kind-missing": "An object is asked for with its kind.",
        "kind-stays": "Things of this kind cannot go into another tenant.",
        "malformed-body": "The body is no JSON.",
        "native-point": "This is no snapshot of Microsoft's own.",
        "native-point-far": "Microsoft's snapshot is more than a day from the report's base.",
        "native-scope": "Microsoft's own recovery cannot be told that; the detail says why.",
        "native-too-many": "Microsoft's own recovery takes 100 objects a job, or whole kinds.",
        "no-change-named": "Say in a few words what is about to be changed.",
        "no-document": "This is no signed document of a recovery.",
        "no-domains": "No verified domain is known of one of the two tenants.",
        "no-kinds": "No kind was chosen.",
        "no-mail-address": "One of these is no e-mail address.",
        "no-such-interval": "There is no such interval.",
        "no-such-scenario": "There is no such scenario.",
        "no-such-template": "There is no such template.",
        "no-such-user": "The newest snapshot has no such user.",
        "not-of-this-msp": "A sweep is about tenants of one MSP.",
        "nothing-changes": "This is how it is already.",
        "nothing-selected": "The selection names no change of this report.",
        "replacement-of-another-kind": (
            "What takes the place of a lost object has to be of its kind."
        ),
        "replacement-unknown": (
            "What was to take the place of a lost object is not in the newest snapshot."
        ),
        "retention-reason": "Say why, in a few words: whoever looks at it later reads them.",
        "route-address": "This is no address that messages can be sent to.",
        "route-addresses": "A route by mail needs some addresses, and not very many.",
        "route-channel": "Choose how to be told.",
        "route-events": "Choose at least one event to be told of.",
        "route-grouping": "Group for at most a day (1440 minutes).",
        "route-name": "Give the route a name of at most 100 characters.",
        "route-quiet": "Quiet hours need a beginning and an end.",
        "route-risk": "Choose from which risk on to be told.",
        "route-tenants": "A tenant of the route is not the MSP's, or there is none.",
        "route-time-zone": "There is no such time zone.",
        "route-unsigned": "Only webhooks are signed.",
        "rules-reason": "These rules ask for less than before. Say why, in a few words.",
        "same-tenant": "The snapshot is of this very tenant.",
        "template-name": "A template needs a name of at most 80 characters.",
        "template-or-rules": "Either a template or rules of its own.",
        "time-zone": "There is no such time zone.",
        "unknown-domain": "A domain of the map is no verified domain of the source.",
        "unknown-form": "There is no such form of export.",
        "unknown-kind": "There is no such kind.",
        "unknown-type": "The compatible door knows no such type of object.",
        "working-hours": (
            "Working hours need weekdays, a full hour at which they begin and a later one at "
            "which they end, and a time zone like 'Europe/Zurich'."
        ),
    },
    401: {
        "invalid-token": (
            "The token is unknown, expired, revoked, or used from elsewhere than it may."
        ),
        "no-token": "No token was sent.",
    },
    403: {
        "demanded-by-customer": "The customer demands more than this.",
        "needs-a-part": "The role lets one read this, and not take part in it.",
        "needs-a-person": "Only a person can decide this, in the portal.",
        "needs-export": "The token, or the role of its owner, lacks the right to export.",
        "needs-make-reports": (
            "The token, or the role of its owner, lacks the right to make difference reports."
        ),
        "needs-manage-retention": (
            "The token, or the role of its owner, lacks the right to manage schedule and retention."
        ),
        "needs-request-recovery": (
            "The token, or the role of its owner, lacks the right to ask for recoveries."
        ),
        "needs-take-backups": (
            "The token, or the role of its owner, lacks the right to take snapshots."
        ),
        "needs-view-audit": (
            "The token, or the role of its owner, lacks the right to read the audit trail."
        ),
        "needs-view-backups": (
            "The token, or the role of its owner, lacks the right to look at backups."
        ),
        "needs-view-notifications": (
            "The token, or the role of its owner, lacks the right to see notifications."
        ),
        "needs-view-people": "The token, or the role of its owner, lacks the right to see people.",
        "not-allowed": "The token, or the role of its owner, does not allow this.",
        "not-your-job": "Only whoever asked for this job may cancel it.",
        "other-side-needed": "The other side has to approve this recovery.",
        "second-person": "Shorter retention takes two people, and you are the first.",
    },
    404: {
        "no-snapshot-before": "There is no snapshot of this tenant from before that time.",
        "no-such-address": "Resource not found for the segment.",
        "no-such-change": "There is no such change in this report.",
        "no-such-delivery": "There is no such entry.",
        "no-such-drill": "There is no such drill.",
        "no-such-export": "There is no such export.",
        "no-such-hand-over": "There is no such password.",
        "no-such-import": "There is no such import.",
        "no-such-job": "There is no such job.",
        "no-such-kind": "There is no such kind of object.",
        "no-such-msp": "There is no such MSP.",
        "no-such-object": "There is no such object in the history of this tenant.",
        "no-such-plan": "There is no such plan.",
        "no-such-playbook": "There is no such playbook.",
        "no-such-report": "There is no such difference report.",
        "no-such-request": "There is no such recovery request.",
        "no-such-review": "No glass was broken for this request.",
        "no-such-route": "There is no such route.",
        "no-such-rules-change": "There is no such change of approval rules.",
        "no-such-run": "There is no such run.",
        "no-such-snapshot": "There is no such snapshot.",
        "no-such-step": "There is no such step.",
        "no-such-sweep": "There is no such sweep.",
        "no-such-tenant": "There is no such tenant.",
        "no-such-transfer": "There is no such transfer.",
        "no-such-undo": "There is no such undo.",
        "not-found": "There is no such thing.",
        "not-known-yet": "The snapshot is older than the object.",
        "snapshot-pruned": "The snapshot was removed, as the tenant's keep rules say.",
    },
    405: {
        "method-not-allowed": (
            "The address does not take this method; `Allow` names those it takes."
        ),
    },
    409: {
        "agreed-already": "You have agreed to this recovery already.",
        "all-changed-since": "Others have changed all that the recovery wrote since.",
        "approval-rules-stale": "The approval rules were changed since this was asked for.",
        "conflict": "This was done before.",
        "delivery-waits": "This waits to be sent already, or cannot be.",
        "digest-mismatch": "The plan is not the one that was approved.",
        "drill-ended": "The drill has ended.",
        "drill-kept": "It was kept as a drill before.",
        "drill-not-ended": "The drill has not ended yet.",
        "drill-under-way": "A drill of the source is under way.",
        "export-expired": "The file is no longer kept.",
        "export-failed": "The file could not be written.",
        "export-not-ready": "The file is still being written.",
        "glass-off": "Break-glass approval is switched off for this tenant.",
        "glass-reviewed": "This has been reviewed before.",
        "hand-over-read": "This has been read before, or was not asked for in time.",
        "idempotency-key-in-use": "A request with this Idempotency-Key is still being answered.",
        "job-ended": "The job of the compatible door has ended.",
        "job-finished": "This job has finished already.",
        "job-taken": "A worker is at this job already.",
        "locked": "Another job is at work on this.",
        "named-already": "The account is named already.",
        "native-denied": "Microsoft refused its recovery to whoever signed in.",
        "native-job-running": "Another job of Microsoft's recovery is going on in the tenant.",
        "native-point-gone": "Microsoft does not keep that snapshot any more.",
        "native-unlicensed": "The tenant has no Entra ID P1 or P2, so Microsoft has no recovery.",
        "native-whole": "Microsoft's own recovery can neither rest nor leave a step out.",
        "needs-no-sign-in": "Nobody has to sign in at Microsoft for this recovery.",
        "never-together": "No snapshot that is kept has all of them.",
        "no-approver": "So many of those who would have to approve may not, so that nobody could.",
        "no-snapshot": "There is no snapshot of this tenant yet.",
        "not-connected": "The tenant is not connected.",
        "not-named": "The account is not on the list.",
        "nothing-damaged": "The scenario found nothing in the snapshot that it could damage.",
        "nothing-on-trial": "The recovery left no policy as report-only.",
        "nothing-to-recover": "There was nothing that a recovery could bring back.",
        "nothing-to-retry": "Nothing of the run is left to be tried again.",
        "nothing-to-undo": (
            "There is nothing to take back: all that the recovery wrote is as it was before it."
        ),
        "on-hold": "This tenant is on legal hold already.",
        "other-tenant": "Whoever signed in at Microsoft is of another tenant.",
        "outside-working-hours": "The tenant's rules want approvals in working hours.",
        "paused-too-long": "The run has rested too long for its approval to hold.",
        "plan-blocked": "Something blocks the plan; its `blockers` name it.",
        "plan-riskier": "The plan has become riskier than it was when it was made.",
        "plan-stale": "The tenant has changed since the plan was made.",
        "plan-used": "The plan has been used before.",
        "playbook-exists": "There is a playbook with this name.",
        "rehearsal-not-proved": (
            "The rehearsal does not point at the sandbox that this drill has started."
        ),
        "rehearsed-plan-blocked": "Something blocks the plan of the rehearsal.",
        "rehearsed-run-failed": "The recovery of the rehearsal did not come to its end.",
        "report-incomplete": "The difference report is not complete.",
        "request-closed": "The request has been decided before, or its time is over.",
        "retention-change-open": (
            "Another change waits for its approval, or for the end of its grace period."
        ),
        "retention-settled": "This was settled before.",
        "retention-stale": (
            "What this tenant or its template is kept by was changed since this was asked for."
        ),
        "retry-too-late": "The run ended too long ago for its approval to hold.",
        "risks-not-accepted": "High risks of the plan were not accepted one by one.",
        "rules-change-open": (
            "Another change waits for its approval, or for the end of its grace period."
        ),
        "rules-change-settled": "This change was settled before.",
        "run-ended": "The run has ended already.",
        "run-not-ended": "The recovery has not ended.",
        "run-not-paused": "The run does not rest.",
        "run-not-retryable": "A run in this state cannot be tried again.",
        "run-paused": "The run rests already, or is about to.",
        "run-state": "The run is not in a state for this.",
        "run-taken": "Another worker is at work on this run.",
        "run-undone": "The run has been taken back.",
        "stale": "There is something newer than what this was asked about.",
        "step-begun": "The step has begun, or is over.",
        "step-held-back": "This step switches off what an earlier one brings back in force.",
        "step-silent": "The step writes nothing that could be skipped.",
        "step-skipped": "The step is skipped already.",
        "template-changing": "This template is about to be changed.",
        "template-exists": "There is a template with this name.",
        "tenant-not-active": (
            "This tenant is not connected at the moment, so it cannot be captured."
        ),
        "too-many-routes": "The MSP has as many routes as it may.",
        "transfer-not-recovered": "No recovery from this transfer has come to its end.",
        "transfer-not-surveyed": (
            "The transfer is not in a state in which it could be brought over."
        ),
        "transfer-under-way": "Another transfer into this tenant is under way.",
        "undo-not-approved": "The undo was not approved with its recovery, or is not any more.",
    },
    412: {
        "precondition-failed": "The thing is not as If-Match says.",
    },
    413: {
        "body-too-large": "A body may have 1 MiB at most.",
    },
    415: {
        "unsupported-media-type": "Bodies are JSON: Content-Type: application/json.",
    },
    422: {
        "idempotency-key-reused": "This Idempotency-Key was sent before, with another request.",
    },
    429: {
        "too-many-requests": "More requests than the limit; `Retry-After` says when to go on.",
    },
    500: {
        "broken": "The operation broke off; the error is in the installation's log.",
        "damaged-body": "What is stored of an object cannot be read.",
    },
    503: {
        "mail-refused": "The mail server did not take a message.",
        "sandbox-lost": "The sandbox of a rehearsal cannot be used.",
        "sandbox-not-started": "The sandbox for the rehearsal did not start.",
        "too-many-streams": "As many streams are open as there can be.",
        "unavailable": "Something that is needed does not answer at the moment.",
    },
}

CODES: Final = {
    code: Known(code, status, meaning)
    for status, codes in _MEANINGS.items()
    for code, meaning in codes.items()
}
