"""What stands on a pull request once an operation is done."""

from collections.abc import Callable
from dataclasses import replace

from reviewer.github.operations import (
    Edit,
    EditSummary,
    Entry,
    Minimize,
    PostOnFile,
    PostReview,
    PostSummary,
    Reopen,
    Reply,
    Resolve,
    Unfold,
    Withdraw,
    Write,
)
from reviewer.github.standing import Demand, Standing
from reviewer.github.threads import Comment, Discussion
from reviewer.model import FileAnchor


def after(standing: Standing, operation: Write, made: int) -> Standing:
    """What stands once an operation is done; what it made has the number `made`."""
    match operation:
        case PostReview(entries=entries, body=body, demands=demands):
            begun = tuple(_begun(entry, standing, made, place) for place, entry in enumerate(entries))
            new = (Demand(made, standing.identity, bot=False, body=body),) * demands
            return replace(standing, discussions=(*standing.discussions, *begun), demands=(*standing.demands, *new))
        case PostOnFile(entry=entry):
            return replace(standing, discussions=(*standing.discussions, _begun(entry, standing, made)))
        case PostSummary(body=body):
            return replace(standing, issue=(*standing.issue, _own(standing, made, body)))
        case EditSummary(comment=edited, body=body):
            issue = [replace(old, body=body) if old.id == edited else old for old in standing.issue]
            return replace(standing, issue=tuple(issue))
        case Withdraw(review=review):
            changed = (replace(each, dismissed=each.dismissed or each.id == review) for each in standing.demands)
            return replace(standing, demands=tuple(changed))
        case _:
            return replace(
                standing, discussions=tuple(_talked(each, operation, standing, made) for each in standing.discussions)
            )


def _talked(
    discussion: Discussion,
    operation: Reply | Edit | Minimize | Unfold | Resolve | Reopen,
    standing: Standing,
    made: int,
) -> Discussion:
    match operation:
        case Reply(comment=comment, body=body) if discussion.comments[0].id == comment:
            discussion = replace(discussion, comments=(*discussion.comments, _own(standing, made, body)))
        case Edit(comment=comment, body=body):
            discussion = _changed(discussion, lambda each: each.id == comment, lambda each: replace(each, body=body))
        case Minimize(node=node) | Unfold(node=node):
            folded = isinstance(operation, Minimize)
            reason = operation.why.lower() if isinstance(operation, Minimize) else ""
            discussion = _changed(
                discussion, lambda each: each.node == node, lambda each: replace(each, minimized=folded, reason=reason)
            )
        case Resolve(node=node) if discussion.node == node:
            discussion = replace(discussion, resolved=True, resolver=standing.identity)
        case Reopen(node=node) if discussion.node == node:
            discussion = replace(discussion, resolved=False, resolver="")
    return discussion


def _changed(
    discussion: Discussion, chosen: Callable[[Comment], bool], change: Callable[[Comment], Comment]
) -> Discussion:
    comments = tuple(change(each) if chosen(each) else each for each in discussion.comments)
    return replace(discussion, comments=comments)


def _begun(entry: Entry, standing: Standing, made: int, place: int = 0) -> Discussion:
    """A thread of which only we know so far; its names are ours until GitHub is asked again."""
    name = f"new {made}.{place}"
    opening = replace(_own(standing, made, entry.body), node=name)
    on_file = isinstance(entry.anchor, FileAnchor)
    return Discussion(node=name, path=entry.anchor.path, comments=(opening,), on_file=on_file)


def _own(standing: Standing, number: int, body: str) -> Comment:
    return Comment(number, standing.identity, bot=False, body=body)
