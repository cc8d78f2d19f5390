"""Sealing the bodies of one collection, and opening those that a delta answer is laid over."""

from typing import Any

from apps.history.bodies import BodyOpener, BodySealer, Place, train
from apps.history.capture.run_state import CaptureRun
from apps.history.dictionaries import NO_DICTIONARY, all_dictionaries, newest_dictionaries
from apps.history.selectors.bodies import stored_bodies

MINIMUM_SAMPLES = 1000


class CollectionBodies:
    """The bodies of one kind in one capture.

    Without a dictionary, the first portion that is large enough trains one.
    """

    def __init__(self, run: CaptureRun, kind: str) -> None:
        self._run, self._kind = run, kind
        self._dictionary = self._newest()
        # Most collections have nothing to seal, and making ready for it takes a millisecond.
        self._sealer: BodySealer | None = None
        self._opener: BodyOpener | None = None

    def seal(self, bodies: list[tuple[str, dict[str, Any]]]) -> list[bytes]:
        """The stored forms of bodies, given with their object ids, in the same order."""
        if not bodies:
            return []
        if self._dictionary == NO_DICTIONARY and len(bodies) >= MINIMUM_SAMPLES:
            self._train_on([body for _, body in bodies])
        if self._sealer is None:
            self._sealer = self._new_sealer()
        return self._sealer.seal(bodies)

    def open_staged(self, staged: dict[str, bytes]) -> dict[str, dict[str, Any]]:
        """Bodies that this capture sealed, by object id."""
        opener = self._opener_at_hand()
        return {
            object_id: opener.open(Place(self._kind, object_id, self._run.seq), stored)
            for object_id, stored in staged.items()
        }

    def open_known(self, object_ids: list[str]) -> dict[str, dict[str, Any]]:
        """The bodies that the newest versions of objects have."""
        opener = self._opener_at_hand()
        keys = [(self._kind, object_id) for object_id in object_ids]
        return {
            place.object_id: opener.open(place, stored)
            for place, stored in stored_bodies(self._run.tenant_id, keys, self._run.seq)
        }

    def _newest(self) -> tuple[int, bytes]:
        own = [item for item in self._run.trained.items() if item[0][0] == self._kind]
        if own:
            (_, number), dictionary = own[-1]
            return number, dictionary
        if self._run.dictionaries is None:
            self._run.dictionaries = newest_dictionaries(self._run.tenant_id, self._run.key)
        return self._run.dictionaries.get(self._kind, NO_DICTIONARY)

    def _train_on(self, samples: list[dict[str, Any]]) -> None:
        dictionary = train(samples)
        if not dictionary:
            return
        number = self._dictionary[0] + 1
        self._run.trained[self._kind, number] = dictionary
        self._dictionary = (number, dictionary)
        self._sealer = self._opener = None

    def _new_sealer(self) -> BodySealer:
        run, (number, dictionary) = self._run, self._dictionary
        return BodySealer(
            run.key, run.tenant_id, self._kind, run.seq, number=number, dictionary=dictionary
        )

    def _opener_at_hand(self) -> BodyOpener:
        if self._opener is None:
            run = self._run
            if run.known_dictionaries is None:
                run.known_dictionaries = all_dictionaries(run.tenant_id, run.key)
            known = run.known_dictionaries | run.trained
            self._opener = BodyOpener(run.key, run.tenant_id, known)
        return self._opener
