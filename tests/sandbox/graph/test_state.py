"""The directory: indexes, bins, checkpoints, listeners, sharing."""

import pytest

from apps.sandbox.state.directory import Directory, Mutation
from apps.sandbox.state.world import World

from .conftest import add_application, add_group, add_user


def test_objects_are_found_by_property_whatever_the_case(directory: Directory) -> None:
    alice = add_user(directory, "Alice")

    assert directory.find("user", "userPrincipalName", "ALICE@CONTOSO.COM") is directory.get(alice)
    directory.change(alice, {"userPrincipalName": "a@contoso.com"})
    assert directory.find("user", "userPrincipalName", "alice@contoso.com") is None
    directory.soft_delete(alice)
    assert directory.find("user", "userPrincipalName", "a@contoso.com") is None


def test_an_id_is_taken_once(directory: Directory) -> None:
    alice = add_user(directory, "Alice")
    directory.soft_delete(alice)

    with pytest.raises(ValueError, match=alice):
        directory.add("user", {}, object_id=alice)


def test_equal_values_are_shared(directory: Directory) -> None:
    one = directory.get(add_user(directory, "A", assignedPlans=[{"service": "exchange"}]))
    two = directory.get(add_user(directory, "B", assignedPlans=[{"service": "exchange"}]))

    assert one
    assert two
    assert one.body["assignedPlans"] is two.body["assignedPlans"]


def test_deleting_a_principal_takes_its_grants_and_restoring_brings_them(
    directory: Directory,
) -> None:
    alice = add_user(directory, "Alice")
    application, resource = add_application(directory, "App")
    grant = directory.add("appRoleAssignment", {"principalId": alice, "resourceId": resource})
    credential = directory.add("federatedIdentityCredential", {"name": "ci"})
    directory.link("application.federatedIdentityCredentials", application, credential)

    directory.soft_delete(alice)
    directory.soft_delete(application)
    assert directory.get(grant) is None
    assert directory.get(credential) is None

    directory.restore(alice)
    directory.restore(application)
    assert directory.get(grant) is not None
    relation = "application.federatedIdentityCredentials"
    assert list(directory.targets(relation, application)) == [credential]


def test_a_checkpoint_can_be_returned_to_again_and_again(
    world: World, directory: Directory
) -> None:
    alice, group = add_user(directory, "Alice"), add_group(directory, "Staff")
    kept = world.checkpoint()

    for _ in range(2):
        directory.link("group.members", group, alice)
        directory.change(alice, {"displayName": "Mallory"})
        directory.purge(group)
        world.rewind(kept)
        record = directory.get(alice)
        assert record is not None
        assert record.body["displayName"] == "Alice"
        assert directory.get(group) is not None
        assert not directory.targets("group.members", group)


def test_listeners_hear_every_mutation(world: World, directory: Directory) -> None:
    heard: list[tuple[str, Mutation]] = []
    world.listeners.append(lambda tenant, mutation: heard.append((tenant, mutation)))

    alice, group = add_user(directory, "Alice"), add_group(directory, "Staff")
    directory.link("group.members", group, alice)
    directory.soft_delete(alice)

    assert [mutation.kind for _tenant, mutation in heard] == ["put", "put", "link", "unlink", "put"]
    assert {tenant for tenant, _mutation in heard} == {directory.tenant_id}
