"""The fixtures. One sandbox serves the whole run; after each test its clock and its faults are as they were."""

from collections.abc import Callable, Iterator
from itertools import count

import pytest

from pytest_onboarding.person import Person
from pytest_onboarding.sandbox import Sandbox

UNUSED = count(1000)  # test people that no other test has met


@pytest.fixture(scope="session")
def onboarding_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """The running sandbox."""
    with Sandbox(tmp_path_factory.mktemp("onboarding")) as sandbox:
        yield sandbox


@pytest.fixture
def onboarding_sandbox(onboarding_server: Sandbox) -> Iterator[Sandbox]:
    """The sandbox as it was at its start, but for people, services and messages."""
    yield onboarding_server
    onboarding_server.reset_clock()
    for client_id in onboarding_server.faults():
        onboarding_server.switch_fault(None, client_id)


@pytest.fixture
def onboarding_person(onboarding_sandbox: Sandbox) -> Person:
    """Somebody with an account, whom no other test knows."""
    return onboarding_sandbox.person(next(UNUSED))


@pytest.fixture
def onboarding_code(onboarding_sandbox: Sandbox) -> Callable[[str], str]:
    """The code in the newest message to a number."""
    return onboarding_sandbox.code
