"""Authentication strengths: which combinations of methods count.

https://learn.microsoft.com/graph/api/resources/authenticationstrengthpolicy
"""

from apps.entra.catalogue import native
from apps.entra.catalogue.build import GRAPH_DOCS, flags, read_only, stamps, writable
from apps.entra.catalogue.model import (
    Clearing,
    Companion,
    Kind,
    Lane,
    Lock,
    Property,
    Unrestorable,
    Writability,
)

AUTHENTICATION_STRENGTH_POLICY = Kind(
    name="authenticationStrengthPolicy",
    graph_type="authenticationStrengthPolicy",
    title="Authentication strength",
    version="v1.0",
    list_path="/policies/authenticationStrengthPolicies",
    item_path="/policies/authenticationStrengthPolicies/{id}",
    create_path="/policies/authenticationStrengthPolicies",
    properties=native.mark_all(
        (
            *flags("displayName"),
            *writable("description"),
            Property(
                "allowedCombinations",
                write=Writability.OWN_REQUEST,
                clear=Clearing.NEVER,
                unordered=True,
                caveat="Written by the action updateAllowedCombinations, all at once.",
                sensitive="A weaker combination weakens every policy that asks for this strength.",
            ),
            Property(
                "combinationConfigurations",
                write=Writability.OWN_REQUEST,
                clear=Clearing.EMPTY,
                unordered=True,
                caveat="Each is made, changed and removed by a request of its own.",
                sensitive="Says which keys and certificates count.",
            ),
            *read_only("createdDateTime", "policyType", "requirementsSatisfied"),
            *stamps("modifiedDateTime"),
        )
    ),
    read_permission=("Policy.Read.AuthenticationMethod",),
    write_permission=("Policy.ReadWrite.ConditionalAccess",),
    documentation=f"{GRAPH_DOCS}authenticationstrengthpolicy",
    order=51,
    together=True,
    lane=Lane.POLICY,
    page_size=None,
    supports_select=False,
    companions=(
        Companion("displayName", "Graph asks for it."),
        Companion("allowedCombinations", "Graph asks for it."),
    ),
    locks=(
        Lock(
            "It is one of Microsoft's own strengths, the same in every tenant.",
            when=(("policyType", "builtIn"),),
        ),
    ),
    licence="Entra ID P1.",
    native="full",
    headers={"Prefer": "include-unknown-enum-members"},
    unrestorable=(
        Unrestorable("built-in strengths", "They are Microsoft's and the same in every tenant."),
        Unrestorable("id", "A strength that is made again gets a new id."),
    ),
    digest_without=("combinationConfigurations[].id",),
)
