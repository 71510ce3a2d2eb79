"""What an answer with an error means, and how long it asks to wait."""

import pytest

from reviewer.errors import GitHubError
from reviewer.github.fault import Fault, Patience, Sort, explained, fault_of

NOW = 1_000_000.0
LATER = {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "1000030"}


@pytest.mark.parametrize(
    ("status", "headers", "message", "sort", "wait"),
    [
        (500, {}, "", Sort.DOUBTFUL, None),
        (502, {"retry-after": "5"}, "", Sort.DOUBTFUL, None),
        (408, {}, "", Sort.DOUBTFUL, None),
        (599, {}, "", Sort.DOUBTFUL, None),
        (429, {}, "", Sort.BUSY, None),
        (429, {"retry-after": "5"}, "", Sort.BUSY, 5),
        (429, {"retry-after": "soon"}, "", Sort.BUSY, None),
        (403, {"retry-after": "5", **LATER}, "", Sort.BUSY, 5),
        (403, LATER, "API rate limit exceeded for installation.", Sort.BUSY, 31),
        (403, {}, "You have exceeded a secondary rate limit.", Sort.BUSY, None),
        (422, {}, "was submitted too quickly", Sort.BUSY, None),
        (403, {}, "Resource not accessible by integration", Sort.FORBIDDEN, None),
        (403, {"x-ratelimit-remaining": "12"}, "no", Sort.FORBIDDEN, None),
        (422, {}, "Validation Failed", Sort.INVALID, None),
        (401, {}, "Bad credentials", Sort.FATAL, None),
        (404, {}, "Not Found", Sort.FATAL, None),
        (410, {}, "Gone", Sort.FATAL, None),
        (499, {}, "", Sort.FATAL, None),
    ],
)
def test_a_status_means(status: int, headers: dict[str, str], message: str, sort: Sort, wait: float | None) -> None:
    fault = fault_of(status, headers, {"message": message}, NOW)

    assert (fault.sort, fault.wait, fault.status) == (sort, wait, status)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"message": "No", "errors": ["one and two"]}, "No: one and two"),
        ({"message": "No", "errors": "one and two"}, "No: one and two"),
        ({"message": "No", "errors": [{"message": "one"}, {"code": "two"}, {}]}, "No: one: two"),
        ({"message": "No"}, "No"),
        ({"data": "<html>"}, "status 422"),
        (None, "status 422"),
        ([1], "status 422"),
        ({"message": "x" * 9000}, "x" * 500),
    ],
)
def test_a_message_is_found_in_any_answer(data: object, message: str) -> None:
    assert fault_of(422, {}, data, NOW).message == message


@pytest.mark.parametrize("status", [401, 403, 404, 410, 422, 0])
def test_an_explanation_has_githubs_own_words(status: int) -> None:
    assert "because" in explained(Fault(Sort.FORBIDDEN, "because", status=status))


def test_patience_has_an_end_in_all() -> None:
    waits: list[float] = []
    patience = Patience(waits.append, left=100)
    busy = Fault(Sort.BUSY, "busy", status=429, wait=60)
    patience.bear(busy, 1)

    with pytest.raises(GitHubError, match=r"429 \(busy\), at attempt 1"):
        patience.bear(busy, 1)

    assert waits == [60]


def test_what_another_try_does_not_change_is_not_waited_for() -> None:
    fault = Fault(Sort.FATAL, "no", status=404)

    with pytest.raises(Fault) as raised:
        Patience(lambda _: None).bear(fault, 1)

    assert raised.value is fault
