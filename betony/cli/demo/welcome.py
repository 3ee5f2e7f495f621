"""The block a person reads when everything answers."""

from betony.cli.demo.configuration import Configuration

PASSWORD = "betony-demo-2026"  # noqa: S105 - the demo's published password
CLINIC_PEOPLE = (
    ("nina.alvarez@meadowlark.example", "Nina Alvarez, ND: owner, Meadowlark Integrative Health (US)"),
    ("sam.okafor@meadowlark.example", "Sam Okafor, LAc"),
    ("dana.whitfield@meadowlark.example", "Dana Whitfield, DC"),
    ("rosa.lindqvist@meadowlark.example", "Rosa Lindqvist: front desk"),
    ("theo.barnes@meadowlark.example", "Theo Barnes: biller"),
    ("mei.chen@harbour.example", "Mei Chen, R.TCM.P: owner, Harbour Wellness Collective (Canada)"),
    ("luc.tremblay@harbour.example", "Luc Tremblay, RMT"),
)
DISPENSARY_PEOPLE = (
    ("nina.alvarez@meadowlark.example", "Meadowlark Dispensary: owner"),
    ("sam.okafor@meadowlark.example", "Meadowlark Dispensary: practitioner"),
    ("rosa.lindqvist@meadowlark.example", "Meadowlark Dispensary: staff"),
    ("ines.moreau@larkspur.example", "Larkspur Dispensary"),
    ("mei.chen@harbour.example", "Harbour Dispensary (Canada)"),
)
READY = "Betony is ready."


def block(chosen: Configuration) -> str:
    """Return the addresses and sign-ins, ending with the line that says all is well."""
    lines = [
        "",
        f"  The clinic      {chosen.clinic_url}/sign-in/",
        *_people(CLINIC_PEOPLE),
        "",
        f"  The dispensary  {chosen.dispensary_url}/sign-in/",
        *_people(DISPENSARY_PEOPLE),
        "",
        f"  The mailbox     {chosen.mailbox_url}/",
        f"  Every password  {PASSWORD}",
        f"  Data and logs   {chosen.home}",
        "  To stop         Ctrl-C",
        "",
        READY,
    ]
    return "\n".join(lines)


def _people(people: tuple[tuple[str, str], ...]) -> list[str]:
    return [f"      {email:<36}{who}" for email, who in people]
