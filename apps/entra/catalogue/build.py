"""Short ways to say the same thing about many properties."""

from dataclasses import replace

from apps.entra.catalogue.model import Clearing, Lock, Property, Writability

GRAPH_DOCS = "https://learn.microsoft.com/graph/api/resources/"
SET_BY_ENTRA = "Set by Entra itself; no request can write it."
SYNCHRONISED = Lock(
    "It is synchronised from the on-premises directory, which would undo the change: put it right "
    "there.",
    when=(("onPremisesSyncEnabled", True),),
)
SET_ON_PREMISES = "Comes from the on-premises directory; it is changed there."


def writable(*names: str, sensitive: str = "", native: bool = False) -> tuple[Property, ...]:
    """Single values that null clears. native: covered by Microsoft under the same name."""
    return tuple(
        Property(name, sensitive=sensitive, native=name if native else "") for name in names
    )


def flags(*names: str, native: bool = False) -> tuple[Property, ...]:
    """Values that always have one and cannot be cleared (switches)."""
    return tuple(
        Property(name, clear=Clearing.NEVER, native=name if native else "") for name in names
    )


def array(
    name: str, *, native: str = "", sensitive: str = "", caveat: str = "", guarded: bool = False
) -> Property:
    """A set of values: replaced as a whole, emptied with [], the order says nothing."""
    return Property(
        name,
        clear=Clearing.EMPTY,
        unordered=True,
        native=native,
        sensitive=sensitive,
        caveat=caveat,
        guarded=guarded,
    )


def read_only(*names: str, reason: str = SET_BY_ENTRA) -> tuple[Property, ...]:
    """What Graph gives and nobody writes."""
    return tuple(
        Property(name, write=Writability.READ_ONLY, clear=Clearing.NEVER, reason=reason)
        for name in names
    )


def read_only_arrays(*names: str, reason: str = SET_BY_ENTRA) -> tuple[Property, ...]:
    """Sets that Graph gives and nobody writes."""
    return tuple(replace(item, unordered=True) for item in read_only(*names, reason=reason))


def stamps(*names: str) -> tuple[Property, ...]:
    """Times that move without anybody changing the object: kept, but out of the digest."""
    return tuple(replace(item, volatile=True) for item in read_only(*names))


def create_only(*names: str, reason: str) -> tuple[Property, ...]:
    """Fixed when the object is made."""
    return tuple(
        Property(name, write=Writability.CREATE_ONLY, clear=Clearing.NEVER, reason=reason)
        for name in names
    )


def not_read(*names: str, write: Writability, reason: str) -> tuple[Property, ...]:
    """What captures leave out altogether, named so that nobody has to guess."""
    return tuple(
        Property(name, write=write, clear=Clearing.NEVER, selected=False, reason=reason)
        for name in names
    )
