"""Royal Mail's Mailmark: the data of its 4-state and 2D barcodes, by which Royal Mail tells machine-readable post.

Layout by Royal Mail's Mailmark barcode definition document: 4-state barcodes C (22 characters) and L (26) are format,
version, class, supply chain (2 or 6 digits), item (8), postcode and delivery point (9); the 2D barcode begins with
'JGB ' and has 45 characters before any of the customer's own. What was checked, and where, is in docs/printing.md.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_POSTCODE = re.compile(r"^([A-Z]{1,2})(\d[A-Z\d]?) ?(\d[ABD-HJLNP-UW-Z]{2})$")
NO_DELIVERY_POINT = "9Z"
"""Royal Mail's default delivery point suffix, for an address whose own is not known."""
ITEMS = 100_000_000


@dataclass(frozen=True, slots=True)
class Mailmark:
    """One item. supply_chain: given by Royal Mail (2 digits for barcode C, 6 for L, 7 for 2D). item: 0 to 99999999.

    large_letter: a piece of that format; the 2D barcode says it by its size.
    """

    mail_class: str
    supply_chain: str
    item: int
    postcode: str
    large_letter: bool = False

    @property
    def destination(self) -> str:
        """Postcode and delivery point in nine characters, or '' for an address outside the scheme."""
        found = _POSTCODE.match(self.postcode)
        if not found:
            return ""
        return f"{found[1]}{found[2]}{found[3]}{NO_DELIVERY_POINT}".ljust(9)

    @property
    def four_state(self) -> str:
        """Of the 4-state barcode: C with a supply chain of 2 digits, L with one of 6. '' outside the scheme."""
        if not self.destination:
            return ""
        form = 2 if self.large_letter else 1
        return f"{form}1{self.mail_class}{self.supply_chain}{self.item % ITEMS:08d}{self.destination}"

    @property
    def two_d(self) -> str:
        """Of the 2D barcode: UPU code, information type 0, version 1, class, supply chain, item, destination.

        Service type 0, no return point: this council's returns come by our own mark. '' outside the scheme.
        """
        if not self.destination:
            return ""
        return f"JGB 01{self.mail_class}{self.supply_chain:0>7}{self.item % ITEMS:08d}{self.destination}0{'':7}{'':6}"


def item_number(run: int, piece: int) -> int:
    """An item number that is not used again for a hundred runs; Royal Mail asks for 90 days."""
    return (run % 100) * 1_000_000 + piece % 1_000_000
