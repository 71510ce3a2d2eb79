"""What went wrong with a request, what follows from it, and how long to wait before the next one."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum, auto
from http import HTTPStatus

from reviewer.errors import GitHubError

# Every waiting of a run together, in seconds.
PATIENCE = 300.0
ATTEMPTS = 5
# What GitHub asks for after a limit without a time of its own.
LIMIT_WAIT = 60.0
FIRST_WAIT = 1.0
MESSAGE_LIMIT = 500
LIMIT_WORDS = ("rate limit", "submitted too quickly", "abuse detection", "retry your request again later")


class Sort(Enum):
    """What a fault says about the request."""

    DOUBTFUL = auto()  # done or not: the answer is lost
    BUSY = auto()  # not done, and welcome later
    FORBIDDEN = auto()  # the token lacks the right
    INVALID = auto()  # GitHub does not take what was sent
    FATAL = auto()


class Fault(Exception):  # noqa: N818  # a name for both ends of a request; never shown as an error by itself
    """A request that did not end well; `wait` is what GitHub asks for, in seconds."""

    def __init__(self, sort: Sort, message: str, *, status: int = 0, wait: float | None = None) -> None:
        super().__init__(message)
        self.sort = sort
        self.message = message
        self.status = status
        self.wait = wait


def fault_of(status: int, headers: Mapping[str, str], data: object, now: float) -> Fault:
    """The fault that an answer with an error's status is; `now` is the time, in seconds of the epoch."""
    message = _message(data) or f"status {status}"
    limited = _limited(status, headers, message)
    return Fault(_sort(status, limited=limited), message, status=status, wait=_wait(headers, now) if limited else None)


# GraphQL's own words for what went wrong.
SORTS = {
    "RATE_LIMITED": Sort.BUSY,
    "RATE_LIMIT": Sort.BUSY,
    "FORBIDDEN": Sort.FORBIDDEN,
    "INSUFFICIENT_SCOPES": Sort.FORBIDDEN,
    "NOT_FOUND": Sort.FATAL,
    "UNPROCESSABLE": Sort.INVALID,
}


def fault_in(document: object) -> Fault | None:
    """The fault that an answer of GraphQL tells of, which has status 200 all the same."""
    errors = document.get("errors") if isinstance(document, dict) else None
    if not errors:
        return None
    first = errors[0] if isinstance(errors, list) else {}
    kind = first.get("type") if isinstance(first, dict) else None
    message = _message({"errors": errors}) or "GraphQL reports an error without a message"
    limited = any(words in message.lower() for words in LIMIT_WORDS)
    sort = Sort.BUSY if limited else SORTS.get(str(kind), Sort.DOUBTFUL)
    return Fault(sort, message, status=HTTPStatus.NOT_FOUND if kind == "NOT_FOUND" else HTTPStatus.OK)


def _message(data: object) -> str:
    """The message of an answer with the errors it names, which are one text, texts, or objects."""
    if not isinstance(data, dict):
        return ""
    errors = data.get("errors") or []
    texts = [_text(error) for error in errors] if isinstance(errors, list) else [errors]
    return ": ".join(str(text) for text in [data.get("message"), *texts] if text)[:MESSAGE_LIMIT]


def _text(error: object) -> object:
    return error.get("message") or error.get("code") if isinstance(error, dict) else error


def _limited(status: int, headers: Mapping[str, str], message: str) -> bool:
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return True
    said = "retry-after" in headers or any(words in message.lower() for words in LIMIT_WORDS)
    return said and status in {HTTPStatus.FORBIDDEN, HTTPStatus.UNPROCESSABLE_ENTITY}


def _sort(status: int, *, limited: bool) -> Sort:
    if limited:
        return Sort.BUSY
    if status == HTTPStatus.REQUEST_TIMEOUT or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return Sort.DOUBTFUL
    sorts: dict[int, Sort] = {HTTPStatus.FORBIDDEN: Sort.FORBIDDEN, HTTPStatus.UNPROCESSABLE_ENTITY: Sort.INVALID}
    return sorts.get(status, Sort.FATAL)


def _wait(headers: Mapping[str, str], now: float) -> float | None:
    """The seconds that the headers ask for; `retry-after` goes first."""
    asked = _number(headers.get("retry-after"))
    if asked is not None:
        return asked
    reset = _number(headers.get("x-ratelimit-reset"))
    if headers.get("x-ratelimit-remaining") == "0" and reset is not None:
        return max(reset - now, 0.0) + 1.0
    return None


def _number(text: str | None) -> float | None:
    return float(text) if text is not None and text.isascii() and text.isdigit() else None


@dataclass
class Patience:
    """The waiting of one run: longer after each failure, and no longer than `left` seconds in all."""

    sleep: Callable[[float], None] = time.sleep
    left: float = PATIENCE

    def bear(self, fault: Fault, attempt: int) -> None:
        """Wait after an attempt, counted from 1; raises the fault when that is no use, GitHubError when too long."""
        if fault.sort not in {Sort.DOUBTFUL, Sort.BUSY}:
            raise fault
        usual = LIMIT_WAIT if fault.sort is Sort.BUSY else FIRST_WAIT
        wait = usual * 2 ** (attempt - 1) if fault.wait is None else fault.wait
        if attempt >= ATTEMPTS or wait > self.left:
            raise GitHubError(f"{explained(fault)}, at attempt {attempt}; run the job again later") from fault
        self.pause(wait)

    def pause(self, seconds: float) -> None:
        """Wait, at the expense of what is left."""
        self.left -= seconds
        self.sleep(seconds)


def explained(fault: Fault) -> str:
    """What a fault means to a user, and what to do next."""
    match fault.status:
        case HTTPStatus.UNAUTHORIZED:
            return f"GitHub does not know the token ({fault.message}); check `token` of the Action, or GITHUB_TOKEN"
        case HTTPStatus.NOT_FOUND:
            return f"GitHub finds no such pull request ({fault.message}); check its name and what the token may read"
        case HTTPStatus.FORBIDDEN if fault.sort is Sort.FORBIDDEN:
            return f"GitHub forbids it ({fault.message}); give the job `pull-requests: write`"
        case 0:
            return f"GitHub could not be reached, or its answer was cut off ({fault.message})"
        case status:
            return f"GitHub answered {status} ({fault.message})"
