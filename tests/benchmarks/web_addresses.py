"""The addresses that bench_web measures, each in words, with the role that opens it."""

from __future__ import annotations

LEADER, GOVERNANCE, UNIT, CLERK = "team_leader", "information_governance", "print_unit", "customer_service"


def addresses(item: str, waiting: str) -> list[tuple[str, str, str]]:
    return [
        ("Review queue", LEADER, "/review/"),
        ("Review queue, one flag", LEADER, "/review/?service=&flag=vulnerable"),
        ("Review, one item", LEADER, f"/review/{waiting}/"),
        ("Review, finding a customer", LEADER, "/review/find/?q=thisslewood"),
        ("A team's post, open", LEADER, "/items/"),
        ("A team's post, late", LEADER, "/items/?show=late"),
        ("A team's post, answered", LEADER, "/items/?show=answered"),
        ("Every team's post", GOVERNANCE, "/items/"),
        ("Every team's post, answered", GOVERNANCE, "/items/?show=answered"),
        ("An item", LEADER, f"/items/{item}/"),
        ("Who may open private items", LEADER, "/items/private/"),
        ("Customers by name with a slip", CLERK, "/customers/?q=Given12+Thisslewood"),
        ("Customers by address with a slip", CLERK, "/customers/?q=14+Nlder12+Raod"),
        ("Customers by telephone", CLERK, "/customers/?q=07000000123"),
        ("A customer", LEADER, "/customers/C0000123/"),
        ("A customer, outline", CLERK, "/customers/C0000123/"),
        ("Print unit, today", UNIT, "/print-unit/"),
        ("A batch", UNIT, f"/batches/{item[:7]}/"),
        ("Search, a word in most items, own services", LEADER, "/search/?q=council"),
        ("Search, two common words, own services", LEADER, "/search/?q=council+rent"),
        ("Search, a phrase", LEADER, "/search/?q=%22council+tax%22"),
        ("Search, a rare word", LEADER, "/search/?q=word29000x"),
        ("Search, a word nobody wrote", LEADER, "/search/?q=zanzibar"),
        ("Search, a reference", LEADER, "/search/?q=5000+0123"),
        ("Search, common word without another", LEADER, "/search/?q=council+-rent"),
        ("Search, every service", GOVERNANCE, "/search/?q=council"),
        ("Search, every service, three words", GOVERNANCE, "/search/?q=council+tax+claim"),
        ("Search, narrowed to a small service", GOVERNANCE, "/search/?q=council&service=legal"),
        ("Search, narrowed to a rare flag", GOVERNANCE, "/search/?q=council&flag=court_papers"),
        ("Search, narrowed to a month years ago", GOVERNANCE, "/search/?q=council&since=2019-03-01&until=2019-03-31"),
        ("Search, one customer's letters", GOVERNANCE, "/search/?q=council&customer=C0000123"),
    ]
