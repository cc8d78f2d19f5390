"""What Conditional Access would decide of a sign-in, from policies as Graph gives them.

Pure: policies, people and places come in, a decision comes out. Whatever is not known (where
somebody is, what device he has, how risky his sign-in is taken to be) makes an answer MAYBE, never
a guess in his favour. How Entra decides:
https://learn.microsoft.com/entra/identity/conditional-access/concept-conditional-access-policies
"""

from apps.entra.conditional_access.answers import Answer
from apps.entra.conditional_access.deciding import Decision, decide
from apps.entra.conditional_access.policies import Demand, Finding, evaluate
from apps.entra.conditional_access.sign_ins import SignIn, Where, Who
from apps.entra.conditional_access.ways_in import Level, WayIn, best_way_in

__all__ = [
    "Answer",
    "Decision",
    "Demand",
    "Finding",
    "Level",
    "SignIn",
    "WayIn",
    "Where",
    "Who",
    "best_way_in",
    "decide",
    "evaluate",
]
