"""How files are shared among machines."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewer.errors import ReviewerError
from reviewer.shard import Shard

WEIGHTS = st.dictionaries(st.text(max_size=4), st.integers(0, 1000), max_size=30)


@given(weights=WEIGHTS, total=st.integers(1, 6), seed=st.integers())
def test_each_file_goes_to_one_machine_whatever_the_order(weights: dict[str, int], total: int, seed: int) -> None:
    shuffled = list(weights)
    random.Random(seed).shuffle(shuffled)  # noqa: S311  # chance that can be repeated
    shares = [Shard(number, total).share({path: weights[path] for path in shuffled}) for number in range(1, total + 1)]
    assert sorted(path for share in shares for path in share) == sorted(weights)
    assert shares == [Shard(number, total).share(weights) for number in range(1, total + 1)]


@given(weights=WEIGHTS, total=st.integers(1, 6))
def test_no_machine_does_much_more_than_another(weights: dict[str, int], total: int) -> None:
    shares = [Shard(number, total).share(weights) for number in range(1, total + 1)]
    loads = [sum(max(weights[path], 1) for path in share) for share in shares]
    assert max(loads) - min(loads) <= max((max(each, 1) for each in weights.values()), default=0)


@pytest.mark.parametrize("text", ["", "1", "0/2", "3/2", "1/0", "1/2/3", "a/b", "1/-2", "01/2", "1/99999"])
def test_what_is_no_shard_is_told(text: str) -> None:
    with pytest.raises(ReviewerError, match="write K/N"):
        Shard.read(text)
    assert str(Shard.read("2/4")) == "2/4"
