"""Countries as people write them on envelopes, and the postal zone each is in.

Europe is Royal Mail's zone 1 to 3 (its "International delivery" country guide); the rest is one zone to us, because
the prices of config/postage.toml know no finer one. The Channel Islands and the Isle of Man are inland post.
"""

from __future__ import annotations

import unicodedata

UNITED_KINGDOM = (
    "united kingdom", "uk", "great britain", "gb", "britain", "england", "scotland", "wales",
    "northern ireland", "y deyrnas unedig", "deyrnas unedig", "lloegr", "yr alban", "cymru", "gogledd iwerddon",
)  # fmt: skip

_EUROPE = """
Albania; Andorra; Armenia; Austria; Azerbaijan; Azores; Balearic Islands; Belarus; Belgium = Gwlad Belg; Bosnia and
Herzegovina = Bosnia Herzegovina; Bulgaria; Canary Islands; Corsica; Croatia; Cyprus; Czech Republic = Czechia; Denmark;
Estonia; Faroe Islands; Finland = Y Ffindir; France = Ffrainc; Georgia; Germany = Yr Almaen = Deutschland; Gibraltar;
Greece = Groeg; Greenland; Hungary = Hwngari; Iceland = Gwlad yr Ia; Ireland = Republic of Ireland = Eire = Iwerddon;
Italy = Yr Eidal; Kazakhstan; Kosovo; Kyrgyzstan; Latvia; Liechtenstein; Lithuania; Luxembourg; Madeira; Malta; Moldova;
Monaco; Montenegro; Netherlands = The Netherlands = Holland = Yr Iseldiroedd; North Macedonia = Macedonia; Norway =
Norwy; Poland = Gwlad Pwyl = Polska; Portugal = Portiwgal; Romania = Rwmania; Russia = Russian Federation; San Marino;
Serbia; Slovakia; Slovenia; Spain = Sbaen = Espana; Sweden; Switzerland = Y Swistir; Tajikistan; Turkey = Turkiye =
Twrci; Turkmenistan; Ukraine; Uzbekistan; Vatican City = Vatican
"""
_WORLD = """
Afghanistan; Algeria; American Samoa; Angola; Anguilla; Antigua and Barbuda; Argentina; Aruba; Australia = Awstralia;
Bahamas = The Bahamas; Bahrain; Bangladesh; Barbados; Belize; Benin; Bermuda; Bhutan; Bolivia; Botswana; Brazil;
British Virgin Islands; Brunei; Burkina Faso; Burundi; Cambodia; Cameroon; Canada; Cape Verde; Cayman Islands; Central
African Republic; Chad; Chile; China; Colombia; Comoros; Congo = Democratic Republic of the Congo = DRC; Cook Islands;
Costa Rica; Cuba; Curacao; Djibouti; Dominica; Dominican Republic; East Timor = Timor-Leste; Ecuador; Egypt = Yr Aifft;
El Salvador; Equatorial Guinea; Eritrea; Eswatini = Swaziland; Ethiopia; Falkland Islands; Fiji; French Guiana; French
Polynesia; Gabon; Gambia = The Gambia; Ghana; Grenada; Guadeloupe; Guam; Guatemala; Guinea; Guinea-Bissau; Guyana;
Haiti; Honduras; Hong Kong; India; Indonesia; Iran; Iraq; Israel; Ivory Coast = Cote d'Ivoire; Jamaica; Japan; Jordan;
Kenya; Kiribati; Kuwait; Laos; Lebanon; Lesotho; Liberia; Libya; Macao = Macau; Madagascar; Malawi; Malaysia; Maldives;
Mali; Marshall Islands; Martinique; Mauritania; Mauritius; Mexico; Micronesia; Mongolia; Montserrat; Morocco;
Mozambique; Myanmar = Burma; Namibia; Nauru; Nepal; New Caledonia; New Zealand = Seland Newydd; Nicaragua; Niger;
Nigeria; North Korea; Oman; Pakistan; Palau; Palestine; Panama; Papua New Guinea; Paraguay; Peru; Philippines = The
Philippines; Puerto Rico; Qatar; Reunion; Rwanda; Saint Helena = St Helena; Saint Kitts and Nevis = St Kitts and Nevis;
Saint Lucia = St Lucia; Saint Vincent and the Grenadines = St Vincent and the Grenadines; Samoa; Sao Tome and Principe;
Saudi Arabia; Senegal; Seychelles; Sierra Leone; Singapore; Solomon Islands; Somalia; South Africa = De Affrica; South
Korea = Korea; South Sudan; Sri Lanka; Sudan; Suriname; Syria; Taiwan; Tanzania; Thailand; Togo; Tonga; Trinidad and
Tobago; Tunisia; Turks and Caicos Islands; Tuvalu; Uganda; United Arab Emirates = UAE; United States = USA = US = United
States of America = America; Uruguay; Vanuatu; Venezuela; Vietnam; Yemen; Zambia; Zimbabwe
"""


def country_key(text: str) -> str:
    """The name without accents, stops and case, so that 'U.K.' and 'Türkiye.' are found."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return " ".join("".join(c if c.isalnum() else " " for c in plain.lower().replace(".", "")).split())


def _names(block: str) -> dict[str, str]:
    entries = (entry.split("=") for entry in " ".join(block.split()).split(";"))
    return {country_key(name): names[0].strip() for names in entries for name in names}


_IN_EUROPE, _IN_WORLD = _names(_EUROPE), _names(_WORLD)


def find_country(line: str) -> tuple[str, str] | None:
    """(English name, zone) if the whole line is a foreign country; zone is 'europe' or 'world'."""
    key = country_key(line)
    if key in _IN_EUROPE:
        return _IN_EUROPE[key], "europe"
    if key in _IN_WORLD:
        return _IN_WORLD[key], "world"
    return None


def is_inland_country(line: str) -> bool:
    """Whether the whole line names the United Kingdom or a part of it."""
    return country_key(line) in UNITED_KINGDOM
