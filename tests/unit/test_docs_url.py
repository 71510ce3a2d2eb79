import pytest

from reviewer.docs_url import checked, page, page_at


@pytest.mark.parametrize(
    "address",
    ["", "https://rules.example.com", "https://example.com:8443/a/b-c_d/", "https://ada.github.io/rules/v1.2/%C3%BC"],
)
def test_an_address_of_a_folder_is_taken_as_it_is(address: str) -> None:
    assert checked(address) == address


@pytest.mark.parametrize(
    "address",
    [
        "http://rules.example.com",
        "javascript:alert(1)",
        "//rules.example.com",
        "rules.example.com",
        "https://",
        "https://ada:secret@example.com/",
        "https://example.com/?q=1",
        "https://example.com/#top",
        "https://example.com/a b",
        "https://example.com/)](https://evil.example)",
        "https://example.com/`",
        "https://example.com/<b>",
        "https://example.com/\x1b]8;;",
        "https://example.com/\n",
        "https://éxample.com/",
        "https://example..com/",
        "https://example.com/" + "a" * 300,
    ],
)
def test_any_other_address_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match="https://…, without a user"):
        checked(address)


def test_a_rule_has_one_page() -> None:
    assert page("hard-delete") == "rules/hard-delete.html"
    assert page("ruff:C901") == "rules/ruff-C901.html"
    assert page("../x/<y>") == "rules/..-x--y-.html"
    assert page_at("https://example.com/rules/", "hard-delete") == "https://example.com/rules/rules/hard-delete.html"
