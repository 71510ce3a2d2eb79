"""The address of a team's own copy of the rules' pages, and of each page below it."""

import re

# Nothing of it can end a link of markdown, a command of a terminal or an attribute of HTML.
ADDRESS = re.compile(r"https://[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*(:[0-9]{1,5})?(/[A-Za-z0-9._~%/+-]*)?")
LONGEST = 300
OUTSIDE_NAMES = re.compile(r"[^A-Za-z0-9._-]")


def checked(address: str) -> str:
    """The address as it may stand in a comment, "" for none; raises ValueError."""
    if address and (len(address) > LONGEST or not ADDRESS.fullmatch(address)):
        raise ValueError(
            "it takes the address of the folder that `reviewer docs --site` wrote, https://…, without a user, "
            f"a query or a fragment, and of at most {LONGEST} characters"
        )
    return address


def page(rule: str) -> str:
    """Where the page of a rule lies below the folder of all pages."""
    return f"rules/{OUTSIDE_NAMES.sub('-', rule)}.html"


def page_at(address: str, rule: str) -> str:
    """The address of the page of a rule."""
    return f"{address.rstrip('/')}/{page(rule)}"
