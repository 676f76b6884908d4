import pytest

from cluneal.knowledge import load
from cluneal.knowledge.schema import Anatomy, Knowledge


@pytest.fixture(scope="session")
def knowledge() -> Knowledge:
    return load()


@pytest.fixture(scope="session")
def anatomy(knowledge: Knowledge) -> Anatomy:
    return knowledge.anatomy
