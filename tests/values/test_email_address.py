from __future__ import annotations

import pytest

from mailroom.values.email_address import in_ascii, is_email_address


@pytest.mark.parametrize(
    "address",
    ["a@post.example", "o'brien+x@sub.post.co.uk", "a@exämple.com", "a@xn--exmple-cua.com", f"a@{'b' * 63}.example"],
)
def test_what_mail_servers_take_is_an_address(address: str) -> None:
    assert is_email_address(address)


@pytest.mark.parametrize(
    "malformed",
    ["", "a", "@post.example", "a@", "a@post", "a@@post.example", "a b@post.example", "a,b@post.example",
     "a;b@post.example", "<a@post.example>", "a..b@post.example", ".a@post.example", "a.@post.example",
     "a@post..example", "a@post.example.", "a@-post.example", "a@post_box.example", "a@post.example\n",
     "a@post.example\nBcc: b@post.example", "jösé@post.example", '"a b"@post.example', "a@[127.0.0.1]",
     f"{'a' * 190}@post.example", f"a@{'b' * 64}.example"],
)  # fmt: skip
def test_what_none_takes_is_no_address(malformed: str) -> None:
    assert not is_email_address(malformed)


def test_an_international_host_is_written_as_mail_servers_know_it() -> None:
    assert in_ascii("a@exämple.com") == "a@xn--exmple-cua.com"
